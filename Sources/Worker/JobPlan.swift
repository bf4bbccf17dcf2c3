import Calls
package import Configuration
package import Fallback
import Queue

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

  /// Only routes on this machine.
  func localOnly(_ kind: String) throws(Unplannable) -> JobPlan {
    var local = plan
    local.routes.removeAll { $0.host != .loopback }
    guard local != plan else { return self }
    guard !local.routes.isEmpty || builtin != .never else {
      throw Unplannable(
        JobError(
          class: "configuration",
          message: "\(kind) may be served on this machine only, and no such provider is configured",
          hint: "configure a provider with a base_url on 127.0.0.1"))
    }
    return JobPlan(plan: local, builtin: builtin, stepTimeout: stepTimeout, unused: unused)
  }

  /// The same with what was learnt about the models of its routes.
  func applying(_ lessons: [ModelLesson]) -> JobPlan {
    let learnt = plan.applying(lessons)
    guard learnt != plan else { return self }
    return JobPlan(plan: learnt, builtin: builtin, stepTimeout: stepTimeout, unused: unused)
  }
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
