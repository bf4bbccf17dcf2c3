import Fallback
import Queue

extension Query {
  fileprivate static let holdBack: Query = """
    UPDATE jobs SET state = 3, held = run_at, run_at = ?2, first_park = ?3, flags = ?4 WHERE id = ?1
    """
  fileprivate static let heldPlanAfter: Query = """
    SELECT plan FROM jobs WHERE held IS NOT NULL AND plan > ? ORDER BY plan LIMIT 1
    """
  fileprivate static let heldOfPlan: Query = """
    SELECT id, queue, kind FROM jobs WHERE held IS NOT NULL AND plan = ? ORDER BY run_at LIMIT ?
    """
}

/// Bounds how long one claim holds the write lock when a plan with many jobs is held or freed.
let mostHeldPerClaim = 500

extension Writer {
  /// Makes a ready job wait until its plan's routes are back. It keeps its place for then.
  mutating func holdBack(
    _ row: ReadyRow, _ hold: PlanHold, at now: Milliseconds
  ) throws(StoreError) {
    let id = row.job.id
    var job = LiveJob(id: id, queue: row.queue, kind: row.kind, state: .ready, flags: row.flags)
    let firstPark = row.job.firstParkedAt ?? now
    guard now - firstPark < hold.parkMax else {
      var ending = JobEnding(state: .dead, attempt: row.job.burntAttempts, finishedAt: now)
      ending.error = hold.error
      return try finish(job, ending)
    }
    known.heads.forget(row.queue)
    try countNewJobs()
    count(job, to: .retryable)
    try put(hold.error, of: &job)
    var update = try db.statement(.holdBack)
    update.bind(id)
    update.bind(min(max(hold.until, now + 1), firstPark + hold.parkMax))
    update.bind(firstPark)
    update.bind(job.flags.rawValue)
    try update.run()
    known.nextDue = nil
    known.heldPlans = nil
  }

  /// Makes jobs ready again whose plan is no longer held. S19.
  mutating func freeHeld(notIn holds: [PlanHold]?) throws(StoreError) {
    guard let holds else { return }
    let plans = try heldPlans()
    guard !plans.isEmpty else { return }
    var still: Set<Int64> = []
    for hold in holds { if let plan = try knownPlanID(hold.plan) { still.insert(plan) } }
    var room = mostHeldPerClaim
    for plan in plans where !still.contains(plan) && room > 0 {
      room -= try freeHeld(plan, limit: room)
    }
  }

  private mutating func freeHeld(_ plan: Int64, limit: Int) throws(StoreError) -> Int {
    known.heldPlans = nil
    return try makeReady(.heldOfPlan, plan, limit: limit, by: .promote)
  }

  private mutating func heldPlans() throws(StoreError) -> [Int64] {
    if let known = known.heldPlans { return known }
    var plans: [Int64] = []
    var search = try db.statement(.heldPlanAfter)
    search.bind(Int64.min)
    while try search.step() {
      let plan = search.int(0)
      plans.append(plan)
      search.rewind()
      search.bind(plan)
    }
    known.heldPlans = plans
    return plans
  }
}
