import Queue

extension Query {
  fileprivate static let addToCounter: Query = """
    INSERT INTO counters (queue, kind, state, count) VALUES (?1, ?2, ?3, max(?4, 0))
    ON CONFLICT DO UPDATE SET count = count + ?4
    """
}

/// How many jobs a transaction moves into and out of each state. Few entries, so a list.
struct CounterDeltas {
  struct Entry {
    var queue: Int64
    var kind: Int64
    var state: JobState
    var delta: Int64
  }

  private(set) var entries: [Entry] = []

  mutating func add(_ delta: Int64, queue: Int64, kind: Int64, state: JobState) {
    for index in entries.indices
    where entries[index].state == state && entries[index].kind == kind
      && entries[index].queue == queue
    {
      entries[index].delta += delta
      return
    }
    entries.append(Entry(queue: queue, kind: kind, state: state, delta: delta))
  }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}

extension Writer {
  /// Notes that a job changes its state; nil: it comes into being or goes away.
  mutating func count(
    queue: Int64, kind: Int64, from old: JobState?, to new: JobState?
  ) {
    guard old != new else { return }
    if let old { counters.add(-1, queue: queue, kind: kind, state: old) }
    if let new { counters.add(1, queue: queue, kind: kind, state: new) }
  }

  /// Writes what the transaction changed, at its end.
  mutating func writeCounters() throws(StoreError) {
    for entry in counters.entries where entry.delta != 0 {
      var add = try db.statement(.addToCounter)
      add.bind(entry.queue)
      add.bind(entry.kind)
      add.bind(entry.state.code)
      add.bind(entry.delta)
      try add.run()
    }
    counters.removeAll()
  }
}
