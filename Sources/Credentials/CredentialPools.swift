package import Calls
package import Fallback
import Platform
import Synchronization

/// The credentials of all providers of this process, and the marks on them.
package final class CredentialPools: CredentialSource {
  let providers: [String: ProviderKeys]
  let loader: KeyLoader
  let auth: AuthStore
  let board: MarkBoard
  let marks: any MarkStore
  let policy: Policy
  let redactor: Redactor
  private let parseOrigin: @Sendable (String) -> Origin?
  let trials: CredentialTrials
  let soles = SolePlaces()
  let spending = Spending()
  /// Sends the requests of refreshes; nil: this process makes none.
  let refreshing: RefreshTransport?
  let flights = RefreshFlights()
  private let pools = Mutex<[String: Pool]>([:])

  /// Makes the pools; keys are read when they are first needed.
  ///
  /// - Parameters:
  ///   - providers: Key sources of every provider that a plan may name.
  ///   - loader: Reads them.
  ///   - auth: The stored credentials.
  ///   - marks: The shared marks.
  ///   - policy: How long marks last.
  ///   - redactor: Learns every secret as soon as it is read.
  ///   - parseOrigin: The transport's own reading of a URL, so that what is checked is what connects.
  ///   - patience: How long calls wait for the first one with a credential, in milliseconds.
  ///   - refreshing: Sends the requests of refreshes; nil: none is made, as in commands that only look.
  ///   - calm: How late, in milliseconds, a call may see what other processes mark while nothing is
  ///     marked.
  package init(
    providers: [ProviderKeys], loader: KeyLoader, auth: AuthStore, marks: any MarkStore,
    policy: Policy, redactor: Redactor, parseOrigin: @escaping @Sendable (String) -> Origin?,
    patience: Milliseconds = 1_000, refreshing: RefreshTransport? = nil, calm: Milliseconds = 0
  ) {
    trials = CredentialTrials(patience: patience)
    self.refreshing = refreshing
    self.providers = Dictionary(providers.map { ($0.provider, $0) }) { first, _ in first }
    self.loader = loader
    self.auth = auth
    self.marks = marks
    board = MarkBoard(store: marks, calm: calm)
    self.policy = policy
    self.redactor = redactor
    self.parseOrigin = parseOrigin
  }

  // MARK: Choosing

  package func acquireAtOnce(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event? {
    if let over = overBudget(route, now) { return .unavailable(now, over) }
    if isPaced(order, route) { return nil }
    return chooseAtOnce(order, route: route, now: now)
  }

  private func chooseAtOnce(
    _ order: AcquireOrder, route: Route, now: Milliseconds
  ) -> Event? {
    let snapshot = board.snapshot(now)
    guard let reservation = reservation(order, route, snapshot, now) else {
      return .unavailable(now, absence(route.provider))
    }
    if reservation.isCounted { return nil }
    let selection = reservation.choose(
      marks: snapshot.marks, probing: snapshot.probing, uses: [])
    if case .chosen(_, _, _, let probes) = selection, !probes.isEmpty { return nil }
    return event(selection, reservation, snapshot.epoch)
  }

  package func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    if let over = overBudget(route, now) { return .unavailable(now, over) }
    return paced(choose(order, route: route, now: now), order, route, now)
  }

  func choose(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    if let event = chooseAtOnce(order, route: route, now: now) { return event }
    let snapshot = board.snapshot(now)
    guard let reservation = reservation(order, route, snapshot, now) else {
      return .unavailable(now, absence(route.provider))
    }
    return event(reserve(reservation, snapshot), reservation, snapshot.epoch)
  }

  /// nil: the provider needs a key and has none.
  func reservation(
    _ order: AcquireOrder, _ route: Route, _ snapshot: MarkBoard.Snapshot, _ now: Milliseconds
  ) -> Reservation? {
    // What is benched for its secret may have been renewed this very moment.
    let isDoubted = snapshot.marks.values.contains {
      $0.key.provider == route.provider && $0.key.scope == .credential && $0.class == .auth
    }
    auth.lookAgain(now, isUrgent: isDoubted)
    let pool = pool(route.provider)
    let accounts = snapshot.accounts[route.provider] ?? [:]
    let entries = pool.usable.map { member in
      var credential = member.reference
      credential.account = accounts[credential.id] ?? credential.account
      return PoolEntry(credential: credential, baseURL: member.ownURL ?? route.baseURL)
    }
    if entries.isEmpty, needsKey(route.provider) || !pool.members.isEmpty { return nil }
    let strategy = providers[route.provider]?.strategy ?? .fillFirst
    return Reservation(
      entries: entries, order: order, route: route,
      strategy: strategy, seed: strategy == .random ? Random.uint64() : 0, now: now,
      limit: providers[route.provider]?.concurrency)
  }

  /// Why a provider that needs a credential has none that can be used.
  func absence(_ provider: String) -> Unavailability {
    let isRevoked = pool(provider).problems.contains { $0.code == .revoked }
    return isRevoked
      ? Unavailability(reason: .terminal, class: .auth) : Unavailability(reason: .noCredential)
  }

  func event(
    _ selection: Selection, _ reservation: Reservation, _ epoch: Int64
  ) -> Event {
    switch selection {
    case .none(let reason): return .unavailable(reservation.now, reason)
    case .chosen(let entry, let alternates, let passedOver, let probes):
      let acquisition = Acquisition(
        credential: entry.credential == .keyless ? nil : entry.credential, baseURL: entry.baseURL,
        alternates: alternates, isProbe: !probes.isEmpty, passedOver: passedOver,
        adjustments: marks.adjustments(
          provider: reservation.route.provider, baseURL: entry.baseURL,
          model: reservation.route.model, epoch: epoch))
      return .acquired(reservation.now, acquisition)
    }
  }

  package func release(_ acquisition: Acquisition, route: Route) {
    board.endProbe(markKeys(of: acquisition, route: route))
  }

  // MARK: Sending

  package func header(for order: SendOrder, route: Route) -> CredentialHeader? {
    guard let reference = order.credential, let keys = providers[route.provider],
      let held = pool(route.provider).member(reference.id), let secret = held.secret
    else { return nil }
    // The address that this key was given for; an unreadable one allows nothing.
    let origins = [parseOrigin(held.ownURL ?? route.baseURL)].compactMap(\.self)
    let isToken = held.isOAuth && keys.headerName == "x-api-key"
    return CredentialHeader(
      name: isToken ? "Authorization" : keys.headerName,
      prefix: isToken ? "Bearer " : keys.headerPrefix, secret: secret, allowedOrigins: origins,
      allowsInsecureHTTP: keys.allowsInsecureHTTP)
  }

  package func headers(for route: Route) -> [(name: String, value: String)] {
    (providers[route.provider]?.headers ?? [:]).sorted { $0.key < $1.key }
      .map { (name: $0.key, value: $0.value) }
  }

  package func wire(for route: Route) -> WireSettings {
    providers[route.provider]?.wire ?? WireSettings()
  }

  package func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {
    for effect in effects {
      switch effect {
      case .failed(let note):
        if isCurrent(note, now) { board.fail(note, job: job, policy: policy, now: now) }
      case .succeeded(let keys, let sentAt): board.succeed(keys, sentAt: sentAt)
      case .remember(let provider, let baseURL, let model, let adjustment):
        marks.remember(
          provider: provider, baseURL: baseURL, model: model, adjustment, at: now)
      }
    }
  }

  /// A failure of a secret that was replaced in the meantime says nothing about the new one.
  private func isCurrent(_ note: FailureNote, _ now: Milliseconds) -> Bool {
    guard note.key.scope == .credential || note.key.scope == .credentialModel else { return true }
    auth.lookAgain(now, isUrgent: true)
    return pool(note.key.provider).member(note.key.credential)?.reference.fingerprint
      == note.fingerprint
  }

  // MARK: Reading

  func needsKey(_ provider: String) -> Bool { providers[provider]?.needsKey ?? true }

  func pool(_ provider: String) -> Pool {
    let version = auth.version
    let known = pools.withLock { $0[provider] }
    if let known, known.authVersion == version { return known }
    guard let keys = providers[provider] else {
      return Pool(members: [], problems: [], own: [], authVersion: version)
    }
    let assembly = PoolAssembly(
      keys: keys, environment: loader.environment, suppressed: auth.suppressed(keys.poolNames),
      known: known)
    let loaded = assembly.pool(
      auth.credentials(keys.poolNames), own: known?.own ?? loader.load(keys), version: version)
    for member in loaded.members + loaded.own {
      if let secret = member.secret { redactor.learn(secret) }
    }
    return pools.withLock { pools in
      // Another thread may have been quicker; its pool may hold a renewed secret.
      if let other = pools[provider], other.authVersion >= version { return other }
      pools[provider] = loaded
      return loaded
    }
  }

  func replace(_ fresh: HeldCredential, provider: String) {
    pools.withLock { pools in
      guard var pool = pools[provider] else { return }
      let isFresh: (HeldCredential) -> Bool = { $0.reference.id == fresh.reference.id }
      if let index = pool.members.firstIndex(where: isFresh) { pool.members[index] = fresh }
      if let index = pool.own.firstIndex(where: isFresh) { pool.own[index] = fresh }
      pools[provider] = pool
    }
  }
}
