package import Fallback
package import Queue
import Testing

/// Credentials of one provider, for tests that do not care about more.
package func reservation(
  _ ids: [String], strategy: PoolStrategy = .leastUsed, at now: Milliseconds = 1_000
) -> Reservation {
  let route = Route(provider: "p", baseURL: "https://p.example/v1", model: "m")
  return Reservation(
    entries: ids.map {
      PoolEntry(
        credential: CredentialReference(id: $0, label: $0, fingerprint: "f"),
        baseURL: route.baseURL)
    }, order: AcquireOrder(route: 0), route: route, strategy: strategy, seed: 1, now: now)
}

/// A failure of a credential of the same provider.
package func failure(
  _ id: String, class: FailureClass = .rateLimit, sentAt: Milliseconds = 500,
  needsConfirmation: Bool = false
) -> FailureNote {
  FailureNote(
    key: MarkKey(scope: .credential, provider: "p", credential: id), class: `class`, status: 429,
    hintUntil: nil, sentAt: sentAt, fingerprint: "f", isTerminal: false,
    needsConfirmation: needsConfirmation)
}

extension QueueStore {
  /// The credential that a reservation chose; nil: none.
  package func reserve(
    _ reservation: Reservation, for holder: WorkerIdentity = worker("w")
  ) throws -> String? {
    guard
      case .reserved(let selection)? = try transact([.reserve(reservation, holder: holder)]).first
    else { throw UnexpectedResult(result: "reserve") }
    guard case .chosen(let entry, _, _, _) = selection else { return nil }
    return entry.credential.id
  }
}

extension StoreConformance {
  /// S10: two processes that fail at the same time do not undo each other's marks.
  package static func s10Failures(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let policy = Policy()
    func fail(_ note: FailureNote, job: Int64, at: Milliseconds, _ store: any QueueStore) throws {
      _ = try store.transact([.fail(note, job: job, policy: policy, at: at)])
    }
    try fail(failure("a", sentAt: 10), job: 1, at: 1_000, fixture.store)
    let first = try #require(try fixture.other.marks().first)
    #expect(first.until == 61_000 && first.failures == 1 && first.markedAt == 1_000)
    // Sent before the mark was made: the same outage, not a second one.
    try fail(failure("a", sentAt: 20), job: 2, at: 1_100, fixture.other)
    #expect(try fixture.store.marks().first?.failures == 1)
    // Sent after it: the time doubles.
    try fail(failure("a", sentAt: 70_000), job: 3, at: 71_000, fixture.other)
    #expect(try fixture.store.marks().first?.until == 71_000 + 120_000)
    // A server's own fault benches nothing until a second job confirms it, whoever runs that.
    let fault = failure("b", class: .serverError, needsConfirmation: true)
    try fail(fault, job: 7, at: 1_000, fixture.store)
    try fail(fault, job: 7, at: 1_010, fixture.other)
    #expect(try fixture.other.marks().first { $0.key == fault.key }?.isPending == true)
    try fail(fault, job: 8, at: 1_020, fixture.other)
    #expect(try fixture.store.marks().first { $0.key == fault.key }?.isPending == false)
  }

  /// S16: turns and counts are shared.
  package static func s16Turns(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let stores = [fixture.store, fixture.other]
    let ids = ["a", "b", "c"]
    var chosen: [String] = []
    for turn in 0..<9 {
      chosen.append(try #require(try stores[turn % 2].reserve(reservation(ids))))
    }
    #expect(Dictionary(chosen.map { ($0, 1) }, uniquingKeysWith: +) == ["a": 3, "b": 3, "c": 3])
    #expect(try fixture.other.poolUses().map(\.uses) == [3, 3, 3])
    let rounds = try maker.fixture()
    let turns = try (0..<5).map { turn in
      try (turn % 2 == 0 ? rounds.store : rounds.other)
        .reserve(reservation(ids, strategy: .roundRobin))
    }
    #expect(turns == ["a", "b", "c", "a", "b"])
    // A benched one is passed over, and the turn goes on behind it.
    _ = try rounds.store.transact([.fail(failure("c"), job: 1, policy: Policy(), at: 900)])
    #expect(try rounds.other.reserve(reservation(ids, strategy: .roundRobin)) == "a")
    // Nothing is counted where nothing depends on it.
    let quiet = try maker.fixture()
    _ = try quiet.store.reserve(reservation(ids, strategy: .fillFirst))
    _ = try quiet.store.reserve(reservation(["a"]))
    #expect(try quiet.store.poolUses().isEmpty)
  }

  /// S16: an expired mark is probed by one call at a time.
  package static func s16Probes(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (one, two) = (worker("one"), worker("two", pid: 200))
    let note = failure("a")
    _ = try fixture.store.transact([.fail(note, job: 1, policy: Policy(), at: 1_000)])
    #expect(try fixture.store.reserve(reservation(["a"], at: 60_999), for: one) == nil)
    #expect(try fixture.store.reserve(reservation(["a"], at: 61_000), for: one) == "a")
    #expect(try fixture.other.reserve(reservation(["a"], at: 61_001), for: two) == nil)
    // The lease is over after 30 s at the latest.
    #expect(try fixture.other.reserve(reservation(["a"], at: 91_001), for: two) == "a")
    _ = try fixture.store.transact([.endProbes([note.key], holder: one)])
    #expect(try fixture.store.reserve(reservation(["a"], at: 91_002), for: one) == nil)
    _ = try fixture.store.transact([.endProbes([note.key], holder: two)])
    #expect(try fixture.store.reserve(reservation(["a"], at: 91_003), for: one) == "a")
    // A holder that died holds nothing.
    fixture.living.kill(one)
    #expect(try fixture.other.reserve(reservation(["a"], at: 91_004), for: two) == "a")
    // A failed probe marks anew, and a good one lifts.
    _ = try fixture.store.transact([
      .fail(failure("a", sentAt: 91_004), job: 2, policy: Policy(), at: 91_005)
    ])
    #expect(try fixture.store.reserve(reservation(["a"], at: 91_006), for: one) == nil)
    _ = try fixture.store.transact([.unmark([note.key], madeBefore: 91_006)])
    #expect(try fixture.other.reserve(reservation(["a"], at: 91_007), for: two) == "a")
  }

  /// S28: calls under way by credential, over all processes.
  package static func s28Leases(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (one, two) = (worker("one"), worker("two", pid: 200))
    func reserve(_ ids: [String], _ holder: WorkerIdentity, _ store: any QueueStore) throws
      -> String?
    {
      var wanted = reservation(ids, strategy: .fillFirst)
      wanted.limit = 2
      return try store.reserve(wanted, for: holder)
    }
    func end(_ id: String, _ holder: WorkerIdentity) throws {
      _ = try fixture.store.transact([.endLease(provider: "p", credential: id, holder: holder)])
    }
    let chosen = try [one, two, one, two].map { try reserve(["a", "b"], $0, fixture.store) }
    #expect(chosen == ["a", "a", "b", "b"])
    #expect(try reserve(["a", "b"], one, fixture.other) == nil)
    try end("a", one)
    #expect(try reserve(["a", "b"], two, fixture.other) == "a")
    #expect(try reserve(["a"], one, fixture.other) == nil)
    // What a process held that died is free.
    fixture.living.kill(two)
    #expect(try reserve(["a"], one, fixture.other) == "a")
    #expect(try reserve(["a"], one, fixture.other) == "a")
    #expect(try reserve(["a"], one, fixture.other) == nil)
    // Ending what is not held frees nothing of others.
    try end("a", two)
    #expect(try reserve(["a"], one, fixture.other) == nil)
    // Asked without a key it is one and the same for everybody; nothing is counted.
    #expect(try [one, one, one].map { try reserve([], $0, fixture.store) } == ["", "", nil])
    #expect(try fixture.store.poolUses().isEmpty)
  }

  /// S16: whose a credential is.
  package static func s16Accounts(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let epoch = try fixture.other.healthEpoch()
    _ = try fixture.store.transact([.assign(provider: "p", credential: "a", account: "me")])
    #expect(try fixture.other.poolUses().first?.account == "me")
    #expect(try fixture.other.healthEpoch() > epoch)
    _ = try fixture.store.reserve(reservation(["a", "b"]))
    #expect(try fixture.other.poolUses().first?.account == "me")
  }

  /// S17: a reset by hand.
  package static func s17Reset(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let place = MarkKey(scope: .route, provider: "p", baseURL: "https://p.example/v1")
    let (a, b) = (failure("a", class: .auth), failure("b", class: .payment))
    _ = try fixture.store.transact([
      .fail(a, job: 1, policy: Policy(), at: 1_000), .fail(b, job: 1, policy: Policy(), at: 1_000),
      .mark([
        Mark(key: place, class: .tls, until: 9_000, markedAt: 1_000),
        Mark(
          key: MarkKey(scope: .credential, provider: "q", credential: "a"), class: .auth,
          until: 9_000, markedAt: 1_000),
      ]),
    ])
    func lifted(_ credentials: [String]?) throws -> Set<MarkKey> {
      let order = HealthReset(provider: "p", credentials: credentials, at: 2_000)
      let answer: [OperationResult] = try fixture.other.transact([.reset(order)])
      guard case .lifted(let keys)? = answer.first else {
        throw UnexpectedResult(result: "reset")
      }
      return Set(keys)
    }
    #expect(try lifted(["a"]) == [a.key])
    // What was sent before the reset does not bring the mark back; what was sent after it does.
    _ = try fixture.store.transact([.fail(a, job: 2, policy: Policy(), at: 2_100)])
    #expect(try fixture.store.marks().contains { $0.key == a.key } == false)
    _ = try fixture.store.transact([
      .fail(failure("a", sentAt: 2_001), job: 2, policy: Policy(), at: 2_200)
    ])
    #expect(try lifted(nil) == [a.key, b.key, place])
    #expect(try fixture.store.marks().map(\.key.provider) == ["q"])
    #expect(try lifted(nil).isEmpty)
  }
}

extension StoreConformance {
  /// S29: failed refreshes and kept answers, seen by everybody.
  package static func s29Refresh(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    var failure = RefreshFailure(
      provider: "p", credential: "a", fingerprint: "f", failures: 2, until: 900, isTerminal: false,
      status: 503, detail: "down")
    func note(_ failure: RefreshFailure?, of id: String = "a") throws {
      _ = try fixture.store.transact([.noteRefresh(provider: "p", credential: id, failure)])
    }
    try note(failure)
    #expect(try fixture.other.refreshFailures() == [failure])
    failure.status = nil
    failure.failures = 3
    try note(failure)
    #expect(try fixture.other.refreshFailures() == [failure])
    var dead = failure
    dead.credential = "b"
    dead.isTerminal = true
    try note(dead, of: "b")
    _ = try fixture.other.transact([
      .reset(HealthReset(provider: "p", credentials: nil, at: 1_000))
    ])
    #expect(try fixture.store.refreshFailures() == [dead])
    try note(failure)
    _ = try fixture.other.transact([
      .reset(HealthReset(provider: "p", credentials: ["b"], at: 1_000))
    ])
    #expect(try Set(fixture.store.refreshFailures()) == [failure, dead])
    try note(nil)
    #expect(try fixture.other.refreshFailures() == [dead])

    #expect(try fixture.other.keptAnswer("models") == nil)
    let answer = KeptAnswer(key: "models", text: "{}", at: 50)
    _ = try fixture.store.transact([.keep(answer)])
    _ = try fixture.other.transact([.keep(KeptAnswer(key: "models", text: "old", at: 49))])
    #expect(try fixture.other.keptAnswer("models") == answer)
  }
}
