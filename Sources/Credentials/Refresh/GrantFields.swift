import Calls
import Fallback
import JSONText
import Platform

/// What a renewal writes into each of its places.
struct GrantFields {
  /// Fields to set.
  var pairs: [JSONPair]
  /// Fields that no longer hold.
  var stale: Set<String> = []

  /// Fields of an entry that describe its health to hermes-agent.
  static let health = [
    "last_status", "last_status_at", "last_error_code", "last_error_reason",
    "last_error_message", "last_error_reset_at",
  ]

  /// The fields of new tokens.
  ///
  /// - Parameters:
  ///   - grant: As the endpoint gave them.
  ///   - old: The copy whose refresh token was spent.
  ///   - isNous: With what hermes-agent derives from a Nous token.
  ///   - now: Milliseconds.
  init(_ grant: TokenGrant, replacing old: JSONNode, isNous: Bool, now: Milliseconds) {
    let moment = JSONValue.string(Timestamp.text(now))
    pairs = [
      JSONPair("access_token", .string(grant.access.text)),
      JSONPair("refresh_token", .optional(grant.refresh?.text ?? old.text("refresh_token"))),
      JSONPair("token_type", .string(grant.type ?? old.text("token_type") ?? "Bearer")),
      JSONPair("obtained_at", moment),
    ]
    if let scope = grant.scope ?? old.text("scope") {
      pairs.append(JSONPair("scope", .string(scope)))
    }
    let claimed = WebToken.claims(grant.access.text)?["exp"]?.double.map { Milliseconds($0 * 1000) }
    let isKnown = claimed != nil || grant.lifetime > 0 || isNous
    let expiry = claimed ?? now + Milliseconds(grant.lifetime) * 1000
    if isKnown {
      pairs.append(JSONPair("expires_in", .int(Int(max(0, expiry - now) / 1000))))
      pairs.append(JSONPair("expires_at", .string(Timestamp.text(expiry))))
    } else {
      stale = ["expires_in", "expires_at"]
    }
    stale.insert("expires_at_ms")
    if isNous { addDerived(grant, old, expiry, moment, now) }
  }

  /// The same fields, taken from another copy.
  init(copying node: JSONNode) {
    let names = [
      "access_token", "refresh_token", "token_type", "scope", "obtained_at", "expires_in",
      "expires_at", "expires_at_ms", "inference_base_url", "agent_key", "agent_key_id",
      "agent_key_expires_at", "agent_key_expires_in", "agent_key_reused", "agent_key_obtained_at",
    ]
    pairs = names.compactMap { name in node[name].map { JSONPair(name, JSONValue($0)) } }
    stale = Set(names).subtracting(pairs.map(\.key))
      .intersection(["expires_at_ms", "agent_key", "agent_key_expires_at"])
  }

  /// 0.19.0 takes the access token itself as the key for inference.
  private mutating func addDerived(
    _ grant: TokenGrant, _ old: JSONNode, _ expiry: Milliseconds, _ moment: JSONValue,
    _ now: Milliseconds
  ) {
    let url =
      NousPortal.believed(fromNetwork: grant.inferenceURL)
      ?? NousPortal.believed(stored: old.text("inference_base_url")) ?? NousPortal.inference
    pairs += [
      JSONPair("inference_base_url", .string(url)),
      JSONPair("agent_key", .string(grant.access.text)), JSONPair("agent_key_id", .null),
      JSONPair("agent_key_expires_at", .string(Timestamp.text(expiry))),
      JSONPair("agent_key_expires_in", .int(Int(max(0, expiry - now) / 1000))),
      JSONPair("agent_key_reused", false), JSONPair("agent_key_obtained_at", moment),
    ]
  }

  /// A new token lifts what hermes-agent noted against the old one, but for limits and payment.
  func write(
    to place: AuthDocument.Place, in document: inout AuthDocument
  ) throws(AuthFileError) {
    guard let node = document.node(place) else { return }
    var pairs = pairs
    let code = node["last_error_code"]?.int
    if node.text("last_status") != nil, code != 402, code != 429 {
      pairs += Self.health.map { JSONPair($0, .null) }
    }
    if node["last_refresh"] != nil, let moment = pairs.first(where: { $0.key == "obtained_at" }) {
      pairs.append(JSONPair("last_refresh", moment.value))
    }
    try document.remove(stale.union(["last_auth_error"]), from: place)
    try document.set(pairs, in: place)
  }

  /// What the copy of all profiles holds: tokens and routing, no derived key.
  func shared(_ login: JSONNode, now: Milliseconds) -> [JSONPair] {
    let own = pairs.filter { !$0.key.hasPrefix("agent_key") && $0.key != "expires_in" }
    let kept = ["client_id": NousPortal.clientID, "portal_base_url": NousPortal.portal].sorted {
      $0.key < $1.key
    }.map { JSONPair($0.key, .string(login.text($0.key) ?? $0.value)) }
    return [JSONPair("_schema", 1)] + own + kept
      + [JSONPair("updated_at", .string(Timestamp.text(now)))]
  }
}
