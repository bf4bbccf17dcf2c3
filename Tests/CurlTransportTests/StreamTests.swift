import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

/// Answers that come as server-sent events.
@Suite("Event streams", .serialized)
struct StreamTests {
  private static let head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static func chunk(_ text: String) -> [UInt8] {
    Array((String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n").utf8)
  }

  private static let token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"

  private func stream(_ steps: [Behaviour.Step]) throws -> SimulatedProvider {
    try SimulatedProvider.start(usual: Behaviour([.send(Array(Self.head.utf8))] + steps))
  }

  private func request(
    _ provider: SimulatedProvider, firstByte: Milliseconds = 300_000, idle: Milliseconds = 300_000,
    maxBodyBytes: Int = 8 << 20
  ) -> HTTPRequest {
    var request = HTTPRequest.to(
      provider.url,
      timeouts: Timeouts(connect: 300_000, firstByte: firstByte, idle: idle, total: 300_000),
      maxBodyBytes: maxBodyBytes)
    request.mayStream = true
    return request
  }

  @Test(
    "comments, pings and headers are no first token",
    arguments: [
      ": OPENROUTER PROCESSING\n\n", "event: ping\ndata: {\"type\": \"ping\"}\n\n",
      #"data: {"id":"c","choices":[{"delta":{"role":"assistant","content":""}}]}"# + "\n\n",
      #"data: {"choices":[{"delta":{"role":"assistant","content":null,"refusal":null}}]}"# + "\n\n",
      #"data: {"type": "message_start", "message": {"role": "assistant", "content": []}}"# + "\n\n",
    ], Path.allCases)
  func firstToken(filler: String, path: Path) async throws {
    let provider = try stream([.endlessly(Self.chunk(filler), every: 20)])
    let reply = await Sender(path).send(request(provider, firstByte: 200))
    #expect(reply.fault == .timeout)
    #expect(reply.detail == "no answer within 200 ms")
  }

  @Test(
    "an error ends it, though the connection stays open",
    arguments: [
      #"data: {"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#,
      #"data:{"error": "overloaded"}"#,
      "event: error\n" + #"data: {"error":{"type":"overloaded_error"},"type":"error"}"#,
      "event: error\ndata: {\"message\":\"over\"}",
      #"data: {"type":"error","error":{"type":"overloaded_error"}}"#,
    ], Path.allCases)
  func error(event: String, path: Path) async throws {
    let text = Self.token + event + "\n\n"
    // In pieces that end anywhere.
    let middle = text.index(text.startIndex, offsetBy: Self.token.count + event.count / 2)
    let provider = try stream([
      .send(Self.chunk(String(text[..<middle]))), .wait(milliseconds: 10),
      .send(Self.chunk(String(text[middle...]))), .stall,
    ])
    let sender = Sender(path)
    let reply = try await expectTime(10...200) {
      let began = milliseconds()
      let reply = await sender.send(request(provider))
      return (reply, milliseconds() - began)
    }
    #expect(reply.fault == nil, "\(reply.detail ?? "")")
    #expect(String(decoding: reply.body, as: UTF8.self) == text)
  }

  @Test(
    "what the model says is a first token, in whatever field",
    arguments: [
      #"{"choices":[{"delta":{"role":"assistant","content":"Hi"}}]}"#,
      #"{"choices":[{"delta":{"role":"assistant","content":"","reasoning":"Hm"}}]}"#,
      #"{"choices":[{"delta":{"role":"assistant","tool_calls":[{"index":0}]}}]}"#,
      #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}"#,
      #"{"choices":[{"text":"Hi"}]}"#,
    ], Path.allCases)
  func said(event: String, path: Path) async throws {
    let provider = try stream([.send(Self.chunk("data: \(event)\n\n")), .stall])
    let reply = await Sender(path).send(request(provider, idle: 60))
    #expect(reply.fault == .timeout)
    #expect(reply.detail == "silent for 60 ms")
  }

  @Test("silence between two tokens ends it, whatever comments come", arguments: Path.allCases)
  func idle(path: Path) async throws {
    let provider = try stream([
      .send(Self.chunk(Self.token)), .endlessly(Self.chunk(": still here\n\n"), every: 20),
    ])
    let reply = await Sender(path).send(request(provider, idle: 200))
    #expect(reply.fault == .timeout)
    #expect(reply.detail == "silent for 200 ms")
    #expect(String(decoding: reply.body, as: UTF8.self).hasPrefix(Self.token))
  }

  @Test(
    "it is whole at its end marker, whatever the connection does then",
    arguments: [
      ("data: [DONE]\n\n", Behaviour.Step.stall), ("data: [DONE]\n\n", .close),
      ("data:[DONE]\r\n\r\n", .reset), ("data:   [DONE]\r\r", .stall),
      ("data: {\"index\":0, \"type\": \"message_stop\"}\n\n", .stall),
      ("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", .stall),
    ], Path.allCases)
  func end(marker: (String, Behaviour.Step), path: Path) async throws {
    let provider = try stream([
      .send(Self.chunk(Self.token)), .send(Self.chunk(marker.0)), .wait(milliseconds: 30), marker.1,
    ])
    let reply = await Sender(path).send(request(provider))
    #expect(reply.fault == nil, "\(reply.detail ?? "")")
    #expect(String(decoding: reply.body, as: UTF8.self) == Self.token + marker.0)
  }

  @Test("a connection is kept after a whole stream", arguments: Path.allCases)
  func kept(path: Path) async throws {
    let provider = try stream([
      .send(Self.chunk(Self.token) + Self.chunk("data: [DONE]\n\n") + Array("0\r\n\r\n".utf8))
    ])
    let sender = Sender(path)
    for _ in 0..<3 { #expect(await sender.send(request(provider)).fault == nil) }
    #expect(provider.connectionCount == 1)
  }

  @Test("a text that speaks of the end is not the end", arguments: Path.allCases)
  func quotedEnd(path: Path) async throws {
    let quoted =
      "data: {\"delta\":\"[DONE]\"}\n\ndata: {\"t\":\"\\\"type\\\":\\\"message_stop\\\"\"}\n\n"
    let provider = try stream([.send(Self.chunk(quoted)), .close])
    #expect(await Sender(path).send(request(provider)).fault == .truncated)
  }

  @Test("a server that does not stream is read as it answers", arguments: Path.allCases)
  func whole(path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: .text("ok"))
    let reply = await Sender(path).send(request(provider))
    #expect(reply.fault == nil)
    #expect(reply.status == 200)
  }
}
