import Calls
package import Fallback

/// One reply as it comes over the wire, and what it means.
package struct ClassRow: Sendable, CustomStringConvertible {
  package var provider: String
  package var status: Int?
  package var headers: [(name: String, value: String)] = [("content-type", "application/json")]
  package var body: String
  package var fault: TransportFault?
  /// nil: a usable reply.
  package var `class`: FailureClass?
  package var scope: FailureScope?
  /// Milliseconds; tested only where given.
  package var wait: Milliseconds??

  package var description: String {
    "\(provider) \(status.map(String.init) ?? "-") \(body.prefix(60))"
  }

  /// 2026-07-01 00:00:00 UTC.
  package static let now: Milliseconds = 1_782_864_000_000

  package init(
    _ provider: String, _ status: Int?, _ body: String, _ class: FailureClass?,
    _ scope: FailureScope? = nil, headers: [(String, String)] = [], fault: TransportFault? = nil,
    wait: Milliseconds?? = nil
  ) {
    self.provider = provider
    self.status = status
    self.body = body
    self.class = `class`
    self.scope = scope
    if headers.contains(where: { $0.0.lowercased() == "content-type" }) { self.headers = [] }
    self.headers += headers.map { (name: $0.0, value: $0.1) }
    self.fault = fault
    self.wait = wait
  }

  package var failure: Failure? { Self.classified(provider, status, headers, body, fault) }

  package static func classified(
    _ provider: String, _ status: Int?, _ headers: [(name: String, value: String)], _ body: String,
    _ fault: TransportFault? = nil
  ) -> Failure? {
    let reply = HTTPReply(
      status: status, headers: headers, body: Array(body.utf8), fault: fault)
    return classify(
      ReplyReader(reply, provider: provider, allowsLength: false, now: now).digest)
  }
}
