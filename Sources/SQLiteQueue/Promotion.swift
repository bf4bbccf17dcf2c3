import Fallback
import Queue

extension Query {
  fileprivate static let dueQueueAfter: Query = """
    SELECT queue, run_at FROM jobs WHERE state IN (0, 3) AND queue > ?
    ORDER BY queue, run_at LIMIT 1
    """
  fileprivate static let dueOfQueue: Query = """
    SELECT id, kind, state FROM jobs WHERE state IN (0, 3) AND queue = ? AND run_at <= ?
    ORDER BY run_at LIMIT ?
    """
  static let promote: Query =
    "UPDATE jobs SET state = 1, run_at = coalesce(held, run_at), held = NULL WHERE id = ?"
}

/// Bounds how long one claim holds the write lock when much comes due at once.
private let mostPromotedPerClaim = 500

extension Writer {
  /// Makes scheduled and retryable jobs ready whose time has come.
  mutating func promoteDue(at moment: Moment) throws(StoreError) {
    if let nextDue = known.nextDue, moment.wall < nextDue { return }
    var room = mostPromotedPerClaim
    for queue in try queuesWithDueJobs(at: moment) where room > 0 {
      room -= try promote(queue, at: moment, limit: room)
    }
  }

  private mutating func queuesWithDueJobs(at moment: Moment) throws(StoreError) -> [Int64] {
    var queues: [Int64] = []
    var soonest = Milliseconds.max
    var search = try db.statement(.dueQueueAfter)
    search.bind(Int64.min)
    while try search.step() {
      let queue = search.int(0)
      soonest = min(soonest, search.int(1))
      if search.int(1) <= moment.wall { queues.append(queue) }
      search.rewind()
      search.bind(queue)
    }
    known.nextDue = soonest
    return queues
  }

  private mutating func promote(
    _ queue: Int64, at moment: Moment, limit: Int
  ) throws(StoreError) -> Int {
    var due: [LiveJob] = []
    do {
      var search = try db.statement(.dueOfQueue)
      search.bind(queue)
      search.bind(moment.wall)
      search.bind(limit)
      while try search.step() {
        due.append(
          LiveJob(
            id: search.int(0), queue: queue, kind: search.int(1),
            state: search.int(2) == 0 ? .scheduled : .retryable, flags: []))
      }
    }
    if !due.isEmpty { try countNewJobs() }
    for job in due {
      var promote = try db.statement(.promote)
      promote.bind(job.id)
      try promote.run()
      count(job, to: .ready)
    }
    return due.count
  }
}
