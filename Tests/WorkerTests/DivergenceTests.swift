import Calls
import Fallback
import Foundation
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// Where the reference system's blocking and async paths differ (hermes-agent 0.19.0), ours must not:
/// each difference is a script that both drivers play.
@Suite("Both paths are one", .timeLimit(.minutes(10)))
struct DivergenceTests {
  /// Plays a scene on both paths and holds their stories against each other.
  private func same(_ scene: DivergenceScene) async throws -> [DivergenceEnd] {
    let ends = try await scene.both()
    #expect(ends[0].story == ends[1].story)
    #expect(!ends[0].log.isEmpty)
    return ends
  }

  private let two = DivergenceConfig.two

  @Test("1: the number of retries is the configured one on both paths", arguments: 0...3)
  func retries(count: Int) async throws {
    let scene = DivergenceScene(scripts: ["first": [.error(500), .error(500)], "second": []]) {
      DivergenceConfig.two($0)
        .replacingOccurrences(of: "retry: {", with: "retry: { transient: \(count),")
    }
    for end in try await same(scene) {
      #expect(end.counts["first"] == min(count, 2) + 1)
      #expect(end.record?.servedBy?.provider == (count < 2 ? "second" : "first"))
    }
  }

  @Test("2: both paths wait out the backoff before a retry")
  func backoff() async throws {
    let scene = DivergenceScene(scripts: ["first": [.error(503)], "second": []]) {
      DivergenceConfig.two($0)
        .replacingOccurrences(of: "backoff_base: 0.001", with: "backoff_base: 0.06")
    }
    for end in try await same(scene) {
      #expect(end.log.map { $0.split(separator: " ").last } == ["retry", "succeed"])
      let attempt = try #require(try end.world.store.attempts(of: end.id).first)
      let trace = try #require(Trace(attempt.trace))
      let step = try #require(trace.steps.first)
      let place = try #require(step.decisions.firstIndex { $0.hasPrefix("wait ") })
      let until = try #require(
        step.decisions[place].split(separator: " ")[1].split(separator: ";").first.flatMap {
          Int64($0)
        })
      // It began to wait before that time, and woke at it or after it.
      #expect(step.events[place].time < until)
      #expect(step.events[place + 1].time >= until)
    }
  }

  /// Gives another key at every run.
  private func rotatingKey(_ urls: [String: String]) -> String {
    """
    { main: { provider: "first", model: "a" }, chain: [ { provider: "second", model: "b" } ],
      providers: { first: { base_url: "\(urls["first"] ?? "")/v1",
                            key_command: "echo run-$(date +%N)-key" },
                   second: { base_url: "\(urls["second"] ?? "")/v1" } },
      retry: { backoff_base: 0.001 } }
    """
  }

  @Test("3: a refused key is renewed and asked again on both paths")
  func refresh() async throws {
    let config: @Sendable ([String: String]) -> String = { [self] in rotatingKey($0) }
    let scene = DivergenceScene(scripts: ["first": [.error(401)], "second": []], config: config)
    for end in try await scene.both() {
      #expect(
        end.log == [
          "first a key_command auth auth-code refresh", "first a key_command ok succeed",
        ] || end.log.map { String($0.split(separator: " ").last ?? "") } == ["refresh", "succeed"])
      let keys = end.requests["first"]?.map { $0.split(separator: " ")[2] } ?? []
      #expect(keys.count == 2 && keys[0] != keys[1])
      #expect(end.counts["second"] == 0)
    }
  }

  @Test("4: what follows a refresh goes to the same route that failed")
  func sameRoute() async throws {
    let config: @Sendable ([String: String]) -> String = { [self] in rotatingKey($0) }
    let scene = DivergenceScene(
      scripts: ["first": [.error(401), .error(401)], "second": []], config: config)
    for end in try await scene.both() {
      #expect(end.calls.map(\.provider) == ["first", "first", "second"])
      #expect(end.calls.map(\.model) == ["a", "a", "b"])
      #expect(Set(end.calls.prefix(2).map(\.baseURL)).count == 1)
      #expect(end.calls.map(\.disposition) == [.refresh, .fallback, .succeed])
    }
  }

  @Test("5: a mark names the provider that failed, whatever the mode")
  func marks() async throws {
    for explicit in [nil, "first"] {
      var scene = DivergenceScene(scripts: ["first": [.error(402)], "second": []], config: two)
      scene.explicit = explicit
      if explicit != nil {
        scene.config = {
          """
          { main: { provider: "second", model: "b" },
            providers: { first: { base_url: "\($0["first"] ?? "")/v1", model: "a" },
                         second: { base_url: "\($0["second"] ?? "")/v1" } } }
          """
        }
      }
      for end in try await same(scene) {
        #expect(end.marks.count == 1)
        #expect(end.marks.first?.contains(" first ") == true)
        #expect(end.record?.servedBy?.provider == "second")
      }
    }
  }

  @Test("6: the dialect of a route holds on both paths")
  func dialect() async throws {
    let reply = Behaviour.json(
      #"{"type":"message","content":[{"type":"text","text":"Fine."}],"stop_reason":"end_turn"}"#)
    let scene = DivergenceScene(
      scripts: ["first": [.error(500), .error(500)], "second": []], usual: ["second": reply]
    ) {
      DivergenceConfig.two($0).replacingOccurrences(
        of: "second: {", with: "second: { api: \"messages\",")
    }
    for end in try await same(scene) {
      #expect(end.requests["second"]?.first?.hasPrefix("/v1/messages ") == true)
      #expect(end.requests["first"]?.first?.hasPrefix("/v1/chat/completions ") == true)
    }
  }

  @Test("7: both paths send the same bytes")
  func bytes() async throws {
    let scene = DivergenceScene(
      scripts: ["first": [.error(500), .html(), .error(500)], "second": []], config: two)
    for end in try await same(scene) {
      let bodies = (end.requests["first"] ?? []) + (end.requests["second"] ?? [])
      #expect(bodies.count == 3)
      #expect(!bodies.contains { $0.contains("\"stream\"") })
    }
  }

  @Test("8: who served is on record with model and address")
  func served() async throws {
    let scene = DivergenceScene(scripts: ["first": [.error(429)], "second": []], config: two)
    for end in try await same(scene) {
      let served = try #require(end.record?.servedBy)
      #expect(served.provider == "second" && served.model == "b")
      #expect(served.baseURL == end.calls.last?.baseURL)
    }
  }

  @Test("9 and 10: every call, retries included, names provider, address and tokens")
  func accounting() async throws {
    let scene = DivergenceScene(scripts: ["first": [.error(500)], "second": []], config: two)
    for end in try await same(scene) {
      #expect(end.calls.count == 2)
      #expect(end.calls.allSatisfy { $0.provider == "first" && $0.baseURL.hasSuffix("/v1") })
      #expect(end.calls.last?.inputTokens == 12 && end.calls.last?.outputTokens == 5)
      #expect(end.calls.allSatisfy { $0.finishedAt != nil })
    }
  }

  @Test("11: a fallback route keeps its own headers and its own address")
  func headers() async throws {
    let scene = DivergenceScene(
      scripts: ["first": [.error(402)], "second": [.error(500)]],
      environment: ["KEY_ONE": "key-number-one", "KEY_TWO": "key-number-two"]
    ) {
      """
      { main: { provider: "first", model: "a" }, chain: [ { provider: "second", model: "b" } ],
        providers: { first: { base_url: "\($0["first"] ?? "")/v1", key_env: "KEY_ONE" },
                     second: { base_url: "\($0["second"] ?? "")/deep/v2", key_env: "KEY_TWO",
                               headers: { "x-extra": "kept" } } },
        retry: { backoff_base: 0.001 } }
      """
    }
    for end in try await same(scene) {
      let requests = end.requests["second"] ?? []
      #expect(requests.count == 2)
      #expect(
        requests.allSatisfy {
          $0.hasPrefix("/deep/v2/chat/completions Bearer key-number-two kept ")
        })
      #expect(end.requests["first"]?.first?.contains(" Bearer key-number-one - ") == true)
    }
  }

  @Test("12: random scripts give the same log on both paths", arguments: 1...12)
  func random(seed: UInt64) async throws {
    var random = Jitter(seed: seed)
    let all: [Behaviour] = [
      .error(400), .error(401), .error(402), .error(403), .error(404), .error(413), .error(429),
      .error(429, retryAfter: "600"), .error(500), .error(503), .error(529), .html(), .html(403),
      .empty(), .text(""), .text("Cut", finish: "length"), .hangUp, .cutBody(),
      .redirect(to: "http://127.0.0.1:1/"), .text("Fine."), .error(401, code: "token_revoked"),
      .json(#"{"error":{"code":429,"message":"slow down"}}"#),
    ]
    func pick() -> Behaviour { all[Int(random.next() % UInt64(all.count))] }
    let scripts = ["first": (0..<4).map { _ in pick() }, "second": (0..<3).map { _ in pick() }]
    let scene = DivergenceScene(
      scripts: scripts.merging(["third": []]) { $1 },
      environment: ["KEY_ONE": "key-number-one", "KEY_TWO": "key-number-two"]
    ) {
      """
      { main: { provider: "first", model: "a" },
        chain: [ { provider: "second", model: "b" }, { provider: "third", model: "c" } ],
        providers: { first: { base_url: "\($0["first"] ?? "")/v1", key_env: ["KEY_ONE", "KEY_TWO"] },
                     second: { base_url: "\($0["second"] ?? "")/v1" },
                     third: { base_url: "\($0["third"] ?? "")/v1" } },
        retry: { backoff_base: 0.001, backoff_cap: 0.01 } }
      """
    }
    _ = try await same(scene)
  }
}
