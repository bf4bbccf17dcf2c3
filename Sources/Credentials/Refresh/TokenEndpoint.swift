import Calls
import Fallback
import JSONText

/// A token endpoint and how it wants to be asked for new tokens.
struct TokenEndpoint: Sendable {
  /// How a refresh token travels.
  enum Style: Sendable, Hashable {
    /// https://www.rfc-editor.org/rfc/rfc6749#section-6
    case form
    /// The same members as JSON.
    case json
    /// Nous: a form, but the token in the header `x-nous-refresh-token`.
    case header
  }

  var url: String
  var clientID: String
  var clientSecret: Secret?
  var scope: String?
  var style: Style
  /// Also over plain http to other machines.
  var allowsInsecureHTTP: Bool
  /// Milliseconds for one request.
  var timeout: Milliseconds

  /// The request that spends a refresh token.
  func refreshing(_ token: Secret, over transport: RefreshTransport) -> HTTPRequest {
    var fields: [(String, Secret)] = [("grant_type", Secret("refresh_token"))]
    fields.append(("client_id", Secret(clientID)))
    if let clientSecret { fields.append(("client_secret", clientSecret)) }
    if let scope { fields.append(("scope", Secret(scope))) }
    if style != .header { fields.append(("refresh_token", token)) }
    var request = posting(fields, over: transport)
    if style == .header {
      request.credential = CredentialHeader(
        name: "x-nous-refresh-token", prefix: "", secret: token,
        allowedOrigins: transport.origins(url), allowsInsecureHTTP: allowsInsecureHTTP)
    }
    return request
  }

  /// A request whose body goes nowhere but to this endpoint.
  func posting(_ fields: [(String, Secret)], over transport: RefreshTransport) -> HTTPRequest {
    let type = style == .json ? "application/json" : "application/x-www-form-urlencoded"
    var request = HTTPRequest(
      url: url, headers: [("Content-Type", type), ("Accept", "application/json")],
      body: style == .json ? Self.json(fields) : Self.form(fields),
      timeouts: Timeouts(
        connect: min(10_000, timeout), firstByte: timeout, idle: timeout, total: timeout),
      maxBodyBytes: 1 << 20)
    request.bodyBinding = HostBinding(
      allowedOrigins: transport.origins(url), allowsInsecureHTTP: allowsInsecureHTTP)
    return request
  }

  private static func json(_ fields: [(String, Secret)]) -> [UInt8] {
    JSONValue.object(fields.map { JSONPair($0.0, .string($0.1.text)) }).encoded()
  }

  /// https://url.spec.whatwg.org/#application/x-www-form-urlencoded
  private static func form(_ fields: [(String, Secret)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in fields {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
      bytes += Array("\(name)=".utf8)
      value.withBytes { text in for byte in text { append(byte, to: &bytes) } }
    }
    return bytes
  }

  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2A, 0x2D, 0x2E, 0x5F: bytes.append(byte)
    case 0x20: bytes.append(UInt8(ascii: "+"))
    default:
      let digits = Array("0123456789ABCDEF".utf8)
      bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
}

extension Secret {
  /// For the one document or request that it belongs into.
  var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
