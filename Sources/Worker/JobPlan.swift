import Calls
package import Configuration
package import Fallback

/// What the configuration says about running one job.
package struct JobPlan: Sendable, Hashable {
  package let plan: Plan
  /// The plan as it stands in the trace of every attempt.
  let planText: [UInt8]
  package var builtin: BuiltinUse
  /// One step over all its routes, in milliseconds; nil: no limit of its own.
  package var stepTimeout: Milliseconds?

  /// Providers that are described in the configuration and stand in no chain.
  package var unused: [String]

  package init(
    plan: Plan, builtin: BuiltinUse, stepTimeout: Milliseconds?, unused: [String] = []
  ) {
    self.plan = plan
    planText = Trace.text(of: plan)
    self.builtin = builtin
    self.stepTimeout = stepTimeout
    self.unused = unused
  }

  /// The window that inputs are cut for: that of the route which will serve if all is well.
  var contextWindow: Int? { plan.routes.first?.contextWindow }
}

/// How the queue treats attempts that fail, in milliseconds: `queue` of the configuration.
package struct QueuePolicy: Sendable, Hashable {
  package var backoff: [Milliseconds]
  package var lease: Milliseconds
  /// A job that was parked for this long without a try in between is given up.
  package var parkMax: Milliseconds

  package init(
    backoff: [Milliseconds] = [15_000, 60_000, 300_000], lease: Milliseconds = 60_000,
    parkMax: Milliseconds = 86_400_000
  ) {
    self.backoff = backoff
    self.lease = lease
    self.parkMax = parkMax
  }

  /// The wait after the burnt attempt `number` (from 1), spread by 20 % either way.
  func wait(afterAttempt number: Int, jitter: UInt64) -> Milliseconds {
    guard !backoff.isEmpty else { return 0 }
    let base = backoff[min(max(number, 1), backoff.count) - 1]
    guard base >= 5 else { return base }
    return base * 4 / 5 + Milliseconds(jitter % UInt64(base * 2 / 5))
  }
}
