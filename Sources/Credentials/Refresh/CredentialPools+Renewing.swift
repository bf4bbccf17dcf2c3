import Calls
package import Fallback
import Platform

/// New secrets: from their sources, from token endpoints, from whoever renewed them first.
extension CredentialPools {
  package func refresh(
    _ order: RefreshOrder, route: Route, now: Milliseconds,
    told: @escaping @Sendable (RefreshReport) -> Void
  ) -> Bool {
    let key = RefreshFlights.Key(
      provider: route.provider, credential: order.credential.id, purpose: order.purpose)
    return flights.join(
      key, { [self] in told(report($0, to: order, route, isFirst: $1)) },
      work: { [self] in perform(order, route, isForced: false) })
  }

  /// Renews one credential because a person asks for it, whatever is remembered of earlier failures.
  ///
  /// - Parameters:
  ///   - credential: As `auth list` shows it.
  ///   - route: To its provider.
  /// - Returns: How it went. Blocks for as long as it takes.
  package func renew(_ credential: CredentialReference, route: Route) -> RefreshReport {
    let order = RefreshOrder(route: 0, purpose: .credential, credential: credential)
    let key = RefreshFlights.Key(
      provider: route.provider, credential: credential.id, purpose: .credential)
    let end = WaitCondition<RefreshReport?>(nil)
    _ = flights.join(
      key, { report, _ in end.broadcast { $0 = report } },
      work: { [self] in perform(order, route, isForced: true) })
    return end.wait(until: nil) { $0 }
      ?? RefreshReport(outcome: .unchanged, startedAt: 0)
  }

  /// Some refresh is under way: what it brings is not saved yet.
  package var isRefreshing: Bool { flights.areUnderWay }

  /// Waits until what is under way is saved. A process must not end before: a token that was spent is
  /// lost with its answer. Each request ends by its own time limit.
  package func finishRefreshes() { flights.wait() }

  /// What one of those who waited is told: the request was made once, and a secret that this caller
  /// has had refused is no new one.
  private func report(
    _ report: RefreshReport, to order: RefreshOrder, _ route: Route, isFirst: Bool
  ) -> RefreshReport {
    guard !isFirst else { return report }
    var report = report
    report.didSend = false
    switch report.outcome {
    case .renewed(let fresh) where fresh.fingerprint == order.credential.fingerprint,
      .adopted(let fresh) where fresh.fingerprint == order.credential.fingerprint:
      report.outcome = .unchanged
    case .renewed(let fresh): report.outcome = .adopted(fresh)
    case .adopted, .unchanged, .model, .paid, .failed: break
    }
    return report
  }

  // MARK: The age of a login

  static let loginKey = "nous.login"

  /// Remembers when the login of Nous was made: it ends thirty days later, however often its tokens are
  /// renewed.
  ///
  /// - Parameter time: Milliseconds.
  package func noteLogin(at time: Milliseconds) {
    marks.keep(String(time), for: Self.loginKey, at: now())
  }

  /// The days since the login of Nous, once a new one should be made.
  ///
  /// - Parameter now: Milliseconds.
  /// - Returns: 25 or more; nil: it is younger, not known, or none.
  package func agingLoginDays(_ now: Milliseconds) -> Int? {
    guard let text = marks.keptAnswer(Self.loginKey)?.text, let time = Milliseconds(text),
      pool("nous").members.contains(where: { $0.hasRefreshToken })
    else { return nil }
    let days = Int((now - time) / 86_400_000)
    return days >= 25 ? days : nil
  }

  // MARK: On the thread of the refresh

  private func perform(
    _ order: RefreshOrder, _ route: Route, isForced: Bool
  ) -> RefreshReport {
    switch order.purpose {
    case .credential: return renewed(order, route, isForced: isForced)
    case .account, .models:
      guard let refreshing, let keys = providers[route.provider] else {
        return RefreshReport(outcome: .unchanged, startedAt: now())
      }
      let answers = NousAnswers(
        transport: refreshing, memory: marks, redactor: redactor,
        allowsInsecureHTTP: keys.allowsInsecureHTTP)
      let held = pool(route.provider).member(order.credential.id)
      if order.purpose == .models { return answers.model(portal: portal(of: held)) }
      guard let token = held?.secret else {
        return RefreshReport(outcome: .unchanged, startedAt: now())
      }
      return answers.account(token, portal: portal(of: held))
    }
  }

  private func now() -> Milliseconds { refreshing?.now() ?? SystemTime.wall() }

  private func renewed(
    _ order: RefreshOrder, _ route: Route, isForced: Bool
  ) -> RefreshReport {
    let start = now()
    auth.lookAgain(start, isUrgent: true)
    guard let keys = providers[route.provider],
      let held = pool(route.provider).member(order.credential.id)
    else {
      return RefreshReport(
        outcome: .unchanged, startedAt: start, detail: "the credential is no longer there")
    }
    if !isForced, held.isNewer(than: order.credential, at: start) {
      var fresh = held.reference
      fresh.account = order.credential.account
      return RefreshReport(
        outcome: .adopted(fresh), startedAt: start, detail: "renewed by somebody else")
    }
    let renewal: Renewal
    switch held.source {
    case .variable: renewal = Renewal(.unchanged)
    case .file, .command: renewal = reread(held, keys, order, isForced: isForced)
    case .stored(let source):
      renewal =
        KeyReference(source: source)?.isKey == true
        ? reread(held, keys, order, isForced: isForced)
        : grant(held, keys, order, isForced: isForced)
    }
    return report(renewal, order, route, start)
  }

  /// Turns how it went into what the machine is told, with the secret as the pool has it now.
  private func report(
    _ renewal: Renewal, _ order: RefreshOrder, _ route: Route, _ start: Milliseconds
  ) -> RefreshReport {
    var report = RefreshReport(
      outcome: .unchanged, status: renewal.status, startedAt: start, detail: renewal.detail,
      didSend: renewal.didSend)
    switch renewal.end {
    case .unchanged: break
    case .failed(let isFinal):
      report.outcome = .failed(isTerminal: isFinal)
      report.retryAt = renewal.retryAt
      if isFinal { markRevoked(order.credential, route, renewal.status) }
    case .renewed, .adopted:
      guard var fresh = pool(route.provider).member(order.credential.id)?.reference,
        fresh.fingerprint != order.credential.fingerprint
      else { break }
      fresh.account = order.credential.account
      report.outcome = renewal.end == .renewed ? .renewed(fresh) : .adopted(fresh)
    }
    return report
  }

  /// Reads a key file or runs a key command anew.
  private func reread(
    _ held: HeldCredential, _ keys: ProviderKeys, _ order: RefreshOrder, isForced: Bool
  ) -> Renewal {
    let id = order.credential.id
    let rejected = order.credential.fingerprint
    let memory = RefreshMemory(store: marks)
    if !isForced, let known = memory.answer(keys.provider, id, offering: rejected, now: now()) {
      return known
    }
    switch loader.read(held.source, keys) {
    case .failure(let fault):
      let detail = redactor.redact(fault.value.detail)
      return memory.note(
        Renewal(.failed(isFinal: false), detail), keys.provider, id, offered: rejected, now: now())
    case .success(let found):
      let fresh = found.secret.map { held.holding($0, for: keys) } ?? found
      guard fresh.reference.fingerprint != rejected, let secret = fresh.secret else {
        return Renewal(.unchanged, "it gives the same key")
      }
      redactor.learn(secret)
      replace(fresh, provider: keys.provider)
      return memory.note(
        Renewal(.renewed), keys.provider, id, offered: rejected, now: now())
    }
  }

  /// Spends a refresh token, if there is one and an endpoint that takes it.
  private func grant(
    _ held: HeldCredential, _ keys: ProviderKeys, _ order: RefreshOrder, isForced: Bool
  ) -> Renewal {
    guard held.canBeRenewed(by: keys), let path = held.owner ?? auth.path else {
      return Renewal(.unchanged, "auth.json holds the same")
    }
    guard let refreshing else { return Renewal(.unchanged, "no token is renewed here") }
    let shared =
      keys.isNous
      ? SharedLogin.path(besideAuthFile: path, environment: loader.environment) : nil
    let refresher = GrantRefresher(
      keys: keys, environment: loader.environment, authPath: path, sharedPath: shared,
      transport: refreshing, memory: RefreshMemory(store: marks), redactor: redactor,
      isForced: isForced)
    let renewal = refresher.refresh(held, rejected: order.credential.fingerprint)
    auth.lookAgain(now(), isUrgent: true)
    if keys.isNous, renewal.end == .renewed, marks.keptAnswer(Self.loginKey) == nil {
      noteLogin(at: renewal.loginAge ?? now())
    }
    if let unsaved = renewal.unsaved { replace(unsaved, provider: keys.provider) }
    return renewal
  }

  /// A login that was revoked stays in the list, and is not asked with again.
  private func markRevoked(_ credential: CredentialReference, _ route: Route, _ status: Int?) {
    let time = now()
    let note = FailureNote(
      key: MarkKey(scope: .credential, provider: route.provider, credential: credential.id),
      class: .auth, status: status, hintUntil: nil, sentAt: time,
      fingerprint: credential.fingerprint, isTerminal: true, needsConfirmation: false)
    board.fail(note, job: 0, policy: policy, now: time)
  }

  /// Where a login's portal is.
  private func portal(of held: HeldCredential?) -> String {
    let document = auth.path.flatMap { try? AuthDocument($0) }
    let node = held?.place.flatMap { document?.node($0) }
    let stored =
      node?.text("portal_base_url") ?? document?.node(.login("nous"))?.text("portal_base_url")
    return NousPortal.address(stored: stored, environment: loader.environment)
  }
}

extension HeldCredential {
  /// It is another secret than that one, and is not about to expire.
  fileprivate func isNewer(than old: CredentialReference, at now: Milliseconds) -> Bool {
    guard secret != nil, reference.fingerprint != old.fingerprint else { return false }
    guard let end = reference.expiresAt else { return true }
    return end - now >= min(120_000, (reference.lifetime ?? 480_000) / 4)
  }
}
