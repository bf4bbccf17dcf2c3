package import Calls
package import Fallback

/// Plays a call through against supposed answers: the same machine, the same credentials and marks,
/// and nothing is sent. What the answers would mark counts for what follows, as it would in a real
/// call; a source over a store that was opened to read keeps it in memory only.
package struct DryRun: Sendable {
  /// How a provider is supposed to answer.
  package enum Answer: Sendable, Hashable {
    case status(Int)
    case fault(TransportFault)
    /// With the scope that the class usually has.
    case failure(FailureClass)
  }

  /// What asking a provider for a new secret is supposed to give.
  package enum Refreshing: Sendable, Hashable {
    /// A new secret.
    case renews
    /// The account has been paid in the meantime.
    case isPaid
    /// Another model than the one that is gone.
    case recommends
  }

  package var plan: Plan
  /// Answers of each provider in order; the last one stays. A provider without any succeeds.
  package var answers: [String: [Answer]]
  /// By provider; one that is not named gives nothing new.
  package var refreshing: [String: Set<Refreshing>]

  package init(
    plan: Plan, answers: [String: [Answer]], refreshing: [String: Set<Refreshing>] = [:]
  ) {
    self.plan = plan
    self.answers = answers
    self.refreshing = refreshing
  }

  /// Plays it.
  ///
  /// - Parameters:
  ///   - facts: Of the supposed step.
  ///   - source: Asked for credentials and told of marks; never for a secret or a refresh.
  ///   - start: The time at which it begins, in milliseconds; waits move it on.
  /// - Returns: The calls that would follow, what would be skipped, and the end.
  package func play(
    _ facts: StepFacts, source: any CredentialSource, start: Milliseconds
  ) -> (calls: [CallRecord], skips: [SkipRecord], outcome: StepOutcome) {
    var machine = CallMachine(plan: plan)
    var left = answers
    var now = start
    var event = Event.begin(now, facts)
    while true {
      let decision = machine.step(event)
      if !decision.effects.isEmpty { source.apply(decision.effects, job: 0, now: now) }
      switch decision.action {
      case .acquire(let order):
        event = source.acquire(order, route: plan.routes[order.route], now: now)
      case .refresh(let order): event = .refreshed(now, refreshed(order, now))
      case .send(let order):
        let provider = plan.routes[order.route].provider
        event = .answered(now, answer(provider, &left, now))
      case .wait(let until):
        now = max(now, until)
        event = .woke(now)
      case .finish(let outcome):
        return (machine.calls, machine.skips, outcome)
      }
    }
  }

  private func refreshed(_ order: RefreshOrder, _ now: Milliseconds) -> RefreshReport {
    let route = plan.routes[order.route]
    // Only Nous is known to be asked over the network; other secrets may just be read again.
    var report = RefreshReport(
      outcome: .unchanged, startedAt: now, detail: "supposed", didSend: route.isNous)
    let supposed = refreshing[route.provider] ?? []
    switch order.purpose {
    case .credential where supposed.contains(.renews):
      var fresh = order.credential
      fresh.fingerprint += "'"
      (fresh.expiresAt, fresh.lifetime) = (nil, nil)
      report.outcome = .renewed(fresh)
    case .account where supposed.contains(.isPaid): report.outcome = .paid
    case .models where supposed.contains(.recommends): report.outcome = .model("recommended")
    default: report.didSend = false
    }
    return report
  }

  private func answer(
    _ provider: String, _ left: inout [String: [Answer]], _ now: Milliseconds
  ) -> Fallback.Answer {
    let queue = left[provider] ?? []
    if queue.count > 1 { left[provider]?.removeFirst() }
    switch queue.first ?? .status(200) {
    case .status(let status) where (200..<300).contains(status):
      return Fallback.Answer(failure: nil, status: status, sentAt: now)
    case .status(let status):
      let digest = ReplyDigest(
        provider: provider, status: status, body: .json, error: ErrorFields(), date: now)
      return Fallback.Answer(failure: classify(digest), status: status, sentAt: now)
    case .failure(let failure):
      return Fallback.Answer(failure: Failure(supposed: failure), status: nil, sentAt: now)
    case .fault(let fault):
      let digest = ReplyDigest(provider: provider, transport: fault, date: now)
      return Fallback.Answer(failure: classify(digest), transport: fault, sentAt: now)
    }
  }
}

extension Failure {
  /// A failure of which only the class is known: it says something about what it usually does.
  fileprivate init(supposed class: FailureClass) {
    let scope: FailureScope =
      switch `class` {
      case .auth, .forbidden, .payment, .quota, .rateLimit: .credential
      case .entitlement, .modelNotFound: .credentialModel
      case .overloaded, .modelIncompatible, .invalidResponse, .truncated: .model
      case .serverError, .timeout, .connection, .tls, .redirect, .wrongEndpoint, .unknown: .route
      case .unsupportedParameter, .contextOverflow, .contentPolicy, .invalidRequest, .cancelled:
        .request
      }
    self.init(`class`, scope: scope, rule: "supposed")
  }
}
