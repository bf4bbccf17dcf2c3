import Fallback
import Queue

// How many jobs there are in each state, without ever counting them all, and without a page more to
// write for every enqueue and claim:
//
// - `counters` knows ready and running jobs together, as open. The running ones are a table of their
//   own, of which there are few.
// - Jobs above the highest id that is counted are not in `counters` yet. They are waiting or running,
//   and soon counted: before anything counted changes, and after every thousand. That id stands in
//   the row of queue 0, which no queue has.
// - Runs that ended their job after the latest time that is counted are not in `counters` yet: there
//   the job is as it was while it ran. That time stands in the same row; see `UncountedEnds.swift`.

extension Query {
  fileprivate static let addToCounters: Query = """
    UPDATE counters SET scheduled = scheduled + ?3, open = open + ?4, retryable = retryable + ?5,
      succeeded = succeeded + ?6, failed = failed + ?7, cancelled = cancelled + ?8,
      dead = dead + ?9
    WHERE queue = ?1 AND kind = ?2
    """
  fileprivate static let insertCounters: Query = """
    INSERT INTO counters (queue, kind, scheduled, open, retryable, succeeded, failed, cancelled,
      dead)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  fileprivate static let setCountedTo: Query = """
    INSERT OR REPLACE INTO counters (queue, kind, open, scheduled, retryable, succeeded, failed,
      cancelled, dead)
    VALUES (0, 0, ?, ?, 0, 0, 0, 0, 0)
    """
  fileprivate static let dropOldMinutes: Query =
    "DELETE FROM counters WHERE queue = -1 AND kind < ?"
  static let countedTo: Query = "SELECT open, scheduled FROM counters WHERE queue = 0 AND kind = 0"
  fileprivate static let uncountedJobs: Query =
    """
    SELECT id, queue, kind, state FROM jobs WHERE id > ?1
    UNION ALL SELECT id, queue, kind, 2 FROM running WHERE id > ?1
    """
}

/// Stands for the queue in the rows that count the jobs that ended in a minute.
private let endsPerMinute: Int64 = -1

/// This many jobs at most lie above the highest counted id, a batch aside.
private let mostUncounted: JobID = 1_000

/// A column of `counters`.
enum CounterColumn: Int, CaseIterable {
  case scheduled, open, retryable, succeeded, failed, cancelled, dead

  init(_ state: JobState) {
    switch state {
    case .scheduled: self = .scheduled
    case .ready, .running: self = .open
    case .retryable: self = .retryable
    case .succeeded: self = .succeeded
    case .failed: self = .failed
    case .cancelled: self = .cancelled
    case .dead: self = .dead
    }
  }

  /// The state that it stands for; open jobs are ready until they are found running.
  var state: JobState {
    switch self {
    case .scheduled: .scheduled
    case .open: .ready
    case .retryable: .retryable
    case .succeeded: .succeeded
    case .failed: .failed
    case .cancelled: .cancelled
    case .dead: .dead
    }
  }
}

/// How far jobs and the ends of jobs are counted.
struct CountedTo {
  /// The highest id.
  var job: JobID = 0
  /// Runs that ended their job later are not counted yet.
  var end: Milliseconds = 0
}

/// How many jobs a transaction moves into and out of each state. Few entries, so a list.
struct CounterDeltas {
  struct Entry {
    var queue: Int64
    var kind: Int64
    var deltas = InlineArray<7, Int64>(repeating: 0)
  }

  private(set) var entries: [Entry] = []
  var isCountedToChanged = false

  mutating func add(_ delta: Int64, queue: Int64, kind: Int64, state: JobState) {
    let column = CounterColumn(state).rawValue
    for index in entries.indices
    where entries[index].kind == kind && entries[index].queue == queue {
      entries[index].deltas[column] += delta
      return
    }
    var entry = Entry(queue: queue, kind: kind)
    entry.deltas[column] = delta
    entries.append(entry)
  }

  mutating func removeWritten() {
    entries.removeAll(keepingCapacity: true)
    isCountedToChanged = false
  }
}

extension Writer {
  /// Notes that a counted job changes its state; nil: it goes away. `countNewJobs` comes before.
  mutating func count(_ job: LiveJob, to new: JobState?) {
    if new == .ready { known.noteReady(job.queue) }
    counters.add(-1, queue: job.queue, kind: job.kind, state: job.state)
    if let new { counters.add(1, queue: job.queue, kind: job.kind, state: new) }
  }

  /// Notes that a job ends now, for the throughput.
  mutating func countEnd(_ state: JobState, at time: Milliseconds) {
    counters.add(1, queue: endsPerMinute, kind: time / 60_000, state: state)
  }

  /// Counts the jobs that are not counted yet, in the states that they have now, and the ends.
  mutating func countNewJobs() throws(StoreError) {
    // First: an end has to know whether its job was counted.
    let ended = try countEnds()
    var countedTo = try countedTo()
    if known.isCountedToHighest, known.highestID ?? 0 <= countedTo.job { return }
    let before = countedTo.job
    countedTo.job = max(before, ended, known.highestID ?? 0)
    var find = try db.statement(.uncountedJobs)
    find.bind(before)
    while try find.step() {
      countedTo.job = max(countedTo.job, find.int(0))
      guard let state = JobState(code: find.int(3)) else { continue }
      counters.add(1, queue: find.int(1), kind: find.int(2), state: state)
    }
    if countedTo.job > before { counters.isCountedToChanged = true }
    known.countedTo = countedTo
    known.isCountedToHighest = true
  }

  mutating func countedTo() throws(StoreError) -> CountedTo {
    if let known = known.countedTo { return known }
    var countedTo = CountedTo()
    var find = try db.statement(.countedTo)
    if try find.step() { countedTo = CountedTo(job: find.int(0), end: find.int(1)) }
    known.countedTo = countedTo
    return countedTo
  }

  /// Everything that ended until this time is counted.
  mutating func setCountedTo(end: Milliseconds) throws(StoreError) {
    var countedTo = try countedTo()
    countedTo.end = end
    known.countedTo = countedTo
    counters.isCountedToChanged = true
  }

  /// Keeps the uncounted few while jobs are only enqueued.
  mutating func countNewJobsIfMany(from first: JobID, to last: JobID) throws(StoreError) {
    if first / mostUncounted != (last + 1) / mostUncounted { try countNewJobs() }
  }

  /// Writes what the transaction changed, at its end.
  mutating func writeCounters() throws(StoreError) {
    for entry in counters.entries
    where entry.deltas.indices.contains(where: { entry.deltas[$0] != 0 }) {
      try write(entry, .addToCounters)
      guard db.changedRows == 0 else { continue }
      try write(entry, .insertCounters)
      if entry.queue == endsPerMinute { try dropOldMinutes(before: entry.kind) }
    }
    if counters.isCountedToChanged, let countedTo = known.countedTo {
      var set = try db.statement(.setCountedTo)
      set.bind(countedTo.job)
      set.bind(countedTo.end)
      try set.run()
    }
    counters.removeWritten()
  }

  /// Once a minute: a day and a little are kept.
  private mutating func dropOldMinutes(before minute: Int64) throws(StoreError) {
    var drop = try db.statement(.dropOldMinutes)
    drop.bind(minute - 1_500)
    try drop.run()
  }

  private mutating func write(
    _ entry: CounterDeltas.Entry, _ query: Query
  ) throws(StoreError) {
    var write = try db.statement(query)
    write.bind(entry.queue)
    write.bind(entry.kind)
    for column in entry.deltas.indices { write.bind(entry.deltas[column]) }
    try write.run()
  }
}
