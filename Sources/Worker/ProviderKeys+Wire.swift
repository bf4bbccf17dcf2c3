import Calls
import Configuration
import Fallback

extension WireSettings {
  /// What the configuration says about the requests to one provider.
  init(_ own: ProviderSettings?, _ settings: Settings) {
    let wire = own?.wire ?? WireChoices()
    self.init(
      streaming: wire.isStreaming ? Streaming(firstToken: wire.firstToken, idle: wire.idle) : nil,
      effort: wire.effort.flatMap { Effort(rawValue: $0.rawValue) },
      extraMembers: wire.extraMembers,
      certificateFile: own?.certificateFile ?? settings.certificateFile,
      allowsPrivateAddress: wire.allowsPrivateAddress ?? false, concurrency: own?.concurrency)
  }
}

extension PaceLimits {
  /// nil where nothing is limited.
  init?(_ rate: RateLimits) {
    guard rate.isSet else { return nil }
    self.init(
      requests: rate.requestsPerMinute, tokens: rate.tokensPerMinute,
      isPerCredential: rate.scope == .credential)
  }
}
