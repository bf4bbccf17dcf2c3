// After an answer: the first recovery that applies (design §5).

extension CallMachine {
  mutating func answered(_ answer: Answer, _ order: SendOrder, _ now: Milliseconds) -> Action {
    close(answer, now)
    if answer.transport?.isUnreachable != true { sawAnswer(from: plan.routes[order.route]) }
    guard let failure = answer.failure else { return succeeded(answer, order) }
    return failed(failure, answer, order, now)
  }

  private mutating func succeeded(_ answer: Answer, _ order: SendOrder) -> Action {
    let route = plan.routes[order.route]
    effects.append(.succeeded(keys: successKeys(order), sentAt: answer.sentAt))
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
    visit.lastFailure = failure
    note(failure, answer, order, now)
    if failure.class == .cancelled { return finish(.cancelled, disposition: .cancel) }
    if let over = passedDeadline(now) { return over }
    return adjust(failure, now)
      ?? refresh(after: failure, order)
      ?? rotate(failure, order)
      ?? retry(failure, now)
      ?? leave(after: failure, now)
  }

  /// 1. Adjust a parameter that was refused, once per parameter and route.
  private mutating func adjust(_ failure: Failure, _ now: Milliseconds) -> Action? {
    guard failure.class == .unsupportedParameter, let parameter = failure.parameter,
      let adjustment = Adjustment.next(
        for: parameter, applied: visit.adjustments, sent: facts.parameters)
    else { return nil }
    visit.adjustments.append(adjustment)
    visit.newAdjustments.append(adjustment)
    dispose(.adjust)
    return send(now)
  }

  /// 2. Refresh: Nous first, then whatever the credential offers. Once per credential and purpose.
  private mutating func refresh(after failure: Failure, _ order: SendOrder) -> Action? {
    guard let credential = order.credential, let purpose = remedy(for: failure, credential),
      let refreshing = refreshOrder(purpose, credential)
    else { return nil }
    return refresh(refreshing)
  }

  private func remedy(for failure: Failure, _ credential: CredentialReference) -> RefreshPurpose? {
    let isNous = plan.routes[visit.route].isNous
    switch failure.class {
    case .auth where credential.isRefreshable && !failure.isTerminal: return .credential
    case .modelNotFound where isNous: return .models
    case .payment where isNous && credential.isRefreshable: return .account
    default: return nil
    }
  }

  /// nil when this was tried already on this visit, or no request is left.
  mutating func refreshOrder(
    _ purpose: RefreshPurpose, _ credential: CredentialReference
  ) -> RefreshOrder? {
    let ticket = purpose.rawValue + " " + credential.id
    guard !visit.refreshed.contains(ticket), requests < plan.policy.callsPerStep else { return nil }
    visit.refreshed.insert(ticket)
    return RefreshOrder(route: visit.route, purpose: purpose, credential: credential)
  }

  mutating func refresh(_ order: RefreshOrder) -> Action {
    phase = .refreshing(order)
    return .refresh(order)
  }

  /// The refresh ended; if it changed nothing, the next recovery is tried.
  mutating func refreshed(
    _ report: RefreshReport, _ order: RefreshOrder, _ now: Milliseconds
  ) -> Action {
    recordRefresh(report, order, now)
    if let over = passedDeadline(now) { return over }
    switch report.outcome {
    case .renewed(let credential), .adopted(let credential):
      visit.acquisition?.credential = credential
      return send(now)
    case .model(let model) where model != (visit.model ?? plan.routes[order.route].model):
      visit.model = model
      return send(now)
    case .paid:
      if let next = refreshOrder(.credential, order.credential) { return refresh(next) }
    case .unchanged, .failed, .model: break
    }
    return refreshDidNotHelp(order, now)
  }

  private mutating func refreshDidNotHelp(_ order: RefreshOrder, _ now: Milliseconds) -> Action {
    guard let failure = visit.lastFailure else {
      // It was refreshed ahead of its expiry: another key is better, a still valid one will do.
      if (visit.acquisition?.alternates ?? 0) == 0, isStillValid(order.credential, now) {
        return send(now)
      }
      visit.spent.append(order.credential.id)
      let ahead = Failure(.auth, scope: .credential, rule: "expired")
      visit.lastFailure = ahead
      standings[visit.route] = .failed(ahead, outUntil: now + plan.policy.bench(.auth, hint: nil))
      return acquire(rotation())
    }
    return rotate(failure, credential: order.credential)
      ?? retry(failure, now)
      ?? leave(after: failure, now)
  }

  private func isStillValid(_ credential: CredentialReference, _ now: Milliseconds) -> Bool {
    guard let expiresAt = credential.expiresAt else { return true }
    return expiresAt > now
  }

  /// 3. Rotate to the next credential of the same provider: at once, at no cost to the retries.
  private mutating func rotate(_ failure: Failure, _ order: SendOrder) -> Action? {
    guard let credential = order.credential else { return nil }
    return rotate(failure, credential: credential)
  }

  private mutating func rotate(_ failure: Failure, credential: CredentialReference) -> Action? {
    switch failure.scope {
    case .credential, .credentialModel: visit.spent.append(credential.id)
    case .account:
      visit.spent.append(credential.id)
      if let account = credential.account { visit.spentAccounts.append(account) }
    case .request, .model, .route: return nil
    }
    guard (visit.acquisition?.alternates ?? 0) > 0 else { return nil }
    return acquire(rotation())
  }

  private func rotation() -> AcquireOrder {
    AcquireOrder(
      route: visit.route, excluding: visit.spent, excludingAccounts: visit.spentAccounts)
  }

  /// 4. Retry the same credential for transient faults; keep a retry in reserve where it is granted
  /// only to the last route.
  private mutating func retry(_ failure: Failure, _ now: Milliseconds) -> Action? {
    switch failure.class {
    case .connection, .serverError, .overloaded, .invalidResponse, .truncated:
      guard visit.tries < plan.policy.transientRetries, let span = span(for: failure) else {
        return nil
      }
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
    if failure.class == .contextOverflow {
      if facts.isSplittable { return finish(.overflow, disposition: .fail) }
      windowFloor = max(windowFloor ?? 0, route.contextWindow ?? facts.inputTokens)
    }
    if failure.class.isAboutRequest {
      refusals[failure.class, default: []].insert(route.provider)
      let refused = refusals[failure.class]?.count ?? 0
      if plan.mode == .explicit || refused > 1 {
        return finish(
          .failed(StepFailure(kind: .request, class: failure.class)), disposition: .fail)
      }
    }
    if route.origin == .explicit {
      narrowGate(isAboutAuthority: failure.class.isAboutAuthority)
    }
    return advance(now)
  }
}
