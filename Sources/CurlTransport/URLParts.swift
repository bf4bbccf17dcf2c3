import CCurl
package import Calls

/// A URL taken apart by the parser that libcurl connects with, so that what is checked is what is
/// used.
struct URLParts {
  struct Allowance: OptionSet {
    let rawValue: Int
    static let userInfo = Allowance(rawValue: 1)
    static let anyScheme = Allowance(rawValue: 2)
  }

  /// Lower case.
  let scheme: String
  /// Lower case, decoded; IPv6 in brackets; numeric IPv4 in dotted form.
  let host: String
  let port: Int?

  /// Parses an absolute URL, or one relative to `base`. Nil when it is malformed or not allowed.
  init?(_ url: String, relativeTo base: String? = nil, allowing: Allowance = []) {
    guard let handle = unsafe curl_url() else { return nil }
    defer { unsafe curl_url_cleanup(handle) }
    var flags: UInt32 = 0
    if !allowing.contains(.userInfo) { flags |= UInt32(CURLU_DISALLOW_USER) }
    if allowing.contains(.anyScheme) { flags |= UInt32(CURLU_NON_SUPPORT_SCHEME) }
    if let base, unsafe curl_url_set(handle, CURLUPART_URL, base, flags) != CURLUE_OK { return nil }
    guard unsafe curl_url_set(handle, CURLUPART_URL, url, flags) == CURLUE_OK,
      let scheme = unsafe Self.part(handle, CURLUPART_SCHEME)?.lowercased(),
      let host = unsafe Self.part(handle, CURLUPART_HOST)?.lowercased(), !host.isEmpty
    else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = unsafe Self.part(
      handle, CURLUPART_PORT, scheme == "http" || scheme == "https" ? CURLU_DEFAULT_PORT : 0
    ).flatMap { Int($0) }
  }

  private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: Int32 = 0)
    -> String?
  {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(handle, part, &text, UInt32(flags)) == CURLUE_OK,
      let text = unsafe text
    else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}

/// Scheme, host and port of a URL, as a credential is bound to them.
///
/// - Parameter url: An absolute http or https URL.
/// - Returns: Nil when the URL is malformed, holds control bytes or a user name, or has another
///   scheme. Host in lower case (IPv6 in brackets, every spelling of an IPv4 address as
///   `127.0.0.1`), port always explicit.
package func parseOrigin(_ url: String) -> Origin? {
  guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }), let parts = URLParts(url),
    parts.scheme == "http" || parts.scheme == "https", let port = parts.port
  else { return nil }
  return Origin(scheme: parts.scheme, host: parts.host, port: port)
}

extension Origin {
  /// The host is this machine by its spelling: `localhost` and names below it, 127.0.0.0/8, ::1.
  var isLoopback: Bool {
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    if host.hasPrefix("[") {
      return Self.isLoopback(address: host.dropFirst().prefix { $0 != "]" })
    }
    // A name may begin with 127 too.
    return isIPv4 && Self.isLoopback(address: host)
  }

  /// The host is looked up: it is no address, nor the name of this machine, which libcurl knows.
  var isName: Bool {
    !(host.hasPrefix("[") || isIPv4 || host == "localhost" || host.hasSuffix(".localhost"))
  }

  private var isIPv4: Bool {
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
  }

  /// Whether a numeric address is one of this machine.
  static func isLoopback(address: some StringProtocol) -> Bool {
    address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
  }
}
