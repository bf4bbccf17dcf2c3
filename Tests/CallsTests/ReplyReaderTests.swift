import Calls
import ClassRows
import Fallback
import Testing

/// Replies in the shapes of their providers, as text and counts.
struct ReplyReaderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var body: String
    var text = "Hello"
    var input: Int? = 7
    var output: Int? = 3
    var model: String? = "m"
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "chat", body: Bodies.chat("Hello")),
    Case(name: "byte order mark", body: "\u{FEFF}" + Bodies.chat("Hello")),
    Case(name: "think tags", body: Bodies.chat("<think>hm</think>\nHello")),
    Case(
      name: "parts",
      body:
        #"{"model":"m","choices":[{"message":{"content":[{"type":"text","text":"Hel"},{"type":"image_url"},{"text":"lo"}],"reasoning_content":"hm"},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#
    ),
    Case(
      name: "older completions",
      body:
        #"{"model":"m","choices":[{"text":"Hello","finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#
    ),
    Case(
      name: "messages",
      body:
        #"{"type":"message","model":"m","content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"Hel"},{"type":"text","text":"lo"}],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":3}}"#
    ),
    Case(
      name: "gemini",
      body:
        #"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"Hello"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3},"modelVersion":"m"}"#
    ),
    Case(
      name: "responses",
      body:
        #"{"object":"response","model":"m","status":"completed","output":[{"type":"reasoning"},{"type":"message","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"input_tokens":7,"output_tokens":3}}"#
    ),
    Case(
      name: "converse",
      body:
        #"{"output":{"message":{"role":"assistant","content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":7,"outputTokens":3}}"#,
      model: nil),
    Case(
      name: "ollama",
      body:
        #"{"model":"m","message":{"role":"assistant","content":"Hello","thinking":"x"},"done":true,"prompt_eval_count":7,"eval_count":3}"#
    ),
    Case(
      name: "chat stream",
      body:
        "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\r\n\r\n: keep-alive\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\r\n\r\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\r\n\r\ndata: [DONE]\r\n\r\n"
    ),
    Case(
      name: "messages stream",
      body:
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"i\",\"model\":\"m\",\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
    ),
  ]

  @Test("every shape gives its text, counts and model", arguments: cases)
  func shapes(one: Case) {
    let reader = ReplyReader(
      HTTPReply(status: 200, body: Array(one.body.utf8)), provider: "x", allowsLength: false, now: 0
    )
    #expect(classify(reader.digest) == nil)
    #expect(reader.completion?.text == one.text)
    #expect(reader.completion?.finish == .stop)
    #expect(reader.completion?.inputTokens == one.input)
    #expect(reader.completion?.outputTokens == one.output)
    #expect(reader.completion?.servedModel == one.model)
  }

  @Test("a cut by the output limit is accepted where the kind accepts it")
  func length() {
    let reply = HTTPReply(status: 200, body: Array(Bodies.chat("half", finish: "length").utf8))
    let reader = ReplyReader(reply, provider: "x", allowsLength: true, now: 0)
    #expect(classify(reader.digest) == nil)
    #expect(reader.completion?.finish == .length)
  }

  @Test("header names are read in any case, and the request id of a header wins")
  func headers() {
    let reply = HTTPReply(
      status: 200, headers: [("X-Request-ID", "req-9")], body: Array(Bodies.chat("Hello").utf8))
    let reader = ReplyReader(reply, provider: "x", allowsLength: false, now: 0)
    #expect(reader.completion?.requestID == "req-9")
  }

  @Test("a body without a status is read like a success")
  func withoutStatus() {
    let row = ClassRow("x", nil, Bodies.openRouter(429, "Rate limit exceeded"), .rateLimit)
    #expect(row.failure?.class == .rateLimit)
    #expect(ClassRow("x", nil, Bodies.chat("Hi"), nil).failure == nil)
  }

  @Test("text that is no UTF-8 inside an error is repaired, not taken for a cut body")
  func repairs() {
    var body = Array(Bodies.openAI("insufficient_quota", "caf@").utf8)
    for index in body.indices where body[index] == UInt8(ascii: "@") { body[index] = 0xE9 }
    let reader = ReplyReader(
      HTTPReply(status: 429, body: body), provider: "x", allowsLength: false, now: 0)
    #expect(classify(reader.digest)?.class == .payment)
  }

  @Test(
    "counts of tokens that nobody can have used are bounded, so that their sums never overflow",
    arguments: [
      #""prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807"#,
      #""input_tokens":9223372036854775807,"output_tokens":1e300,"cache_read_input_tokens":9223372036854775807,"completion_tokens":9223372036854775806"#,
    ])
  func absurdCounts(usage: String) {
    let body =
      #"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{\#(usage)}}"#
    let reader = ReplyReader(
      HTTPReply(status: 200, body: Array(body.utf8)), provider: "x", allowsLength: false, now: 0)
    #expect(reader.completion?.inputTokens == 1_000_000_000_000)
    #expect(reader.completion?.outputTokens == 1_000_000_000_000)
  }

  @Test("nesting beyond any reply is malformed, not a crash")
  func depth() {
    let body = String(repeating: "[", count: 100_000)
    #expect(ClassRow("x", 200, body, nil).failure?.class == .invalidResponse)
  }
}
