/// What followed a call. The raw value is `action` of the call object.
package enum Disposition: String, CaseIterable, Sendable, Hashable {
  case succeed, adjust, refresh, rotate, retry, fallback, park, fail, cancel
}

/// One request that was made, as `show` tells it. Read off a machine after its events were folded.
package struct CallRecord: Sendable, Hashable {
  /// The raw value is `purpose` of the call object.
  package enum Purpose: String, Sendable, Hashable {
    case completion, refresh, account, models
  }

  package var purpose: Purpose
  package var provider: String
  package var model: String
  package var baseURL: String
  package var credential: CredentialReference?
  package var status: Int?
  package var transport: TransportFault?
  /// nil for a success.
  package var failure: Failure?
  /// nil while nothing has followed yet.
  package var disposition: Disposition?
  package var startedAt: Milliseconds
  /// nil while it is under way.
  package var finishedAt: Milliseconds?
  package var inputTokens: Int?
  package var outputTokens: Int?
  package var requestID: String?
  package var excerpt: String?
  /// For refreshes: what happened, in words.
  package var detail: String?

  package init(
    purpose: Purpose, provider: String, model: String, baseURL: String,
    credential: CredentialReference?, startedAt: Milliseconds
  ) {
    self.purpose = purpose
    self.provider = provider
    self.model = model
    self.baseURL = baseURL
    self.credential = credential
    self.startedAt = startedAt
  }
}

/// A route or a credential that was passed over without a request.
package struct SkipRecord: Sendable, Hashable {
  package var provider: String
  package var model: String
  /// Label, where one credential and not the whole route was passed over.
  package var credential: String?
  package var reason: SkipReason
  package var `class`: FailureClass?
  package var until: Milliseconds?
  package var at: Milliseconds

  package init(
    provider: String, model: String, credential: String? = nil, reason: SkipReason,
    class: FailureClass? = nil, until: Milliseconds? = nil, at: Milliseconds
  ) {
    self.provider = provider
    self.model = model
    self.credential = credential
    self.reason = reason
    self.class = `class`
    self.until = until
    self.at = at
  }
}

extension FailureClass {
  /// The reason as people read it in `show`.
  package var phrase: String {
    switch self {
    case .auth: "auth error"
    case .forbidden: "forbidden"
    case .entitlement: "not included in the plan"
    case .payment: "payment required"
    case .quota: "quota used up"
    case .rateLimit: "rate limited"
    case .overloaded: "overloaded"
    case .serverError: "server error"
    case .timeout: "timed out"
    case .connection: "connection failed"
    case .tls: "TLS failed"
    case .redirect: "redirect refused"
    case .wrongEndpoint: "no such endpoint"
    case .modelNotFound: "model not found"
    case .modelIncompatible: "model cannot serve this"
    case .unsupportedParameter: "parameter not supported"
    case .contextOverflow: "input too long for the window"
    case .contentPolicy: "refused by content policy"
    case .invalidResponse: "unusable reply"
    case .truncated: "reply cut short"
    case .invalidRequest: "request refused"
    case .cancelled: "cancelled"
    case .unknown: "outcome unknown: the worker died"
    }
  }
}
