import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S4: how claims end, and that only the newest token is heard.
  package static func s4Settle(_ maker: StoreMaker) throws {
    try storesSuccess(try maker.fixture())
    try storesFailures(try maker.fixture())
    try retriesAndParks(try maker.fixture())
    try refusesOldTokens(try maker.fixture())
  }

  private static func storesSuccess(_ fixture: Fixture) throws {
    let id = try #require(try fixture.store.enqueue(newJob(labels: ["a": "b"])).first)
    let job = try fixture.store.claimOne(worker("w"))
    fixture.clock.advance(250)
    let success = Settlement.Success(
      result: Array("résumé".utf8), isDegraded: true,
      servedBy: ServedBy(
        provider: "local", model: "qwen", baseURL: "http://127.0.0.1:1/v1", credential: nil),
      report: Array("{}".utf8))
    let steps = [
      FallbackStep(provider: "openrouter", class: .rateLimit),
      FallbackStep(provider: "nous", class: .auth),
      FallbackStep(provider: "openrouter", class: .rateLimit),
    ]
    #expect(
      try fixture.store.settle(
        job.lease, .succeeded(success), trace: [1, 2, 3], fallbacks: steps,
        use: [ProviderUse(provider: "local", calls: 1, inputTokens: 10, outputTokens: 4)]))
    let done = try #require(try fixture.other.job(id))
    #expect(done.state == .succeeded && done.attempt == 1 && done.isDegraded)
    #expect(done.result == success.result && done.resultBytes == 8)
    #expect(done.report == success.report && done.servedBy == success.servedBy)
    #expect(done.fallbackReasons == [.rateLimit, .auth, .rateLimit])
    #expect(done.labels == ["a": "b"] && done.error == nil)
    #expect(done.finishedAt == fixture.clock.wall)
    let attempt = try #require(try fixture.other.attempts(of: id).first)
    #expect(attempt.outcome == .succeeded && attempt.trace == [1, 2, 3] && attempt.worker == "w")
    #expect(attempt.finishedAt == attempt.startedAt + 250)
    #expect(try fixture.other.input(of: id)?.bytes == Array("hello".utf8))
    #expect(try !fixture.store.succeed(job.lease, "twice"))
    #expect(try fixture.other.outcomes(id).count { $0 == .succeeded } == 1)
  }

  private static func storesFailures(_ fixture: Fixture) throws {
    let ids = try fixture.store.enqueue(newJob("a"), newJob("b"), newJob("c"))
    let jobs = try fixture.store.claim(worker("w"), limit: 3)
    let error = JobError(class: "input", message: "m", cause: "c", hint: nil)
    #expect(try fixture.store.settle(jobs[0].lease, .failed(error, unchangedInput: [97])))
    #expect(try fixture.store.settle(jobs[1].lease, .dead(jobError(.payment))))
    #expect(try fixture.store.settle(jobs[2].lease, .cancelled))
    let records = try ids.map { try #require(try fixture.other.job($0)) }
    #expect(records.map(\.state) == [.failed, .dead, .cancelled])
    #expect(records[0].error == error && records[0].result == [97])
    #expect(records[1].error == jobError(.payment) && records[1].result == nil)
    #expect(records[2].error == nil && records[2].attempt == 0)
    #expect(records[0].attempt == 1 && records[1].attempt == 1)
    #expect(try ids.map { try fixture.other.outcomes($0) } == [[.failed], [.failed], [.cancelled]])
  }

  private static func retriesAndParks(_ fixture: Fixture) throws {
    let (store, clock) = (fixture.store, fixture.clock)
    let id = try #require(try store.enqueue(newJob()).first)
    var job = try store.claimOne(worker("w"))
    #expect(try store.settle(job.lease, .retry(jobError(.timeout), runAt: clock.wall + 100)))
    var record = try #require(try fixture.other.job(id))
    #expect(record.state == .retryable && record.attempt == 1 && record.runAt == clock.wall + 100)
    #expect(record.error == jobError(.timeout))
    #expect(try store.claim(worker("w")).isEmpty)
    clock.advance(100)
    job = try store.claimOne(worker("w"))
    #expect(job.burntAttempts == 1 && job.attemptNumber == 2 && job.firstParkedAt == nil)
    let parkedAt = clock.wall
    for parks in 1...2 {
      #expect(
        try store.settle(
          job.lease, .park(jobError(.connection), runAt: clock.wall + 50, isOffline: true)))
      clock.advance(50)
      job = try store.claimOne(worker("w"))
      #expect(job.offlineParks == parks && job.firstParkedAt == parkedAt)
      #expect(job.burntAttempts == 1)
    }
    #expect(
      try store.settle(
        job.lease, .park(jobError(.rateLimit), runAt: clock.wall, isOffline: false)))
    job = try store.claimOne(worker("w"))
    #expect(job.offlineParks == 0 && job.firstParkedAt == parkedAt)
    #expect(try store.settle(job.lease, .handBack))
    record = try #require(try fixture.other.job(id))
    #expect(record.state == .ready && record.attempt == 1)
    job = try store.claimOne(worker("w"))
    #expect(try store.succeed(job.lease))
    record = try #require(try fixture.other.job(id))
    #expect(record.attempt == 2 && record.error == nil)
    #expect(
      try fixture.other.outcomes(id)
        == [.failed, .parked, .parked, .parked, .handedBack, .succeeded])
  }

  private static func refusesOldTokens(_ fixture: Fixture) throws {
    let id = try #require(try fixture.store.enqueue(newJob()).first)
    let old = try fixture.store.claimOne(worker("w1"), lease: 10)
    fixture.clock.advance(10)
    let new = try fixture.other.claimOne(worker("w2"))
    #expect(try !fixture.store.settle(old.lease, .dead(jobError(.auth))))
    #expect(try fixture.other.succeed(new.lease, "right"))
    #expect(try !fixture.store.succeed(old.lease, "wrong"))
    #expect(try !fixture.store.succeed(LeaseKey(id: id, token: 99), "wrong"))
    #expect(try !fixture.store.succeed(LeaseKey(id: id + 7, token: 1), "wrong"))
    #expect(try fixture.other.job(id)?.result == Array("right".utf8))
    #expect(try fixture.other.outcomes(id) == [.lost, .succeeded])
  }

  /// S5: heartbeats.
  package static func s5Heartbeat(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let me = worker("me")
    _ = try fixture.store.enqueue(newJob("a"), newJob("b"), newJob("c"))
    let jobs = try fixture.store.claim(me, limit: 3, lease: 1_000)
    #expect(try fixture.store.succeed(jobs[2].lease))
    _ = try fixture.other.cancelOne(jobs[1].id)
    let results = try fixture.store.transact([
      .heartbeat(worker: me, jobs: jobs.map(\.lease), lease: 5_000)
    ])
    guard case .heartbeats(let standings)? = results.first else {
      throw UnexpectedResult(result: "heartbeat")
    }
    #expect(standings.map(\.lease) == jobs.map(\.lease))
    #expect(standings.map(\.standing) == [.held, .cancelRequested, .lost])
    // Renewed: past the first lease, the jobs are still held.
    fixture.clock.advance(4_999)
    #expect(try fixture.other.claim(worker("w"), limit: 3).isEmpty)
    fixture.clock.advance(1)
    #expect(try fixture.other.claim(worker("w"), limit: 3).map(\.id) == [jobs[0].id])
  }

  /// S6: the journal outlives its worker.
  package static func s6Journal(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let id = try #require(try fixture.store.enqueue(newJob()).first)
    let victim = worker("victim")
    let job = try fixture.store.claimOne(victim)
    #expect(try fixture.store.isAccepted(.journal(job.lease, trace: [1])))
    #expect(try fixture.store.isAccepted(.journal(job.lease, trace: [1, 2])))
    #expect(try fixture.other.attempts(of: id).map(\.trace) == [[1, 2]])
    fixture.living.kill(victim)
    let next = try fixture.other.claimOne(worker("w"))
    #expect(try !fixture.store.isAccepted(.journal(job.lease, trace: [9])))
    #expect(try fixture.other.attempts(of: id).map(\.trace) == [[1, 2], []])
    #expect(try fixture.other.isAccepted(.journal(next.lease, trace: [3])))
    #expect(
      try fixture.other.settle(
        next.lease, .succeeded(Settlement.Success(result: [])), trace: [3, 4]))
    #expect(try fixture.other.attempts(of: id).map(\.trace) == [[1, 2], [3, 4]])
  }

  /// S7: parts are handed out again, and only the newest token may add one.
  package static func s7Checkpoint(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let id = try #require(try fixture.store.enqueue(newJob()).first)
    let victim = worker("victim")
    let first = try fixture.store.claimOne(victim)
    #expect(first.parts.isEmpty)
    #expect(try fixture.store.isAccepted(.checkpoint(first.lease, key: "1", result: [1])))
    #expect(try fixture.store.isAccepted(.checkpoint(first.lease, key: "2", result: [2])))
    #expect(try fixture.store.isAccepted(.checkpoint(first.lease, key: "1", result: [7])))
    fixture.living.kill(victim)
    let second = try fixture.other.claimOne(worker("w"))
    #expect(second.parts == ["1": [7], "2": [2]])
    #expect(try !fixture.store.isAccepted(.checkpoint(first.lease, key: "3", result: [3])))
    #expect(try fixture.other.settle(second.lease, .dead(jobError(.auth))))
    #expect(try fixture.store.change(.retry([id])) == [id])
    let third = try fixture.store.claimOne(worker("w"))
    #expect(third.parts == ["1": [7], "2": [2]] && third.attemptNumber == 3)
  }
}
