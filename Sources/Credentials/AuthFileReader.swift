import Calls
import Fallback
import JSONText
import Platform

/// Reads the text of `auth.json`.
struct AuthFileReader {
  let path: String
  let bytes: [UInt8]
  private let lines: LineMap
  private var file = AuthFile()

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    lines = LineMap(bytes)
  }

  consuming func read() throws(AuthFileError) -> AuthFile {
    if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return file }
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONNode.parse(bytes)
    } catch {
      throw .broken(path: path, line: error.line, column: error.column, what: error.code.phrase)
    }
    guard root.members != nil else { throw broken(root, "an object is expected here") }
    if let fault = AuthShape.fault(root) { throw broken(fault.node, fault.what) }
    readPools(root["credential_pool"])
    readLogin(root["providers"])
    for member in root["suppressed_sources"]?.members ?? [] {
      file.suppressed[member.key] = Set(member.value.elements?.compactMap(\.string) ?? [])
    }
    for name in file.pools.keys {
      file.pools[name] = file.pools[name]?.enumerated()
        .sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
        .map(\.element)
    }
    return file
  }

  private mutating func readPools(_ node: JSONNode?) {
    for member in node?.members ?? [] {
      guard let entries = member.value.elements else {
        warn(member.value, member.key, "is no list of credentials")
        continue
      }
      for (index, entry) in entries.enumerated() {
        guard entry.members != nil else {
          warn(entry, member.key, "entry \(index + 1) is no object")
          continue
        }
        guard let credential = credential(entry, pool: member.key, index: index) else {
          warn(entry, member.key, "entry \(index + 1) holds fields of a wrong type")
          continue
        }
        file.pools[member.key, default: []].append(credential)
      }
    }
  }

  /// nil where a field that matters is of another type than it should be.
  private func credential(_ entry: JSONNode, pool: String, index: Int) -> StoredCredential? {
    let texts = ["id", "label", "auth_type", "source", "access_token", "base_url"]
    guard texts.allSatisfy({ entry[$0].isTextOrNothing }), entry["priority"].isNumberOrNothing
    else { return nil }
    let source = entry.text("source") ?? "manual"
    let token = Token(entry, isNous: pool == "nous")
    return StoredCredential(
      id: entry.text("id"), label: entry.text("label") ?? source,
      isOAuth: entry.text("auth_type") == "oauth" || token.isOAuth, source: source,
      secret: token.secret, baseURL: entry.address(isNous: pool == "nous"),
      account: entry.text("account"), expiresAt: token.expiresAt, lifetime: token.lifetime,
      hasRefreshToken: entry.text("refresh_token") != nil,
      priority: entry["priority"]?.int ?? 0, place: .entry(pool: pool, index: index))
  }

  /// The login of Nous stands under `providers` too, where the newest tokens are.
  private mutating func readLogin(_ node: JSONNode?) {
    guard let login = node?["nous"], !login.isNull else { return }
    guard login.members != nil else {
      return warn(login, "nous", "its login is no object")
    }
    let token = Token(login, isNous: true)
    let canBeRenewed = login.text("refresh_token") != nil
    let isRevoked = token.secret == nil && !canBeRenewed && login.needsLogin
    guard token.secret != nil || canBeRenewed || isRevoked else { return }
    let known = (file.pools["nous"] ?? []).firstIndex { $0.source == "device_code" }
    var entry =
      known.flatMap { file.pools["nous"]?[$0] }
      ?? StoredCredential(
        label: login.text("label") ?? "device_code", isOAuth: true, source: "device_code",
        hasRefreshToken: false, priority: Int.max, place: .login("nous"))
    if isRevoked {
      // An entry that has tokens of its own was renewed apart from the login.
      guard !entry.hasRefreshToken else { return }
      entry.isRevoked = true
      entry.secret = nil
    } else {
      if entry.secret != nil, (entry.expiresAt ?? 0) > (token.expiresAt ?? 0) { return }
      entry.secret = token.secret
      entry.expiresAt = token.expiresAt
      entry.lifetime = token.lifetime
      entry.hasRefreshToken = canBeRenewed
      entry.baseURL = login.address(isNous: true) ?? entry.baseURL
    }
    if let known {
      file.pools["nous"]?[known] = entry
    } else {
      file.pools["nous", default: []].append(entry)
    }
  }

  private func broken(_ node: JSONNode, _ what: String) -> AuthFileError {
    let place = lines.position(at: node.range.lowerBound)
    return .broken(path: path, line: place.line, column: place.column, what: what)
  }

  private mutating func warn(_ node: JSONNode, _ pool: String, _ what: String) {
    let line = lines.position(at: node.range.lowerBound).line
    file.warnings.append(AuthFileWarning(path: path, line: line, pool: pool, what: what))
  }
}

extension JSONNode {
  /// A text that says something.
  func text(_ key: String) -> String? {
    guard let text = self[key]?.string, !text.isEmpty else { return nil }
    return text
  }

  /// An entry's own address. Nous keeps it under a name of its own, and what a login got from the
  /// network is believed for known hosts only.
  func address(isNous: Bool) -> String? {
    guard isNous, let own = text("inference_base_url") else { return text("base_url") }
    let isFromNetwork = text("refresh_token") != nil || text("auth_type") == "oauth"
    return isFromNetwork ? NousPortal.believed(stored: own) ?? text("base_url") : own
  }

  /// Its tokens were refused for good.
  fileprivate var needsLogin: Bool { self["last_auth_error"]?["relogin_required"]?.bool == true }

}

extension JSONNode? {
  fileprivate var isTextOrNothing: Bool { self.map { $0.isNull || $0.string != nil } ?? true }
  fileprivate var isNumberOrNothing: Bool { self.map { $0.isNull || $0.number != nil } ?? true }
}
