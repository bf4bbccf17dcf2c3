package import Fallback

/// What the configuration says about running one job.
package struct JobPlan: Sendable, Hashable {
  /// When the built-in engine may serve.
  package enum LastResort: String, Sendable, Hashable {
    case never
    /// Only where no route is configured or discovered at all.
    case unconfigured
    case always
  }

  package var plan: Plan
  package var lastResort: LastResort
  /// One step over all its routes, in milliseconds; nil: no limit of its own.
  package var stepTimeout: Milliseconds?

  package init(plan: Plan, lastResort: LastResort, stepTimeout: Milliseconds?) {
    self.plan = plan
    self.lastResort = lastResort
    self.stepTimeout = stepTimeout
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
