/// One thing a provider says about when to come back.
package struct WaitHint: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    /// When to ask again.
    case retry
    /// When a window opens again.
    case reset
    /// When a bucket of requests or tokens is full again; sent with every answer by some.
    case bucket
  }

  package var kind: Kind
  /// Milliseconds, not negative.
  package var span: Milliseconds

  package init(_ kind: Kind, _ span: Milliseconds) {
    self.kind = kind
    self.span = span
  }

  /// Longer than any window of a provider; what is beyond is cut to it.
  package static let longest: Milliseconds = 31 * 86_400_000
}

/// A wait beyond this belongs to a long window.
private let longWait: Milliseconds = 300_000
/// A bucket that fills this slowly is a window of its own.
private let slowBucket: Milliseconds = 3_600_000

extension Failure {
  /// Takes over the hint that fits the class; a long one makes a rate limit a quota.
  mutating func heed(_ hints: [WaitHint], isWindowNamed: Bool) {
    switch `class` {
    case .quota:
      // A named long window overrides a short request to retry.
      wait = hints.first { $0.kind != .retry || $0.span > longWait }?.span
    case .rateLimit:
      guard let hint = hints.first else { return }
      wait = hint.span
      if !isWindowNamed, hint.span > (hint.kind == .bucket ? slowBucket : longWait) {
        `class` = .quota
        rule += "+long-wait"
      }
    case .auth, .forbidden, .entitlement, .payment, .overloaded, .serverError, .timeout,
      .connection, .modelNotFound, .modelIncompatible:
      wait = hints.first { $0.kind != .bucket }?.span
    default: break
    }
    wait = wait.map { min(max($0, 0), WaitHint.longest) }
  }
}
