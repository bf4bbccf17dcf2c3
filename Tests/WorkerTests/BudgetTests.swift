import Calls
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// `limits.tokens_per_day`.
struct BudgetTests {
  @Test(
    "a provider whose tokens of the day are used up is skipped, by every process, until midnight",
    arguments: [true, false])
  func skipped(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let more = "limits: { tokens_per_day: { first: 1 } },"
    let world = try scene.world(["a", "b"], more: more)
    let other = try TestWorld(config: scene.config(more: more), sharing: world)
    _ = try await world.run(try world.newJob("prompt", "One."), isBlocking: isBlocking)
    #expect(scene.first.requestCount == 1)
    for again in [world, other] {
      let id = try await again.run(try again.newJob("prompt", "Two."), isBlocking: isBlocking)
      let skips = try again.skips(id)
      #expect(skips.map(\.reason) == [.budget] && skips.map(\.provider) == ["first"])
      let until = try #require(skips.first?.until)
      #expect(until % 86_400_000 == 0 && until > again.engine.clock.now())
      #expect(try again.store.job(id)?.servedBy?.provider == "second")
      for attempt in try again.store.attempts(of: id) {
        #expect(try #require(Trace(attempt.trace)).replay().difference == nil)
      }
    }
    #expect(scene.first.requestCount == 1)
    #expect(try world.store.marks().isEmpty)
  }

  @Test("where no other route is left the job waits for the next day", arguments: [true, false])
  func parked(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let world = try scene.world(
      ["a"], chain: false, more: "limits: { tokens_per_day: { first: 0 } },")
    let id = try await world.run(try world.newJob("prompt", "One."), isBlocking: isBlocking)
    let job = try #require(try world.store.job(id))
    #expect(job.state == .retryable && job.runAt % 86_400_000 == 0)
    #expect(job.error?.message.contains("budget") == true)
    #expect(job.error?.hint?.contains("tokens_per_day") == true)
    #expect(scene.first.requestCount == 0)
  }
}
