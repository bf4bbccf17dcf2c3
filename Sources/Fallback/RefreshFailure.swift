/// A refresh that failed, remembered with its credential: until the time is over every process gets
/// this answer at once instead of asking the same again.
package struct RefreshFailure: Sendable, Hashable {
  package var provider: String
  /// Its id.
  package var credential: String
  /// Of what was offered: with anything else, such as the token of a new login, this does not hold.
  package var fingerprint: String
  /// In a row.
  package var failures: Int
  package var until: Milliseconds
  /// What was offered will never be accepted again: only a new login ends it.
  package var isTerminal: Bool
  /// HTTP status, where one came.
  package var status: Int?
  /// Redacted; what happened, for people.
  package var detail: String

  package init(
    provider: String, credential: String, fingerprint: String, failures: Int = 1,
    until: Milliseconds, isTerminal: Bool, status: Int? = nil, detail: String = ""
  ) {
    self.provider = provider
    self.credential = credential
    self.fingerprint = fingerprint
    self.failures = failures
    self.until = until
    self.isTerminal = isTerminal
    self.status = status
    self.detail = detail
  }

  /// The same after one more failure: 30 s, doubling up to 10 min.
  ///
  /// - Parameters:
  ///   - known: What is remembered so far.
  ///   - failure: The new one; its count and time are set here.
  ///   - now: Milliseconds.
  /// - Returns: What to remember.
  package static func renewed(
    _ known: RefreshFailure?, by failure: RefreshFailure, now: Milliseconds
  ) -> RefreshFailure {
    var next = failure
    let isSame = known.map { $0.fingerprint == failure.fingerprint } ?? false
    next.failures = (isSame ? known?.failures ?? 0 : 0) + 1
    next.until = now + min(30_000 << Milliseconds(min(next.failures - 1, 10)), 600_000)
    return next
  }

  /// Whether it answers a refresh that would offer something with this fingerprint.
  package func holds(_ fingerprint: String, at now: Milliseconds) -> Bool {
    self.fingerprint == fingerprint && (isTerminal || now < until)
  }
}
