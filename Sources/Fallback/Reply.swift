/// How a request ended below HTTP. The raw value is the name used in `explain` and `transport_error`.
package enum TransportFault: String, CaseIterable, Sendable, Hashable {
  case dns
  case refused
  /// No route to the host, network down.
  case unreachable
  /// The connection was cut before or while the answer came.
  case reset
  case connectTimeout = "connect_timeout"
  case timeout
  case tls
  /// The body ended before its announced end.
  case truncated
  case tooLarge = "too_large"
  case redirect
  /// Refused before connecting: the credential may not go to this host.
  case hostNotAllowed = "host_not_allowed"
  /// Refused before connecting: control bytes or a malformed URL.
  case malformedRequest = "malformed_request"
  case cancelled

  /// The host was not reached at all, so nothing is known about the provider.
  package var isUnreachable: Bool {
    self == .dns || self == .unreachable || self == .connectTimeout
  }
}

/// What came back from one call, reduced to the fields that rules may look at.
///
/// Generated text, echoed input and HTML never get into `message`: rules see only what the provider
/// says about the failure.
package struct ReplyDigest: Sendable, Hashable {
  /// The form of the body.
  package enum Body: String, Sendable, Hashable {
    case none, empty, json, html, text
    /// JSON was promised or begun, and does not parse.
    case malformed
  }

  /// Free text: unknown providers get the general rules.
  package var provider: String
  package var status: Int?
  package var transport: TransportFault?
  package var body: Body
  /// The provider's error object, where there is one.
  package var error: ErrorFields?
  /// A failure's body that is a short plain text.
  package var plainText: String?
  /// What a success holds; nil when the body has no reply shape.
  package var completion: CompletionFacts?
  /// Header names in lower case.
  package var headers: [String: String]
  /// When the answer was made by the server's clock, else by ours: absolute hints are read against it.
  package var date: Milliseconds
  /// What the provider says about when to come back, the most trusted first.
  package var hints: [WaitHint]

  package init(
    provider: String, status: Int? = nil, transport: TransportFault? = nil, body: Body = .none,
    error: ErrorFields? = nil, completion: CompletionFacts? = nil,
    headers: [String: String] = [:], date: Milliseconds = 0, hints: [WaitHint] = []
  ) {
    self.provider = provider
    self.status = status
    self.transport = transport
    self.body = body
    self.error = error
    self.completion = completion
    self.headers = headers
    self.date = date
    self.hints = hints
  }
}

/// The fields of an error object, whatever its shape was.
package struct ErrorFields: Sendable, Hashable {
  /// Machine code or codes: `code`, `type`, `status`, nested ones included, in any case.
  package var codes: [String]
  /// The provider's own sentence, never the echoed request.
  package var message: String
  /// A status carried inside the body, for errors inside HTTP 200.
  package var innerStatus: Int?
  /// The parameter named by the error.
  package var parameter: String?
  /// Waits named in the body, in milliseconds from `date`.
  package var wait: Milliseconds?
  /// The name of a window or limit given as data (a quota id, a limit source).
  package var limit: String?
  /// The error was reported by something behind the provider (OpenRouter's nested raw error).
  package var isUpstream: Bool

  package init(
    codes: [String] = [], message: String = "", innerStatus: Int? = nil,
    parameter: String? = nil, wait: Milliseconds? = nil, limit: String? = nil,
    isUpstream: Bool = false
  ) {
    self.codes = codes
    self.message = message
    self.innerStatus = innerStatus
    self.parameter = parameter
    self.wait = wait
    self.limit = limit
    self.isUpstream = isUpstream
  }
}

/// What a decoded completion holds, as far as rules care.
package struct CompletionFacts: Sendable, Hashable {
  package enum Finish: String, Sendable, Hashable {
    /// The end marker that a complete reply carries.
    case stop
    case length
    case contentFilter = "content_filter"
    case toolCalls = "tool_calls"
    case error
    /// Any other word of the provider.
    case other
    /// No finish marker at all.
    case missing
  }

  /// Text is left after reasoning was taken off.
  package var hasText: Bool
  package var hasReasoning: Bool
  package var hasToolCalls: Bool
  package var finish: Finish
  /// The kind accepts a reply that was cut by the output limit.
  package var allowsLength: Bool

  package init(
    hasText: Bool, hasReasoning: Bool = false, hasToolCalls: Bool = false, finish: Finish,
    allowsLength: Bool = false
  ) {
    self.hasText = hasText
    self.hasReasoning = hasReasoning
    self.hasToolCalls = hasToolCalls
    self.finish = finish
    self.allowsLength = allowsLength
  }
}
