import Queue

// How many jobs there are in each state, without ever counting them all, and without a page more to
// write for every enqueue and claim:
//
// - `counters` knows ready and running jobs together, as state 1. The running ones are the leases,
//   of which there are few.
// - Jobs above the highest id that is counted are not in `counters` yet. They are waiting or running,
//   and soon counted: before anything counted changes, and after every thousand.

extension Query {
  fileprivate static let addToCounter: Query = """
    INSERT INTO counters (queue, kind, state, count) VALUES (?1, ?2, ?3, max(?4, 0))
    ON CONFLICT DO UPDATE SET count = count + ?4
    """
  fileprivate static let setCountedTo: Query =
    "INSERT OR REPLACE INTO counters (queue, kind, state, count) VALUES (0, 0, 0, ?)"
  static let countedTo: Query =
    "SELECT count FROM counters WHERE queue = 0 AND kind = 0 AND state = 0"
  fileprivate static let uncountedJobs: Query =
    "SELECT id, queue, kind, state FROM jobs WHERE id > ? ORDER BY id"
}

/// This many jobs at most lie above the highest counted id, a batch aside.
private let mostUncounted: JobID = 1_000

/// How many jobs a transaction moves into and out of each state. Few entries, so a list.
struct CounterDeltas {
  struct Entry {
    var queue: Int64
    var kind: Int64
    var state: Int64
    var delta: Int64
  }

  private(set) var entries: [Entry] = []
  /// The highest id that is counted; nil: has to be read.
  var countedTo: JobID?
  var isCountedToChanged = false

  mutating func add(_ delta: Int64, queue: Int64, kind: Int64, state: JobState) {
    // Ready and running are one.
    let code = state == .running ? JobState.ready.code : state.code
    for index in entries.indices
    where entries[index].state == code && entries[index].kind == kind
      && entries[index].queue == queue
    {
      entries[index].delta += delta
      return
    }
    entries.append(Entry(queue: queue, kind: kind, state: code, delta: delta))
  }

  mutating func removeWritten() {
    entries.removeAll(keepingCapacity: true)
    isCountedToChanged = false
  }
}

extension Writer {
  /// Notes that a counted job changes its state; nil: it goes away. `countNewJobs` comes before.
  mutating func count(_ job: LiveJob, to new: JobState?) {
    counters.add(-1, queue: job.queue, kind: job.kind, state: job.state)
    if let new { counters.add(1, queue: job.queue, kind: job.kind, state: new) }
  }

  /// Counts the jobs that are not counted yet, in the states that they have now.
  mutating func countNewJobs() throws(StoreError) {
    let countedTo = try countedTo()
    if counters.countedTo != nil, highestID ?? 0 <= countedTo { return }
    var highest = countedTo
    var find = try db.statement(.uncountedJobs)
    find.bind(countedTo)
    while try find.step() {
      highest = find.int(0)
      guard let state = JobState(code: find.int(3)) else { continue }
      counters.add(1, queue: find.int(1), kind: find.int(2), state: state)
    }
    if highest > countedTo { counters.isCountedToChanged = true }
    counters.countedTo = max(highest, highestID ?? 0)
  }

  private mutating func countedTo() throws(StoreError) -> JobID {
    if let known = counters.countedTo { return known }
    var find = try db.statement(.countedTo)
    return try find.step() ? find.int(0) : 0
  }

  /// Keeps the uncounted few while jobs are only enqueued.
  mutating func countNewJobsIfMany(from first: JobID, to last: JobID) throws(StoreError) {
    if first / mostUncounted != (last + 1) / mostUncounted { try countNewJobs() }
  }

  /// Writes what the transaction changed, at its end.
  mutating func writeCounters() throws(StoreError) {
    for entry in counters.entries where entry.delta != 0 {
      var add = try db.statement(.addToCounter)
      add.bind(entry.queue)
      add.bind(entry.kind)
      add.bind(entry.state)
      add.bind(entry.delta)
      try add.run()
    }
    if counters.isCountedToChanged, let countedTo = counters.countedTo {
      var set = try db.statement(.setCountedTo)
      set.bind(countedTo)
      try set.run()
    }
    counters.removeWritten()
  }
}
