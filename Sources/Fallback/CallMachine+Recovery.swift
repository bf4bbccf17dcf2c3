// After an answer: the first recovery that applies (design §5).

extension CallMachine {
  mutating func answered(_ answer: Answer, _ order: SendOrder, _ now: Milliseconds) -> Action {
    var answer = answer
    answer.failure = answer.failure.map { widened($0, order) }
    close(answer, now)
    if answer.transport?.saysNothing != true { sawAnswer(from: plan.routes[order.route]) }
    guard let failure = answer.failure else { return succeeded(answer, order) }
    return failed(failure, answer, order, now)
  }

  /// Money and long windows belong to the account, where it is known.
  private func widened(_ failure: Failure, _ order: SendOrder) -> Failure {
    guard failure.scope == .credential, order.credential?.account != nil,
      failure.class == .payment || failure.class == .quota
    else { return failure }
    var failure = failure
    failure.scope = .account
    return failure
  }

  private mutating func succeeded(_ answer: Answer, _ order: SendOrder) -> Action {
    let route = plan.routes[order.route]
    effects.append(
      .succeeded(
        keys: successKeys(order), sentAt: Mutation.clearsOnOldSuccess.isOn ? .max : answer.sentAt))
    for adjustment in visit.newAdjustments {
      effects.append(
        .remember(
          provider: route.provider, baseURL: order.baseURL, model: order.model, adjustment))
    }
    return finish(.succeeded, disposition: .succeed)
  }

  private mutating func failed(
    _ failure: Failure, _ answer: Answer, _ order: SendOrder, _ now: Milliseconds
  ) -> Action {
    if failure.class == .cancelled { return finish(.cancelled, disposition: .cancel) }
    met(failure, order.credential?.id)
    note(failure, answer, order, now)
    if answer.stopRequested { return finish(.cancelled, disposition: .cancel) }
    if let over = passedDeadline(now) { return over }
    return adjust(failure, now)
      ?? refresh(after: failure, order)
      ?? rotate(failure, order)
      ?? retry(failure, now)
      ?? leave(after: failure, now)
  }

  /// The optional parameters of the request that this route's dialect can do without.
  private var adjustable: Set<String> {
    plan.routes[visit.route].dialect == .messages
      ? facts.parameters.subtracting(["max_tokens"]) : facts.parameters
  }

  mutating func met(_ failure: Failure, _ credential: String?) {
    visit.lastFailure = failure
    visit.failedID = credential
    firstFailure = Mutation.losesFirstError.isOn ? failure.class : firstFailure ?? failure.class
    latestFailure = failure.class
  }

  /// 1. Adjust a parameter that was refused, once per parameter and route.
  private mutating func adjust(_ failure: Failure, _ now: Milliseconds) -> Action? {
    guard failure.class == .unsupportedParameter, let parameter = failure.parameter,
      Mutation.adjustsTwice.isOn || !visit.refused.contains(parameter),
      let adjustment = Adjustment.next(
        for: parameter, applied: visit.adjustments, sent: adjustable)
    else { return nil }
    visit.refused.insert(parameter)
    visit.adjustments.append(adjustment)
    visit.newAdjustments.append(adjustment)
    dispose(.adjust)
    return send(now)
  }

  /// 3. Rotate to the next credential of the same provider: at once, at no cost to the retries.
  private mutating func rotate(_ failure: Failure, _ order: SendOrder) -> Action? {
    guard let credential = order.credential else { return nil }
    return rotate(failure, credential: credential)
  }

  mutating func rotate(_ failure: Failure, credential: CredentialReference) -> Action? {
    switch failure.scope {
    case .credential, .account: bury(credential, failure)
    case .credentialModel:
      // Another key of this account would be told the same.
      if let account = credential.account { visit.spentAccounts.append(account) }
    case .request, .model, .route: return nil
    }
    visit.spent.append(credential.id)
    guard (visit.acquisition?.alternates ?? 0) > 0 else { return nil }
    var order = order(for: visit.route, ignoresServerFaults: visit.ignoresServerFaults)
    order.excluding += visit.spent.filter { !order.excluding.contains($0) }
    order.excludingAccounts += visit.spentAccounts
    return acquire(order)
  }

  /// It failed as such: no later route of this provider gets it either.
  private mutating func bury(_ credential: CredentialReference, _ failure: Failure) {
    let bench = visit.benches.last { $0.id == credential.id }?.bench
    dead[plan.routes[visit.route].provider, default: []].append(
      DeadCredential(
        id: credential.id, account: failure.scope == .account ? credential.account : nil,
        bench: bench ?? Bench(class: failure.class, end: .open)))
  }

  /// 4. Retry the same credential for transient faults; keep a retry in reserve where it is granted
  /// only to the last route.
  mutating func retry(_ failure: Failure, _ now: Milliseconds) -> Action? {
    let isMutated = Mutation.retriesAuth.isOn && failure.class == .auth
    switch isMutated ? .serverError : failure.class {
    case .connection, .serverError, .overloaded, .invalidResponse, .truncated:
      guard visit.tries < plan.policy.transientRetries, let span = span(for: failure),
        fits(span, now)
      else { return nil }
      visit.tries += 1
      return wait(span, then: .resend, now)
    case .timeout:
      guard visit.tries < plan.policy.transientRetries, let span = span(for: failure) else {
        return nil
      }
      visit.tries += 1
      deferred = Deferred(visit: visit, wait: span)
      return nil
    case .rateLimit:
      guard isLone, !visit.usedLoneRetry, let span = span(for: failure) else { return nil }
      visit.usedLoneRetry = true
      deferred = Deferred(visit: visit, wait: span)
      return nil
    default:
      return nil
    }
  }

  /// The first credential of this visit, and no other to turn to.
  private var isLone: Bool {
    visit.spent.count <= 1 && (visit.acquisition?.alternates ?? 0) == 0
  }

  /// The provider's hint where it is short, a backoff where it gave none, nil where it is long.
  private mutating func span(for failure: Failure) -> Milliseconds? {
    guard let hint = failure.wait else {
      return plan.policy.backoff(number: visit.tries + 1, jitter: &jitter)
    }
    return hint <= plan.policy.shortWait ? hint : nil
  }

  /// 5. Fall back: what the mode's gate lets follow this failure.
  mutating func leave(after failure: Failure, _ now: Milliseconds) -> Action {
    let route = plan.routes[visit.route]
    settle()
    if failure.class == .contextOverflow {
      if facts.isSplittable { return finish(.overflow, disposition: .fail) }
      windowFloor = max(windowFloor ?? 0, route.contextWindow ?? facts.inputTokens)
    }
    if failure.class.isAboutRequest, let end = refused(failure, route) { return end }
    if route.origin == .explicit, gate != .closed {
      narrowGate(isAboutAuthority: failure.class.isAboutAuthority)
    }
    return advance(now)
  }

  /// The request itself was refused: explicit mode ends, auto mode asks one further provider.
  private mutating func refused(_ failure: Failure, _ route: Route) -> Action? {
    refusals[failure.class, default: []].insert(route.provider)
    if plan.mode == .explicit, route.origin != .explicit {
      // What the named provider failed with may pass; nobody else is asked now.
      gate = .closed
      return nil
    }
    guard plan.mode == .explicit || (refusals[failure.class]?.count ?? 0) > 1 else { return nil }
    return finish(
      .failed(
        StepFailure(kind: .request, class: firstFailure ?? failure.class, cause: latestFailure)),
      disposition: .fail)
  }

  /// Keeps what stands against the route being visited.
  mutating func settle() {
    guard standings.indices.contains(visit.route), !visit.benches.isEmpty else { return }
    standings[visit.route] = .out(visit.benches.map(\.bench))
  }
}
