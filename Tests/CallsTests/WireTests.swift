import Calls
import Fallback
import JSONText
import Testing

/// What providers want otherwise than their dialect says.
@Suite("Wire settings and quirks")
struct WireTests {
  private static let messages = #"[{"role":"user","content":"Go"}]"#

  private func sent(
    _ provider: String, _ model: String, dialect: Dialect = .chat,
    baseURL: String = "http://127.0.0.1:1/v1", wire: WireSettings = WireSettings(),
    headers: [(name: String, value: String)] = [], credential: CredentialHeader? = nil,
    messages: String = Self.messages, _ change: (inout CompletionRequest) -> Void = { _ in }
  ) throws -> (request: HTTPRequest, body: JSONNode) {
    var request = CompletionRequest(
      messages: Array(messages.utf8), maxOutputTokens: 500, temperature: 0.3)
    change(&request)
    let route = Route(provider: provider, baseURL: baseURL, dialect: dialect, model: model)
    let script = CallScript(
      plan: Plan(mode: .auto, routes: [route], policy: Policy()), request: request, jobID: 1,
      source: WiredSource(wire: wire, own: headers, credential: credential), redactor: Redactor(),
      now: { 0 }, journal: { _, _ in })
    let order = SendOrder(
      route: 0, credential: nil, baseURL: baseURL, model: model, adjustments: [],
      connectTimeout: 5_000, totalTimeout: 90_000)
    let http = script.httpRequest(order)
    return (http, try JSONNode.parse(http.body))
  }

  private static let parameters: [(String, String, String, [String])] = [
    ("openai", "gpt-5-nano", "https://api.openai.com/v1", ["max_completion_tokens"]),
    (
      "openai", "gpt-4o-mini", "https://api.openai.com/v1",
      ["max_completion_tokens", "temperature"]
    ),
    ("proxy", "gpt-5-mini", "http://127.0.0.1:1", ["max_completion_tokens"]),
    ("proxy", "o3-mini", "http://127.0.0.1:1", ["max_completion_tokens"]),
    ("proxy", "o1", "http://127.0.0.1:1", ["max_completion_tokens"]),
    ("proxy", "gpt-4o-mini", "http://127.0.0.1:1", ["max_tokens", "temperature"]),
    ("proxy", "olmo-7b", "http://127.0.0.1:1", ["max_tokens", "temperature"]),
    (
      "openrouter", "openai/gpt-5-nano", "https://openrouter.ai/api/v1",
      ["max_tokens", "temperature"]
    ),
    (
      "groq", "openai/gpt-oss-20b", "https://api.groq.com/openai/v1", ["max_tokens", "temperature"]
    ),
    ("kimi", "kimi-k2-turbo-preview", "https://api.moonshot.ai/v1", ["max_tokens"]),
  ]

  @Test("limit and temperature go out as the model takes them", arguments: parameters)
  func limitAndTemperature(provider: String, model: String, url: String, expected: [String]) throws
  {
    let (_, body) = try sent(provider, model, baseURL: url)
    #expect(body.members?.map(\.key) == ["model", "messages"] + expected)
  }

  @Test("a limit is always sent where the models answer with nothing without one")
  func mandatoryLimit() throws {
    let (_, body) = try sent("nvidia", "nvidia/llama") { $0.maxOutputTokens = nil }
    #expect(body["max_tokens"]?.int == 4_096)
    let (_, other) = try sent("groq", "llama") { $0.maxOutputTokens = nil }
    #expect(other["max_tokens"] == nil)
  }

  @Test(
    "new Claude models take no temperature",
    arguments: [
      ("claude-haiku-4-5-20251001", true), ("claude-opus-4-20250514", true),
      ("claude-3-5-haiku-latest", true), ("claude-opus-4-7", false),
      ("claude-haiku-5-5", false), ("MiniMax-M3", true),
    ])
  func claude(model: String, hasTemperature: Bool) throws {
    let (_, body) = try sent("anthropic", model, dialect: .messages)
    #expect((body["temperature"] != nil) == hasTemperature)
    #expect(body["max_tokens"]?.int == 500)
  }

  @Test("Anthropic is told the version, and of a login's token")
  func version() throws {
    let plain = try sent("anthropic", "claude", dialect: .messages).request.headers
    #expect(plain.first { $0.name == "anthropic-version" }?.value == "2023-06-01")
    #expect(!plain.contains { $0.name == "anthropic-beta" })
    let token = CredentialHeader(secret: Secret("sk-ant-oat01-canary"), allowedOrigins: [])
    let login = try sent("anthropic", "claude", dialect: .messages, credential: token)
    #expect(login.request.headers.contains { $0.name == "anthropic-beta" })
    #expect(!(try sent("a", "m").request.headers.contains { $0.name == "anthropic-version" }))
  }

  @Test("OpenRouter learns who asks; a configured header replaces a usual one")
  func headers() throws {
    let usual = try sent("openrouter", "m").request.headers
    #expect(usual.contains { $0.name == "X-Title" && $0.value == "auxq" })
    #expect(usual.contains { $0.name == "HTTP-Referer" })
    let own = try sent("openrouter", "m", headers: [("x-title", "mine")]).request.headers
    #expect(own.filter { $0.name.lowercased() == "x-title" }.map { $0.value } == ["mine"])
  }

  private static let efforts: [(String, Dialect, WireSettings.Effort, String)] = [
    ("openai", .chat, .low, #""reasoning_effort":"low""#),
    ("gemini", .chat, .none, #""reasoning_effort":"none""#),
    ("openrouter", .chat, .high, #""reasoning":{"effort":"high"}"#),
    ("nous", .chat, .none, #""reasoning":{"enabled":false}"#),
    ("zai", .chat, .none, #""thinking":{"type":"disabled"}"#),
    ("alibaba", .chat, .none, #""enable_thinking":false"#),
    ("vllm", .chat, .none, #""chat_template_kwargs":{"enable_thinking":false}"#),
    ("anthropic", .messages, .none, #""thinking":{"type":"disabled"}"#),
    ("anthropic", .messages, .low, #""max_tokens":2548"#),
    ("anthropic", .messages, .low, #""thinking":{"type":"enabled","budget_tokens":2048}"#),
  ]

  @Test("the effort of reasoning is written as each provider reads it", arguments: efforts)
  func effort(provider: String, dialect: Dialect, effort: WireSettings.Effort, text: String) throws
  {
    let (http, body) = try sent(
      provider, "m", dialect: dialect, wire: WireSettings(effort: effort))
    #expect(String(decoding: http.body, as: UTF8.self).contains(text))
    #expect(dialect == .chat || effort == .none || body["temperature"] == nil)
    #expect(try sent(provider, "m", dialect: dialect).body.members?.count == 4)
  }

  @Test("a streamed answer is asked for, with usage and both limits")
  func streaming() throws {
    let wire = WireSettings(streaming: .init(firstToken: 7_000, idle: 3_000))
    let (http, body) = try sent("a", "m", wire: wire)
    #expect(body["stream"]?.bool == true)
    #expect(body["stream_options"]?["include_usage"]?.bool == true)
    #expect(http.mayStream)
    #expect(http.headers.contains { $0.name == "Accept" && $0.value == "text/event-stream" })
    #expect(http.timeouts == Timeouts(connect: 5_000, firstByte: 7_000, idle: 3_000, total: 90_000))
    #expect(try sent("mistral", "m", wire: wire).body["stream_options"] == nil)
    let claude = try sent("anthropic", "m", dialect: .messages, wire: wire).body
    #expect(claude["stream"]?.bool == true)
    #expect(claude["stream_options"] == nil)
    let usual = try sent("a", "m", wire: WireSettings(streaming: .init())).request.timeouts
    #expect(usual.firstByte == 60_000)
    #expect(usual.idle == 30_000)
    #expect(try !sent("a", "m").request.mayStream)
  }

  @Test("further members, certificates and the word for private addresses go along")
  func others() throws {
    let wire = WireSettings(
      extraMembers: Array(#""top_k":5,"x":{"a":[1]}"#.utf8), certificateFile: "/ca.pem",
      allowsPrivateAddress: true)
    for dialect in Dialect.allCases {
      let (http, body) = try sent("a", "m", dialect: dialect, wire: wire)
      #expect(body["top_k"]?.int == 5)
      #expect(body["x"]?["a"]?.elements?.count == 1)
      #expect(http.certificateFile == "/ca.pem")
      #expect(http.allowsPrivateAddress)
    }
  }

  @Test("messages: instructions alone become the question")
  func onlySystem() throws {
    let (_, body) = try sent(
      "anthropic", "m", dialect: .messages,
      messages: #"[{"role":"system","content":"Tell a joke."}]"#)
    #expect(body["system"] == nil)
    #expect(body["messages"]?.elements?.first?["role"]?.string == "user")
    #expect(body["messages"]?.elements?.first?["content"]?.string == "Tell a joke.")
  }

  @Test("messages: calls of tools and what they gave take the dialect's shape")
  func tools() throws {
    let (_, body) = try sent(
      "anthropic", "m", dialect: .messages,
      messages:
        #"[{"role":"user","content":"Weather?"},{"role":"assistant","content":"Looking","tool_calls":[{"id":"t1","type":"function","function":{"name":"get","arguments":"{\"city\":\"Rome\"}"}},{"id":"t2","type":"function","function":{"name":"get","arguments":"broken"}}]},{"role":"tool","tool_call_id":"t1","content":"sunny"},{"role":"tool","tool_call_id":"t2","content":[{"type":"text","text":"none"}]},{"role":"user","content":"And?"}]"#
    )
    let turns = try #require(body["messages"]?.elements)
    #expect(turns.compactMap { $0["role"]?.string } == ["user", "assistant", "user", "user"])
    let call = try #require(turns[1]["content"]?.elements)
    #expect(call.compactMap { $0["type"]?.string } == ["text", "tool_use", "tool_use"])
    #expect(call[1]["input"]?["city"]?.string == "Rome")
    #expect(call[2]["input"]?.members?.isEmpty == true)
    let results = try #require(turns[2]["content"]?.elements)
    #expect(results.compactMap { $0["tool_use_id"]?.string } == ["t1", "t2"])
    #expect(results.compactMap { $0["content"]?.string } == ["sunny", "none"])
  }
}

/// Gives what a test wants, and no credential to choose.
private struct WiredSource: CredentialSource {
  var wire: WireSettings
  var own: [(name: String, value: String)]
  var credential: CredentialHeader?

  func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    .acquired(now, Acquisition(credential: nil, baseURL: route.baseURL))
  }
  func header(for order: SendOrder, route: Route) -> CredentialHeader? { credential }
  func headers(for route: Route) -> [(name: String, value: String)] { own }
  func wire(for route: Route) -> WireSettings { wire }
  func refresh(
    _ order: RefreshOrder, route: Route, now: Milliseconds,
    told: @escaping @Sendable (RefreshReport) -> Void
  ) -> Bool {
    told(RefreshReport(outcome: .unchanged, startedAt: now))
    return true
  }
  func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {}
}
