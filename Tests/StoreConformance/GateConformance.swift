import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S18: a limit holds over all workers, and the dead take no place.
  package static func s18Limits(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let night = try fixture.store.enqueue(
      newJob("1", queue: "night"), newJob("2", queue: "night"), newJob("3", queue: "night"))
    let day = try fixture.store.enqueue(newJob("4", priority: -9))
    let victim = worker("victim")
    let first = try fixture.store.claim(victim, limit: 9, limits: ["night": 2])
    #expect(first.map(\.id) == [night[0], night[1], day[0]])
    #expect(try fixture.other.claim(worker("w"), limit: 9, limits: ["night": 2]).isEmpty)
    let look = ClaimRequest(worker: worker("w"), limit: 1, limits: ["night": 2])
    #expect(try !fixture.other.looksClaimable(look))
    #expect(try fixture.store.succeed(first[0].lease))
    #expect(try fixture.other.looksClaimable(look))
    #expect(
      try fixture.other.claim(worker("w"), limit: 9, limits: ["night": 2]).map(\.id) == [night[2]])
    // The places of a dead worker are free at once.
    let more = try fixture.store.enqueue(newJob("5", queue: "night"))
    fixture.living.kill(victim)
    #expect(try fixture.other.looksClaimable(look))
    let freed = try fixture.other.claim(worker("w"), limit: 9, limits: ["night": 2])
    #expect(Set(freed.map(\.id)) == [night[1], day[0]])
    #expect(try fixture.store.state(more[0]) == .ready)
  }

  /// S19: jobs of a held plan wait without an attempt and come back in their order.
  package static func s19Holds(_ maker: StoreMaker) throws {
    try holdsAndFrees(try maker.fixture())
    try letsOneFindOut(try maker.fixture())
    try endsHolds(try maker.fixture())
  }

  private static func hold(
    _ fixture: Fixture, most: Int = 0, for span: Milliseconds = 60_000
  ) -> PlanHold {
    PlanHold(
      plan: "p", until: fixture.clock.wall + span, most: most, error: jobError(.payment),
      parkMax: 100_000)
  }

  private static func holdsAndFrees(_ fixture: Fixture) throws {
    let ids = try fixture.store.enqueue(
      newJob("1", plan: "p"), newJob("2", plan: "q"), newJob("3", plan: "p"), newJob("4"))
    fixture.clock.advance(5)
    let hold = hold(fixture)
    let claimed = try fixture.other.claim(worker("w"), limit: 9, holds: [hold])
    #expect(claimed.map(\.id) == [ids[1], ids[3]])
    let waiting = try #require(try fixture.store.job(ids[0]))
    #expect(waiting.state == .retryable && waiting.runAt == hold.until && waiting.attempt == 0)
    #expect(waiting.error == jobError(.payment))
    #expect(try fixture.store.attempts(of: ids[0]).isEmpty)
    #expect(try fixture.store.plans().sorted() == ["p", "q"])
    // Who did not look at the routes frees nothing; the first that finds them back does.
    #expect(try fixture.store.claim(worker("v"), limit: 9).isEmpty)
    let later = try fixture.store.enqueue(newJob("5", plan: "p"))
    let freed = try fixture.store.claim(worker("v"), limit: 9, holds: [])
    #expect(freed.map(\.id) == [ids[0], ids[2], later[0]])
    #expect(try fixture.store.statistics().jobs == [.running: 5])
  }

  private static func letsOneFindOut(_ fixture: Fixture) throws {
    let ids = try fixture.store.enqueue(newJob("1", plan: "p"), newJob("2", plan: "p"))
    let probe = hold(fixture, most: 1)
    #expect(try fixture.store.claim(worker("w"), limit: 9, holds: [probe]).map(\.id) == [ids[0]])
    let more = try fixture.store.enqueue(newJob("3", plan: "p"))
    #expect(try fixture.other.claim(worker("v"), limit: 9, holds: [probe]).isEmpty)
    #expect(try fixture.store.state(more[0]) == .retryable)
  }

  private static func endsHolds(_ fixture: Fixture) throws {
    let urgent = try fixture.store.enqueue(newJob("urgent", deadlineAfter: 10_000, plan: "p"))
    let patient = try fixture.store.enqueue(newJob("patient", plan: "p"))
    let holds = [hold(fixture)]
    // Waiting would be its end: whoever runs it may know better.
    #expect(try fixture.store.claim(worker("w"), limit: 9, holds: holds).map(\.id) == urgent)
    fixture.clock.advance(60_000)
    #expect(try fixture.store.claim(worker("w"), limit: 9, holds: [hold(fixture)]).isEmpty)
    fixture.clock.advance(60_000)
    #expect(try fixture.store.claim(worker("w"), limit: 9, holds: [hold(fixture)]).isEmpty)
    let end = try #require(try fixture.store.job(patient[0]))
    #expect(end.state == .dead && end.error == jobError(.payment))
  }

  /// S20: a unique key is not kept by a worker that is gone.
  package static func s20Orphans(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let id = try fixture.store.enqueueOne(newJob(uniqueKey: "k")).id
    _ = try fixture.store.claimOne(worker("slow"), lease: 1_000)
    #expect(try fixture.other.enqueueOne(newJob(uniqueKey: "k")).id == id)
    #expect(try fixture.store.state(id) == .running)
    fixture.clock.advance(1_001)
    let again = try fixture.other.enqueueOne(newJob(uniqueKey: "k"))
    #expect(again.id == id && !again.isNew)
    #expect(try fixture.store.state(id) == .ready)
    #expect(try fixture.store.outcomes(id) == [.lost])
  }

  /// S4: what comes too late is refused and kept.
  package static func s4Late(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let id = try fixture.store.enqueueOne(newJob()).id
    let first = try fixture.store.claimOne(worker("slow"), lease: 1_000)
    fixture.clock.advance(1_001)
    let second = try fixture.other.claimOne(worker("w"))
    let late = Settlement(
      lease: first.lease, attempt: first.attemptNumber,
      outcome: .succeeded(Settlement.Success(result: Array("too late".utf8))), trace: [7, 7])
    #expect(try !fixture.store.isAccepted(.settle(late)))
    #expect(
      try fixture.other.lateResults(of: id) == [
        LateResult(
          attempt: 1, outcome: .succeeded, arrivedAt: fixture.clock.wall,
          result: Array("too late".utf8))
      ])
    #expect(try fixture.other.attempts(of: id).first?.trace == [7, 7])
    #expect(try fixture.other.succeed(second.lease, "in time"))
    #expect(try fixture.store.job(id)?.result == Array("in time".utf8))
    #expect(try fixture.store.outcomes(id) == [.lost, .succeeded])
    #expect(try fixture.store.change(.remove([id])) == [id])
    #expect(try fixture.store.lateResults(of: id).isEmpty)
  }

  /// What a keeper of leases reads between renewals.
  package static func s8Requests(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    _ = try fixture.store.enqueue(newJob("a"), newJob("b"))
    let held = try fixture.store.claim(worker("w"), limit: 2)
    #expect(try fixture.store.cancelRequests(of: worker("w")).isEmpty)
    #expect(try fixture.other.cancelOne(held[1].id) == .requested)
    #expect(try fixture.store.cancelRequests(of: worker("w")) == [held[1].lease])
    #expect(try fixture.store.cancelRequests(of: worker("v")).isEmpty)
  }
}
