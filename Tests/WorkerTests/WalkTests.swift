import Calls
import Fallback
import Foundation
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// Whole walks along a chain, on both paths, with the requests counted at the providers.
@Suite("Walks", .timeLimit(.minutes(10)))
struct WalkTests {
  /// A chain of providers named p0, p1, … with one model each.
  private static func chain(_ count: Int, extra: String = "")
    -> @Sendable ([String: String]) ->
    String
  {
    { urls in
      let providers = (0..<count).map { "p\($0): { base_url: \"\(urls["p\($0)"] ?? "")/v1\" }" }
      let routes = (1..<count).map { "{ provider: \"p\($0)\", model: \"m\($0)\" }" }
      return """
        { main: { provider: "p0", model: "m0" }, chain: [ \(routes.joined(separator: ", ")) ],
          providers: { \(providers.joined(separator: ", ")) }, retry: { backoff_base: 0.001 },
          \(extra) }
        """
    }
  }

  @Test("first route 429, second 500, third 200")
  func three() async throws {
    let scene = DivergenceScene(
      scripts: ["p2": []], usual: ["p0": .error(429), "p1": .error(500)], config: Self.chain(3))
    for end in try await scene.both() {
      #expect(end.record?.state == .succeeded)
      #expect(end.counts == ["p0": 1, "p1": 2, "p2": 1])
      #expect(end.record?.fallbackReasons == [.rateLimit, .serverError])
    }
  }

  @Test("402 everywhere: every route is asked once, every key is marked, and nobody is asked again")
  func payment() async throws {
    let usual = Dictionary(uniqueKeysWithValues: (0..<4).map { ("p\($0)", Behaviour.error(402)) })
    let scene = DivergenceScene(scripts: [:], usual: usual, config: Self.chain(4))
    for end in try await scene.both() {
      #expect(end.counts == ["p0": 1, "p1": 1, "p2": 1, "p3": 1])
      #expect(end.marks.count == 4)
      #expect(end.record?.state == .dead || end.record?.state == .retryable)
      #expect(end.record?.error?.class == "payment")
      #expect(end.record?.error?.message.contains("p0") == true)
    }
  }

  @Test(
    "a dead fallback never stops the walk",
    arguments: [
      Behaviour.error(401), .error(403), .error(404), .error(400), .html(), .hangUp, .text(""),
      .cutBody(), .redirect(to: "http://127.0.0.1:1/"), .html(502),
    ])
  func deadFallback(behaviour: Behaviour) async throws {
    let scene = DivergenceScene(
      scripts: ["p2": []], usual: ["p0": .error(402), "p1": behaviour], config: Self.chain(3))
    for end in try await scene.both() {
      #expect(end.record?.servedBy?.provider == "p2", "\(end.log)")
    }
  }

  /// `p0` named by the user; `p1` is main; `p2` is what the task's own chain names, where it has one.
  private static func explicit(ownChain: Bool) -> @Sendable ([String: String]) -> String {
    { urls in
      let own = ownChain ? "tasks: { prompt: { fallback_chain: [\"p2\"] } }," : ""
      return """
        { main: { provider: "p1", model: "m1" }, \(own)
          providers: {
            p0: { base_url: "\(urls["p0"] ?? "")/v1", model: "m0", key_env: "KEY" },
            p1: { base_url: "\(urls["p1"] ?? "")/v1" },
            p2: { base_url: "\(urls["p2"] ?? "")/v1", model: "m2" } } }
        """
    }
  }

  @Test("explicit, 401 and no own chain: a clear error, and no other host is contacted")
  func explicitAuth() async throws {
    let scene = DivergenceScene(
      scripts: ["p1": [], "p2": []], usual: ["p0": .error(401)],
      environment: ["KEY": "key-of-the-named"], explicit: "p0",
      config: Self.explicit(ownChain: false))
    for end in try await scene.both() {
      #expect(end.counts == ["p0": 1, "p1": 0, "p2": 0])
      #expect(end.record?.state != .succeeded)
      let error = try #require(end.record?.error)
      #expect(error.class == "auth")
      #expect(error.message.contains("p0") && error.message.contains("401"))
      #expect(error.hint?.contains("KEY") == true)
    }
  }

  @Test("explicit and 401 with a written chain: that chain is used, main is not")
  func explicitChain() async throws {
    let scene = DivergenceScene(
      scripts: ["p1": [], "p2": []], usual: ["p0": .error(401)],
      environment: ["KEY": "key-of-the-named"], explicit: "p0",
      config: Self.explicit(ownChain: true))
    for end in try await scene.both() {
      #expect(end.counts == ["p0": 1, "p1": 0, "p2": 1])
      #expect(end.record?.servedBy?.provider == "p2")
    }
  }

  private static let tenKeys = (0..<10).map { "KEY_\($0)" }

  /// `p0` with ten keys, then `p1`.
  @Sendable private static func pool(_ urls: [String: String]) -> String {
    let names = tenKeys.map { "\"\($0)\"" }.joined(separator: ", ")
    let second = urls["p1"].map { ", p1: { base_url: \"\($0)/v1\" }" } ?? ""
    let chain = urls["p1"] == nil ? "" : "chain: [ { provider: \"p1\", model: \"m1\" } ],"
    return """
      { main: { provider: "p0", model: "m0" }, \(chain)
        providers: { p0: { base_url: "\(urls["p0"] ?? "")/v1", key_env: [\(names)] }\(second) },
        retry: { backoff_base: 0.001 } }
      """
  }

  private static let secrets = Dictionary(
    uniqueKeysWithValues: tenKeys.map { ($0, "secret-of-\($0.lowercased())") })

  @Test("ten keys all 429: each is asked once, in order, then the next provider")
  func tenKeysLimited() async throws {
    let scene = DivergenceScene(
      scripts: ["p1": []], usual: ["p0": .error(429)], environment: Self.secrets, config: Self.pool)
    for end in try await scene.both() {
      #expect(end.calls.filter { $0.provider == "p0" }.map { $0.credential?.label } == Self.tenKeys)
      #expect(end.counts == ["p0": 10, "p1": 1])
      #expect(end.marks.filter { $0.contains("rate_limit set") }.count == 10)
    }
  }

  @Test("a request error touches no mark", arguments: [400, 413, 422])
  func requestError(status: Int) async throws {
    let scene = DivergenceScene(
      scripts: [:], usual: ["p0": .error(status), "p1": .error(status)], config: Self.chain(2))
    for end in try await scene.both() {
      // What is too long goes only to a larger window, and none is known to be.
      #expect(end.counts == ["p0": 1, "p1": status == 413 ? 0 : 1])
      #expect(end.marks.isEmpty)
      #expect(end.record?.state == .failed)
    }
  }

  @Test("64 in flight on one key, one 429 among them: the mark stands while older successes arrive")
  func inFlight() async throws {
    let provider = try SimulatedProvider.start()
    // All are under way when the one refusal comes, and the 63 good answers come after it: what is
    // sent later than that would lift the mark.
    provider.answer { request in
      request.text.contains("number 7 of")
        ? .error(429, retryAfter: "600").delayed(milliseconds: 100)
        : .text("Fine.").delayed(milliseconds: 500)
    }
    let other = try SimulatedProvider.start()
    let config = """
      { main: { provider: "p0", model: "m0" }, chain: [ { provider: "p1", model: "m1" } ],
        providers: { p0: { base_url: "\(provider.url)/v1", key_env: "KEY" },
                     p1: { base_url: "\(other.url)/v1" } } }
      """
    let world = try TestWorld(config: config, environment: ["KEY": "the-only-key-of-p0"])
    for index in 0..<64 {
      _ = try world.enqueue(try world.newJob("prompt", "This is number \(index) of 64."))
    }
    try await world.drain(concurrency: 64)
    #expect(provider.requestCount + other.requestCount == 65)
    let marks = try world.store.marks()
    #expect(marks.map(\.class) == [.quota] || marks.map(\.class) == [.rateLimit])
    #expect(marks.first.map { $0.until > world.engine.clock.now() + 500_000 } == true)
    // The next job does not ask there.
    let asked = provider.requestCount
    _ = try await world.runBlocking(try world.newJob("prompt", "One more."))
    #expect(provider.requestCount == asked)
  }

  @Test(
    "sixteen jobs on ten dying keys: each key is refused once, not sixteen times",
    arguments: [
      DyingKeys(status: 401), DyingKeys(status: 402, delay: 20),
      DyingKeys(status: 429, delay: 5, strategy: "round_robin"),
      DyingKeys(status: 403, strategy: "least_used"), DyingKeys(status: 401, strategy: "random"),
    ], [true, false])
  func dyingKeys(one: DyingKeys, isBlocking: Bool) async throws {
    let provider = try SimulatedProvider.start(
      usual: .error(one.status).delayed(milliseconds: one.delay))
    let other = try SimulatedProvider.start()
    let world = try TestWorld(
      config: """
        { main: { provider: "p0", model: "m0" }, chain: [ { provider: "p1", model: "m1" } ],
          providers: { p0: { base_url: "\(provider.url)/v1", strategy: "\(one.strategy)",
                             key_env: [\(Self.tenKeys.map { "\"\($0)\"" }.joined(separator: ","))] },
                       p1: { base_url: "\(other.url)/v1" } } }
        """, environment: Self.secrets,
      // However slow the machine is.
      patience: 60_000)
    let jobs = try (0..<16).map { try world.newJob("prompt", "Number \($0).") }
    let ids = try await world.runAll(jobs, isBlocking: isBlocking)
    #expect(other.requestCount == 16)
    let keys = Dictionary(grouping: provider.requests) { $0.header("Authorization") ?? "-" }
    #expect(keys.count == 10)
    #expect(keys.values.allSatisfy { $0.count == 1 })
    // What a call waited for is no part of the record: it folds to the same decisions.
    for id in ids {
      for attempt in try world.store.attempts(of: id) {
        #expect(try #require(Trace(attempt.trace)).replay().difference == nil)
      }
    }
  }

  struct DyingKeys: Sendable {
    var status: Int
    var delay = 1
    var strategy = "fill_first"
  }

  @Test("a known-dead provider gets no request in its cooldown: next job, other process, restart")
  func cooldown() async throws {
    let dead = try SimulatedProvider.start(usual: .error(402))
    let other = try SimulatedProvider.start()
    let config = Self.chain(2)(["p0": dead.url, "p1": other.url])
    let world = try TestWorld(config: config)
    _ = try await world.runBlocking(try world.newJob("prompt", "One."))
    #expect(dead.requestCount == 1)
    _ = try world.enqueue(try world.newJob("prompt", "Two."))
    try await world.drain()
    // Another engine over the same file is another process to the marks; a new one is a restart.
    for round in 0..<2 {
      let again = try TestWorld(config: config, sharing: world)
      _ = try again.enqueue(try again.newJob("prompt", "Three, \(round)."))
      try await again.drain()
      _ = try await again.runBlocking(try again.newJob("prompt", "Four, \(round)."))
    }
    #expect(dead.requestCount == 1)
    #expect(other.requestCount == 6)
  }
}
