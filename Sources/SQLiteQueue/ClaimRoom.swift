import Fallback
import Queue

extension Query {
  fileprivate static let runningByQueue: Query =
    "SELECT queue, count(*) FROM running GROUP BY queue"
  fileprivate static let runningByPlan: Query =
    "SELECT plan, count(*) FROM running WHERE plan <> 0 GROUP BY plan"
}

/// What bounds a claim: limits of queues and holds on plans, less what is running. Reckoned anew from
/// the leases for every claim: a count that is kept would go on counting the jobs of the dead.
struct ClaimRoom {
  private var queues: [Int64: Int] = [:]
  private var plans: [Int64: (hold: PlanHold, left: Int)] = [:]
  /// Jobs that this claim has held back.
  var held = 0

  var isLimited: Bool { !queues.isEmpty }

  /// How many more jobs of a queue may run.
  func left(_ queue: Int64) -> Int { queues[queue] ?? .max }

  func isOpen(_ queue: Int64) -> Bool { left(queue) > 0 }

  mutating func take(_ queue: Int64) {
    if let left = queues[queue] { queues[queue] = left - 1 }
  }

  /// Why a job of a plan has to wait; nil: it may run, and takes the place of the one that finds out.
  mutating func hold(on plan: Int64, deadline: Milliseconds?) -> PlanHold? {
    guard let entry = plans[plan] else { return nil }
    // Waiting would be its end; whoever runs it tells why there was nothing to be had.
    if let deadline, deadline <= entry.hold.until { return nil }
    guard entry.left > 0 else { return entry.hold }
    plans[plan] = (entry.hold, entry.left - 1)
    return nil
  }

  mutating func limit(_ queue: Int64, to most: Int) { queues[queue] = most }

  mutating func put(_ hold: PlanHold, on plan: Int64, running: Int) {
    plans[plan] = (hold, max(0, hold.most - running))
  }
}

extension Writer {
  mutating func room(for request: ClaimRequest) throws(StoreError) -> ClaimRoom {
    var room = ClaimRoom()
    if !request.limits.isEmpty {
      let running = try counts(.runningByQueue)
      for (name, most) in request.limits {
        guard let queue = try knownNameID(name) else { continue }
        room.limit(queue, to: max(0, most - (running[queue] ?? 0)))
      }
    }
    if let holds = request.holds, !holds.isEmpty {
      let running = try counts(.runningByPlan)
      for hold in holds {
        guard let plan = try knownPlanID(hold.plan) else { continue }
        room.put(hold, on: plan, running: running[plan] ?? 0)
      }
    }
    return room
  }

  private mutating func counts(_ query: Query) throws(StoreError) -> [Int64: Int] {
    var counts: [Int64: Int] = [:]
    var find = try db.statement(query)
    while try find.step() { counts[find.int(0)] = Int(find.int(1)) }
    return counts
  }
}
