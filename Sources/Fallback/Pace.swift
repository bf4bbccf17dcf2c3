/// What may be asked within a minute, by the user's own word.
package struct PaceLimits: Sendable, Hashable {
  /// A minute and a little more: requests do not travel equally fast.
  package static let window: Milliseconds = 60_250

  package var requests: Int?
  package var tokens: Int?
  /// Each credential is counted by itself, rather than the provider as a whole.
  package var isPerCredential: Bool

  package init(requests: Int? = nil, tokens: Int? = nil, isPerCredential: Bool = false) {
    self.requests = requests
    self.tokens = tokens
    self.isPerCredential = isPerCredential
  }

  /// When the next request may go out. Pure.
  ///
  /// - Parameters:
  ///   - tokens: Of the request. More than a minute may hold waits for an empty minute.
  ///   - past: Requests before it, the newest first; they may lie in the future. Those older than a
  ///     window need not be there.
  ///   - now: Milliseconds.
  /// - Returns: The earliest time at which every window that ends then keeps the limits; never before
  ///   a request that has its place already.
  package func start(
    tokens: Int, after past: [PacedRequest], now: Milliseconds
  ) -> Milliseconds {
    var start = max(now, past.first?.at ?? now)
    if let requests, past.count >= requests {
      start = max(start, past[max(1, requests) - 1].at + Self.window)
    }
    guard let limit = self.tokens else { return start }
    var room = limit - min(max(0, tokens), limit)
    for request in past {
      room -= min(max(0, request.tokens), limit)
      if room < 0 { return max(start, request.at + Self.window) }
    }
    return start
  }
}

/// A request that was counted.
package struct PacedRequest: Sendable, Hashable {
  package var at: Milliseconds
  package var tokens: Int

  package init(at: Milliseconds, tokens: Int) {
    self.at = at
    self.tokens = tokens
  }
}

/// Asks for a place in the minute.
package struct PaceRequest: Sendable, Hashable {
  package var provider: String
  /// Empty: the provider as a whole.
  package var credential: String
  package var limits: PaceLimits
  package var tokens: Int
  package var now: Milliseconds
  /// A later place is not taken.
  package var latest: Milliseconds

  package init(
    provider: String, credential: String, limits: PaceLimits, tokens: Int, now: Milliseconds,
    latest: Milliseconds
  ) {
    self.provider = provider
    self.credential = credential
    self.limits = limits
    self.tokens = tokens
    self.now = now
    self.latest = latest
  }
}

package enum PaceAnswer: Sendable, Hashable {
  /// The place is taken: the request may go out then.
  case granted(Milliseconds)
  /// Nothing is taken; there is no place before then.
  case notBefore(Milliseconds)
}
