import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S3: who gets what, in which order, and what becomes of the jobs of dead workers.
  package static func s3Claim(_ maker: StoreMaker) throws {
    try handsOutInOrder(try maker.fixture())
    try handsOutOnce(try maker.fixture())
    try promotesWhatIsDue(try maker.fixture())
    try expiresPastDeadline(try maker.fixture())
    try freesJobsOfDeadWorkers(try maker.fixture())
    try freesLostLeases(try maker.fixture())
    try buriesAfterThreeCrashes(try maker.fixture())
    try letsNobodyStarve(try maker.fixture())
  }

  private static func handsOutInOrder(_ fixture: Fixture) throws {
    let now = fixture.clock.wall
    let ids = try fixture.store.enqueue(
      newJob("low", priority: -5), newJob("late"), newJob("early", runAt: now - 10),
      newJob("high", queue: "night", priority: 9), newJob("same time as late"))
    let claimed = try fixture.other.claim(worker("w"), limit: 9)
    #expect(claimed.map(\.id) == [ids[3], ids[2], ids[1], ids[4], ids[0]])
    #expect(claimed.map(\.queue) == ["night", "default", "default", "default", "default"])
    #expect(claimed.allSatisfy { $0.token == 1 && $0.attemptNumber == 1 })
    #expect(claimed.first?.definition == sampleDefinition)
    #expect(claimed.last?.input.bytes == Array("low".utf8))
    #expect(try fixture.store.job(ids[0])?.startedAt == now)
  }

  private static func handsOutOnce(_ fixture: Fixture) throws {
    let ids = try fixture.store.enqueue(newJob("a"), newJob("b"), newJob("c", queue: "night"))
    let first = try fixture.store.claim(worker("w1"), limit: 2)
    let second = try fixture.other.claim(worker("w2"), limit: 2)
    #expect(first.map(\.id) + second.map(\.id) == ids)
    #expect(try fixture.store.claim(worker("w1"), limit: 2).isEmpty)
    let night = try fixture.store.enqueue(newJob("d", queue: "night"), newJob("e"))
    #expect(
      try fixture.store.claim(worker("w1"), limit: 5, queues: ["night", "no such"]).map(\.id)
        == [night[0]])
  }

  private static func promotesWhatIsDue(_ fixture: Fixture) throws {
    let now = fixture.clock.wall
    let id = try #require(try fixture.store.enqueue(newJob(runAt: now + 100)).first)
    #expect(try fixture.store.nextDueTime(queues: nil) == now + 100)
    #expect(try fixture.store.nextDueTime(queues: ["night"]) == nil)
    fixture.clock.advance(99)
    #expect(try fixture.other.claim(worker("w")).isEmpty)
    #expect(try fixture.store.state(id) == .scheduled)
    fixture.clock.advance(1)
    #expect(try fixture.other.claim(worker("w")).map(\.id) == [id])
  }

  private static func expiresPastDeadline(_ fixture: Fixture) throws {
    let now = fixture.clock.wall
    let ids = try fixture.store.enqueue(
      newJob(deadlineAfter: 1_000), newJob(runAt: now + 500, deadlineAfter: 600), newJob())
    fixture.clock.advance(1_000)
    let claimed = try fixture.store.claim(worker("w"), limit: 3)
    #expect(claimed.map(\.id) == [ids[2], ids[1]] || claimed.map(\.id) == [ids[1], ids[2]])
    #expect(claimed.first { $0.id == ids[1] }?.deadline == now + 1_100)
    let failed = try #require(try fixture.other.job(ids[0]))
    #expect(failed.state == .failed && failed.error?.class == "timeout")
    #expect(failed.error?.message.contains("deadline") == true)
    #expect(failed.attempt == 0)
    #expect(try fixture.other.attempts(of: ids[0]).isEmpty)
  }

  private static func freesJobsOfDeadWorkers(_ fixture: Fixture) throws {
    let ids = try fixture.store.enqueue(newJob("a"), newJob("b"), newJob("c"))
    let same = worker("same")
    let container = worker("container", namespace: 8)
    let rebooted = worker("rebooted", boot: "boot-0")
    for holder in [same, container, rebooted] { _ = try fixture.store.claimOne(holder) }
    fixture.living.kill(same)
    fixture.living.kill(container)
    let freed = try fixture.other.claim(worker("w"), limit: 5)
    // A process of another pid namespace cannot be looked at: its lease decides.
    #expect(freed.map(\.id) == [ids[0], ids[2]])
    #expect(freed.allSatisfy { $0.token == 2 && $0.burntAttempts == 0 && $0.attemptNumber == 2 })
    #expect(try fixture.other.outcomes(ids[0]) == [.crashed, nil])
    #expect(try fixture.other.outcomes(ids[2]) == [.crashed, nil])
    #expect(try fixture.other.outcomes(ids[1]) == [nil])
  }

  private static func freesLostLeases(_ fixture: Fixture) throws {
    let id = try #require(try fixture.store.enqueue(newJob()).first)
    let first = try fixture.store.claimOne(worker("slow"), lease: 1_000)
    // The wall clock says nothing about a lease.
    fixture.clock.stepWall(10_000_000)
    #expect(try fixture.other.claim(worker("w")).isEmpty)
    fixture.clock.advance(1_000)
    let second = try fixture.other.claimOne(worker("w"))
    #expect(second.id == id && second.token > first.token && second.burntAttempts == 0)
    #expect(try fixture.store.outcomes(id) == [.lost, nil])
    #expect(try fixture.store.heartbeat(first.lease, of: worker("slow")) == .lost)
    #expect(try !fixture.store.succeed(first.lease))
    #expect(try fixture.store.state(id) == .running)
  }

  private static func buriesAfterThreeCrashes(_ fixture: Fixture) throws {
    let id = try #require(try fixture.store.enqueue(newJob(maxAttempts: 9)).first)
    for number in 1...3 {
      let victim = worker("victim \(number)")
      #expect(try fixture.store.claimOne(victim).attemptNumber == number)
      fixture.living.kill(victim)
    }
    #expect(try fixture.store.claim(worker("w")).isEmpty)
    let job = try #require(try fixture.other.job(id))
    #expect(job.state == .dead && job.error?.class == "unknown" && job.attempt == 0)
    #expect(job.error?.message.contains("died three times") == true)
    #expect(try fixture.other.outcomes(id) == [.crashed, .crashed, .crashed])
  }

  /// An old job of low priority gets its turn while jobs of high priority keep coming.
  private static func letsNobodyStarve(_ fixture: Fixture) throws {
    let old = try #require(try fixture.store.enqueue(newJob("old", priority: -100)).first)
    fixture.clock.advance(10)
    var turns = 0
    while turns < 40 {
      turns += 1
      _ = try fixture.store.enqueue(newJob("new", priority: 100), newJob("new", priority: 100))
      if try fixture.store.claimOne(worker("w")).id == old { break }
    }
    #expect((2...16).contains(turns))
  }
}
