import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S8: cancelling in every state.
  package static func s8Cancel(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (store, other) = (fixture.store, fixture.other)
    let now = fixture.clock.wall
    let ids = try store.enqueue(
      newJob("running", priority: 9), newJob("ready"), newJob("later", runAt: now + 999))
    let me = worker("me")
    let job = try store.claimOne(me)
    #expect(try other.cancelOne(ids[0]) == .requested)
    #expect(try other.cancelOne(ids[1]) == .cancelled)
    #expect(try other.cancelOne(ids[2]) == .cancelled)
    #expect(try other.cancelOne(ids[2]) == .alreadyFinished)
    #expect(try other.cancelOne(ids[2] + 9) == .noSuchJob)
    #expect(try ids.map { try store.state($0) } == [.running, .cancelled, .cancelled])
    #expect(try store.heartbeat(job.lease, of: me) == .cancelRequested)
    fixture.living.kill(me)
    #expect(try other.claim(worker("w")).isEmpty)
    #expect(try store.state(ids[0]) == .cancelled)
    #expect(try store.outcomes(ids[0]) == [.crashed])
    try keepsTheWishToCancel(fixture)
  }

  /// A worker that parks, retries or hands back has not heard of it: the job is cancelled all the same.
  private static func keepsTheWishToCancel(_ fixture: Fixture) throws {
    let later = fixture.clock.wall + 60_000
    let endings: [Settlement.Outcome] = [
      .handBack, .retry(jobError(.timeout), runAt: later),
      .park(jobError(.quota), runAt: later, isOffline: false),
    ]
    for ending in endings {
      let id = try #require(try fixture.store.enqueue(newJob()).first)
      let job = try fixture.store.claimOne(worker("w"))
      #expect(try fixture.other.cancelOne(id) == .requested)
      #expect(try fixture.store.settle(job.lease, ending))
      #expect(try fixture.store.state(id) == .cancelled)
    }
    let id = try #require(try fixture.store.enqueue(newJob()).first)
    let job = try fixture.store.claimOne(worker("w"))
    #expect(try fixture.other.cancelOne(id) == .requested)
    #expect(try fixture.store.succeed(job.lease))
    #expect(try fixture.store.state(id) == .succeeded)
  }

  /// S9: retrying from every state.
  package static func s9Retry(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (store, clock) = (fixture.store, fixture.clock)
    let ids = try store.enqueue(
      newJob("dead", priority: 3, deadlineAfter: 500), newJob("later", runAt: clock.wall + 9_999),
      newJob("running", priority: 2))
    let jobs = try store.claim(worker("w"), limit: 2)
    #expect(
      try store.settle(
        jobs[0].lease, .dead(jobError(.auth)),
        fallbacks: [FallbackStep(provider: "p", class: .auth)]))
    clock.advance(1_000)
    #expect(try fixture.other.change(.retry(ids + [ids[2] + 5])) == [ids[0], ids[1]])
    let reopened = try #require(try store.job(ids[0]))
    #expect(reopened.state == .ready && reopened.attempt == 0 && reopened.error == nil)
    #expect(reopened.finishedAt == nil && reopened.result == nil)
    #expect(reopened.deadline == clock.wall + 500 && reopened.runAt == clock.wall)
    #expect(reopened.fallbackReasons == [.auth])
    #expect(try store.state(ids[1]) == .ready)
    #expect(try store.state(ids[2]) == .running)
    #expect(try !store.succeed(jobs[0].lease))
    let again = try store.claimOne(worker("w"))
    #expect(again.id == ids[0] && again.attemptNumber == 2 && again.burntAttempts == 0)
    #expect(again.token > jobs[0].token + 1)
    #expect(try store.outcomes(ids[0]) == [.failed, nil])
    try retriesUniqueJobs(fixture)
  }

  /// A key that a newer unfinished job has keeps the old one finished.
  private static func retriesUniqueJobs(_ fixture: Fixture) throws {
    let store = fixture.store
    let old = try store.enqueueOne(newJob(queue: "u", uniqueKey: "k")).id
    _ = try store.cancelOne(old)
    let new = try store.enqueueOne(newJob(queue: "u", uniqueKey: "k")).id
    let results = try store.transact([.retry([old, new + 1])])
    guard case .retried(let effects)? = results.first else {
      throw UnexpectedResult(result: "retry")
    }
    #expect(effects.map(\.effect) == [.keyTaken(by: new), .noSuchJob])
    #expect(try store.state(old) == .cancelled)
    _ = try store.cancelOne(new)
    #expect(try store.change(.retry([old])) == [old])
    let held = try store.enqueueOne(newJob(queue: "u", uniqueKey: "k"))
    #expect(held.id == old && !held.isNew)
  }

  /// S12: what is removed is gone with everything that belonged to it.
  package static func s12Remove(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (store, other) = (fixture.store, fixture.other)
    let ids = try store.enqueue(
      newJob("done", priority: 2, uniqueKey: "k", labels: ["a": "b"]),
      newJob("running", priority: 1), newJob("ready"))
    let jobs = try store.claim(worker("w"), limit: 2)
    #expect(try store.isAccepted(.checkpoint(jobs[0].lease, key: "p", result: [1])))
    #expect(
      try store.settle(
        jobs[0].lease, .dead(jobError(.quota)),
        fallbacks: [FallbackStep(provider: "p", class: .quota)]))
    #expect(try other.change(.remove(ids + [ids[2] + 4])) == [ids[0], ids[2]])
    #expect(try store.job(ids[0]) == nil && store.job(ids[2]) == nil)
    #expect(try store.state(ids[1]) == .running)
    #expect(try store.attempts(of: ids[0]).isEmpty)
    #expect(try store.input(of: ids[0]) == nil && store.options(of: ids[0]) == nil)
    var filter = JobFilter()
    filter.labels = ["a": "b"]
    #expect(try store.jobs(matching: filter).isEmpty)
    filter = JobFilter()
    filter.reasons = ["quota"]
    #expect(try store.jobs(matching: filter).isEmpty)
    #expect(try store.enqueueOne(newJob(uniqueKey: "k", uniqueFor: 99_999)).isNew)
    #expect(try store.succeed(jobs[1].lease))
  }
}
