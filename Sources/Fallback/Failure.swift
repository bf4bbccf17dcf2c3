/// Wall-clock time in milliseconds since 1970-01-01 UTC, or a span of milliseconds.
package typealias Milliseconds = Int64

/// What a failed call means. Exactly one of these describes every failure.
///
/// The raw value is the name that users see in `class` (JSON), `--reason` and `explain`.
package enum FailureClass: String, CaseIterable, Sendable, Hashable {
  /// The key was refused; a refresh or another key may be accepted.
  case auth
  /// The provider knows the key and forbids the request.
  case forbidden
  /// Country, plan or tier does not include this model.
  case entitlement
  /// No money left behind this key.
  case payment
  /// A long window (5 hours, a day, a month) is used up.
  case quota
  /// Too many requests just now.
  case rateLimit = "rate_limit"
  /// The model has no capacity at this provider just now.
  case overloaded
  /// The provider failed inside.
  case serverError = "server_error"
  /// No answer in time.
  case timeout
  /// The host could not be reached, or hung up before an answer.
  case connection
  /// Certificate or handshake.
  case tls
  /// The answer points elsewhere; it is never followed.
  case redirect
  /// There is no such API at this address.
  case wrongEndpoint = "wrong_endpoint"
  /// The model is missing, retired or not deployed here.
  case modelNotFound = "model_not_found"
  /// The model cannot serve what the request needs.
  case modelIncompatible = "model_incompatible"
  /// A parameter that we sent is not accepted.
  case unsupportedParameter = "unsupported_parameter"
  /// The input is longer than the window.
  case contextOverflow = "context_overflow"
  /// Refused by moderation.
  case contentPolicy = "content_policy"
  /// A success that holds no usable reply.
  case invalidResponse = "invalid_response"
  /// A reply that ended before its end.
  case truncated
  /// The provider says that the request itself is wrong.
  case invalidRequest = "invalid_request"
  /// Ended by the caller.
  case cancelled
  /// The worker died while the call was under way.
  case unknown
}

/// What a failure says something about, hence what a mark may bench.
package enum FailureScope: String, CaseIterable, Sendable, Hashable {
  /// This request only: never benches anything.
  case request
  /// One credential.
  case credential
  /// One credential with one model.
  case credentialModel = "credential_model"
  /// Every credential of one account.
  case account
  /// One model at one address.
  case model
  /// One address of a provider.
  case route
}

/// One failed call, understood.
package struct Failure: Sendable, Hashable {
  package var `class`: FailureClass
  package var scope: FailureScope
  /// Id of the rule that matched, for example `http-401`.
  package var rule: String
  /// How long the provider asks us to wait, in milliseconds, where it said so.
  package var wait: Milliseconds?
  /// The parameter that was refused, for `unsupported_parameter`.
  package var parameter: String?
  /// The credential will not work again until somebody logs in (revoked, invalid_grant).
  package var isTerminal: Bool

  package init(
    _ class: FailureClass, scope: FailureScope, rule: String, wait: Milliseconds? = nil,
    parameter: String? = nil, isTerminal: Bool = false
  ) {
    self.class = `class`
    self.scope = scope
    self.rule = rule
    self.wait = wait
    self.parameter = parameter
    self.isTerminal = isTerminal
  }
}

extension FailureClass {
  /// Answered only by a person: a key, money, a plan or a setting has to change.
  package var needsPerson: Bool {
    switch self {
    case .auth, .forbidden, .payment, .entitlement, .tls, .redirect, .wrongEndpoint,
      .modelNotFound, .modelIncompatible:
      true
    case .quota, .rateLimit, .overloaded, .serverError, .timeout, .connection,
      .unsupportedParameter, .contextOverflow, .contentPolicy, .invalidResponse, .truncated,
      .invalidRequest, .cancelled, .unknown:
      false
    }
  }

  /// The server's own fault: its mark never screens out a job's last route (design §4).
  package var isServersFault: Bool {
    switch self {
    case .overloaded, .serverError, .timeout, .connection, .invalidResponse, .truncated: true
    default: false
    }
  }

  /// The request itself is refused; asking again elsewhere is tried at most once.
  package var isAboutRequest: Bool { self == .invalidRequest || self == .contentPolicy }

  /// Opens the narrow gate of explicit mode: only a fallback chain that the user wrote.
  package var isAboutAuthority: Bool {
    self == .auth || self == .forbidden || self == .entitlement
  }
}
