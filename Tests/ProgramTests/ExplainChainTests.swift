import Foundation
import JSONText
import Simulator
import Testing

/// `chain --what-if` against providers that must never hear of it.
@Suite("Supposing answers", .timeLimit(.minutes(10)))
struct ExplainChainTests {
  /// Two providers that count their requests, the first with two keys and two models.
  private final class Scene: Sendable {
    let first: SimulatedProvider
    let second: SimulatedProvider
    let home: AuxqHome

    init() throws {
      first = try SimulatedProvider.start()
      second = try SimulatedProvider.start()
      var home = try AuxqHome(
        config: """
          { main: { provider: "first", model: "big" },
            chain: [ { provider: "first", model: "small" }, { provider: "second", model: "m" } ],
            providers: {
              first: { base_url: "\(first.url)/v1", key_env: ["KEY_ONE", "KEY_TWO"] },
              second: { base_url: "\(second.url)/v1", model: "m" } },
            retry: { backoff_base: 0.2 } }
          """)
      home.variables = ["KEY_ONE": "first-key-number-1", "KEY_TWO": "first-key-number-2"]
      self.home = home
    }

    deinit { home.remove() }

    func suppose(_ answers: String, _ more: String...) async throws -> JSONNode {
      let line = ["chain", "--what-if", answers, "--json"] + more
      let result = try await home.start(line).wait()
      #expect(result.status == 0, "\(result.errors)")
      #expect(first.connectionCount == 0 && second.connectionCount == 0)
      return try JSONNode.parse(result.output)
    }
  }

  /// Provider, model, key, class and action of each call in a line.
  private func story(_ node: JSONNode) -> [String] {
    (node["calls"]?.elements ?? []).map { call in
      ["provider", "model", "credential", "class", "action"]
        .map { call[$0]?.string ?? "-" }.joined(separator: " ")
    }
  }

  @Test("classes may be supposed, with the scope that they usually have")
  func classes() async throws {
    let scene = try Scene()
    let model = try await scene.suppose("first=model_not_found,first=model_not_found,first=ok")
    #expect(
      story(model) == [
        "first big KEY_ONE model_not_found rotate", "first big KEY_TWO model_not_found fallback",
        "first small KEY_ONE - succeed",
      ])
    let spent = try await scene.suppose("first=payment,first=quota")
    #expect(
      story(spent) == [
        "first big KEY_ONE payment rotate", "first big KEY_TWO quota fallback",
        "second m - - succeed",
      ])
    let busy = try await scene.suppose("first=overloaded")
    #expect(story(busy).count == 5 && story(busy).last == "second m - - succeed")
    #expect(try await scene.home.run("chain", "--what-if", "first=nonsense").status == 64)
  }

  @Test("Nous may be supposed to recommend another model for one that is gone")
  func models() async throws {
    let scene = try Scene()
    try scene.home.write(
      """
      { main: { provider: "nous", model: "gone" },
        providers: { nous: { base_url: "\(scene.first.url)/v1", key_env: "KEY_ONE" } } }
      """, to: "config.json")
    let helped = try await scene.suppose("nous=model_not_found,nous=models,nous=ok")
    let calls = helped["calls"]?.elements ?? []
    #expect(
      calls.compactMap { $0["purpose"]?.string } == ["completion", "models", "completion"])
    #expect(calls.last?["model"]?.string == "recommended")
    #expect(helped["outcome"]?.string == "succeeded")
    let lost = try await scene.suppose("nous=model_not_found")
    #expect(lost["outcome"]?.string != "succeeded")
  }

  @Test("what a provider has said about its window is what chain tells")
  func learnt() async throws {
    let provider = try SimulatedProvider.start(
      usual: .error(
        400, "This model's maximum context length is 4096 tokens. Please reduce the length."))
    let home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" },
          providers: { p: { base_url: "\(provider.url)/v1", context: 9000 } } }
        """)
    defer { home.remove() }
    _ = try await home.run("run", "prompt", input: "Hi.")
    let route = try JSONNode.parse(try await home.run("chain", "--json").output)["routes"]?
      .elements?.first
    #expect(route?["context"]?.int == 4096 && route?["context_learnt"]?.bool == true)
    #expect(try await home.run("chain").output.contains("4096 (learnt)"))
  }

  @Test("a refresh that is supposed to help is followed by the same key, otherwise by the next")
  func refreshing() async throws {
    let scene = try Scene()
    let file = try scene.home.write("file-key-number-1", to: "key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    try scene.home.write(
      """
      { main: { provider: "first", model: "big" }, chain: [ { provider: "second", model: "m" } ],
        providers: { first: { base_url: "\(scene.first.url)/v1", key_file: "\(file)" },
                     second: { base_url: "\(scene.second.url)/v1", model: "m" } } }
      """, to: "config.json")
    let renewed = try await scene.suppose("first=401,first=refresh,first=ok")
    #expect(
      story(renewed).map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
        == ["auth refresh", "- succeed"])
    let refused = try await scene.suppose("first=401,first=refresh")
    #expect(
      story(refused).map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
        == ["auth refresh", "auth fallback", "- succeed"])
    let unchanged = try await scene.suppose("first=401")
    #expect(
      story(unchanged).map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
        == ["auth fallback", "- succeed"])
  }

  @Test("a dead key rotates, and a dead pool leaves the provider for all its models")
  func rotation() async throws {
    let node = try await Scene().suppose("first=401")
    #expect(
      story(node) == [
        "first big KEY_ONE auth rotate", "first big KEY_TWO auth fallback",
        "second m - - succeed",
      ])
    let skip = try #require(node["skips"]?.elements?.first)
    #expect(skip["model"]?.string == "small")
    #expect(skip["reason"]?.string == "cooling down")
    #expect(skip["class"]?.string == "auth")
    #expect(node["outcome"]?.string == "succeeded")
  }

  @Test("several answers of one provider are taken in order, the last one stays")
  func sequence() async throws {
    let scene = try Scene()
    let recovered = try await scene.suppose("first=500,first=ok")
    #expect(
      story(recovered) == ["first big KEY_ONE server_error retry", "first big KEY_ONE - succeed"])
    let wait = recovered["calls"]?.elements?[1]["wait_s"]?.double ?? 0
    #expect(wait > 0 && wait < 1)
    let stays = try await scene.suppose("first=401,first=429,second=402")
    #expect(
      story(stays) == [
        "first big KEY_ONE auth rotate", "first big KEY_TWO rate_limit fallback",
        "second m - payment park",
      ])
    #expect(stays["outcome"]?.string == "parked")
    #expect(stays["until"]?.string != nil)
  }

  @Test("a mark that an answer would leave counts for the same provider's next model")
  func marks() async throws {
    let node = try await Scene().suppose("first=tls")
    #expect(story(node) == ["first big KEY_ONE tls fallback", "second m - - succeed"])
    #expect(node["skips"]?.elements?.first?["class"]?.string == "tls")
  }

  @Test(
    "faults below HTTP are supposed like statuses",
    arguments: [
      ("timeout", "timeout"), ("dns", "connection"), ("truncated", "truncated"),
      ("reset", "connection"), ("too_large", "invalid_response"),
    ])
  func faults(word: String, name: String) async throws {
    let node = try await Scene().suppose("first=\(word)")
    let call = try #require(node["calls"]?.elements?.first)
    #expect(call["transport_error"]?.string == word)
    #expect(call["class"]?.string == name)
    #expect(node["outcome"]?.string == "succeeded")
  }

  @Test("explicit mode stops at an auth failure and goes on to main after one of capacity")
  func explicit() async throws {
    let scene = try Scene()
    let auth = try await scene.suppose("second=401", "--provider", "second")
    #expect(story(auth).count == 1)
    #expect(auth["outcome"]?.string != "succeeded")
    let payment = try await scene.suppose("second=402", "--provider", "second")
    #expect(
      story(payment) == ["second m - payment fallback", "first big KEY_ONE - succeed"])
  }

  @Test("real marks are seen, and the database stays as it is byte for byte")
  func readOnly() async throws {
    let scene = try Scene()
    scene.first.setUsual(.error(402))
    #expect(try await scene.home.run("run", "prompt", input: "Say something.").status == 0)
    #expect(scene.first.requestCount == 2)
    let (asked, alsoAsked) = (scene.first.requestCount, scene.second.requestCount)
    let before = try files(scene.home)
    let line = ["chain", "--what-if", "first=401,second=500", "--json"]
    let result = try await scene.home.start(line).wait()
    let node = try JSONNode.parse(result.output)
    #expect(story(node).allSatisfy { $0.hasPrefix("second") })
    #expect(node["skips"]?.elements?.contains { $0["class"]?.string == "payment" } == true)
    #expect(try files(scene.home) == before)
    #expect(scene.first.requestCount == asked && scene.second.requestCount == alsoAsked)
  }

  /// Everything in the home but the files that a test's children write their output to.
  private func files(_ home: AuxqHome) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: home.folder.path)
    where !name.hasPrefix("io-") {
      let file = home.folder.appendingPathComponent(name)
      found[name] = (try? Data(contentsOf: file)) ?? Data()
    }
    return found
  }

  @Test("people read calls, keys, waits and the end; a provider outside the chain is refused")
  func words() async throws {
    let scene = try Scene()
    let shown = try await scene.home.run("chain", "--what-if", "first=500")
    #expect(shown.status == 0)
    #expect(shown.output.contains("server error (http-500)"))
    #expect(shown.output.contains("at once"))
    #expect(shown.output.contains(" ms"))
    #expect(shown.output.hasSuffix("end: succeeded\n"))
    let wrong = try await scene.home.run("chain", "--what-if", "third=500")
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("third"))
    #expect(scene.first.connectionCount == 0 && scene.second.connectionCount == 0)
  }
}
