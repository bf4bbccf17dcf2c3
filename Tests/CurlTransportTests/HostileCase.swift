import Calls
import Fallback
import Simulator
import Testing

/// One misbehaviour of a server, and what must become of the request.
struct HostileCase: Sendable, CustomTestStringConvertible {
  let name: String
  let behaviour: Behaviour
  let fault: TransportFault?
  /// What the classifier makes of it; nil: the reply is usable.
  let `class`: FailureClass?
  var status: Int?
  /// What must be left of the body.
  var body: String?
  var maxBodyBytes = 1 << 20
  /// The request asks for a stream.
  var streams = false
  /// Limits that end it, else none comes near.
  var timeouts = Timeouts.ample
  /// It ends when this many milliseconds are over, rather than by what the server does.
  var end: Int64?

  var testDescription: String { name }

  init(
    _ name: String, _ behaviour: Behaviour, _ fault: TransportFault?, _ class: FailureClass?,
    status: Int? = 200, _ change: (inout HostileCase) -> Void = { _ in }
  ) {
    self.name = name
    self.behaviour = behaviour
    self.fault = fault
    self.class = `class`
    self.status = status
    change(&self)
  }

  static let all = silent + cut + long + lying + elsewhere

  /// A usable answer, and a beginning of it.
  private static let answer =
    #"{"choices":[{"message":{"content":"Hello {\"a\": [1]}"},"finish_reason":"stop"}]}"#
  private static let beginning = #"{"choices":[{"message":{"content":"Hel"#
  private static let token = "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n"
  private static let eventStream = [("Content-Type", "text/event-stream")]
  private static let big = [UInt8](repeating: 0x20, count: 5_000)

  private static func limits(
    connect: Milliseconds = 300_000, firstByte: Milliseconds = 300_000,
    idle: Milliseconds = 300_000, total: Milliseconds = 300_000
  ) -> Timeouts {
    Timeouts(connect: connect, firstByte: firstByte, idle: idle, total: total)
  }

  /// Servers that keep a request waiting.
  static let silent = [
    HostileCase("stalls before its answer", .stalled, .timeout, .timeout, status: nil) {
      $0.timeouts = limits(firstByte: 60)
      $0.end = 60
    },
    HostileCase("stalls within its headers", .stalledHeaders, .timeout, .timeout) {
      $0.timeouts = limits(idle: 60)
      $0.end = 60
    },
    HostileCase("stalls within its body", .stalledBody(beginning), .timeout, .timeout) {
      $0.timeouts = limits(idle: 60)
      $0.end = 60
      $0.body = beginning
    },
    HostileCase("drips for ever", .dripping(every: 10), .timeout, .timeout) {
      $0.timeouts = limits(idle: 50, total: 90)
      $0.end = 90
    },
    HostileCase("drips header lines for ever", .drippingHeaders(every: 10), .timeout, .timeout) {
      $0.timeouts = limits(idle: 50, total: 90)
      $0.end = 90
    },
    HostileCase(
      "drips comments into a stream for ever",
      .chunks(token, then: .endlessly(Wire.chunk(": wait\n\n"), every: 10)), .timeout, .timeout
    ) {
      $0.timeouts = limits(idle: 60)
      $0.end = 60
      $0.streams = true
    },
  ]

  /// Answers that end before their end, in each framing.
  static let cut = [
    HostileCase("hangs up without an answer", .hangUp, .reset, .connection, status: nil),
    HostileCase("resets without an answer", .resetAtOnce, .reset, .connection, status: nil),
    HostileCase("cuts its headers", .cutHeaders, .truncated, .truncated),
    HostileCase("cuts a body of known length", .cutBody(beginning), .truncated, .truncated) {
      $0.body = beginning
    },
    HostileCase(
      "resets within a body of known length", .cutBody(beginning, reset: true), .truncated,
      .truncated
    ) { $0.body = beginning },
    HostileCase("cuts between chunks", .cutChunks(beginning), .truncated, .truncated) {
      $0.body = beginning
    },
    HostileCase("cuts within a chunk", .cutWithinChunk(beginning), .truncated, .truncated),
    HostileCase(
      "cuts after a whole document in chunks", .cutChunks(answer), .truncated, .truncated),
    HostileCase("cuts a body without a length", .unframed(beginning), .truncated, .truncated) {
      $0.body = beginning
    },
    HostileCase(
      "cuts a body without a length behind comments", .unframed(": wait\n\n" + beginning),
      .truncated, .truncated),
    HostileCase(
      "resets within a body without a length", .unframed(beginning, reset: true), .truncated,
      .truncated),
    HostileCase(
      "ends a stream of known framing before its end marker", .chunks(token, then: nil), nil,
      .truncated
    ) { $0.streams = true },
    HostileCase(
      "cuts a stream in chunks", .chunks(token, then: .close), .truncated, .truncated
    ) { $0.streams = true },
    HostileCase(
      "cuts a stream without a length", .unframed(token, headers: eventStream), nil, .truncated
    ) { $0.streams = true },
    HostileCase(
      "sends a stream nobody asked for and cuts it", .unframed(token, headers: eventStream), nil,
      .truncated),
  ]

  /// Answers that are too much.
  static let long = [
    HostileCase(
      "announces more than the limit", .reply(body: big), .tooLarge, .invalidResponse
    ) { $0.maxBodyBytes = 4_999 },
    HostileCase(
      "sends more than the limit in chunks", .reply(body: big, chunked: true), .tooLarge,
      .invalidResponse
    ) { $0.maxBodyBytes = 4_999 },
    HostileCase("sends chunks without end", .endlessBody, .tooLarge, .invalidResponse),
    HostileCase("sends bytes without end", .endlessUnframed, .tooLarge, .invalidResponse),
    HostileCase("sends header lines without end", .endlessHeaders, .tooLarge, .invalidResponse),
    HostileCase(
      "sends a header line without end", .endlessHeaderLine, .tooLarge, .invalidResponse),
    HostileCase(
      "sends preliminary answers without end", .endlessEarlyHints, .tooLarge, .invalidResponse,
      status: nil),
    HostileCase(
      "sends trailers without end", .endlessTrailers, .tooLarge, .invalidResponse),
    HostileCase(
      "sends a line of a stream without end",
      .chunks("data: ", then: .endless(Wire.chunk(String(repeating: "x", count: 64 << 10)))),
      .tooLarge, .invalidResponse
    ) {
      $0.streams = true
      $0.maxBodyBytes = 8 << 20
    },
    HostileCase(
      "sends events without end",
      .chunks("", then: .endless(Wire.chunk(String(repeating: token, count: 500)))), .tooLarge,
      .invalidResponse
    ) { $0.streams = true },
    HostileCase("bombs in the content coding", .gzipBomb(), nil, .invalidResponse),
    HostileCase(
      "bombs in the transfer coding", .gzipBomb("Transfer-Encoding"), .tooLarge, .invalidResponse),
  ]

  /// Answers that are not what they say.
  static let lying = [
    HostileCase("is longer than it says", .longerThanAnnounced, nil, .invalidResponse) {
      $0.body = #"{"id":"a"}"#
    },
    HostileCase(
      "says two lengths", .head("Content-Length: 2\r\nContent-Length: 90\r\n"), .truncated,
      .truncated),
    HostileCase(
      "says a length beyond any number", .head("Content-Length: 99999999999999999999\r\n"),
      .tooLarge, .invalidResponse),
    HostileCase(
      "says a negative length", .head("Content-Length: -1\r\n", body: answer), .truncated,
      .truncated),
    HostileCase(
      "says a length and chunks", .head("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
      .truncated, .truncated),
    HostileCase(
      "says a chunk beyond any number",
      .head("Transfer-Encoding: chunked\r\n", body: "fffffffffffffffffff\r\nx"), .truncated,
      .truncated),
    HostileCase("is no HTTP", .garbage, .reset, .connection, status: nil),
    HostileCase("is no UTF-8", .invalidUTF8, nil, .invalidResponse),
    HostileCase("has control bytes in a header", .binaryHeader, nil, .invalidResponse) {
      $0.body = "{}"
    },
    HostileCase("has a zero byte in a header", .zeroByteInHeader, .truncated, .truncated),
    HostileCase(
      "injects a header behind a bare carriage return",
      .head("X-Id: a\rTransfer-Encoding: chunked\r\n", body: answer), nil, nil
    ) { $0.body = answer },
    HostileCase(
      "injects a header behind a bare line feed",
      .head("X-Id: a\nX-Injected: yes\r\nContent-Length: \(answer.utf8.count)\r\n", body: answer),
      nil, nil
    ) { $0.body = answer },
    HostileCase(
      "injects an answer behind the headers",
      .head(
        "X-Id: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: \(answer.utf8.count)\r\n", body: answer),
      nil, .invalidResponse),
    HostileCase(
      "injects headers as trailers",
      .head(
        "Transfer-Encoding: chunked\r\n",
        body: Wire.text(Wire.chunk(answer)) + "0\r\nContent-Length: 1\r\nX-Request-Id: evil\r\n\r\n"
      ),
      nil, nil
    ) { $0.body = answer },
    HostileCase(
      "injects a header by folding one",
      .head("X-Id: a\r\n Transfer-Encoding: chunked\r\n", body: answer), nil, nil
    ) { $0.body = answer },
  ]

  /// Answers that point at another host.
  static let elsewhere =
    [301, 302, 303, 307, 308].map {
      HostileCase(
        "redirects by \($0)", .redirect(to: "https://elsewhere.example/v1?token=abc", status: $0),
        .redirect, .redirect, status: $0)
    } + [
      HostileCase("redirects to nowhere", .reply(302), .redirect, .redirect, status: 302),
      HostileCase(
        "redirects to a file", .redirect(to: "file:///etc/passwd"), .redirect, .redirect,
        status: 307),
      HostileCase(
        "redirects with a user name", .redirect(to: "https://a:b@elsewhere.example"), .redirect,
        .redirect, status: 307),
      HostileCase(
        "switches the protocol",
        Behaviour([
          .send(
            Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\(answer)".utf8)),
          .close,
        ]), .reset, .connection, status: nil),
    ]
}
