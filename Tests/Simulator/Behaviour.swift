/// What the provider does with one request: steps taken in order, on the request's connection.
///
/// A behaviour that neither closes nor resets leaves the connection open for the next request.
package struct Behaviour: Sendable {
  package enum Step: Sendable {
    case send([UInt8])
    case wait(milliseconds: Int)
    /// Sends in pieces of `bytes`, with a pause after each.
    case drip([UInt8], bytes: Int, milliseconds: Int)
    /// Sends the same again and again until the client is gone.
    case endless([UInt8])
    /// The same with a pause after each.
    case endlessly([UInt8], every: Int)
    /// Does nothing until the client is gone.
    case stall
    /// Ends the connection in order (FIN).
    case close
    /// Ends it hard (RST).
    case reset
  }

  package var steps: [Step]

  package init(_ steps: [Step]) { self.steps = steps }

  /// The same after a delay.
  package func delayed(milliseconds: Int) -> Behaviour {
    Behaviour([.wait(milliseconds: milliseconds)] + steps)
  }

  /// The same, and then the connection is closed.
  package func closing() -> Behaviour { Behaviour(steps + [.close]) }
}

extension Behaviour: CustomStringConvertible {
  /// The steps, with the first line of what is sent: bodies would fill a test's output.
  package var description: String { steps.map(Self.describe).joined(separator: ", ") }

  private static func describe(_ step: Step) -> String {
    switch step {
    case .send(let bytes), .endless(let bytes), .endlessly(let bytes, _):
      "send " + String(decoding: bytes.prefix { $0 >= 0x20 }.prefix(40), as: UTF8.self)
    case .wait(let milliseconds): "wait \(milliseconds) ms"
    case .drip(_, let bytes, let milliseconds): "drip \(bytes) bytes every \(milliseconds) ms"
    case .stall: "stall"
    case .close: "close"
    case .reset: "reset"
    }
  }
}

extension Behaviour {
  /// A whole HTTP answer.
  ///
  /// - Parameters:
  ///   - status: The code of the status line.
  ///   - headers: Beside the framing.
  ///   - body: As it goes out; it is not compressed.
  ///   - contentLength: Announced instead of the true length.
  ///   - chunked: Framed in chunks instead of by length.
  /// - Returns: The behaviour.
  package static func reply(
    _ status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = [],
    contentLength: Int? = nil, chunked: Bool = false
  ) -> Behaviour {
    let framing =
      chunked
      ? ("Transfer-Encoding", "chunked")
      : ("Content-Length", String(contentLength ?? body.count))
    let head = Wire.head(status, headers + [framing])
    return Behaviour([.send(head + (chunked ? Wire.chunks(body) : body))])
  }

  /// A JSON answer.
  package static func json(
    _ text: String, status: Int = 200, headers: [(String, String)] = []
  ) -> Behaviour {
    reply(
      status, headers: [("Content-Type", "application/json")] + headers, body: Array(text.utf8))
  }

  /// A page, as proxies and portals show it.
  package static func html(
    _ status: Int = 200, _ page: String = "<!doctype html><title>Welcome</title><h1>Sign in</h1>"
  ) -> Behaviour {
    reply(status, headers: [("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8))
  }

  /// Headers and nothing else.
  package static func empty(_ status: Int = 200) -> Behaviour { reply(status) }

  /// Sends the client elsewhere.
  package static func redirect(to url: String, status: Int = 307) -> Behaviour {
    reply(status, headers: [("Location", url)])
  }
}

/// The parts of an answer as bytes.
package enum Wire {
  static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(reasons[status] ?? "Status")\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  /// Two chunks and the end, or only the end for an empty body.
  static func chunks(_ body: [UInt8]) -> [UInt8] {
    let half = body.count / 2
    return chunk(body[..<half]) + chunk(body[half...]) + Array("0\r\n\r\n".utf8)
  }

  static func chunk(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.isEmpty
      ? [] : Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
  }

  /// One chunk; none for an empty text, since that would be the last.
  package static func chunk(_ text: String) -> [UInt8] { chunk(Array(text.utf8)[...]) }

  package static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static let reasons = [
    200: "OK", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 403: "Forbidden", 404: "Not Found", 413: "Content Too Large",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
  ]
}
