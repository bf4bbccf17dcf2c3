import Calls
import Credentials
import Fallback
import Platform
import Synchronization

/// A folder that goes with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = "/tmp/auxq-credentials-\(SHA256.hexText(Random.bytes(8)))"
    try FileSystem.makeDirectories(path)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if !FileSystem.isSymbolicLink(path) {
      for name in (try? FileSystem.listDirectory(path)) ?? [] { remove("\(path)/\(name)") }
    }
    try? FileSystem.remove(path)
  }

  @discardableResult
  func write(_ text: String, to name: String = "auth.json", mode: UInt32 = 0o600) throws -> String {
    try FileSystem.writeAtomically("\(path)/\(name)", Array(text.utf8), mode: mode)
    return "\(path)/\(name)"
  }
}

/// Marks and counters in memory; counts what it is asked.
final class MemoryMarks: MarkStore {
  struct State {
    var marks: [Mark] = []
    var uses: [PoolUse] = []
    var epoch: Int64 = 0
    var reads = 0
    var writes = 0
    var ended: [MarkKey] = []
    var failures: [RefreshFailure] = []
    var answers: [String: (text: String, at: Milliseconds)] = [:]
    /// Given out and not given back.
    var leases: [String: Int] = [:]
    /// The newest first, by provider and credential.
    var places: [String: [PacedRequest]] = [:]
    var givenBack: [ReservedCredential] = []

    mutating func count(_ id: String, of provider: String) {
      let last = uses.map(\.order).max() ?? 0
      if !uses.contains(where: { $0.credential == id }) {
        uses.append(PoolUse(provider: provider, credential: id, uses: 0, order: 0))
      }
      for index in uses.indices where uses[index].credential == id {
        uses[index].uses += 1
        uses[index].order = last + 1
      }
    }
  }

  let state = Mutex(State())

  func marks() -> [Mark] {
    state.withLock { state in
      state.reads += 1
      return state.marks
    }
  }

  func uses() -> [PoolUse] { state.withLock { $0.uses } }
  func reading(unless epoch: Int64?) -> MarkReading? {
    let now = state.withLock { $0.epoch }
    return now == epoch ? nil : MarkReading(epoch: now, marks: marks(), uses: uses())
  }

  func fail(_ note: FailureNote, job: Int64, policy: Policy, at: Milliseconds) {
    state.withLock { state in
      let known = state.marks.first { $0.key == note.key }
      state.marks.removeAll { $0.key == note.key }
      state.marks.append(.renewed(known, by: note, job: job, policy: policy, now: at))
      state.epoch += 1
      state.writes += 1
    }
  }

  func lift(_ keys: [MarkKey], madeBefore: Milliseconds) {
    state.withLock { state in
      state.marks.removeAll { keys.contains($0.key) && $0.markedAt < madeBefore }
      state.epoch += 1
      state.writes += 1
    }
  }

  func reserve(_ reservation: Reservation) -> Selection? {
    state.withLock { state in
      state.writes += 1
      let selection = reservation.choose(
        marks: Dictionary(state.marks.map { ($0.key, $0) }) { first, _ in first }, probing: [],
        uses: state.uses)
      if reservation.countsUses, case .chosen(let entry, _, _, _) = selection {
        state.count(entry.credential.id, of: reservation.route.provider)
      }
      if reservation.limit != nil, case .chosen(let entry, _, _, _) = selection {
        state.leases["\(reservation.route.provider) \(entry.credential.id)", default: 0] += 1
      }
      return selection
    }
  }

  func pace(_ request: PaceRequest) -> PaceAnswer? {
    state.withLock { state in
      let key = "\(request.provider) \(request.credential)"
      let start = request.limits.start(
        tokens: request.tokens, after: state.places[key] ?? [], now: request.now)
      guard start <= request.latest else { return .notBefore(start) }
      state.places[key, default: []].insert(
        PacedRequest(at: start, tokens: request.tokens), at: 0)
      return .granted(start)
    }
  }

  func giveBack(_ reserved: ReservedCredential) { state.withLock { $0.givenBack.append(reserved) } }

  func endLease(provider: String, credential: String) {
    state.withLock { $0.leases["\(provider) \(credential)", default: 0] -= 1 }
  }

  func endProbes(_ keys: [MarkKey]) { state.withLock { $0.ended += keys } }

  func refreshFailures() -> [RefreshFailure] { state.withLock { $0.failures } }

  func noteRefresh(provider: String, credential: String, _ failure: RefreshFailure?) {
    state.withLock { state in
      state.failures.removeAll { $0.provider == provider && $0.credential == credential }
      if let failure { state.failures.append(failure) }
    }
  }

  func keptAnswer(_ key: String) -> (text: String, at: Milliseconds)? {
    state.withLock { $0.answers[key] }
  }

  func keep(_ text: String, for key: String, at: Milliseconds) {
    state.withLock { $0.answers[key] = (text, at) }
  }

  func remember(
    provider: String, baseURL: String, model: String, _ adjustment: Adjustment, at: Milliseconds
  ) {}

  func adjustments(
    provider: String, baseURL: String, model: String, epoch: Int64
  ) -> [Adjustment] { [] }
}

/// Pools over an auth.json and an environment.
final class PoolWorld: Sendable {
  let folder: Folder
  let auth: AuthStore
  let marks = MemoryMarks()
  let pools: CredentialPools
  let now: Milliseconds = 1_000_000

  init(
    auth text: String? = nil, environment: [String: String] = [:], providers: [ProviderKeys]
  ) throws {
    folder = try Folder()
    if let text { try folder.write(text) }
    auth = try AuthStore(path: folder.path + "/auth.json")
    pools = CredentialPools(
      providers: providers, loader: KeyLoader(environment: environment), auth: auth, marks: marks,
      policy: Policy(), redactor: Redactor(),
      parseOrigin: { url in
        let parts = url.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count > 1 else { return nil }
        return Origin(scheme: String(parts[0].dropLast()), host: String(parts[1]), port: 443)
      })
  }

  func route(_ provider: String, url: String = "https://default.example/v1") -> Route {
    Route(provider: provider, baseURL: url, model: "m")
  }

  func rows(_ provider: String) -> [CredentialListing] {
    pools.listing(route(provider), now: now)
  }

  /// Ids of what can be used, in order.
  func ids(_ provider: String) -> [String] { pools.credentials(provider).map(\.id) }

  func acquired(
    _ provider: String, excluding: [String] = [], at time: Milliseconds? = nil,
    url: String = "https://default.example/v1"
  ) -> Acquisition? {
    let order = AcquireOrder(route: 0, excluding: excluding)
    let event = pools.acquire(order, route: route(provider, url: url), now: time ?? now)
    guard case .acquired(_, let acquisition) = event else { return nil }
    return acquisition
  }

  func order(_ acquisition: Acquisition) -> SendOrder {
    SendOrder(
      route: 0, credential: acquisition.credential, baseURL: acquisition.baseURL, model: "m",
      adjustments: [], connectTimeout: 1_000, totalTimeout: 1_000)
  }

  /// The secret that would be sent.
  func header(_ provider: String) -> String? {
    guard let acquisition = acquired(provider) else { return nil }
    return pools.header(for: order(acquisition), route: route(provider))?.secret.withBytes {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Refreshes, and waits for it.
  func refresh(
    _ provider: String, _ credential: CredentialReference,
    purpose: RefreshPurpose = .credential
  ) -> RefreshReport {
    let order = RefreshOrder(route: 0, purpose: purpose, credential: credential)
    let end = WaitCondition<RefreshReport?>(nil)
    _ = pools.refresh(order, route: route(provider), now: now) { report in
      end.broadcast { $0 = report }
    }
    return end.wait { $0 } ?? RefreshReport(outcome: .unchanged, startedAt: 0)
  }

  /// A failure of a credential as it is now.
  func note(
    _ provider: String, _ id: String, class: FailureClass = .auth, status: Int = 401,
    fingerprint: String? = nil, sentAt: Milliseconds? = nil
  ) -> FailureNote {
    FailureNote(
      key: MarkKey(scope: .credential, provider: provider, credential: id), class: `class`,
      status: status, hintUntil: nil, sentAt: sentAt ?? now - 10,
      fingerprint: fingerprint
        ?? pools.credentials(provider).first { $0.id == id }?.fingerprint ?? "",
      isTerminal: false, needsConfirmation: false)
  }
}
