/// Says what an answer means.
///
/// Total: any digest has exactly one answer. Machine codes count before statuses, statuses before
/// phrases of their own class, and phrases are looked up in the provider's message only.
///
/// - Parameter reply: The answer, reduced to what rules may see.
/// - Returns: nil for a complete, usable reply.
package func classify(_ reply: ReplyDigest) -> Failure? {
  if let fault = reply.transport, let failure = classify(fault, reply) { return failure }
  guard let status = reply.status else {
    return Failure(.connection, scope: .route, rule: "no-status")
  }
  if (300..<400).contains(status) { return Failure(.redirect, scope: .route, rule: "http-3xx") }
  if (200..<300).contains(status) { return classifySuccess(reply) }
  return classifyError(status: status, reply)
}

/// Faults below HTTP; nil where the status says more.
private func classify(_ fault: TransportFault, _ reply: ReplyDigest) -> Failure? {
  switch fault {
  case .cancelled: Failure(.cancelled, scope: .request, rule: "cancelled")
  case .dns, .refused, .unreachable, .reset:
    Failure(.connection, scope: .route, rule: "transport-" + fault.rawValue)
  case .connectTimeout, .timeout:
    Failure(.timeout, scope: .route, rule: "transport-" + fault.rawValue)
  case .tls: Failure(.tls, scope: .route, rule: "transport-tls")
  case .redirect: Failure(.redirect, scope: .route, rule: "transport-redirect")
  case .tooLarge: Failure(.invalidResponse, scope: .model, rule: "transport-too-large")
  case .hostNotAllowed: Failure(.wrongEndpoint, scope: .route, rule: "host-not-allowed")
  case .malformedRequest: Failure(.invalidRequest, scope: .request, rule: "malformed-request")
  case .truncated:
    if let status = reply.status, !(200..<300).contains(status) {
      nil
    } else {
      Failure(.truncated, scope: .model, rule: "transport-truncated")
    }
  }
}

/// A success is one only if it holds a complete, non-empty, error-free reply.
private func classifySuccess(_ reply: ReplyDigest) -> Failure? {
  if let error = reply.error {
    return classifyError(status: error.innerStatus ?? status(of: error), reply)
  }
  guard let completion = reply.completion else {
    let isPage = reply.body == .html || reply.body == .text
    return Failure(
      .invalidResponse, scope: isPage ? .route : .model, rule: "body-" + reply.body.rawValue)
  }
  switch completion.finish {
  case .contentFilter:
    return Failure(.contentPolicy, scope: .request, rule: "finish-content-filter")
  case .error:
    return Failure(.serverError, scope: .route, rule: "finish-error")
  case .missing:
    return Failure(.truncated, scope: .model, rule: "finish-missing")
  case .length where !completion.allowsLength || !completion.hasText:
    return Failure(.truncated, scope: .model, rule: "finish-length")
  case .stop, .length, .toolCalls, .other:
    guard !completion.hasText else { return nil }
    let rule =
      completion.hasToolCalls
      ? "reply-tool-calls-only" : completion.hasReasoning ? "reply-reasoning-only" : "reply-empty"
    return Failure(.invalidResponse, scope: .model, rule: rule)
  }
}

/// The status that an error inside HTTP 200 would have had, as far as its code tells.
private func status(of error: ErrorFields) -> Int {
  for code in error.codes.map(NormalisedError.normalise) {
    if let number = Int(code), (400..<600).contains(number) { return number }
    if let status = statusNames[code] { return status }
  }
  return 500
}

private let statusNames: [String: Int] = [
  "unauthorized": 401, "authentication error": 401, "invalid api key": 401,
  "unauthenticated": 401, "permission error": 403, "permission denied": 403,
  "forbidden": 403, "not found error": 404, "not found": 404, "rate limit error": 429,
  "rate limit exceeded": 429, "resource exhausted": 429, "overloaded error": 529,
  "unavailable": 503, "invalid request error": 400, "invalid argument": 400,
  "api error": 500, "internal": 500, "server error": 500, "timeout error": 504,
  "deadline exceeded": 504, "billing error": 402, "request too large": 413,
]

private func classifyError(status: Int, _ reply: ReplyDigest) -> Failure {
  let wait = waitHint(reply)
  guard let fields = reply.error else { return withoutErrorObject(status, reply, wait) }
  let error = NormalisedError(provider: reply.provider, status: status, fields: fields)
  var failure =
    rules.first { $0.matches(error) }.map {
      Failure($0.class, scope: $0.scope, rule: $0.id, isTerminal: $0.isTerminal)
    } ?? byStatus(status)
  failure.wait = wait
  if failure.class == .rateLimit, let wait, wait > 300_000 {
    failure.class = .quota
    failure.rule += "+long-wait"
  }
  if failure.class == .unsupportedParameter {
    failure.parameter = parameter(fields, error)
  }
  return failure
}

/// A page or a bare body is a fault of the route, whatever its status.
private func withoutErrorObject(
  _ status: Int, _ reply: ReplyDigest, _ wait: Milliseconds?
) -> Failure {
  var failure = byStatus(status)
  failure.wait = wait
  if reply.body == .html || reply.body == .text || reply.body == .malformed {
    switch status {
    case 401, 403:
      failure = Failure(.forbidden, scope: .route, rule: "page-\(status)", wait: wait)
    case 400, 404, 405: failure = Failure(.wrongEndpoint, scope: .route, rule: "page-\(status)")
    default: failure.scope = .route
    }
  }
  return failure
}

/// What a status alone means.
private func byStatus(_ status: Int) -> Failure {
  let rule = "http-\(status)"
  switch status {
  case 401: return Failure(.auth, scope: .credential, rule: rule)
  case 402: return Failure(.payment, scope: .credential, rule: rule)
  case 403: return Failure(.forbidden, scope: .credential, rule: rule)
  case 404, 405, 410, 415, 421, 426, 431:
    return Failure(.wrongEndpoint, scope: .route, rule: rule)
  case 407, 511: return Failure(.connection, scope: .route, rule: rule)
  case 408, 504: return Failure(.timeout, scope: .route, rule: rule)
  case 413: return Failure(.contextOverflow, scope: .request, rule: rule)
  case 423, 425, 498, 503, 529: return Failure(.overloaded, scope: .model, rule: rule)
  case 429: return Failure(.rateLimit, scope: .credential, rule: rule)
  case 409, 500..<600: return Failure(.serverError, scope: .route, rule: rule)
  case 400..<500: return Failure(.invalidRequest, scope: .request, rule: rule)
  default: return Failure(.invalidResponse, scope: .route, rule: rule)
  }
}

/// The refused parameter: as a field, else the first known name in the message.
private func parameter(_ fields: ErrorFields, _ error: NormalisedError) -> String? {
  if let named = fields.parameter, !named.isEmpty { return named }
  let names = [
    "max_completion_tokens", "max_output_tokens", "max_tokens", "temperature", "top_p",
    "response_format", "json_schema",
  ]
  return
    names
    .compactMap { name in
      error.text.range(of: NormalisedError.normalise(name)).map { (name, $0) }
    }
    .min { $0.1 < $1.1 }?.0
}

extension String {
  /// Offset of the first occurrence, in scalars.
  fileprivate func range(of part: String) -> Int? {
    let whole = Array(unicodeScalars)
    let sought = Array(part.unicodeScalars)
    guard !sought.isEmpty, whole.count >= sought.count else { return nil }
    return (0...(whole.count - sought.count)).first { whole[$0...].starts(with: sought) }
  }
}
