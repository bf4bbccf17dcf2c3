import Calls
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing

@testable import Worker

@Suite("Leases", .timeLimit(.minutes(2)))
struct LeaseTests {
  private static let config = """
    { main: { provider: "p", model: "m" }, providers: { p: { base_url: "http://127.0.0.1:1/v1" } } }
    """

  private func claim(
    _ world: TestWorld, lease: Milliseconds, by worker: WorkerIdentity? = nil
  ) throws -> ClaimedJob? {
    let request = ClaimRequest(worker: worker ?? world.engine.worker, limit: 1, lease: lease)
    guard case .claimed(let jobs)? = try world.store.transact([.claim(request)]).first else {
      return nil
    }
    return jobs.first
  }

  private var neighbour: WorkerIdentity {
    var other = WorkerIdentity.current()
    other.id = "neighbour"
    return other
  }

  @Test("a job that moves keeps its lease, one that is stuck loses it and is told")
  func stuck() async throws {
    let world = try TestWorld(config: Self.config)
    for number in 1...2 { _ = try world.enqueue(try world.newJob("prompt", "\(number)")) }
    let moving = try #require(try claim(world, lease: 2_000))
    let stuck = try #require(try claim(world, lease: 200))
    let keeper = try LeaseKeeper(store: world.store, worker: world.engine.worker, lease: 200)
    let (moves, stands) = (Cancellation(), Cancellation())
    keeper.hold(LeaseKey(id: moving.id, token: moving.token), moves, Pulse())
    keeper.hold(
      LeaseKey(id: stuck.id, token: stuck.token), stands,
      Pulse(now: SystemTime.boot() - Pulse.patience - 1))
    while stands.reason == nil { await Task.yield() }
    #expect(stands.reason == .leaseLost)
    var taken: ClaimedJob?
    while taken == nil { taken = try claim(world, lease: 60_000, by: neighbour) }
    #expect(taken?.id == stuck.id)
    #expect(moves.reason == nil)
    keeper.stop()
  }

  @Test("a pulse beats until every awaited step is overdue")
  func pulse() {
    let start: Milliseconds = 1_000_000
    let pulse = Pulse(now: start)
    #expect(pulse.isBeating(at: start + Pulse.patience))
    #expect(!pulse.isBeating(at: start + Pulse.patience + 1))
    pulse.move("a", nextWithin: 300_000, now: start)
    pulse.move("b", nextWithin: 100_000, now: start)
    #expect(pulse.isBeating(at: start + 300_000))
    pulse.move("a", nextWithin: nil, now: start + 1)
    #expect(pulse.isBeating(at: start + 100_000))
    #expect(!pulse.isBeating(at: start + 100_001))
    pulse.move("b", nextWithin: .max, now: start + 2)
    #expect(pulse.isBeating(at: start + 10_000_000))
  }

  @Test("a nudge has a cancelled job told at once")
  func nudge() async throws {
    let world = try TestWorld(config: Self.config)
    let id = try world.enqueue(try world.newJob("prompt", "1"))
    let job = try #require(try claim(world, lease: 600_000))
    let keeper = try LeaseKeeper(store: world.store, worker: world.engine.worker, lease: 600_000)
    let cancellation = Cancellation()
    keeper.hold(LeaseKey(id: id, token: job.token), cancellation)
    _ = try await world.store.transact([.cancel([id])])
    keeper.nudge()
    while cancellation.reason == nil { await Task.yield() }
    #expect(cancellation.reason == .user)
    keeper.stop()
  }
}
