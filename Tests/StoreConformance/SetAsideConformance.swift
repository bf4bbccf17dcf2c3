import Fallback
import Queue
import Testing

extension QueueStore {
  /// Claims for a worker, with a choice for the plan `p`.
  fileprivate func claim(
    _ worker: WorkerIdentity, limit: Int, choosing choice: Reservation, lease: Milliseconds = 60_000
  ) throws -> [ClaimedJob] {
    var request = ClaimRequest(worker: worker, limit: limit, lease: lease)
    request.choices = ["p": choice]
    guard case .claimed(let jobs)? = try transact([.claim(request)]).first else {
      throw UnexpectedResult(result: "claim")
    }
    return jobs
  }

  fileprivate var uses: [String: Int] {
    get throws {
      Dictionary(uniqueKeysWithValues: try poolUses().map { ($0.credential, $0.uses) })
    }
  }
}

extension StoreConformance {
  /// S31: counted with the claim, shared by two processes, and given back.
  package static func s31SetAside(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (one, two) = (worker("one"), worker("two", pid: 200))
    let turns = reservation(["a", "b", "c"], strategy: .roundRobin)
    let plans = (0..<9).map { newJob("\($0)", plan: "p") } + [newJob("other", plan: "q")]
    _ = try fixture.store.transact([.enqueue(plans)])
    let mine = try fixture.store.claim(one, limit: 3, choosing: turns)
    let theirs = try fixture.other.claim(two, limit: 2, choosing: turns)
    #expect(mine.map(\.reserved?.credential) == ["a", "b", "c"])
    #expect(theirs.map(\.reserved?.credential) == ["a", "b"])
    #expect(try fixture.other.uses == ["a": 2, "b": 2, "c": 1])

    // A call was made: the use stays counted.
    let use = [ProviderUse(provider: "p", calls: 1, inputTokens: 1, outputTokens: 1)]
    #expect(try fixture.store.settle(mine[0].lease, .handBack, use: use))
    #expect(try fixture.other.uses["a"] == 2)
    // None was: its turn comes back with it.
    #expect(try fixture.store.settle(mine[2].lease, .cancelled))
    #expect(try fixture.other.uses["c"] == 0)
    // Another credential was chosen: that is known at once, and only the newest claim may say so.
    let unused = try #require(theirs[1].reserved)
    var stale = unused
    stale.claim?.token -= 1
    _ = try fixture.other.transact([.giveBack(stale)])
    #expect(try fixture.store.uses["b"] == 2)
    _ = try fixture.other.transact([.giveBack(unused), .giveBack(unused)])
    #expect(try fixture.store.uses["b"] == 1)
    #expect(try fixture.other.settle(theirs[1].lease, .handBack, use: use))
    #expect(try fixture.store.uses == ["a": 2, "b": 1, "c": 0])
    #expect(
      try fixture.store.claim(one, limit: 1, choosing: turns).map(\.reserved?.credential) == ["c"])
    try s31Crashes(maker)
    try s31Exceptions(maker)
  }

  /// A worker that dies before its first call has used nothing.
  private static func s31Crashes(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (one, two) = (worker("one"), worker("two", pid: 200))
    let even = reservation(["a", "b"])
    _ = try fixture.store.transact([.enqueue((0..<4).map { newJob("\($0)", plan: "p") })])
    let jobs = try fixture.store.claim(one, limit: 3, choosing: even)
    #expect(jobs.map(\.reserved?.credential) == ["a", "b", "a"])
    _ = try fixture.store.transact([.journal(jobs[0].lease, trace: [1])])
    fixture.living.kill(one)
    let again = try fixture.other.claim(two, limit: 4, choosing: even)
    #expect(again.count == 4)
    // One call had begun, and of the four that follow each key has two.
    let uses = try fixture.other.uses
    #expect(uses.values.reduce(0, +) == 5 && Set(uses.values) == [2, 3])
    // What the dead one still says changes nothing.
    _ = try fixture.store.transact([.giveBack(try #require(jobs[1].reserved))])
    #expect(try fixture.other.uses == uses)
  }

  /// S16: what a call has counted itself and does not use has the next turn.
  package static func s16GivenBack(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let turns = reservation(["a", "b", "c"], strategy: .roundRobin)
    #expect(try (0..<2).map { _ in try fixture.store.reserve(turns) } == ["a", "b"])
    _ = try fixture.other.transact([
      .giveBack(ReservedCredential(provider: "p", credential: "b"))
    ])
    #expect(try fixture.store.uses["b"] == 0)
    #expect(try (0..<4).map { _ in try fixture.other.reserve(turns) } == ["b", "c", "a", "b"])
  }

  /// Where nothing is to be chosen, nothing is counted; a leased job is treated like a claimed one.
  private static func s31Exceptions(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let one = worker("one")
    func reserved(_ choice: Reservation) throws -> String? {
      let operation = Operation.enqueueLeased(
        newJob("now", plan: "p"), worker: one, path: .blocking, lease: 60_000, choice: choice)
      guard case .claimed(let jobs)? = try fixture.store.transact([operation]).first else {
        throw UnexpectedResult(result: "enqueueLeased")
      }
      return jobs.first?.reserved?.credential
    }
    #expect(try reserved(reservation(["a"])) == nil)
    #expect(try reserved(reservation(["a", "b"], strategy: .fillFirst)) == nil)
    #expect(try reserved(reservation(["a", "b"])) == "a")
    // Benched ones are left out, and what has to be probed is left to the call.
    let time = fixture.clock.wall
    _ = try fixture.store.transact([.fail(failure("b"), job: 1, policy: Policy(), at: time)])
    #expect(try reserved(reservation(["a", "b"])) == "a")
    fixture.clock.advance(900_000)
    #expect(try reserved(reservation(["a", "b"])) == nil)
    #expect(try fixture.store.uses == ["a": 2])
  }
}
