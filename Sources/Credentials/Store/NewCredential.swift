package import Calls
import JSONText
import Platform

/// A credential to be stored, in the shape that hermes-agent gives its entries.
package struct NewCredential: Sendable {
  package var id: String
  package var label: String
  package var isOAuth: Bool
  /// The key itself, or where it is.
  package var origin: Origin
  /// Its own address; nil: it goes to the provider's.
  package var baseURL: String?

  package enum Origin: Sendable {
    case secret(Secret)
    /// `known`: what it gives now, where it gives something.
    case reference(KeyReference, known: Secret?)
  }

  /// Makes one with a new id.
  package init(
    label: String, isOAuth: Bool = false, origin: Origin, baseURL: String? = nil
  ) {
    id = SHA256.hexText(Random.bytes(3))
    self.label = label
    self.isOAuth = isOAuth
    self.origin = origin
    self.baseURL = baseURL
  }

  package var source: String {
    switch origin {
    case .secret: "manual"
    case .reference(let reference, _): reference.source
    }
  }

  /// Six fields that hermes-agent always writes; ours keeps health in the queue database.
  private static let health = [
    "last_status", "last_status_at", "last_error_code", "last_error_reason",
    "last_error_message", "last_error_reset_at",
  ]

  /// All fields but the priority.
  var fields: [JSONPair] {
    var pairs = [
      JSONPair("id", .string(id)), JSONPair("label", .string(label)),
      JSONPair("auth_type", .string(isOAuth ? "oauth" : "api_key")),
      JSONPair("source", .string(source)),
    ]
    if case .secret(let secret) = origin {
      pairs.append(JSONPair("access_token", .string(secret.withBytes(Self.text))))
    }
    pairs += Self.health.map { JSONPair($0, .null) }
    if let baseURL { pairs.append(JSONPair("base_url", .string(baseURL))) }
    pairs.append(JSONPair("request_count", 0))
    if case .reference(_, let known?) = origin {
      let print = known.withBytes { SHA256.hex($0) }.prefix(16)
      pairs.append(JSONPair("secret_fingerprint", .string("sha256:\(print)")))
    }
    return pairs
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension AuthDocument {
  /// Stores a credential behind the others of its pool.
  package mutating func add(
    _ credential: NewCredential, to pool: String
  ) throws(AuthFileError) {
    try add(credential.fields, to: pool)
  }

  /// The pool of these that the file has already; the first name where it has none.
  package func pool(among names: [String]) -> String {
    names.first { poolNames.contains($0) } ?? names.first ?? ""
  }

  /// An entry that keeps the same key, or names the same place for it.
  ///
  /// - Parameters:
  ///   - credential: The new one.
  ///   - pools: Names under which the provider's credentials may stand.
  /// - Returns: Its place; nil where there is none.
  package func twin(of credential: NewCredential, in pools: [String]) -> Place? {
    pools.lazy.flatMap { entries($0) }.first { entry in
      switch credential.origin {
      case .secret(let secret):
        return entry.node.text("access_token").map { Secret($0) == secret } ?? false
      case .reference(let reference, _):
        return entry.node.text("source").flatMap { KeyReference(source: $0) } == reference
      }
    }?.place
  }
}
