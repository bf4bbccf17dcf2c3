/// What a mark benches. Fields that do not belong to the scope are empty.
package struct MarkKey: Sendable, Hashable {
  package var scope: FailureScope
  package var provider: String
  /// For `model` and `route`.
  package var baseURL: String
  /// For `model` and `credential_model`.
  package var model: String
  /// A credential's id, or an account's name for scope `account`.
  package var credential: String

  package init(
    scope: FailureScope, provider: String, baseURL: String = "", model: String = "",
    credential: String = ""
  ) {
    self.scope = scope
    self.provider = provider
    self.baseURL = baseURL
    self.model = model
    self.credential = credential
  }
}

/// A shared note that something does not work until a time. Kept by the store, survives restarts.
package struct Mark: Sendable, Hashable {
  package var key: MarkKey
  package var `class`: FailureClass
  /// HTTP status that caused it, where there was one.
  package var status: Int?
  /// Benched until then. In the past: one probe may try.
  package var until: Milliseconds
  package var markedAt: Milliseconds
  /// Failures in a row, for doubling.
  package var failures: Int
  /// The job that failed last; a server's own fault benches only when a second job confirms it.
  package var byJob: Int64
  /// A first failure that nobody has confirmed: it benches nothing yet.
  package var isPending: Bool
  /// The secret (fingerprint) and base URL used: a changed one lifts auth and route marks.
  package var fingerprint: String
  /// Only a new login or a changed secret ends it.
  package var isTerminal: Bool

  package init(
    key: MarkKey, class: FailureClass, status: Int? = nil, until: Milliseconds,
    markedAt: Milliseconds, failures: Int = 1, byJob: Int64 = 0, isPending: Bool = false,
    fingerprint: String = "", isTerminal: Bool = false
  ) {
    self.key = key
    self.class = `class`
    self.status = status
    self.until = until
    self.markedAt = markedAt
    self.failures = failures
    self.byJob = byJob
    self.isPending = isPending
    self.fingerprint = fingerprint
    self.isTerminal = isTerminal
  }
}

extension Mark {
  /// Its class benches nothing by configuration, and the provider named no time: there is nothing to
  /// find out when it is over.
  var isEmpty: Bool { !isTerminal && until <= markedAt }
}
