/// Something that happened to a call, with the time at which it did. Events are all that the machine
/// learns from, so the list of them is a complete record: folding it again gives the same actions. Lists
/// of them are copied often, so they lie in boxes.
package indirect enum Event: Sendable, Hashable {
  /// A step begins.
  case begin(Milliseconds, StepFacts)
  /// An `acquire` found a way to use the route.
  case acquired(Milliseconds, Acquisition)
  /// An `acquire` found none.
  case unavailable(Milliseconds, Unavailability)
  /// A `refresh` ended.
  case refreshed(Milliseconds, RefreshReport)
  /// A `send` ended.
  case answered(Milliseconds, Answer)
  /// A `wait` ended.
  case woke(Milliseconds)
  /// The caller wants to stop.
  case cancelled(Milliseconds)

  package var time: Milliseconds {
    switch self {
    case .begin(let now, _), .acquired(let now, _), .unavailable(let now, _),
      .refreshed(let now, _), .answered(let now, _), .woke(let now), .cancelled(let now):
      now
    }
  }
}

/// A credential as the decision may know it: names, never the secret.
package struct CredentialReference: Sendable, Hashable {
  package var id: String
  package var label: String
  package var account: String?
  /// Changes when the secret changes; says nothing about it.
  package var fingerprint: String
  /// When the secret expires and how long it was issued for; nil: it does not.
  package var expiresAt: Milliseconds?
  package var lifetime: Milliseconds?
  /// A refresh may give a new secret.
  package var isRefreshable: Bool

  package init(
    id: String, label: String, account: String? = nil, fingerprint: String,
    expiresAt: Milliseconds? = nil, lifetime: Milliseconds? = nil, isRefreshable: Bool = false
  ) {
    self.id = id
    self.label = label
    self.account = account
    self.fingerprint = fingerprint
    self.expiresAt = expiresAt
    self.lifetime = lifetime
    self.isRefreshable = isRefreshable
  }
}

/// A route that may be used now.
package struct Acquisition: Sendable, Hashable {
  /// nil: the provider is asked without a key.
  package var credential: CredentialReference?
  /// Where this credential goes: its own URL, else the route's.
  package var baseURL: String
  /// Usable credentials of the same provider beside this one and those excluded.
  package var alternates: Int
  /// This call finds out whether an expired mark still holds.
  package var isProbe: Bool
  /// Credentials that were passed over, each with its reason.
  package var passedOver: [PassedOver]
  /// Adjustments that have worked here in the last seven days.
  package var adjustments: [Adjustment]
  /// The configured rate allows the request only then.
  package var notBefore: Milliseconds?

  package init(
    credential: CredentialReference?, baseURL: String, alternates: Int = 0, isProbe: Bool = false,
    passedOver: [PassedOver] = [], adjustments: [Adjustment] = [], notBefore: Milliseconds? = nil
  ) {
    self.credential = credential
    self.baseURL = baseURL
    self.alternates = alternates
    self.isProbe = isProbe
    self.passedOver = passedOver
    self.adjustments = adjustments
    self.notBefore = notBefore
  }
}

/// One credential that was not used because of a mark.
package struct PassedOver: Sendable, Hashable {
  package var id: String
  package var label: String
  package var reason: SkipReason
  package var `class`: FailureClass?
  package var until: Milliseconds?

  package init(
    id: String, label: String, reason: SkipReason, class: FailureClass? = nil,
    until: Milliseconds? = nil
  ) {
    self.id = id
    self.label = label
    self.reason = reason
    self.class = `class`
    self.until = until
  }
}

/// Why a route or credential was passed over without a request. The raw value is what users read.
package enum SkipReason: String, CaseIterable, Sendable, Hashable {
  case noCredential = "no credential"
  case coolingDown = "cooling down"
  case beingProbed = "being probed"
  case contextWindow = "context window too small"
  case hostNotAllowed = "host not allowed"
  case atConcurrencyLimit = "concurrency limit reached"
  case budget
  /// As many requests or tokens were used within a minute as the configuration allows.
  case paced = "configured rate reached"
  /// The same, and the request went out when its turn came.
  case waited = "waited for the configured rate"
  /// The provider has already refused this request; another model of it is not asked.
  case requestRefused = "request already refused there"
  /// Explicit mode does not go on to this route after such a failure.
  case gate = "not allowed after this failure"
  case terminal = "log in again"
  /// Its secret has run out, and no new one could be had.
  case expired = "expired"
}

/// A route that may not be used now.
package struct Unavailability: Sendable, Hashable {
  package var reason: SkipReason
  /// Class of the mark, where a mark is the reason.
  package var `class`: FailureClass?
  package var status: Int?
  /// When it may be used again, where that is known.
  package var until: Milliseconds?
  package var passedOver: [PassedOver]

  package init(
    reason: SkipReason, class: FailureClass? = nil, status: Int? = nil,
    until: Milliseconds? = nil, passedOver: [PassedOver] = []
  ) {
    self.reason = reason
    self.class = `class`
    self.status = status
    self.until = until
    self.passedOver = passedOver
  }
}

/// What a refresh is to achieve. The raw value is `purpose` of the call object, but for
/// `credential`, which is shown as `refresh`.
package enum RefreshPurpose: String, Sendable, Hashable {
  /// A new secret for one credential.
  case credential = "refresh"
  /// Nous: which model to ask for instead of a dropped one.
  case models
  /// Nous: whether the account has been paid by now.
  case account
}

/// How a refresh ended.
package struct RefreshReport: Sendable, Hashable {
  package enum Outcome: Sendable, Hashable {
    /// A secret that differs from the rejected one.
    case renewed(CredentialReference)
    /// Another process had renewed it already; no request was made.
    case adopted(CredentialReference)
    /// The same secret as before: a retry cannot help.
    case unchanged
    /// `models`: ask for this model instead.
    case model(String)
    /// `account`: paid access is there.
    case paid
    case failed(isTerminal: Bool)
  }

  package var outcome: Outcome
  /// nil when nothing was sent.
  package var status: Int?
  package var startedAt: Milliseconds
  /// Redacted; what happened, for people.
  package var detail: String
  /// A request left this machine.
  package var didSend: Bool
  /// After a failure: when the next request may be made, where that is known.
  package var retryAt: Milliseconds?
  /// The caller was told to stop before it could act on this: nothing more is sent.
  package var stopRequested = false

  package init(
    outcome: Outcome, status: Int? = nil, startedAt: Milliseconds, detail: String = "",
    didSend: Bool = false
  ) {
    self.outcome = outcome
    self.status = status
    self.startedAt = startedAt
    self.detail = detail
    self.didSend = didSend
  }
}

/// How one request ended.
package struct Answer: Sendable, Hashable {
  /// nil: a complete, usable reply.
  package var failure: Failure?
  package var status: Int?
  package var transport: TransportFault?
  package var sentAt: Milliseconds
  package var inputTokens: Int?
  package var outputTokens: Int?
  package var requestID: String?
  /// The failed reply's body or the transport's words: redacted, 2 KB at most.
  package var excerpt: String?
  /// The caller was told to stop before it could act on this: nothing more is sent.
  package var stopRequested = false

  package init(
    failure: Failure?, status: Int? = nil, transport: TransportFault? = nil,
    sentAt: Milliseconds, inputTokens: Int? = nil, outputTokens: Int? = nil,
    requestID: String? = nil, excerpt: String? = nil
  ) {
    self.failure = failure
    self.status = status
    self.transport = transport
    self.sentAt = sentAt
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.requestID = requestID
    self.excerpt = excerpt
  }
}
