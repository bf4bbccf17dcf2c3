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
    return reply.body == .none
      ? Failure(.connection, scope: .route, rule: "no-status") : classifySuccess(reply)
  }
  if (300..<400).contains(status) { return Failure(.redirect, scope: .route, rule: "http-3xx") }
  if (200..<300).contains(status) { return classifySuccess(reply) }
  return classifyError(status: innerStatus(of: reply, outer: status), reply)
}

/// Gateways wrap what happened behind them in a 5xx: the code inside says more.
private func innerStatus(of reply: ReplyDigest, outer: Int) -> Int {
  guard outer >= 500, let inner = reply.error?.innerStatus, inner != outer else { return outer }
  return inner
}

/// Faults below HTTP; nil where the status or the error says more.
private func classify(_ fault: TransportFault, _ reply: ReplyDigest) -> Failure? {
  switch fault {
  case .cancelled: return Failure(.cancelled, scope: .request, rule: "cancelled")
  case .dns, .refused, .unreachable:
    return Failure(.connection, scope: .route, rule: "transport-" + fault.rawValue)
  case .connectTimeout, .timeout:
    return Failure(.timeout, scope: .route, rule: "transport-" + fault.rawValue)
  case .tls: return Failure(.tls, scope: .route, rule: "transport-tls")
  case .redirect: return Failure(.redirect, scope: .route, rule: "transport-redirect")
  case .tooLarge: return Failure(.invalidResponse, scope: .model, rule: "transport-too-large")
  case .hostNotAllowed: return Failure(.wrongEndpoint, scope: .route, rule: "host-not-allowed")
  case .malformedRequest:
    return Failure(.invalidRequest, scope: .request, rule: "malformed-request")
  case .reset, .truncated:
    if reply.error != nil { return nil }
    if let status = reply.status, !(200..<300).contains(status) { return nil }
    return fault == .reset
      ? Failure(.connection, scope: .route, rule: "transport-reset")
      : Failure(.truncated, scope: .model, rule: "transport-truncated")
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
private func status(of error: ErrorFields) -> Int? {
  for code in error.codes {
    if let number = Int(code), (400..<600).contains(number) { return number }
    let name = String(decoding: NormalisedError.normalise(code), as: UTF8.self)
    if let status = statusNames[name] { return status }
  }
  return nil
}

private let statusNames: [String: Int] = [
  "unauthorized": 401, "authentication error": 401, "invalid api key": 401,
  "unauthenticated": 401, "permission error": 403, "permission denied": 403,
  "forbidden": 403, "not found error": 404, "not found": 404, "rate limit error": 429,
  "rate limit exceeded": 429, "resource exhausted": 429, "too many requests": 429,
  "overloaded error": 529, "unavailable": 503, "invalid request error": 400,
  "invalid argument": 400, "failed precondition": 400, "api error": 500, "internal": 500,
  "server error": 500, "internal server error": 500, "timeout error": 504,
  "deadline exceeded": 504, "billing error": 402, "request too large": 413,
]

/// `status` is nil where an error inside HTTP 200 does not tell.
private func classifyError(status: Int?, _ reply: ReplyDigest) -> Failure {
  guard let fields = reply.error else { return withoutErrorObject(status ?? 500, reply) }
  let error = NormalisedError(provider: reply.provider, status: status, fields: fields)
  let rule = rules.first { $0.matches(error) }
  var failure =
    rule.map { Failure($0.class, scope: $0.scope, rule: $0.id, isTerminal: $0.isTerminal) }
    ?? byStatus(status ?? 500)
  let own = fields.wait.map { [WaitHint(.retry, $0)] } ?? []
  failure.heed(reply.hints + own, isWindowNamed: rule?.isShortWindow ?? false)
  if failure.class == .unsupportedParameter {
    failure.parameter = parameter(fields, error) ?? rule?.parameter
  }
  return failure
}

/// A page, or a body without the provider's error object, is a fault of the route whatever its status.
private func withoutErrorObject(_ status: Int, _ reply: ReplyDigest) -> Failure {
  let rule = limitRule(status, reply)
  var failure = rule.map { Failure($0.class, scope: .route, rule: $0.id) } ?? byStatus(status)
  failure.heed(reply.hints, isWindowNamed: rule?.isShortWindow ?? false)
  switch reply.body {
  case .none, .empty: return failure
  case .html where status == 401 || status == 403:
    return Failure(.forbidden, scope: .route, rule: "page-\(status)", wait: failure.wait)
  case .html where status == 400:
    return Failure(.wrongEndpoint, scope: .route, rule: "page-400")
  case .html, .text, .json, .malformed:
    failure.scope = .route
    return failure
  }
}

/// A plain text is not the provider's error field, so it may only say more exactly which limit it was.
private func limitRule(_ status: Int, _ reply: ReplyDigest) -> Rule? {
  guard let text = reply.plainText, [402, 403, 429, 503].contains(status) else { return nil }
  let error = NormalisedError(
    provider: reply.provider, status: status, fields: ErrorFields(message: text))
  let limits: [FailureClass] = [.payment, .quota, .rateLimit, .overloaded]
  return rules.first { $0.matches(error) }.flatMap { limits.contains($0.class) ? $0 : nil }
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

/// The refused parameter by the name under which it is adjusted: as a field, else the first known
/// name in the message, else the field's own word.
private func parameter(_ fields: ErrorFields, _ error: NormalisedError) -> String? {
  let named = fields.parameter.flatMap { $0.isEmpty ? nil : $0 }
  if let named, let known = firstKnown(in: NormalisedError.normalise(named)) { return known }
  return named ?? firstKnown(in: error.text)
}

/// Where one name is part of another the longer one comes first in the list.
private let parameterNames: [(phrase: Phrase, name: String)] = [
  ("max completion tokens", "max_completion_tokens"), ("max output tokens", "max_output_tokens"),
  ("max tokens", "max_tokens"), ("temperature", "temperature"),
  ("response format", "response_format"), ("json schema", "response_format"),
  ("structured output", "response_format"), ("json mode", "response_format"),
]

private func firstKnown(in text: [UInt8]) -> String? {
  parameterNames
    .compactMap { entry in entry.phrase.offset(in: text).map { ($0, entry.name) } }
    .min { $0.0 < $1.0 }?.1
}
