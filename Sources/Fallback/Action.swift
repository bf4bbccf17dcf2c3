/// What the caller has to do next. It carries it out and reports back with an `Event`; it decides
/// nothing itself.
package enum Action: Sendable, Hashable {
  case acquire(AcquireOrder)
  case refresh(RefreshOrder)
  case send(SendOrder)
  case wait(until: Milliseconds)
  case finish(StepOutcome)
}

package struct AcquireOrder: Sendable, Hashable {
  /// Index into the plan's routes.
  package var route: Int
  /// Credentials that this call has used up.
  package var excluding: [String]
  package var excludingAccounts: [String]
  /// Nothing else is left: marks for the server's own faults do not count.
  package var ignoresServerFaults: Bool
  /// Estimate for the request and its answer; nil: nothing is going to be sent.
  package var tokens: Int?

  package init(
    route: Int, excluding: [String] = [], excludingAccounts: [String] = [],
    ignoresServerFaults: Bool = false, tokens: Int? = nil
  ) {
    self.route = route
    self.excluding = excluding
    self.excludingAccounts = excludingAccounts
    self.ignoresServerFaults = ignoresServerFaults
    self.tokens = tokens
  }
}

package struct RefreshOrder: Sendable, Hashable {
  package var route: Int
  package var purpose: RefreshPurpose
  package var credential: CredentialReference

  package init(route: Int, purpose: RefreshPurpose, credential: CredentialReference) {
    self.route = route
    self.purpose = purpose
    self.credential = credential
  }
}

package struct SendOrder: Sendable, Hashable {
  package var route: Int
  package var credential: CredentialReference?
  package var baseURL: String
  package var model: String
  package var adjustments: [Adjustment]
  /// Milliseconds.
  package var connectTimeout: Milliseconds
  package var totalTimeout: Milliseconds

  package init(
    route: Int, credential: CredentialReference?, baseURL: String, model: String,
    adjustments: [Adjustment], connectTimeout: Milliseconds, totalTimeout: Milliseconds
  ) {
    self.route = route
    self.credential = credential
    self.baseURL = baseURL
    self.model = model
    self.adjustments = adjustments
    self.connectTimeout = connectTimeout
    self.totalTimeout = totalTimeout
  }
}

/// How a step ends.
package enum StepOutcome: Sendable, Hashable {
  /// The reply of the last `send` is the result.
  case succeeded
  /// Too long for the route's window; the kind may split it.
  case overflow
  /// Nothing can be used before `until`.
  case parked(until: Milliseconds, class: FailureClass, isOffline: Bool)
  case failed(StepFailure)
  case cancelled
}

/// Why a step failed.
package struct StepFailure: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Another try later may succeed.
    case retryable
    /// Providers say that the request itself is wrong.
    case request
    /// Only a person can mend it.
    case needsPerson
    case jobDeadline
    case stepDeadline
    /// No route could be asked at all.
    case noRoute
  }

  package var kind: Kind
  /// Class of the first failure; without a call that of the first mark or missing thing.
  package var `class`: FailureClass
  /// Class of the last failure; nil without a call.
  package var cause: FailureClass?
  /// No completion was sent.
  package var sentNothing: Bool

  package init(
    kind: Kind, class: FailureClass, cause: FailureClass? = nil, sentNothing: Bool = false
  ) {
    self.kind = kind
    self.class = `class`
    self.cause = cause
    self.sentNothing = sentNothing
  }
}

/// What the caller tells the shared marks, beside carrying out the action.
package enum Effect: Sendable, Hashable {
  /// A failure that may bench something.
  case failed(FailureNote)
  /// A success, which lifts older marks of these keys.
  case succeeded(keys: [MarkKey], sentAt: Milliseconds)
  /// The adjusted request was accepted.
  case remember(provider: String, baseURL: String, model: String, Adjustment)
}

/// One failure as the marks see it.
package struct FailureNote: Sendable, Hashable {
  package var key: MarkKey
  package var `class`: FailureClass
  package var status: Int?
  /// The provider's own word for when to come back.
  package var hintUntil: Milliseconds?
  package var sentAt: Milliseconds
  /// Of the secret that was used; empty where none was.
  package var fingerprint: String
  package var isTerminal: Bool
  /// Benches only when a second job confirms it.
  package var needsConfirmation: Bool

  package init(
    key: MarkKey, class: FailureClass, status: Int?, hintUntil: Milliseconds?,
    sentAt: Milliseconds, fingerprint: String, isTerminal: Bool, needsConfirmation: Bool
  ) {
    self.key = key
    self.class = `class`
    self.status = status
    self.hintUntil = hintUntil
    self.sentAt = sentAt
    self.fingerprint = fingerprint
    self.isTerminal = isTerminal
    self.needsConfirmation = needsConfirmation
  }
}

/// The answer to one event.
package struct Decision: Sendable, Hashable {
  package var action: Action
  package var effects: [Effect]

  package init(_ action: Action, effects: [Effect] = []) {
    self.action = action
    self.effects = effects
  }
}
