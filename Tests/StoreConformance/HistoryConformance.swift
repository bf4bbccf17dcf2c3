import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S25: letting finished jobs go, and what nothing refers to any more.
  package static func s25Prune(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (store, clock) = (fixture.store, fixture.clock)
    let ids = try store.enqueue(newJob("a"), newJob("b"), newJob("c"), newJob("d"))
    for job in try store.claim(worker("w"), limit: 2) { #expect(try store.succeed(job.lease)) }
    #expect(try store.cancelOne(ids[2]) == .cancelled)
    clock.advance(10_000)
    _ = try store.change(.retry([ids[1]]))
    let all = Retention(now: clock.wall, finished: 5_000, dead: 5_000)
    let page = try store.expired(all, after: nil, limit: 10)
    #expect(page.jobs.map(\.id) == [ids[0], ids[2]] && page.next == nil)
    // The second was retried and the fourth never ran: both stay, whoever asks.
    #expect(try store.change(.prune(ids, all)) == [ids[0], ids[2]])
    #expect(try store.state(ids[1]) == .ready && store.state(ids[3]) == .ready)
    #expect(try store.job(ids[0]) == nil && store.input(of: ids[2]) == nil)
    let kept = Retention([.succeeded: clock.wall - 5_000])
    #expect(try store.cancelOne(ids[3]) == .cancelled)
    clock.advance(10_000)
    #expect(try store.expired(kept, after: nil, limit: 10).jobs.isEmpty)
    #expect(try store.change(.prune([ids[3]], kept)).isEmpty)
    #expect(try store.enqueue(newJob()) == [ids[3] + 1])
    try pages(fixture)
    try forgetting(fixture)
    try forgettingPlans(try maker.fixture())
    try keepingKeys(try maker.fixture())
  }

  /// Plans go with the last job that has them.
  private static func forgettingPlans(_ fixture: Fixture) throws {
    let (store, other) = (fixture.store, fixture.other)
    let ids = try store.enqueue(newJob("1", plan: "p"), newJob("2", plan: "q"))
    #expect(try other.plans().sorted() == ["p", "q"])
    _ = try store.change(.remove([ids[0]]))
    let leftovers = try store.leftovers()
    // Stored between looking and forgetting: its plan stays.
    let between = try other.enqueueOne(newJob("3", plan: "p")).id
    _ = try store.transact([.forget(leftovers)])
    #expect(try store.plans().sorted() == ["p", "q"])
    _ = try store.change(.remove([between]))
    _ = try store.transact([.forget(try store.leftovers())])
    #expect(try store.plans() == ["q"])
    // The other connection must not trust the id that it knew.
    let again = try other.enqueueOne(newJob("4", plan: "p")).id
    let hold = PlanHold(
      plan: "p", until: fixture.clock.wall + 1_000, most: 0, error: jobError(.payment))
    #expect(try store.claim(worker("w"), limit: 9, holds: [hold]).map(\.id) == [ids[1]])
    #expect(try store.state(again) == .retryable)
  }

  /// A key counts for as long as somebody wanted it to, though its job is gone.
  private static func keepingKeys(_ fixture: Fixture) throws {
    let (store, clock) = (fixture.store, fixture.clock)
    let ids = try ["k", "l", "m"].map { key in
      try store.enqueueOne(newJob(uniqueKey: key, uniqueFor: key == "m" ? nil : 60_000)).id
    }
    for job in try store.claim(worker("w"), limit: 3) { #expect(try store.succeed(job.lease)) }
    clock.advance(5_000)
    // Somebody else counts it for longer.
    #expect(try !store.enqueueOne(newJob(uniqueKey: "l", uniqueFor: 90_000)).isNew)
    let all = Retention(now: clock.wall, finished: 1_000, dead: 1_000)
    #expect(try store.change(.prune(ids, all)) == ids)
    let again = try fixture.other.enqueueOne(newJob(uniqueKey: "k", uniqueFor: 60_000))
    #expect(!again.isNew && again.id == ids[0])
    #expect(try fixture.other.enqueueOne(newJob(uniqueKey: "m", uniqueFor: 60_000)).isNew)
    clock.advance(60_000)
    #expect(try store.enqueueOne(newJob(uniqueKey: "k", uniqueFor: 60_000)).isNew)
    #expect(try !store.enqueueOne(newJob(uniqueKey: "l", uniqueFor: 90_000)).isNew)
    // Names of queues stay for their keys, and keys that count no more go.
    _ = try store.transact([.forget(Leftovers(names: [1, 2, 3]))])
    #expect(try !store.enqueueOne(newJob(uniqueKey: "l", uniqueFor: 90_000)).isNew)
    clock.advance(90_000)
    _ = try store.transact([.forget(Leftovers(names: [1, 2, 3]))])
    #expect(try store.enqueueOne(newJob(uniqueKey: "l", uniqueFor: 900_000)).isNew)
  }

  private static func pages(_ fixture: Fixture) throws {
    let (store, clock) = (fixture.store, fixture.clock)
    // Many that ended in the same moment, and kept ones between them.
    let ids = try store.enqueue(newJob("1"), newJob("2"), newJob("3"), newJob("4"), newJob("5"))
    _ = try store.transact([.cancel(ids)])
    clock.advance(60_000)
    let retention = Retention(now: clock.wall, finished: 1_000, dead: 1_000)
    var found: [JobID] = []
    var position: HistoryPosition?
    repeat {
      let page = try store.expired(retention, after: position, limit: 2)
      found += page.jobs.map(\.id)
      position = page.next
    } while position != nil
    #expect(found.suffix(5) == ids[...])
    #expect(Set(found).count == found.count)
  }

  private static func forgetting(_ fixture: Fixture) throws {
    let (store, other) = (fixture.store, fixture.other)
    var odd = newJob("odd", kind: "odd", queue: "odd")
    odd.definition.hash = "sha256:odd"
    let id = try store.enqueueOne(odd).id
    #expect(try other.enqueueOne(odd).isNew, "the other connection knows the names too")
    let jobs = try store.claim(worker("w"), limit: 2, queues: ["odd"])
    for job in jobs { #expect(try store.succeed(job.lease)) }
    #expect(try store.leftovers().definitions.isEmpty)
    _ = try store.change(.remove([id, id + 1]))
    let leftovers = try store.leftovers()
    #expect(!leftovers.isEmpty)
    // Stored between looking and forgetting: what it needs stays.
    let between = try other.enqueueOne(odd).id
    _ = try store.transact([.forget(leftovers)])
    #expect(try store.definition(hash: "sha256:odd") != nil)
    #expect(try store.job(between)?.queue == "odd")
    _ = try store.change(.remove([between]))
    _ = try store.transact([.forget(try store.leftovers())])
    #expect(try store.definition(hash: "sha256:odd") == nil)
    // Neither connection may trust what it knew.
    for connection in [other, store] {
      let again = try connection.enqueueOne(odd).id
      let record = try #require(try store.job(again))
      #expect(record.kind == "odd" && record.definitionHash == "sha256:odd")
      let claimed = try store.claim(worker("w"), queues: ["odd"]).first
      #expect(claimed?.id == again && claimed?.definition.hash == "sha256:odd")
    }
  }

  /// S26: telling what happens, once and in order.
  package static func s26Events(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (store, clock) = (fixture.store, fixture.clock)
    var cursor = try store.eventCursor(.now)
    func told() throws -> [String] {
      var words: [String] = []
      var hasMore = true
      while hasMore {
        let page = try fixture.other.events(after: cursor)
        (cursor, hasMore) = (page.cursor, page.hasMore)
        words += page.events.map { "\($0.job) \($0.kind.rawValue) \($0.state.rawValue)" }
      }
      return words
    }
    let ids = try store.enqueue(newJob("a"), newJob("b", runAt: clock.wall + 60_000))
    #expect(try told() == ["\(ids[0]) enqueued ready", "\(ids[1]) enqueued scheduled"])
    #expect(try told().isEmpty)
    clock.advance(100)
    let first = try store.claimOne(worker("w"))
    #expect(try told() == ["\(ids[0]) started running"])
    clock.advance(100)
    #expect(
      try store.settle(first.lease, .retry(jobError(.serverError), runAt: clock.wall + 10)))
    #expect(try told() == ["\(ids[0]) retry retryable"])
    #expect(try told().isEmpty, "what is read again is not told again")
    clock.advance(100)
    // Between two looks: a start, an end, and a cancel of what never ran.
    let second = try store.claimOne(worker("w"))
    #expect(try store.succeed(second.lease))
    #expect(try store.cancelOne(ids[1]) == .cancelled)
    #expect(
      try told() == [
        "\(ids[0]) started running", "\(ids[0]) finished succeeded",
        "\(ids[1]) cancelled cancelled",
      ])
    clock.advance(60_000)
    #expect(try told().isEmpty)
    // A clock that is set back silences nothing.
    clock.stepWall(-3_600_000)
    let third = try store.enqueue(newJob("c"))[0]
    #expect(try store.succeed(try store.claimOne(worker("w")).lease))
    let words = try told()
    #expect(words.contains("\(third) finished succeeded"), "\(words)")
    try pastEvents(fixture, last: third)
  }

  private static func pastEvents(_ fixture: Fixture, last id: JobID) throws {
    let store = fixture.store
    fixture.clock.stepWall(7_200_000)
    _ = try store.enqueue(newJob("d"))
    let latest = try store.events(after: store.eventCursor(.latest(1))).events
    #expect(latest.last?.job == id + 1 && latest.last?.kind == .enqueued)
    let since = try store.events(after: store.eventCursor(.since(fixture.clock.wall - 1))).events
    #expect(since.map(\.job) == [id + 1])
    let all = try store.events(after: store.eventCursor(.since(0))).events
    #expect(all.count { $0.kind == .enqueued } == Int(id) + 1)
    let isInOrder = zip(all, all.dropFirst()).allSatisfy { earlier, later in
      earlier.at < later.at || (earlier.at == later.at && earlier.job <= later.job)
    }
    #expect(isInOrder, "\(all.map { "\($0.at) \($0.job) \($0.kind.rawValue)" })")
  }
}
