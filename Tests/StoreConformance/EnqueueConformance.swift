import Fallback
import Queue
import Testing

/// The promises of `QueueStore`, one function each.
package enum StoreConformance {}

extension StoreConformance {
  /// S1: all or none, in order, with ids that never come back; unique keys.
  package static func s1Enqueue(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    try storesEverything(fixture)
    try storesAllOrNone(fixture)
    try neverReusesIDs(fixture)
    try holdsUniqueKeys(try maker.fixture())
  }

  private static func storesEverything(_ fixture: Fixture) throws {
    let before = fixture.clock.wall
    let ids = try fixture.store.enqueue(
      newJob("one", priority: 5, labels: ["team": "a", "x": "y"]),
      newJob("two", kind: "title", queue: "night", runAt: before + 1_000, deadlineAfter: 500))
    #expect(ids.count == 2 && ids[0] < ids[1])
    let one = try #require(try fixture.other.job(ids[0]))
    #expect(one.kind == "prompt" && one.queue == "default" && one.state == .ready)
    #expect(one.priority == 5 && one.labels == ["team": "a", "x": "y"] && one.attempt == 0)
    #expect(one.enqueuedAt == before && one.runAt == before && one.startedAt == nil)
    #expect(one.inputName == "one.md" && one.inputBytes == 3 && one.inputSHA256 == "ab3")
    #expect(one.definitionHash == "sha256:d0" && one.definitionVersion == "1")
    let two = try #require(try fixture.other.job(ids[1]))
    #expect(two.state == .scheduled && two.runAt == before + 1_000)
    #expect(two.deadline == before + 1_500)
    #expect(try fixture.other.input(of: ids[1])?.bytes == Array("two".utf8))
    #expect(try fixture.other.options(of: ids[1]) == Array("{}".utf8))
    #expect(try fixture.other.definition(hash: "sha256:d0") == sampleDefinition)
    #expect(try fixture.other.job(ids[1] + 1) == nil)
  }

  private static func storesAllOrNone(_ fixture: Fixture) throws {
    let before = try fixture.store.statistics().jobs
    let error = #expect(throws: StoreError.self) {
      _ = try fixture.store.enqueue(newJob("fine"), newJob("not fine", priority: 101))
    }
    #expect(error?.code == .constraint)
    #expect(error?.message.contains("not fine") == false)
    #expect(try fixture.other.statistics().jobs == before)
  }

  private static func neverReusesIDs(_ fixture: Fixture) throws {
    let first = try #require(try fixture.store.enqueue(newJob()).first)
    #expect(try fixture.store.change(.remove([first])) == [first])
    let second = try #require(try fixture.other.enqueue(newJob()).first)
    #expect(second > first)
    let job = try #require(try fixture.store.claim(worker("w"), limit: 9).last)
    #expect(try fixture.store.succeed(job.lease))
    let third = try #require(try fixture.store.enqueue(newJob()).first)
    #expect(third > second)
  }

  private static func holdsUniqueKeys(_ fixture: Fixture) throws {
    let (store, other) = (fixture.store, fixture.other)
    let first = try store.enqueueOne(newJob(uniqueKey: "k"))
    let again = try other.enqueueOne(newJob("other text", uniqueKey: "k"))
    #expect(first.isNew && !again.isNew && again.id == first.id)
    #expect(try other.job(first.id)?.uniqueKey == "k")
    #expect(try store.enqueueOne(newJob(queue: "night", uniqueKey: "k")).isNew)
    let job = try #require(try store.claim(worker("w"), queues: ["default"]).first)
    #expect(try !store.enqueueOne(newJob(uniqueKey: "k")).isNew)
    #expect(try store.succeed(job.lease))
    fixture.clock.advance(1_000)
    let tooSoon = try store.enqueueOne(newJob(uniqueKey: "k", uniqueFor: 1_001))
    #expect(!tooSoon.isNew && tooSoon.id == first.id)
    let later = try store.enqueueOne(newJob(uniqueKey: "k", uniqueFor: 1_000))
    #expect(later.isNew && later.id != first.id)
    // Two of one batch with the same key are one job.
    let pair = try store.enqueue(newJob(uniqueKey: "p"), newJob(uniqueKey: "p"))
    #expect(pair[0] == pair[1])
  }

  /// S2: a job that is running from its first moment.
  package static func s2EnqueueLeased(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let me = worker("me")
    let results = try fixture.store.transact([
      .enqueueLeased(newJob(uniqueKey: "u"), worker: me, path: .blocking, lease: 60_000)
    ])
    guard case .claimed(let jobs)? = results.first, let job = jobs.first else {
      throw UnexpectedResult(result: "enqueueLeased")
    }
    #expect(
      job.attemptNumber == 1 && job.burntAttempts == 0 && job.input.bytes == Array("hello".utf8))
    #expect(try fixture.other.state(job.id) == .running)
    #expect(try fixture.other.job(job.id)?.attempt == 1)
    #expect(try fixture.other.claim(worker("else"), limit: 5).isEmpty)
    fixture.clock.advance(50_000)
    #expect(try fixture.store.heartbeat(job.lease, of: me) == .held)
    fixture.clock.advance(50_000)
    #expect(try fixture.other.claim(worker("else"), limit: 5).isEmpty)
    #expect(try fixture.store.succeed(job.lease, "now"))
    #expect(try fixture.other.attempts(of: job.id).map(\.path) == [.blocking])
    let second = try fixture.store.transact([
      .enqueueLeased(
        newJob(uniqueKey: "u", uniqueFor: 90_000), worker: me, path: .blocking, lease: 60_000)
    ])
    guard case .enqueued(let old)? = second.first else {
      throw UnexpectedResult(result: "a unique job was leased twice")
    }
    #expect(old.first?.id == job.id && old.first?.isNew == false)
  }
}
