package import Calls
package import Fallback

/// Sends the requests of refreshes and logins. None is ever cancelled: the answer may hold a token that
/// cannot be had a second time. Each ends by its own time limit.
package struct RefreshTransport: Sendable {
  private let transport: any BlockingTransport
  private let parseOrigin: @Sendable (String) -> Origin?
  /// Milliseconds.
  package let now: @Sendable () -> Milliseconds

  /// Makes one.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - parseOrigin: The transport's own reading of a URL.
  ///   - now: Milliseconds.
  package init(
    _ transport: any BlockingTransport, parseOrigin: @escaping @Sendable (String) -> Origin?,
    now: @escaping @Sendable () -> Milliseconds
  ) {
    self.transport = transport
    self.now = now
    self.parseOrigin = parseOrigin
  }

  func send(_ request: HTTPRequest) -> HTTPReply {
    transport.send(request, cancellation: Cancellation())
  }

  /// The only place that a secret meant for this URL may go to; none for what is no URL.
  func origins(_ url: String) -> [Origin] { [parseOrigin(url)].compactMap(\.self) }
}

extension HTTPReply {
  /// What kept an answer from coming, in a few words; nil when there is a whole one.
  var obstacle: String? {
    guard let fault else { return nil }
    switch fault {
    case .dns: return "its host name could not be resolved"
    case .refused: return "the connection was refused"
    case .unreachable: return "there is no route to it"
    case .connectTimeout, .timeout: return "it did not answer in time"
    case .tls: return "its certificate is not accepted"
    case .redirect: return "it points elsewhere, and redirects are not followed"
    case .hostNotAllowed, .malformedRequest: return detail ?? "the request may not be sent there"
    case .reset, .truncated, .tooLarge, .cancelled: return "the connection was cut"
    }
  }
}
