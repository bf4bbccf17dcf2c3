import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S30: parked jobs look again when what they waited for is gone.
  package static func s30Parks(_ maker: StoreMaker) throws {
    try unparksPlans(try maker.fixture())
    try unparksAtStart(try maker.fixture())
  }

  private static func park(
    _ fixture: Fixture, _ job: NewJob, _ reason: FailureClass, isOffline: Bool = false
  ) throws -> JobID {
    let id = try fixture.store.enqueueOne(job).id
    let claimed = try fixture.store.claimOne(worker("w"))
    #expect(claimed.id == id)
    let until = fixture.clock.wall + 3_600_000
    #expect(
      try fixture.store.settle(
        claimed.lease, .park(jobError(reason), runAt: until, isOffline: isOffline)))
    return id
  }

  private static func claim(
    _ fixture: Fixture, _ unparks: Unparking, holds: [PlanHold] = []
  ) throws -> [JobID] {
    let request = ClaimRequest(worker: worker("v"), limit: 9, holds: holds, unparks: unparks)
    guard case .claimed(let jobs)? = try fixture.other.transact([.claim(request)]).first else {
      throw UnexpectedResult(result: "claim")
    }
    return jobs.map(\.id)
  }

  private static func unparksPlans(_ fixture: Fixture) throws {
    let first = try park(fixture, newJob("1", plan: "p"), .payment)
    let other = try park(fixture, newJob("2", plan: "q"), .rateLimit)
    fixture.clock.advance(1_000)
    #expect(try claim(fixture, .none).isEmpty)
    #expect(try claim(fixture, .plans(["nobody's"])).isEmpty)
    #expect(try fixture.store.state(first) == .retryable)
    #expect(try claim(fixture, .plans(["p"])) == [first])
    #expect(try fixture.store.state(other) == .retryable)
    #expect(try fixture.store.statistics().jobs == [.running: 1, .retryable: 1])
    #expect(try fixture.store.outcomes(first) == [.parked, nil])
  }

  private static func unparksAtStart(_ fixture: Fixture) throws {
    let held = try park(fixture, newJob("held", plan: "p"), .payment)
    let free = try park(fixture, newJob("free", plan: "q"), .auth)
    // Nobody lifts these: the provider named a time, and the network comes back by itself.
    let asked = try park(fixture, newJob("asked", plan: "q"), .overloaded)
    let offline = try park(fixture, newJob("offline", plan: "q"), .connection, isOffline: true)
    let hold = PlanHold(
      plan: "p", until: fixture.clock.wall + 60_000, most: 0, error: jobError(.payment))
    #expect(try claim(fixture, .all, holds: [hold]) == [free])
    for id in [held, asked, offline] { #expect(try fixture.store.state(id) == .retryable) }
  }
}
