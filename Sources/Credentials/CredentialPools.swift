package import Calls
package import Fallback
import Synchronization

/// The credentials of all providers of this process, and the marks on them.
package final class CredentialPools: CredentialSource {
  private struct Pool {
    var credentials: [HeldCredential]
    var problems: [KeyProblem]
  }

  private let providers: [String: ProviderKeys]
  private let loader: KeyLoader
  private let board: MarkBoard
  private let marks: any MarkStore
  private let policy: Policy
  private let redactor: Redactor
  private let parseOrigin: @Sendable (String) -> Origin?
  private let pools = Mutex<[String: Pool]>([:])

  /// Makes the pools; keys are read when they are first needed.
  ///
  /// - Parameters:
  ///   - providers: Key sources of every provider that a plan may name.
  ///   - loader: Reads them.
  ///   - marks: The shared marks.
  ///   - policy: How long marks last.
  ///   - redactor: Learns every secret as soon as it is read.
  ///   - parseOrigin: The transport's own reading of a URL, so that what is checked is what connects.
  package init(
    providers: [ProviderKeys], loader: KeyLoader, marks: any MarkStore, policy: Policy,
    redactor: Redactor, parseOrigin: @escaping @Sendable (String) -> Origin?
  ) {
    self.providers = Dictionary(providers.map { ($0.provider, $0) }) { first, _ in first }
    self.loader = loader
    self.marks = marks
    board = MarkBoard(store: marks)
    self.policy = policy
    self.redactor = redactor
    self.parseOrigin = parseOrigin
  }

  package func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    let (known, probing) = board.snapshot(now)
    let keys = providers[route.provider]
    let context = SelectionContext(
      route: route, marks: known, probing: probing, now: now,
      strategy: keys?.strategy ?? .fillFirst, seed: UInt64(bitPattern: now))
    let entries = pool(route.provider).credentials.map {
      PoolEntry(credential: $0.reference, baseURL: route.baseURL)
    }
    if entries.isEmpty, !needsKey(route.provider) {
      return acquireWithoutKey(order, route, context, now)
    }
    switch select(entries, for: order, in: context) {
    case .none(let reason): return .unavailable(now, reason)
    case .chosen(let entry, let alternates, let passedOver, let probes):
      return acquired(
        Acquisition(
          credential: entry.credential, baseURL: entry.baseURL, alternates: alternates,
          isProbe: !probes.isEmpty, passedOver: passedOver), probes, route, now)
    }
  }

  private func acquireWithoutKey(
    _ order: AcquireOrder, _ route: Route, _ context: SelectionContext, _ now: Milliseconds
  ) -> Event {
    let (reason, probes) = screen(order, in: context)
    if let reason { return .unavailable(now, reason) }
    return acquired(
      Acquisition(credential: nil, baseURL: route.baseURL, isProbe: !probes.isEmpty), probes, route,
      now)
  }

  private func acquired(
    _ acquisition: Acquisition, _ probes: [MarkKey], _ route: Route, _ now: Milliseconds
  ) -> Event {
    var acquisition = acquisition
    board.beginProbe(probes, until: now + min(route.connectTimeout + route.timeout, 30_000))
    acquisition.adjustments = marks.adjustments(
      provider: route.provider, baseURL: acquisition.baseURL, model: route.model)
    return .acquired(now, acquisition)
  }

  package func header(for order: SendOrder, route: Route) -> CredentialHeader? {
    guard let reference = order.credential, let keys = providers[route.provider],
      let held = pool(route.provider).credentials.first(where: { $0.reference.id == reference.id })
    else { return nil }
    // The address that the user configured this key beside; an unreadable one allows nothing.
    let origins = [parseOrigin(order.baseURL)].compactMap(\.self)
    return CredentialHeader(
      name: keys.headerName, prefix: keys.headerPrefix, secret: held.secret,
      allowedOrigins: origins, allowsInsecureHTTP: keys.allowsInsecureHTTP)
  }

  package func headers(for route: Route) -> [(name: String, value: String)] {
    (providers[route.provider]?.headers ?? [:]).sorted { $0.key < $1.key }
      .map { (name: $0.key, value: $0.value) }
  }

  package func refresh(_ order: RefreshOrder, route: Route, now: Milliseconds) -> RefreshReport {
    guard order.purpose == .credential, let keys = providers[route.provider],
      let held = pool(route.provider).credentials.first(where: {
        $0.reference.id == order.credential.id
      })
    else { return RefreshReport(outcome: .unchanged, startedAt: now) }
    if held.reference.fingerprint != order.credential.fingerprint {
      return RefreshReport(outcome: .adopted(held.reference), startedAt: now)
    }
    switch loader.read(held.source, keys) {
    case .failure(let fault):
      return RefreshReport(
        outcome: .failed(isTerminal: false), startedAt: now, detail: fault.value.detail)
    case .success(let fresh):
      guard fresh.reference.fingerprint != order.credential.fingerprint else {
        return RefreshReport(outcome: .unchanged, startedAt: now)
      }
      redactor.learn(fresh.secret)
      replace(fresh, provider: route.provider)
      return RefreshReport(outcome: .renewed(fresh.reference), startedAt: now)
    }
  }

  package func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {
    for effect in effects {
      switch effect {
      case .failed(let note): board.fail(note, job: job, policy: policy, now: now)
      case .succeeded(let keys, let sentAt): board.succeed(keys, sentAt: sentAt)
      case .remember(let provider, let baseURL, let model, let adjustment):
        marks.remember(
          provider: provider, baseURL: baseURL, model: model, adjustment, at: now)
      }
    }
  }

  /// Whether a provider has a usable credential, or needs none.
  package func canAsk(_ provider: String) -> Bool {
    !needsKey(provider) || !pool(provider).credentials.isEmpty
  }

  /// Whether some key source of a provider gives a usable key.
  package func hasKey(_ provider: String) -> Bool { !pool(provider).credentials.isEmpty }

  /// Why some of a provider's key sources gave no key.
  package func problems(_ provider: String) -> [KeyProblem] { pool(provider).problems }

  /// The credentials of a provider in the order of the pool, without secrets.
  package func credentials(_ provider: String) -> [CredentialReference] {
    pool(provider).credentials.map(\.reference)
  }

  private func needsKey(_ provider: String) -> Bool { providers[provider]?.needsKey ?? true }

  private func pool(_ provider: String) -> Pool {
    if let pool = pools.withLock({ $0[provider] }) { return pool }
    guard let keys = providers[provider] else { return Pool(credentials: [], problems: []) }
    let (credentials, problems) = loader.load(keys)
    for credential in credentials { redactor.learn(credential.secret) }
    let loaded = Pool(credentials: credentials, problems: problems)
    return pools.withLock { pools in
      // Another thread may have been quicker; its pool may hold a renewed secret.
      let kept = pools[provider] ?? loaded
      pools[provider] = kept
      return kept
    }
  }

  private func replace(_ fresh: HeldCredential, provider: String) {
    pools.withLock { pools in
      guard var pool = pools[provider],
        let index = pool.credentials.firstIndex(where: { $0.reference.id == fresh.reference.id })
      else { return }
      pool.credentials[index] = fresh
      pools[provider] = pool
    }
  }
}
