import Foundation
import JSONText
import Simulator
import Testing

/// One way for the first provider to fail, and what must be told about it.
struct Refusal: Sendable, CustomTestStringConvertible {
  var name: String
  var behaviour: Behaviour
  var status: Int?
  var reason: String
  /// Requests to the first provider: transient faults are tried once more.
  var asked = 1
  var testDescription: String { name }

  static let all: [Refusal] = [
    Refusal(name: "401", behaviour: .error(401), status: 401, reason: "auth"),
    Refusal(name: "402", behaviour: .error(402), status: 402, reason: "payment"),
    Refusal(name: "403", behaviour: .error(403), status: 403, reason: "forbidden"),
    Refusal(name: "429", behaviour: .error(429), status: 429, reason: "rate_limit"),
    Refusal(name: "500", behaviour: .error(500), status: 500, reason: "server_error", asked: 2),
    Refusal(name: "503", behaviour: .error(503), status: 503, reason: "overloaded", asked: 2),
    Refusal(
      name: "empty 200", behaviour: .empty(), status: 200, reason: "invalid_response", asked: 2),
    Refusal(
      name: "HTML 200", behaviour: .html(), status: 200, reason: "invalid_response", asked: 2),
    Refusal(name: "cut body", behaviour: .cutBody(), status: 200, reason: "truncated", asked: 2),
    Refusal(
      name: "no content", behaviour: .text(""), status: 200, reason: "invalid_response", asked: 2),
  ]
}

func twoProviders(_ first: String, _ second: String) -> String {
  """
  {
    main: { provider: "first", model: "big" },
    chain: [ { provider: "second", model: "small" } ],
    providers: {
      first: { base_url: "\(first)/v1", key_env: "FIRST_KEY" },
      second: { base_url: "\(second)/v1", key_env: "SECOND_KEY" },
    },
    retry: { backoff_base: 0.01 },
  }
  """
}

@Suite("Falling back", .timeLimit(.minutes(10)))
struct FallingBackTests {
  @Test(
    "every refusal of the first provider ends at the second, on both paths alike",
    arguments: Refusal.all)
  func bothPaths(refusal: Refusal) async throws {
    var stories: [[String]] = []
    for path in ["run", "work"] {
      let first = try SimulatedProvider.start(usual: refusal.behaviour)
      let second = try SimulatedProvider.start(usual: .text("A fine answer."))
      var home = try AuxqHome(config: twoProviders(first.url, second.url))
      defer { home.remove() }
      home.variables = ["FIRST_KEY": "key-of-the-first", "SECOND_KEY": "key-of-the-second"]
      if path == "run" {
        let run = try await home.run("run", "prompt", input: "Say something.")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("A fine answer."))
      } else {
        let enqueued = try await home.run("enqueue", "prompt", input: "Say something.")
        #expect(enqueued.output == "1\n", "\(enqueued.errors)")
        let work = try await home.run("work", "--drain")
        #expect(work.status == 0, "\(work.errors)")
      }
      #expect(first.requestCount == refusal.asked)
      #expect(second.requestCount == 1)
      #expect(!first.hasSeen("key-of-the-second"))
      #expect(!second.hasSeen("key-of-the-first"))
      stories.append(
        try check(try await home.show(1), refusal, path: path == "run" ? "blocking" : "async"))
    }
    #expect(stories[0] == stories[1])
  }

  /// Checks the job object; returns what happened as lines that do not depend on time.
  private func check(_ job: JSONNode, _ refusal: Refusal, path: String) throws -> [String] {
    #expect(job["state"]?.string == "succeeded")
    #expect(job["served_by"]?["provider"]?.string == "second")
    #expect(job["served_by"]?["credential"]?.string == "SECOND_KEY")
    #expect(job["fallback_reasons"]?.elements?.compactMap(\.string) == [refusal.reason])
    let attempt = try #require(job["attempts"]?.elements?.first)
    #expect(attempt["path"]?.string == path)
    #expect(attempt["outcome"]?.string == "succeeded")
    let calls = try #require(attempt["calls"]?.elements)
    try #require(calls.count == refusal.asked + 1)
    #expect(calls[0]["status"]?.int == refusal.status)
    #expect(calls[0]["class"]?.string == refusal.reason)
    #expect(calls[0]["action"]?.string == (refusal.asked == 1 ? "fallback" : "retry"))
    #expect(calls[calls.count - 1]["action"]?.string == "succeed")
    return calls.map { call in
      ["provider", "class", "action", "reason", "rule", "credential"]
        .map { call[$0]?.string ?? "null" }.joined(separator: " ")
    }
  }

  @Test("a refused connection falls back, and show tells why in words")
  func refusedConnection() async throws {
    let second = try SimulatedProvider.start(usual: .text("A fine answer."))
    var home = try AuxqHome(config: twoProviders(try Nobody.refusedURL(), second.url))
    defer { home.remove() }
    home.variables = ["FIRST_KEY": "key-of-the-first", "SECOND_KEY": "key-of-the-second"]
    let run = try await home.run("run", "prompt", input: "Say something.")
    #expect(run.status == 0)
    let shown = try await home.run("show", "1")
    #expect(shown.output.contains("connection"))
    #expect(shown.output.contains("fallback"))
    let job = try await home.show(1)
    #expect(job["fallback_reasons"]?.elements?.compactMap(\.string) == ["connection"])
    let call = job["attempts"]?.elements?.first?["calls"]?.elements?.first
    #expect(call?["transport_error"]?.string == "refused")
  }

  @Test("a proxy that lets nobody through is named, not the machine's own network")
  func proxy() async throws {
    let proxy = try SimulatedProvider.start(usual: .error(403))
    var home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" },
          providers: { p: { base_url: "https://provider.example/v1" } }, retry: { transient: 0 } }
        """)
    defer { home.remove() }
    home.variables = ["https_proxy": proxy.url]
    let result = try await home.run("run", "prompt", "-", input: "Hi.")
    #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" } && proxy.requestCount > 0)
    #expect(result.status == 75)
    #expect(result.errors.contains("the proxy that `https_proxy` names lets nobody through"))
    #expect(!result.errors.contains("offline"))
    home.variables = ["https_proxy": try Nobody.refusedURL()]
    let absent = try await home.run("run", "prompt", "-", input: "Hello.")
    #expect(absent.errors.contains("the proxy that `https_proxy` names cannot be reached"))
    #expect(!absent.errors.contains("up and reachable"))
  }
}
