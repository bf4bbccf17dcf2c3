package import Credentials
package import Fallback
import Queue
import Synchronization

/// Tells the claim which credential the first call of a job would choose from, where credentials take
/// turns and every choice is counted: then it is counted with the claim.
package final class FirstChoices: Sendable {
  private struct State {
    var epoch: Int64 = -1
    var plans = 0
    var validUntil: Milliseconds = 0
    var byPlan: [String: Reservation] = [:]
  }

  private let context: RunnerContext
  private let pools: CredentialPools
  private let isNeeded: Bool
  private let state = Mutex(State())

  package init(context: RunnerContext, pools: CredentialPools) {
    self.context = context
    self.pools = pools
    isNeeded = pools.takesTurns
  }

  /// For every plan that has such a choice. Costs nothing where no provider has such a strategy.
  package func byPlan() -> [String: Reservation] {
    guard isNeeded, let epoch = try? context.store.healthEpoch(),
      let plans = try? context.store.plans()
    else { return [:] }
    let now = context.now()
    let known = state.withLock { state in
      state.epoch == epoch && state.plans == plans.count && now < state.validUntil
        ? state.byPlan : nil
    }
    if let known { return known }
    var byPlan: [String: Reservation] = [:]
    for plan in plans { byPlan[plan] = ofPlan(plan) }
    state.withLock { state in
      // Keys that are added or marked in the meantime are seen soon, and by the call in any case.
      state = State(
        epoch: epoch, plans: plans.count, validUntil: now + 1_000, byPlan: byPlan)
    }
    return byPlan
  }

  /// What the first call of a plan's jobs chooses from; nil: nothing is to be counted.
  package func ofPlan(_ name: String?) -> Reservation? {
    guard isNeeded, let name, let (kind, options) = JobOptions.parse(planName: name),
      let jobPlan = try? context.planFor(kind, options)
    else { return nil }
    let now = context.now()
    var machine = CallMachine(plan: jobPlan.plan)
    var event = Event.begin(now, StepFacts())
    while case .acquire(let order) = machine.step(event).action {
      let route = jobPlan.plan.routes[order.route]
      event = pools.look(order, route: route, now: now)
      guard case .acquired = event else { continue }
      return pools.countedChoice(order, route: route, now: now)
    }
    return nil
  }
}
