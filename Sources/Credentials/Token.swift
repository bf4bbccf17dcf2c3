import Calls
import Fallback
import JSONText
import Platform

/// The secret of an entry of `auth.json`, and how long it lives.
struct Token {
  /// nil: there is none, or none that a request can carry.
  var secret: Secret?
  var expiresAt: Milliseconds?
  var lifetime: Milliseconds?
  var isOAuth = false

  /// Reads an entry. Nous may keep a key of its own beside the access token; what cannot serve for
  /// inference is passed over.
  init(_ entry: JSONNode, isNous: Bool) {
    let access = Candidate(entry, key: "access_token", expiry: ["expires_at_ms", "expires_at"])
    let agent = Candidate(entry, key: "agent_key", expiry: ["agent_key_expires_at"])
    let candidates = (isNous ? [agent, access] : [access]).compactMap { $0 }
    let serving = candidates.filter { !isNous || $0.servesInference }
    // Of two the one that lives longer; the first where neither says.
    let chosen =
      serving.enumerated().max {
        ($0.element.expiresAt ?? .max, -$0.offset) < ($1.element.expiresAt ?? .max, -$1.offset)
      }?.element
    guard let chosen else { return }
    isOAuth = chosen.text.hasPrefix("sk-ant-oat")
    secret = KeyText.usable(Array(chosen.text.utf8)).map { Secret($0) }
    expiresAt = chosen.expiresAt
    lifetime = chosen.lifetime ?? entry.lifetime
  }

  private struct Candidate {
    var text: String
    var expiresAt: Milliseconds?
    var lifetime: Milliseconds?
    /// A web token whose scope leaves out inference would be refused.
    var servesInference = true

    init?(_ entry: JSONNode, key: String, expiry: [String]) {
      guard let text = entry.text(key) else { return nil }
      self.text = text
      expiresAt = expiry.lazy.compactMap { entry.moment($0) }.first
      guard let claims = WebToken.claims(text) else { return }
      if let exp = claims["exp"]?.double { expiresAt = Milliseconds(clamping: exp * 1000) }
      if let exp = claims["exp"]?.double, let iat = claims["iat"]?.double, exp > iat {
        lifetime = Milliseconds(clamping: (exp - iat) * 1000)
      }
      guard let scopes = claims.scopes else { return }
      servesInference = scopes.contains("inference:invoke")
    }
  }
}

extension Milliseconds {
  /// A time that a file or a token gave, whatever its size.
  fileprivate init(clamping value: Double) {
    self = value.isFinite && value.magnitude < 4e15 ? Int64(value) : 0
  }
}

extension JSONNode {
  /// A time: ISO 8601, or a number of seconds or milliseconds since 1970.
  func moment(_ key: String) -> Milliseconds? {
    if let text = self[key]?.string {
      return Timestamp.parse(text) ?? Double(text).map(Self.scaled)
    }
    return self[key]?.double.map(Self.scaled)
  }

  private static func scaled(_ value: Double) -> Milliseconds {
    Milliseconds(clamping: value > 1e12 ? value : value * 1000)
  }

  /// For how long the secret was issued.
  fileprivate var lifetime: Milliseconds? {
    guard let seconds = self["expires_in"]?.double, seconds > 0 else { return nil }
    return Milliseconds(clamping: seconds * 1000)
  }

  /// The scopes of a web token; nil where it names none.
  fileprivate var scopes: [String]? {
    for key in ["scope", "scp"] {
      if let text = self[key]?.string { return text.split(separator: " ").map(String.init) }
      if let list = self[key]?.elements { return list.compactMap(\.string) }
    }
    return nil
  }
}

/// JSON Web Tokens: https://www.rfc-editor.org/rfc/rfc7519. Nothing is verified: the server does that.
enum WebToken {
  /// The claims of a token; nil for any other text.
  static func claims(_ text: String) -> JSONNode? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = base64URL(parts[1].utf8),
      let node = try? JSONNode.parse(payload, maxDepth: 16), node.members != nil
    else { return nil }
    return node
  }

  /// https://www.rfc-editor.org/rfc/rfc4648#section-5, without padding.
  private static func base64URL(_ text: Substring.UTF8View) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text where byte != 0x3D {
      guard let value = value(byte) else { return nil }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte - 0x41)
    case 0x61...0x7A: UInt32(byte - 0x61) + 26
    case 0x30...0x39: UInt32(byte - 0x30) + 52
    case 0x2D, 0x2B: 62
    case 0x5F, 0x2F: 63
    default: nil
    }
  }
}
