import Fallback
import Queue

// The end of a run writes the row of its job and two entries of indexes. `counters` would be one page
// more, for every job: so ends that follow each other closely are counted together, by the first one
// that comes a while later or by whatever else changes a count.

extension Query {
  static let uncountedEnds: Query = """
    SELECT id, queue, kind, state, finished_at FROM finished WHERE finished_at > ?
    """
}

/// An end is counted with those that follow it within so many milliseconds.
private let mostUncountedTime: Milliseconds = 50

extension Writer {
  /// Counts that a job ends now, or leaves it to a later transaction.
  mutating func countEnd(of job: LiveJob, _ ending: JobEnding) throws(StoreError) {
    let since = ending.finishedAt - (try countedTo().end)
    if job.state == .running, 0 < since, since < mostUncountedTime {
      known.hasUncountedEnds = true
      return
    }
    try countNewJobs()
    count(job, to: ending.state)
    countEnd(ending.state, at: ending.finishedAt)
    if ending.finishedAt > (try countedTo().end) { try setCountedTo(end: ending.finishedAt) }
  }

  /// Counts the ends that are not counted yet.
  ///
  /// - Returns: The highest id among them, or 0: that job must not be counted again.
  mutating func countEnds() throws(StoreError) -> JobID {
    guard known.hasUncountedEnds else { return 0 }
    let countedTo = try countedTo()
    var (latest, highest) = (countedTo.end, JobID(0))
    var find = try db.statement(.uncountedEnds)
    find.bind(countedTo.end)
    while try find.step() {
      let end = UncountedEnd(find)
      // A job that was not counted while it ran is counted as what it is now, and that is all.
      if end.id <= countedTo.job {
        counters.add(-1, queue: end.queue, kind: end.kind, state: .running)
      }
      counters.add(1, queue: end.queue, kind: end.kind, state: end.state)
      countEnd(end.state, at: end.finishedAt)
      latest = max(latest, end.finishedAt)
      highest = max(highest, end.id)
    }
    if latest > countedTo.end { try setCountedTo(end: latest) }
    known.hasUncountedEnds = false
    return highest
  }
}

/// A job whose end `counters` does not know.
struct UncountedEnd {
  var id: JobID
  var queue: Int64
  var kind: Int64
  var state: JobState
  var finishedAt: Milliseconds

  init(_ row: borrowing Statement) {
    id = row.int(0)
    queue = row.int(1)
    kind = row.int(2)
    state = JobState(code: row.int(3)) ?? .dead
    finishedAt = row.int(4)
  }
}
