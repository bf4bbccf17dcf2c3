import Calls
import Fallback
import JSONText
import Platform

/// A new login at Nous, and how it is stored.
package struct NousLogin: Sendable {
  private let fields: GrantFields
  private let now: Milliseconds

  init(_ tokens: TokenGrant, now: Milliseconds) {
    self.now = now
    var grant = tokens
    grant.scope = tokens.scope ?? NousPortal.scope
    let nothing = JSONNode(kind: .object([]), range: 0..<0)
    fields = GrantFields(grant, replacing: nothing, isNous: true, now: now)
  }

  /// It has a refresh token, so that it outlives its first hour.
  package var canBeRenewed: Bool {
    fields.pairs.contains { $0.key == "refresh_token" && $0.value != .null }
  }

  /// Stores it in every place where hermes-agent keeps it, and in place of an older login. An address
  /// that the environment named is not stored.
  ///
  /// - Parameters:
  ///   - authPath: Path of `auth.json`.
  ///   - environment: For the place of the second copy.
  ///   - label: Shown in `auth list`; nil: the one that was there, else `device_code`.
  /// - Returns: The id of the entry.
  /// - Throws: `AuthFileError`.
  package func store(
    in authPath: String, environment: [String: String], label: String? = nil
  ) throws(AuthFileError) -> String {
    let lock = try AuthLock(authPath, waitMilliseconds: 25_000)
    if let path = SharedLogin.path(besideAuthFile: authPath, environment: environment) {
      let shared = try SharedCopy(path, waitMilliseconds: 25_000)
      let login = try JSONNode.object(routing)
      try shared.write(fields.shared(login, now: now))
    }
    return try AuthDocument.update(under: lock, now: now) { (document) throws(AuthFileError) in
      try write(to: &document, label)
    }
  }

  private var routing: [JSONPair] {
    [
      JSONPair("portal_base_url", .string(NousPortal.portal)),
      JSONPair("client_id", .string(NousPortal.clientID)),
    ]
  }

  private func write(
    to document: inout AuthDocument, _ label: String?
  ) throws(AuthFileError) -> String {
    let tls = JSONPair("tls", ["insecure": false, "ca_bundle": .null])
    let own = label.map { [JSONPair("label", .string($0))] } ?? []
    let login = AuthDocument.Place.login("nous")
    try document.set(routing + [tls] + own, in: login)
    try fields.write(to: login, in: &document)
    try document.suppress(
      document.suppressedSources("nous").filter { $0 != "device_code" }, of: "nous")
    if let known = document.entries("nous").first(where: { $0.node.text("source") == "device_code" }
    ) {
      try document.set(routing + own, in: known.place)
      try fields.write(to: known.place, in: &document)
      if let id = known.node.text("id") { return id }
    }
    let id = SHA256.hexText(Random.bytes(3))
    try document.add(entry(id, label), to: "nous")
    return id
  }

  private func entry(_ id: String, _ label: String?) -> [JSONPair] {
    [
      JSONPair("id", .string(id)), JSONPair("label", .string(label ?? "device_code")),
      JSONPair("auth_type", "oauth"), JSONPair("source", "device_code"),
    ] + GrantFields.health.map { JSONPair($0, .null) } + [JSONPair("request_count", 0)] + routing
      + fields.pairs
  }
}

extension JSONNode {
  /// An object of its own.
  fileprivate static func object(_ pairs: [JSONPair]) throws(AuthFileError) -> JSONNode {
    let bytes = JSONValue.object(pairs).encoded()
    do throws(JSONError) { return try JSONNode.parse(bytes) } catch {
      throw .broken(path: "", line: error.line, column: error.column, what: error.code.phrase)
    }
  }
}
