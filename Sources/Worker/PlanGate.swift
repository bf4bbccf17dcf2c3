import Calls
import Configuration
package import Credentials
import Fallback
import Platform
package import Queue
import Synchronization

/// Tells which plans cannot be served now, so that their jobs are not even claimed. The same machine
/// that runs a job is asked what it would do first.
package final class PlanGate: Sendable {
  private struct State {
    var epoch: Int64 = -1
    var plans: [String] = []
    var validUntil: Milliseconds = 0
    var holds: [PlanHold] = []
  }

  private let context: RunnerContext
  private let pools: CredentialPools
  private let state = Mutex(State())

  package init(context: RunnerContext, pools: CredentialPools) {
    self.context = context
    self.pools = pools
  }

  /// The plans whose routes are all out, as of a few milliseconds ago. Costs next to nothing while
  /// nothing is marked.
  package func holds() -> [PlanHold] {
    let now = context.now()
    guard pools.hasMarks(now) else { return [] }
    guard let epoch = try? context.store.healthEpoch(), let plans = try? context.store.plans()
    else { return [] }
    let known = state.withLock { state in
      state.epoch == epoch && state.plans == plans && now < state.validUntil
        ? state.holds : nil
    }
    if let known { return known }
    let holds = plans.compactMap { hold(on: $0, now) }
    state.withLock { state in
      state = State(
        epoch: epoch, plans: plans,
        // Marks of this process are there before the database has them.
        validUntil: min(now + 1_000, holds.map(\.until).min() ?? .max), holds: holds)
    }
    return holds
  }

  private func hold(on name: String, _ now: Milliseconds) -> PlanHold? {
    guard let (kind, options) = JobOptions.parse(planName: name),
      let jobPlan = try? context.planFor(kind, options), jobPlan.builtin != .afterRoutes
    else { return nil }
    var look = FirstLook(plan: jobPlan, pools: pools, now: now)
    guard let end = look.end() else { return nil }
    let error = FailureWording.error(
      end.class, calls: [], skips: look.skips, unused: jobPlan.unused)
    return PlanHold(
      plan: name, until: look.mayProbe ? now + longestProbe : end.until,
      most: look.mayProbe ? 1 : 0, error: error, parkMax: context.policy.parkMax)
  }
}

/// A probe's own lease is no longer.
private let longestProbe: Milliseconds = 30_000

/// What a job of a plan would meet before its first request, if another job probed what can be probed.
private struct FirstLook {
  let plan: JobPlan
  let pools: CredentialPools
  let now: Milliseconds
  /// A mark has expired and one call may find out.
  private(set) var mayProbe = false
  private(set) var skips: [SkipRecord] = []

  init(plan: JobPlan, pools: CredentialPools, now: Milliseconds) {
    self.plan = plan
    self.pools = pools
    self.now = now
  }

  /// When and why the job would be parked; nil: it would do something.
  mutating func end() -> (until: Milliseconds, class: FailureClass)? {
    var machine = CallMachine(plan: plan.plan)
    var event = Event.begin(now, StepFacts())
    while true {
      switch machine.step(event).action {
      case .acquire(let order): event = look(order)
      case .finish(.parked(let until, let reason, let isOffline)) where !isOffline:
        skips = machine.skips
        return (until, reason)
      case .finish, .send, .refresh, .wait: return nil
      }
    }
  }

  private mutating func look(_ order: AcquireOrder) -> Event {
    let route = plan.plan.routes[order.route]
    let event = pools.look(order, route: route, now: now)
    guard case .acquired(_, let acquisition) = event, acquisition.isProbe else { return event }
    mayProbe = true
    return .unavailable(
      now,
      Unavailability(
        reason: .beingProbed, class: pools.markClass(of: acquisition, route: route, now: now),
        until: now + longestProbe))
  }
}
