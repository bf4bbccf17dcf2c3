import Calls
import Fallback
import Testing

/// One reply as it comes over the wire, and what it means.
struct ClassRow: Sendable, CustomTestStringConvertible {
  var provider: String
  var status: Int?
  var headers: [(name: String, value: String)] = [("content-type", "application/json")]
  var body: String
  var fault: TransportFault?
  /// nil: a usable reply.
  var `class`: FailureClass?
  var scope: FailureScope?
  /// Milliseconds; tested only where given.
  var wait: Milliseconds??

  var testDescription: String {
    "\(provider) \(status.map(String.init) ?? "-") \(body.prefix(60))"
  }

  /// 2026-07-01 00:00:00 UTC.
  static let now: Milliseconds = 1_782_864_000_000

  init(
    _ provider: String, _ status: Int?, _ body: String, _ class: FailureClass?,
    _ scope: FailureScope? = nil, headers: [(String, String)] = [], fault: TransportFault? = nil,
    wait: Milliseconds?? = nil
  ) {
    self.provider = provider
    self.status = status
    self.body = body
    self.class = `class`
    self.scope = scope
    self.headers += headers.map { (name: $0.0, value: $0.1) }
    self.fault = fault
    self.wait = wait
  }

  var failure: Failure? { Self.classified(provider, status, headers, body, fault) }

  static func classified(
    _ provider: String, _ status: Int?, _ headers: [(name: String, value: String)], _ body: String,
    _ fault: TransportFault? = nil
  ) -> Failure? {
    let reply = HTTPReply(
      status: status, headers: headers, body: Array(body.utf8), fault: fault)
    return classify(
      ReplyReader(reply, provider: provider, allowsLength: false, now: now).digest)
  }
}
