import Fallback
import Queue

extension Query {
  /// A wait that no mark decides is the provider's own wish: it stands.
  fileprivate static let parkedOfPlan: Query = """
    SELECT j.id, j.queue, j.kind FROM jobs j JOIN errors e ON e.job_id = j.id
    WHERE j.state = 3 AND j.held IS NULL AND j.first_park IS NOT NULL AND j.offline_parks = 0
      AND j.plan = ? AND e.class NOT IN
        ('overloaded', 'server_error', 'timeout', 'connection', 'invalid_response', 'truncated')
    ORDER BY j.run_at LIMIT ?
    """
  fileprivate static let parkedPlanAfter: Query = """
    SELECT plan FROM jobs
    WHERE state = 3 AND held IS NULL AND first_park IS NOT NULL AND offline_parks = 0 AND plan > ?
    ORDER BY plan LIMIT 1
    """
  fileprivate static let unpark: Query =
    "UPDATE jobs SET state = 1, run_at = min(run_at, ?2) WHERE id = ?1"
}

/// Bounds how long one claim holds the write lock when many jobs are parked.
private let mostUnparkedPerClaim = 1_000

extension Writer {
  /// Makes parked jobs ready whose routes may be back. What is still held is held back when it is
  /// claimed, and what has other reasons is parked anew. S30.
  mutating func unpark(_ request: ClaimRequest, at moment: Moment) throws(StoreError) {
    var plans: [Int64] = []
    switch request.unparks {
    case .none: return
    case .plans(let names):
      for name in names { if let plan = try knownPlanID(name) { plans.append(plan) } }
    case .all:
      var held: Set<Int64> = []
      for hold in request.holds ?? [] {
        if let plan = try knownPlanID(hold.plan) { held.insert(plan) }
      }
      plans = try parkedPlans().filter { !held.contains($0) }
    }
    var room = mostUnparkedPerClaim
    for plan in plans where room > 0 { room -= try unpark(plan, limit: room, at: moment) }
  }

  private mutating func parkedPlans() throws(StoreError) -> [Int64] {
    var plans: [Int64] = []
    var search = try db.statement(.parkedPlanAfter)
    search.bind(Int64(0))
    while try search.step() {
      let plan = search.int(0)
      plans.append(plan)
      search.rewind()
      search.bind(plan)
    }
    return plans
  }

  private mutating func unpark(
    _ plan: Int64, limit: Int, at moment: Moment
  ) throws(StoreError) -> Int {
    try makeReady(.parkedOfPlan, plan, limit: limit, by: .unpark, since: moment.wall)
  }

  /// Makes retryable jobs of a plan ready.
  ///
  /// - Parameters:
  ///   - search: Gives id, queue and kind of the jobs of a plan, up to a limit.
  ///   - plan: The plan.
  ///   - limit: Jobs at most.
  ///   - change: Makes the job with an id ready.
  ///   - time: What the change wants beside the id; nil: nothing.
  /// - Returns: How many jobs that were.
  /// - Throws: `StoreError`.
  mutating func makeReady(
    _ search: Query, _ plan: Int64, limit: Int, by change: Query, since time: Milliseconds? = nil
  ) throws(StoreError) -> Int {
    var jobs: [LiveJob] = []
    do {
      var found = try db.statement(search)
      found.bind(plan)
      found.bind(limit)
      while try found.step() {
        jobs.append(
          LiveJob(
            id: found.int(0), queue: found.int(1), kind: found.int(2), state: .retryable,
            flags: []))
      }
    }
    if !jobs.isEmpty { try countNewJobs() }
    for job in jobs {
      var make = try db.statement(change)
      make.bind(job.id)
      if let time { make.bind(time) }
      try make.run()
      count(job, to: .ready)
    }
    return jobs.count
  }
}
