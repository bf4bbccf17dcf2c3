import Calls
import Fallback
import Platform

/// Failures of refreshes, shared by all processes.
struct RefreshMemory: Sendable {
  let store: any MarkStore

  /// Changes with what is offered; says nothing about it.
  static func fingerprint(_ token: Secret) -> String {
    token.withBytes { String(SHA256.hex(Array("auxq refresh\n".utf8) + $0).prefix(12)) }
  }

  func failure(_ provider: String, _ credential: String) -> RefreshFailure? {
    store.refreshFailures().first { $0.provider == provider && $0.credential == credential }
  }

  /// The answer that a refresh gets at once; nil: it may go ahead.
  func answer(
    _ provider: String, _ credential: String, offering fingerprint: String, now: Milliseconds
  ) -> Renewal? {
    guard let known = failure(provider, credential), known.holds(fingerprint, at: now) else {
      return nil
    }
    var renewal = Renewal(.failed(isFinal: known.isTerminal), known.detail)
    if !known.isTerminal { renewal.retryAt = known.until }
    return renewal
  }

  /// Remembers how a refresh ended.
  ///
  /// - Returns: The renewal, told when it may be tried again.
  func note(
    _ renewal: Renewal, _ provider: String, _ credential: String, offered fingerprint: String,
    now: Milliseconds
  ) -> Renewal {
    var renewal = renewal
    let known = failure(provider, credential)
    guard case .failed(let isFinal) = renewal.end else {
      if known != nil { store.noteRefresh(provider: provider, credential: credential, nil) }
      return renewal
    }
    let failure = RefreshFailure(
      provider: provider, credential: credential, fingerprint: fingerprint, until: now,
      isTerminal: isFinal, status: renewal.status, detail: renewal.detail)
    let next = RefreshFailure.renewed(known, by: failure, now: now)
    store.noteRefresh(provider: provider, credential: credential, next)
    if !isFinal { renewal.retryAt = next.until }
    return renewal
  }
}
