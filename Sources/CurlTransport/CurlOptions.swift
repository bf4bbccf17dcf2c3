import Glibc

/// What holds for all requests of one transport.
package struct CurlOptions: Sendable, Hashable {
  /// A file of trusted certificates instead of the system's.
  package var caFile: String?
  package var userAgent: String
  package var proxy: ProxySettings
  /// Names that are not looked up: `HOST:PORT:ADDRESS`.
  package var addresses: [String]
  /// For the bodies of all replies under way, beyond the first megabyte of each.
  package var sharedBodyBytes: Int

  package init(
    caFile: String? = nil, userAgent: String = "auxq", proxy: ProxySettings = .environment(),
    addresses: [String] = [], sharedBodyBytes: Int = 256 << 20
  ) {
    self.sharedBodyBytes = sharedBodyBytes
    self.caFile = caFile
    self.userAgent = userAgent
    self.proxy = proxy
    self.addresses = addresses
  }
}

/// The proxy for https, which tunnels and so never sees a key. Plain http never takes one.
package struct ProxySettings: Sendable, Hashable {
  /// URL of the proxy; nil connects directly.
  package var https: String?
  /// Hosts reached without it, as in `no_proxy`: names, suffixes and networks after commas.
  package var exceptions: String

  package init(https: String? = nil, exceptions: String = "") {
    self.https = https
    self.exceptions = exceptions
  }

  /// `https_proxy` or `HTTPS_PROXY`, and `no_proxy` or `NO_PROXY`; `ALL_PROXY` and `http_proxy` are
  /// not looked at.
  package static func environment() -> ProxySettings {
    ProxySettings(
      https: variable("https_proxy") ?? variable("HTTPS_PROXY"),
      exceptions: variable("no_proxy") ?? variable("NO_PROXY") ?? "")
  }

  /// Scheme, host and port of the proxy, for people: never its password.
  package var displayName: String? {
    guard let https else { return nil }
    let url = https.contains("://") ? https : "http://" + https
    guard let parsed = URLParts(url, allowing: [.userInfo, .anyScheme]) else { return "unreadable" }
    return parsed.port.map { "\(parsed.scheme)://\(parsed.host):\($0)" }
      ?? "\(parsed.scheme)://\(parsed.host)"
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
