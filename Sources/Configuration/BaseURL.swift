package import Fallback

/// The address of a provider's API, checked: http or https, a host, no user, query or fragment.
package struct BaseURL: Sendable, Hashable {
  /// `http` or `https`.
  package var scheme: String
  /// In lower case; IPv6 in brackets.
  package var host: String
  package var port: Int
  /// Whole, scheme and host in lower case, without a final slash.
  package var text: String

  package var hostClass: HostClass { HostAddress.classify(host) }
  package var isEncrypted: Bool { scheme == "https" }

  /// Why a text is no usable address. It never repeats the text, which may hold a password.
  package enum Fault: Error, Sendable, Hashable {
    case scheme, characters, user, host, port, query

    /// What is wrong, as a sentence without a full stop.
    package var message: String {
      switch self {
      case .scheme: "a base URL begins with https:// or http://"
      case .characters: "the URL holds a space, control or non-ASCII character"
      case .user: "a URL must not hold a user name or password; use key_env or key_file"
      case .host: "the URL has no valid host"
      case .port: "the URL's port is not a number from 1 to 65535"
      case .query: "a base URL has no query (?) and no fragment (#)"
      }
    }
  }

  /// Reads an address.
  ///
  /// - Parameter text: As written.
  /// - Throws: `Fault`.
  package init(_ text: String) throws(Fault) {
    guard let mark = text.firstRange(of: "://") else { throw .scheme }
    scheme = text[..<mark.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { throw .scheme }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else { throw .characters }
    let rest = text[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest[authority.endIndex...]
    if authority.contains("@") { throw .user }
    if path.contains("?") || path.contains("#") { throw .query }
    let (name, portText) = BaseURL.split(authority)
    guard BaseURL.isHost(name) else { throw .host }
    host = name.lowercased()
    port = try BaseURL.port(portText, scheme: scheme)
    let hasPort = portText.map { !$0.isEmpty } ?? false
    self.text = "\(scheme)://\(host)\(hasPort ? ":\(port)" : "")\(BaseURL.trimmed(path))"
  }

  /// The same address, whatever the final slash and the letter case of the host.
  package static func == (left: BaseURL, right: BaseURL) -> Bool { left.text == right.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }

  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
    // The colons of an IPv6 address stand inside brackets.
    let afterHost =
      authority.hasPrefix("[")
      ? authority.firstIndex(of: "]").map { authority.index(after: $0) } : nil
    let from = afterHost ?? authority.startIndex
    guard let colon = authority[from...].firstIndex(of: ":") else { return (authority, nil) }
    return (authority[..<colon], authority[authority.index(after: colon)...])
  }

  private static func isHost(_ name: Substring) -> Bool {
    if name.hasPrefix("[") {
      return name.hasSuffix("]") && HostAddress.ipv6(String(name.dropFirst().dropLast())) != nil
    }
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
    return allowed && !name.isEmpty && !name.hasPrefix(".") && !name.contains("..")
      && name.utf8.count <= 253
  }

  private static func port(_ text: Substring?, scheme: String) throws(Fault) -> Int {
    guard let text, !text.isEmpty else { return scheme == "https" ? 443 : 80 }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
      (1...65_535).contains(number)
    else { throw .port }
    return number
  }

  private static func trimmed(_ path: Substring) -> Substring {
    var path = path
    while path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
