package import Fallback

/// How requests to a provider are made, as far as the configuration says; nil: not said.
package struct WireChoices: Sendable, Hashable {
  /// How much a reasoning model may think.
  package enum Effort: String, CaseIterable, Sendable, Hashable {
    case none, minimal, low, medium, high
  }

  package var streams: Bool?
  /// From sending to the first token of a streamed answer.
  package var firstToken: Milliseconds?
  /// Between two tokens of a streamed answer.
  package var idle: Milliseconds?
  package var effort: Effort?
  /// Members of a JSON object without its braces, sent with every request; empty: none.
  package var extraMembers: [UInt8] = []
  package var allowsPrivateAddress: Bool?

  package init() {}

  /// Answers are streamed: the user said so, or set a limit that only a streamed answer can have.
  package var isStreaming: Bool { streams ?? (firstToken != nil || idle != nil) }
}

/// What a provider may be asked in a minute, by the user's own word, so that it need not refuse.
package struct RateLimits: Sendable, Hashable {
  /// Whose requests are counted together.
  package enum Scope: String, CaseIterable, Sendable, Hashable {
    case provider, credential
  }

  package var requestsPerMinute: Int?
  package var tokensPerMinute: Int?
  package var scope: Scope = .provider

  package init() {}

  package var isSet: Bool { requestsPerMinute != nil || tokensPerMinute != nil }
}
