import Calls
import Fallback
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

@Suite("Refused keys", .timeLimit(.minutes(10)))
struct AuthFailureTests {
  @Test(
    "E1, E2, E7: in auto mode a refused key leads on, and the record says why",
    arguments: [true, false])
  func leadsOn(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(401))
    let world = try scene.world(["a"])
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let job = try #require(try world.store.job(id))
    #expect(job.state == .succeeded && job.servedBy?.provider == "second")
    #expect(job.fallbackReasons == [.auth])
    let call = try #require(try world.calls(id).first)
    #expect(call.failure?.class == .auth && call.disposition == .fallback)
  }

  @Test(
    "E3, E4: a renewed key that is refused too leads on all the same", arguments: [true, false])
  func secondRefusal(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(401))
    // Another key every time it is asked.
    let world = try scene.world([], first: "key_command: \"echo sk-secret-$$\"")
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.servedBy?.provider == "second")
    let keys = PoolScene.keys(scene.first)
    #expect(keys.count == 2 && Set(keys).count == 2)
    #expect(try world.calls(id).map(\.disposition) == [.refresh, .fallback, .succeed])
  }

  @Test("E4: when the key cannot be renewed it leads on", arguments: [true, false])
  func noRenewal(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(401))
    let world = try scene.world([], first: "key_command: \"echo sk-secret-same\"")
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.servedBy?.provider == "second")
    #expect(PoolScene.keys(scene.first) == ["same"])
  }

  @Test(
    "E5: a provider that was asked for by name is not left for another", arguments: [true, false])
  func explicit(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(401))
    let world = try scene.world(["a"])
    let job = try world.newJob(
      "prompt", "Hi.", options: JobOptions(provider: "first"), maxAttempts: 1)
    let id = try await world.run(job, isBlocking: isBlocking)
    let record = try #require(try world.store.job(id))
    #expect(record.state != .succeeded && record.error?.class == "auth")
    #expect(record.error?.message.contains("first") == true)
    #expect(scene.second.connectionCount == 0)
  }

  @Test(
    "E6: money, limits and unreachable hosts lead on as ever", arguments: [402, 429, 0],
    [true, false])
  func otherReasons(status: Int, isBlocking: Bool) async throws {
    let scene = try PoolScene(first: status == 0 ? Behaviour([.reset]) : .error(status))
    let world = try scene.world(["a"])
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let job = try #require(try world.store.job(id))
    #expect(job.servedBy?.provider == "second")
    #expect(job.fallbackReasons.count == 1 && job.fallbackReasons != [.auth])
  }

  @Test(
    "E8, E9: a fallback that refuses too leads on, and at the end the first error counts",
    arguments: [200, 503], [true, false])
  func chain(last: Int, isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(402), second: .error(401))
    let third = try SimulatedProvider.start(usual: last == 200 ? .text("Fine.") : .error(last))
    let world = try TestWorld(
      config: """
        { main: { provider: "first", model: "a" },
          chain: [ { provider: "second", model: "b" }, { provider: "third", model: "c" } ],
          providers: { first: { base_url: "\(scene.first.url)/v1" },
            second: { base_url: "\(scene.second.url)/v1" },
            third: { base_url: "\(third.url)/v1" } }, retry: { backoff_base: 0.001 } }
        """,
      auth: PoolScene.auth(["first": [.init("a")], "second": [.init("b")]]))
    let job = try world.newJob("prompt", "Hi.", maxAttempts: 1)
    let id = try await world.run(job, isBlocking: isBlocking)
    let record = try #require(try world.store.job(id))
    #expect(scene.first.requestCount == 1 && scene.second.requestCount == 1)
    if last == 200 {
      #expect(record.servedBy?.provider == "third")
      #expect(record.fallbackReasons == [.payment, .auth])
    } else {
      #expect(record.error?.class == "payment")
      #expect(record.error?.cause?.contains("third") == true)
    }
  }
}
