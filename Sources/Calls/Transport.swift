package import Fallback

/// Scheme, host and port: what a credential is bound to. Host in lower case, port always explicit.
package struct Origin: Sendable, Hashable {
  package var scheme: String
  package var host: String
  package var port: Int

  package init(scheme: String, host: String, port: Int) {
    self.scheme = scheme
    self.host = host
    self.port = port
  }
}

/// A secret header and the only origins that it may be sent to.
package struct CredentialHeader: Sendable {
  /// For example `Authorization` or `x-api-key`.
  package var name: String
  /// Written before the secret, for example `Bearer `.
  package var prefix: String
  package var secret: Secret
  package var allowedOrigins: [Origin]
  /// Send it over plain http to a host that is not loopback. The user asked for it in writing.
  package var allowsInsecureHTTP: Bool

  package init(
    name: String = "Authorization", prefix: String = "Bearer ", secret: Secret,
    allowedOrigins: [Origin], allowsInsecureHTTP: Bool = false
  ) {
    self.name = name
    self.prefix = prefix
    self.secret = secret
    self.allowedOrigins = allowedOrigins
    self.allowsInsecureHTTP = allowsInsecureHTTP
  }
}

/// Where a secret in a request's body may go: the rules of a credential.
package struct HostBinding: Sendable, Hashable {
  package var allowedOrigins: [Origin]
  /// Also over plain http to a host that is not loopback.
  package var allowsInsecureHTTP: Bool

  package init(allowedOrigins: [Origin], allowsInsecureHTTP: Bool = false) {
    self.allowedOrigins = allowedOrigins
    self.allowsInsecureHTTP = allowsInsecureHTTP
  }
}

/// Limits of one request in milliseconds. Each ends the request by itself.
package struct Timeouts: Sendable, Hashable {
  package var connect: Milliseconds
  /// From sending to the first byte of the answer; of an event stream, to its first event.
  package var firstByte: Milliseconds
  /// Between two bytes of the answer; of an event stream, between two events.
  package var idle: Milliseconds
  package var total: Milliseconds

  package init(
    connect: Milliseconds = 10_000, firstByte: Milliseconds = 120_000,
    idle: Milliseconds = 60_000, total: Milliseconds = 120_000
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
    self.total = total
  }
}

/// One HTTP request. The credential is apart from the other headers so that the transport can check
/// its binding against the parsed URL before it connects.
package struct HTTPRequest: Sendable {
  package enum Method: String, Sendable { case get = "GET", post = "POST" }

  package var method: Method
  package var url: String
  package var headers: [(name: String, value: String)]
  package var credential: CredentialHeader?
  package var body: [UInt8]
  /// nil: the body holds no secret.
  package var bodyBinding: HostBinding?
  package var timeouts: Timeouts
  /// Decoded bytes of the answer at most.
  package var maxBodyBytes: Int
  /// The answer may be server-sent events: comments and pings are no sign of progress then, and the
  /// answer is whole at its end marker (`[DONE]`, `message_stop`), whatever the framing says after it.
  package var mayStream = false
  /// A file of certificates to believe beside the system's; nil: the transport's own.
  package var certificateFile: String?
  /// A public name may lead to an address of a private network. Off, it may not: whoever controls the
  /// name would choose what is reached from this machine.
  package var allowsPrivateAddress = false

  package init(
    method: Method = .post, url: String, headers: [(name: String, value: String)] = [],
    credential: CredentialHeader? = nil, body: [UInt8] = [], timeouts: Timeouts = Timeouts(),
    maxBodyBytes: Int = 32 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.credential = credential
    self.body = body
    self.timeouts = timeouts
    self.maxBodyBytes = maxBodyBytes
  }
}

/// What came back. `fault` is nil only when the answer arrived whole by its framing or, of an event
/// stream, up to its end marker; a status may be there although the body was cut.
package struct HTTPReply: Sendable {
  package var status: Int?
  /// Names in lower case, in the order received.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  package var fault: TransportFault?
  /// What the transport can say about the fault, without secrets: for example a certificate's reason.
  package var detail: String?

  /// How the detail begins where a proxy would not let the request through.
  package static let proxyRefusal = "proxy answered "
  /// How it begins where the proxy itself is not there.
  package static let proxyAbsence = "proxy not reached: "

  package init(
    status: Int? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    fault: TransportFault? = nil, detail: String? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.fault = fault
    self.detail = detail
  }
}

/// Sends on the calling thread and returns when the answer is there or one of the timeouts ended it.
package protocol BlockingTransport: Sendable {
  /// Sends one request.
  ///
  /// - Parameters:
  ///   - request: What to send.
  ///   - cancellation: Ends the request within 100 ms of being cancelled.
  /// - Returns: The reply; failures are values in it, nothing is thrown.
  func send(_ request: HTTPRequest, cancellation: Cancellation) -> HTTPReply
}

/// Sends without holding a thread.
package protocol AsyncTransport: Sendable {
  /// Sends one request. Cancelling `cancellation` aborts it: the reply's fault is then `cancelled`.
  ///
  /// - Parameters:
  ///   - request: What to send.
  ///   - cancellation: Ends the request within 100 ms of being cancelled.
  /// - Returns: The reply; failures are values in it, nothing is thrown.
  func send(_ request: HTTPRequest, cancellation: Cancellation) async -> HTTPReply
}
