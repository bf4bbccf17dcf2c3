import Configuration
import Fallback

/// Where the Nous portal and its inference API are, and who may say so.
///
/// The environment and the configuration are the user's word. What a file or an answer says came from
/// the network at some time, and is believed for the known hosts only.
package enum NousPortal {
  package static let portal = "https://portal.nousresearch.com"
  package static let inference = "https://inference-api.nousresearch.com/v1"
  static let portalHost = "portal.nousresearch.com"
  static let inferenceHost = "inference-api.nousresearch.com"
  static let clientID = "hermes-cli"
  static let scope = "inference:invoke"
  /// Milliseconds for a token request.
  static let timeout: Milliseconds = 15_000

  /// Where a login's tokens are renewed: its own portal where that may be believed and is not the
  /// default, then what the environment says, then the default.
  ///
  /// - Parameters:
  ///   - stored: As the login keeps it.
  ///   - environment: All variables.
  /// - Returns: An address without a final slash.
  package static func address(stored: String?, environment: [String: String]) -> String {
    if let stored = stored.flatMap({ try? BaseURL($0) }), mayRenew(at: stored),
      stored.text != portal
    {
      return stored.text
    }
    return Settings.nousPortal(environment)
  }

  private static func mayRenew(at url: BaseURL) -> Bool {
    switch url.scheme {
    case "https": url.host == portalHost || url.hostClass == .loopback
    default: url.hostClass == .loopback
    }
  }

  /// An inference address that an answer names, if it may be believed.
  package static func believed(fromNetwork text: String?) -> String? {
    guard let url = text.flatMap({ try? BaseURL($0) }), url.scheme == "https",
      url.host == inferenceHost, url.port == 443
    else { return nil }
    return url.text
  }

  /// An inference address that a login keeps, if it may be believed: a known one, or this machine.
  package static func believed(stored text: String?) -> String? {
    if let known = believed(fromNetwork: text) { return known }
    guard let url = text.flatMap({ try? BaseURL($0) }), url.hostClass == .loopback else {
      return nil
    }
    return url.text
  }
}

extension ProviderKeys {
  /// For how long a token should still live when it is handed out: what the environment wants of Nous,
  /// else the time below which a token is renewed ahead.
  func wantedLife(_ environment: [String: String]) -> Milliseconds {
    guard isNous,
      let seconds = environment["HERMES_NOUS_MIN_KEY_TTL_SECONDS"].flatMap({ Int64($0) })
    else { return 120_000 }
    return min(max(seconds, 60), 86_400) * 1000
  }
}
