import Calls
import Credentials
import Fallback
import Foundation
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// What several processes over one queue find out about keys and places, they find out once.
@Suite(.timeLimit(.minutes(5)))
struct UnprovenTests {
  private static let names = ["K0", "K1", "K2", "K3", "K4"]
  private static let secrets = Dictionary(
    uniqueKeysWithValues: names.map { ($0, "sk-secret-\($0)") })

  private func config(_ provider: SimulatedProvider) -> String {
    """
    { main: { provider: "p", model: "m" },
      providers: { p: { base_url: "\(provider.url)/v1",
                        key_env: [\(Self.names.map { "\"\($0)\"" }.joined(separator: ","))] } } }
    """
  }

  /// The first engine and others over its queue, as other processes have it.
  private func worlds(_ count: Int, _ provider: SimulatedProvider) throws -> [TestWorld] {
    // However slow the machine is.
    let first = try TestWorld(
      config: config(provider), environment: Self.secrets, patience: 60_000)
    return try [first]
      + (1..<count).map { _ in
        try TestWorld(
          config: config(provider), environment: Self.secrets, patience: 60_000, sharing: first)
      }
  }

  @Test(
    "six processes on five keys of which four are dead: each dead key is refused once",
    arguments: [401, 402, 403, 429], [true, false])
  func dying(status: Int, isBlocking: Bool) async throws {
    let provider = try SimulatedProvider.start()
    provider.answer { request in
      PoolScene.keyID(request) == "K4"
        ? .text("Fine.") : .error(status).delayed(milliseconds: 20)
    }
    let worlds = try worlds(6, provider)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for world in worlds {
        group.addTask {
          _ = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
        }
      }
      try await group.waitForAll()
    }
    let seen = Dictionary(PoolScene.keys(provider).map { ($0, 1) }, uniquingKeysWith: +)
    #expect(seen == ["K0": 1, "K1": 1, "K2": 1, "K3": 1, "K4": 6])
    worlds[0].store.flush()
    let proven = try worlds[0].store.poolUses().filter { $0.proven != nil }
    #expect(proven.count == 1)
  }

  @Test("a key that one process has seen work is tried by none that comes later")
  func proven() async throws {
    let provider = try SimulatedProvider.start()
    let worlds = try worlds(3, provider)
    _ = try await worlds[0].runBlocking(try worlds[0].newJob("prompt", "Hi."))
    worlds[0].store.flush()
    let route = worlds[1].engine.route(to: "p")
    let now = worlds[1].engine.clock.now()
    // From memory: nothing is asked of the store, nobody waits.
    for _ in 0..<3 {
      let look = worlds[1].engine.pools.lookAtOnce(
        AcquireOrder(route: 0), route: route, waited: [:], now: now)
      guard case .event(.acquired, _)? = look else {
        Issue.record("\(String(describing: look))")
        return
      }
    }
    // Refused anywhere, it is unproven everywhere.
    provider.setUsual(.error(403))
    _ = try await worlds[2].runBlocking(try worlds[2].newJob("prompt", "Hi."))
    worlds[2].store.flush()
    #expect(try worlds[0].store.poolUses().allSatisfy { $0.proven == nil })
  }

  @Test(
    "a last route whose server is at fault is asked by one call at a time",
    arguments: [true, false])
  func lastRoute(isBlocking: Bool) async throws {
    let provider = try SimulatedProvider.start(usual: .error(500))
    let world = try TestWorld(
      config: """
        { main: { provider: "p", model: "m" }, retry: { backoff_base: 0.001, transient: 0 },
          providers: { p: { base_url: "\(provider.url)/v1" } } }
        """, patience: 60_000)
    // Two jobs make the mark.
    for text in ["One.", "Two."] {
      let job = try world.newJob("prompt", text, maxAttempts: 1)
      _ = try await world.run(job, isBlocking: isBlocking)
    }
    #expect(try world.store.marks().map(\.class) == [.serverError])
    provider.forget()
    provider.setUsual(.error(500).delayed(milliseconds: 15))
    let jobs = try (0..<8).map { try world.newJob("prompt", "Number \($0).", maxAttempts: 1) }
    _ = try await world.runAll(jobs, isBlocking: isBlocking)
    #expect(provider.requestCount == 8)
    #expect(provider.maxConcurrent == 1)
    // Once it serves again, nobody waits for anybody.
    provider.setUsual(.text("Fine."))
    _ = try await world.run(try world.newJob("prompt", "Well."), isBlocking: isBlocking)
    #expect(try world.store.marks().isEmpty)
    provider.forget()
    provider.setUsual(.text("Fine.").delayed(milliseconds: 100))
    let more = try (0..<8).map { try world.newJob("prompt", "Again \($0).") }
    _ = try await world.runAll(more, isBlocking: isBlocking)
    #expect(provider.maxConcurrent > 1)
  }
}
