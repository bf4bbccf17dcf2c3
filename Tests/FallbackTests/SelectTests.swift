import Fallback
import Testing

/// Choosing one of a provider's keys.
struct SelectTests {
  static let now = World.start
  static let place = route("a")

  private func entries(_ ids: String..., account: String? = nil) -> [PoolEntry] {
    ids.map { PoolEntry(credential: key($0, account: account), baseURL: Self.place.baseURL) }
  }

  private func mark(
    _ scope: FailureScope, _ class: FailureClass, until: Milliseconds, credential: String = "k",
    fingerprint: String = "", isTerminal: Bool = false, isPending: Bool = false
  ) -> (MarkKey, Mark) {
    let isPlace = scope == .route || scope == .model
    let key = MarkKey(
      scope: scope, provider: "a", baseURL: isPlace ? Self.place.baseURL : "",
      model: scope == .model || scope == .credentialModel ? "m" : "",
      credential: isPlace ? "" : credential)
    let mark = Mark(
      key: key, class: `class`, until: Self.now + until, markedAt: Self.now - 1,
      isPending: isPending, fingerprint: fingerprint, isTerminal: isTerminal)
    return (key, mark)
  }

  private func context(
    _ marks: [(MarkKey, Mark)], probing: Set<MarkKey> = [], _ strategy: PoolStrategy = .fillFirst,
    seed: UInt64 = 0
  ) -> SelectionContext {
    SelectionContext(
      route: Self.place, marks: Dictionary(uniqueKeysWithValues: marks), probing: probing,
      now: Self.now, strategy: strategy, seed: seed)
  }

  private func chosen(_ selection: Selection) -> String? {
    if case .chosen(let entry, _, _, _) = selection { entry.credential.id } else { nil }
  }

  @Test("strategies choose as they are named")
  func strategies() {
    var pool = entries("k0", "k1", "k2")
    pool[0].uses = 5
    pool[1].uses = 1
    pool[2].uses = 3
    pool[0].order = 9
    pool[1].order = 8
    pool[2].order = 7
    let order = AcquireOrder(route: 0)
    #expect(chosen(select(pool, for: order, in: context([]))) == "k0")
    #expect(chosen(select(pool, for: order, in: context([], .leastUsed))) == "k1")
    #expect(chosen(select(pool, for: order, in: context([], .roundRobin))) == "k2")
    let random = (0..<64).map {
      chosen(select(pool, for: order, in: context([], .random, seed: $0)))
    }
    #expect(Set(random) == ["k0", "k1", "k2"])
  }

  @Test("alternates are the usable keys beside the chosen one and the excluded")
  func alternates() {
    let selection = select(
      entries("k0", "k1", "k2", "k3"), for: AcquireOrder(route: 0, excluding: ["k0"]),
      in: context([mark(.credential, .rateLimit, until: 1_000, credential: "k2")]))
    guard case .chosen(let entry, 1, let passedOver, []) = selection else {
      Issue.record("\(selection)")
      return
    }
    #expect(entry.credential.id == "k1")
    #expect(passedOver.map(\.id) == ["k2"])
  }

  @Test("an expired mark is probed by one call while others skip")
  func probing() {
    let expired = mark(.credential, .rateLimit, until: 0)
    let order = AcquireOrder(route: 0)
    guard
      case .chosen(_, _, _, let probes) = select(entries("k"), for: order, in: context([expired]))
    else {
      Issue.record("not chosen")
      return
    }
    #expect(probes == [expired.0])
    guard
      case .none(let reason) = select(
        entries("k"), for: order, in: context([expired], probing: [expired.0]))
    else {
      Issue.record("chosen")
      return
    }
    #expect(reason.reason == .beingProbed)
    #expect(reason.until.map { $0 > Self.now } == true)
  }

  @Test("the longest active mark speaks; one that is being probed does not hide it")
  func worst() {
    let long = mark(.credential, .payment, until: 600_000)
    let short = mark(.route, .tls, until: 5_000)
    let expired = mark(.model, .overloaded, until: 0)
    guard
      case .none(let reason) = select(
        entries("k"), for: AcquireOrder(route: 0),
        in: context([long, short, expired], probing: [expired.0]))
    else {
      Issue.record("chosen")
      return
    }
    #expect(reason.class == .payment)
    #expect(reason.until == Self.now + 600_000)
  }

  @Test("a terminal mark outweighs any time")
  func terminal() {
    let dead = mark(.credential, .auth, until: 0, isTerminal: true)
    let long = mark(.account, .payment, until: 900_000, credential: "acme")
    guard
      case .none(let reason) = select(
        entries("k", account: "acme"), for: AcquireOrder(route: 0), in: context([dead, long]))
    else {
      Issue.record("chosen")
      return
    }
    #expect(reason.reason == .terminal)
    #expect(reason.until == nil)
  }

  @Test("of several benched keys the first to come back speaks for the route")
  func summary() {
    let marks = [
      mark(.credential, .payment, until: 600_000, credential: "k0"),
      mark(.credential, .rateLimit, until: 4_000, credential: "k1"),
      mark(.credential, .auth, until: 0, credential: "k2", isTerminal: true),
    ]
    guard
      case .none(let reason) = select(
        entries("k0", "k1", "k2"), for: AcquireOrder(route: 0), in: context(marks))
    else {
      Issue.record("chosen")
      return
    }
    #expect(reason.class == .rateLimit)
    #expect(reason.until == Self.now + 4_000)
    #expect(reason.passedOver.count == 3)
  }

  @Test("a changed secret lifts auth marks of its key, not marks of a place or of another class")
  func fingerprints() {
    func isUsable(_ mark: (MarkKey, Mark)) -> Bool {
      chosen(select(entries("k"), for: AcquireOrder(route: 0), in: context([mark]))) != nil
    }
    #expect(isUsable(mark(.credential, .auth, until: 9_000, fingerprint: "old")))
    #expect(isUsable(mark(.credential, .auth, until: 9_000, fingerprint: "old", isTerminal: true)))
    #expect(!isUsable(mark(.credential, .auth, until: 9_000, fingerprint: "print-k")))
    #expect(!isUsable(mark(.credential, .rateLimit, until: 9_000, fingerprint: "old")))
    #expect(!isUsable(mark(.route, .forbidden, until: 9_000, fingerprint: "old")))
  }

  @Test("pending marks bench nothing; marks for the server's own fault are ignored on request")
  func ignored() {
    let pending = mark(.route, .serverError, until: 9_000, isPending: true)
    let order = AcquireOrder(route: 0)
    #expect(chosen(select(entries("k"), for: order, in: context([pending]))) == "k")
    let fault = mark(.route, .serverError, until: 9_000)
    #expect(chosen(select(entries("k"), for: order, in: context([fault]))) == nil)
    #expect(screen(order, in: context([fault])).unavailability?.class == .serverError)
    let last = AcquireOrder(route: 0, ignoresServerFaults: true)
    #expect(chosen(select(entries("k"), for: last, in: context([fault]))) == "k")
    #expect(screen(last, in: context([fault])).unavailability == nil)
    let limit = mark(.credential, .rateLimit, until: 9_000)
    #expect(chosen(select(entries("k"), for: last, in: context([fault, limit]))) == nil)
  }

  @Test("a class that benches for no time leaves nothing to probe")
  func emptyMark() {
    var (key, empty) = mark(.credential, .rateLimit, until: -1)
    #expect(empty.isActive(Self.now) == false)
    let entry = PoolEntry(
      credential: CredentialReference(id: "k", label: "k", fingerprint: "print-k"),
      baseURL: Self.place.baseURL)
    func probes() -> [MarkKey]? {
      let chosen = select([entry], for: AcquireOrder(route: 0), in: context([(key, empty)]))
      guard case .chosen(_, _, _, let probes) = chosen else { return nil }
      return probes
    }
    #expect(probes() == [])
    (key, empty) = mark(.credential, .rateLimit, until: 0)
    #expect(probes() == [key])
  }
}
