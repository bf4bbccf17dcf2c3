package import Calls
package import Fallback

/// What can be told about credentials without using them.
extension CredentialPools {
  /// Whether a provider has a usable credential, or needs none.
  package func canAsk(_ provider: String) -> Bool {
    let pool = pool(provider)
    return !pool.usable.isEmpty || (!needsKey(provider) && pool.members.isEmpty)
  }

  /// Whether some key source of a provider gives a usable key.
  package func hasKey(_ provider: String) -> Bool { !pool(provider).usable.isEmpty }

  /// The same, but of the variables only these count.
  package func hasKey(_ provider: String, variables: [String]) -> Bool {
    pool(provider).usable.contains { member in
      guard case .variable(let name) = member.source else { return true }
      return variables.contains(name)
    }
  }

  /// Whether `auth.json` keeps something for a provider, usable or not.
  package func hasStored(_ provider: String) -> Bool {
    guard let keys = providers[provider] else { return false }
    return !auth.credentials(keys.poolNames).isEmpty
  }

  /// Why some of a provider's key sources gave no key.
  package func problems(_ provider: String) -> [KeyProblem] { pool(provider).problems }

  /// A credential with the same secret that is found without being stored; nil where none is.
  ///
  /// - Parameters:
  ///   - secret: The key.
  ///   - provider: Whose.
  /// - Returns: The name of its source, for example `env:NAME`.
  package func unstoredSource(of secret: Secret, provider: String) -> String? {
    pool(provider).own.first { $0.secret == secret }?.source.name
  }

  /// Learns what a reference gives, as the pools would.
  ///
  /// - Parameters:
  ///   - reference: Of an entry that is to be stored.
  ///   - provider: For the problem.
  /// - Returns: The secret, or why there is none.
  package func look(
    at reference: KeyReference, provider: String
  ) -> Result<Secret, KeyProblemError> {
    loader.key(at: reference, of: provider).mapError { KeyProblemError(problem: $0.value) }
  }

  /// The usable credentials of a provider in the order of the pool, without secrets.
  package func credentials(_ provider: String) -> [CredentialReference] {
    pool(provider).usable.map(\.reference)
  }

  /// What `acquire` would answer now; nothing is reserved, counted or written.
  package func look(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    if let over = overBudget(route, now) { return .unavailable(now, over) }
    let snapshot = board.snapshot(now)
    guard let reservation = reservation(order, route, snapshot, now) else {
      return .unavailable(now, absence(route.provider))
    }
    let selection = reservation.choose(
      marks: snapshot.marks, probing: snapshot.probing, uses: [])
    return event(selection, reservation, snapshot.epoch)
  }

  /// Anything is marked at all, as of a few milliseconds ago.
  package func hasMarks(_ now: Milliseconds) -> Bool { board.hasMarks(now) }

  /// The class of a mark that somebody is to find out about.
  package func markClass(
    of acquisition: Acquisition, route: Route, now: Milliseconds
  ) -> FailureClass? {
    let marks = board.snapshot(now).marks
    return markKeys(of: acquisition, route: route).lazy.compactMap { marks[$0]?.class }.first
  }

  /// Whether a mark says something of what is there now: not of a key that was replaced or removed.
  package func isCurrent(_ mark: Mark) -> Bool {
    guard mark.key.scope == .credential || mark.key.scope == .credentialModel,
      providers[mark.key.provider] != nil
    else { return true }
    guard let member = pool(mark.key.provider).member(mark.key.credential) else { return false }
    return !mark.isLifted(byFingerprint: member.reference.fingerprint)
  }

  /// All credentials of a provider with their standing; nothing is reserved or written.
  ///
  /// - Parameters:
  ///   - route: What would be asked.
  ///   - now: Milliseconds.
  /// - Returns: One row for each, in the order of the pool.
  package func listing(_ route: Route, now: Milliseconds) -> [CredentialListing] {
    let snapshot = board.snapshot(now)
    let uses = marks.uses().filter { $0.provider == route.provider }
    var chosen: String?
    if let reservation = reservation(AcquireOrder(route: 0), route, snapshot, now),
      case .chosen(let entry, _, _, _) = reservation.choose(
        marks: snapshot.marks, probing: [], uses: uses)
    {
      chosen = entry.credential.id
    }
    let context = SelectionContext(route: route, marks: snapshot.marks, now: now)
    let failures = marks.refreshFailures().filter { $0.provider == route.provider }
    return pool(route.provider).members.map { member in
      let id = member.reference.id
      let failure = failures.first { $0.credential == id && ($0.isTerminal || $0.until > now) }
      var reference = member.reference
      reference.account = snapshot.accounts[route.provider]?[id] ?? reference.account
      return CredentialListing(
        credential: reference, isOAuth: member.isOAuth, source: member.source.name,
        place: member.pointer ?? member.place, owner: member.owner,
        isConfigured: member.isOwn && providers[route.provider]?.isConfigured == true,
        problem: member.problem, renewalProblem: failure?.detail,
        bench: member.problem == nil
          ? health(of: reference, in: context) ?? failure?.bench(reference, now) : nil,
        uses: uses.first { $0.credential == id }?.uses ?? 0, isNext: id == chosen)
    }
  }
}

extension RefreshFailure {
  /// What it means for a credential: nothing, as long as that has not expired.
  fileprivate func bench(
    _ credential: CredentialReference, _ now: Milliseconds
  ) -> Unavailability? {
    guard let end = credential.expiresAt, end <= now else { return nil }
    return Unavailability(
      reason: isTerminal ? .terminal : .expired, class: .auth, status: status,
      until: isTerminal ? nil : until)
  }
}
