package import Fallback

/// How requests to one provider are made, beside address, credential and headers. Data: from the
/// configuration and the registry.
package struct WireSettings: Sendable, Hashable {
  /// How much a reasoning model may think. The raw value is what the configuration says.
  package enum Effort: String, CaseIterable, Sendable, Hashable {
    case none, minimal, low, medium, high
  }

  /// In milliseconds; nil limits take the dialect's defaults.
  package struct Streaming: Sendable, Hashable {
    package var firstToken: Milliseconds?
    package var idle: Milliseconds?

    package init(firstToken: Milliseconds? = nil, idle: Milliseconds? = nil) {
      self.firstToken = firstToken
      self.idle = idle
    }
  }

  /// nil: the whole answer comes at once.
  package var streaming: Streaming?
  package var effort: Effort?
  /// Members of a JSON object, without its braces, that every body carries; empty: none.
  package var extraMembers: [UInt8]
  package var certificateFile: String?
  package var allowsPrivateAddress: Bool
  /// Requests in flight of this process at most.
  package var concurrency: Int?

  package init(
    streaming: Streaming? = nil, effort: Effort? = nil, extraMembers: [UInt8] = [],
    certificateFile: String? = nil, allowsPrivateAddress: Bool = false, concurrency: Int? = nil
  ) {
    self.streaming = streaming
    self.effort = effort
    self.extraMembers = extraMembers
    self.certificateFile = certificateFile
    self.allowsPrivateAddress = allowsPrivateAddress
    self.concurrency = concurrency
  }
}
