// New secrets: before the first use, or after a failure (design §5.2).

extension CallMachine {
  /// 2. Refresh: Nous first, then whatever the credential offers. Once per credential and purpose.
  mutating func refresh(after failure: Failure, _ order: SendOrder) -> Action? {
    guard let credential = order.credential, let purpose = remedy(for: failure, credential),
      let refreshing = refreshOrder(purpose, credential)
    else { return nil }
    return refresh(refreshing)
  }

  private func remedy(for failure: Failure, _ credential: CredentialReference) -> RefreshPurpose? {
    let isNous = plan.routes[visit.route].isNous
    switch failure.class {
    case .auth where credential.isRefreshable && !Mutation.skipsRefresh.isOn: return .credential
    case .modelNotFound where isNous: return .models
    case .payment where isNous && credential.isRefreshable: return .account
    default: return nil
    }
  }

  /// nil when this was tried already in this call, or no request is left.
  mutating func refreshOrder(
    _ purpose: RefreshPurpose, _ credential: CredentialReference
  ) -> RefreshOrder? {
    guard requests < plan.policy.callsPerStep,
      refreshed.insert(ticket(purpose, credential)).inserted
    else { return nil }
    return RefreshOrder(route: visit.route, purpose: purpose, credential: credential)
  }

  private func ticket(_ purpose: RefreshPurpose, _ credential: CredentialReference) -> String {
    [purpose.rawValue, plan.routes[visit.route].provider, credential.id].joined(separator: "\n")
  }

  /// A refused credential will be refreshed before anything else.
  func canRefresh(_ credential: CredentialReference?) -> Bool {
    guard let credential, credential.isRefreshable, !Mutation.skipsRefresh.isOn else {
      return false
    }
    return requests < plan.policy.callsPerStep
      && !refreshed.contains(ticket(.credential, credential))
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
    if !report.helped, let heldNote { effects.append(heldNote) }
    heldNote = nil
    if report.stopRequested { return finish(.cancelled, disposition: .cancel) }
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
    return refreshDidNotHelp(report, order, now)
  }

  private mutating func refreshDidNotHelp(
    _ report: RefreshReport, _ order: RefreshOrder, _ now: Milliseconds
  ) -> Action {
    guard let failure = visit.lastFailure, isMending(order) else {
      return staysExpiring(order.credential, after: report, now)
    }
    return rotate(failure, credential: order.credential)
      ?? retry(failure, now)
      ?? leave(after: failure, now)
  }

  /// Its secret is about to expire and could not be renewed: another key is better, a still valid one
  /// will do.
  mutating func staysExpiring(
    _ credential: CredentialReference, after report: RefreshReport? = nil, _ now: Milliseconds
  ) -> Action {
    let isRevoked = report?.outcome == .failed(isTerminal: true)
    let isStillValid = !isRevoked && credential.expiresAt.map { $0 > now } ?? true
    let hasAlternate = (visit.acquisition?.alternates ?? 0) > 0
    if isStillValid, !hasAlternate { return send(now) }
    let failure = Failure.expired
    met(failure, credential.id)
    let end = isRevoked ? .never : report?.retryAt.map { .at($0) } ?? end(of: failure, now)
    visit.bench(credential.id, Bench(class: .auth, end: end))
    if report?.didSend != true {
      skipExpired(credential, isRevoked ? .terminal : .expired, until: report?.retryAt, now)
    }
    return rotate(failure, credential: credential) ?? leave(after: failure, now)
  }
}

extension CallMachine {
  /// It was passed over without a request, so a skip says why.
  private mutating func skipExpired(
    _ credential: CredentialReference, _ reason: SkipReason, until: Milliseconds?,
    _ now: Milliseconds
  ) {
    let route = plan.routes[visit.route]
    skips.append(
      SkipRecord(
        provider: route.provider, model: route.model, credential: credential.label,
        reason: reason, class: .auth, until: until, at: now))
  }
}

extension Failure {
  /// A secret that has run out before it was used.
  static let expired = Failure(.auth, scope: .credential, rule: "expired")
}
