import Calls
import Fallback
import JSONText
import Testing

/// Requests as they go over the wire, read back.
struct DialectTests {
  private static let messages =
    #"[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi ä\u00e4 \"x\""},{"role":"assistant","content":[{"type":"text","text":"Hm"}]},{"role":"developer","content":[{"type":"text","text":"In German."}]},{"role":"user","content":"Go"}]"#

  private func sent(
    _ dialect: Dialect, baseURL: String = "https://a.example/v1", _ adjustments: [Adjustment] = [],
    _ change: (inout CompletionRequest) -> Void = { _ in }
  ) throws -> (request: HTTPRequest, body: JSONNode) {
    var request = CompletionRequest(
      messages: Array(Self.messages.utf8), maxOutputTokens: 500, temperature: 0.3,
      schema: Array(#"{"type":"object"}"#.utf8))
    change(&request)
    let route = Route(provider: "a", baseURL: baseURL, dialect: dialect, model: "m")
    let script = CallScript(
      plan: Plan(mode: .auto, routes: [route], policy: Policy()), request: request, jobID: 1,
      source: FixedSource(), redactor: Redactor(), now: { 0 }, journal: { _, _ in })
    let order = SendOrder(
      route: 0, credential: nil, baseURL: baseURL, model: "m", adjustments: adjustments,
      connectTimeout: 5, totalTimeout: 9)
    let http = script.httpRequest(order)
    return (http, try JSONNode.parse(http.body))
  }

  @Test("chat: the messages are spliced byte by byte, the parameters are there")
  func chat() throws {
    let (http, body) = try sent(.chat)
    #expect(http.url == "https://a.example/v1/chat/completions")
    #expect(
      body.members?.map(\.key) == [
        "model", "messages", "max_tokens", "temperature", "response_format",
      ])
    #expect(body["messages"].map { Array(http.body[$0.range]) } == Array(Self.messages.utf8))
    #expect(body["max_tokens"]?.int == 500)
    #expect(body["temperature"]?.double == 0.3)
    #expect(body["response_format"]?["type"]?.string == "json_schema")
    #expect(body["response_format"]?["json_schema"]?["schema"]?["type"]?.string == "object")
    #expect(body["response_format"]?["json_schema"]?["name"]?.string != nil)
    #expect(http.timeouts.connect == 5)
    #expect(http.timeouts.total == 9)
  }

  @Test("chat: what is not asked for is not sent")
  func bare() throws {
    let (_, body) = try sent(.chat) {
      $0.maxOutputTokens = nil
      $0.temperature = nil
      $0.schema = nil
    }
    #expect(body.members?.map(\.key) == ["model", "messages"])
  }

  @Test(
    "chat: each adjustment changes exactly its parameter",
    arguments: [
      ([.renameMaxTokens], ["max_completion_tokens", "temperature", "response_format"]),
      ([.dropMaxTokens], ["temperature", "response_format"]),
      ([.renameMaxTokens, .dropMaxTokens], ["temperature", "response_format"]),
      ([.dropTemperature], ["max_tokens", "response_format"]),
      ([.dropResponseFormat], ["max_tokens", "temperature"]),
      (Adjustment.allCases, []),
    ] as [([Adjustment], [String])])
  func adjustments(adjustments: [Adjustment], left: [String]) throws {
    let (_, body) = try sent(.chat, adjustments)
    #expect(body.members?.map(\.key) == ["model", "messages"] + left)
    let limit = body["max_tokens"] ?? body["max_completion_tokens"]
    #expect(limit.map { $0.int == 500 } ?? true)
  }

  @Test("messages: system texts are lifted, a limit is always there, the rest is byte-identical")
  func messages() throws {
    let (http, body) = try sent(.messages)
    #expect(http.url == "https://a.example/v1/messages")
    #expect(body["system"]?.string?.hasPrefix("Be brief.\n\nIn German.") == true)
    #expect(body["system"]?.string?.contains(#"{"type":"object"}"#) == true)
    #expect(body["max_tokens"]?.int == 500)
    let turns = try #require(body["messages"]?.elements)
    #expect(turns.compactMap { $0["role"]?.string } == ["user", "assistant", "user"])
    #expect(
      String(decoding: http.body[turns[0].range], as: UTF8.self)
        == #"{"role":"user","content":"Hi ä\u00e4 \"x\""}"#)
    let (_, bare) = try sent(.messages) {
      $0.maxOutputTokens = nil
      $0.temperature = 1.5
      $0.schema = nil
    }
    #expect(bare["max_tokens"]?.int.map { $0 > 0 } == true)
    #expect(bare["temperature"]?.double == 1)
    #expect(bare["system"]?.string == "Be brief.\n\nIn German.")
  }

  @Test("messages: the adjustments that this dialect can do without")
  func messagesAdjusted() throws {
    let (_, body) = try sent(.messages, [.dropTemperature, .dropResponseFormat])
    #expect(body.members?.map(\.key) == ["model", "max_tokens", "system", "messages"])
    #expect(body["system"]?.string == "Be brief.\n\nIn German.")
  }

  @Test(
    "messages: the path follows from the base URL",
    arguments: [
      ("https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
      ("https://api.anthropic.com/v1", "https://api.anthropic.com/v1/messages"),
      ("https://api.minimax.io/anthropic", "https://api.minimax.io/anthropic/v1/messages"),
    ])
  func paths(base: String, url: String) throws {
    #expect(try sent(.messages, baseURL: base).request.url == url)
  }
}
