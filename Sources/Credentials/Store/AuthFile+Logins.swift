import Platform

/// A Nous login has one owner. An entry that points at another program's file stands for the login
/// there, whatever that says at the moment.
extension AuthFile {
  /// Other files whose logins this one points at.
  var owners: [String] { pools.values.joined().compactMap(\.owner).sorted() }

  mutating func followLogins() {
    guard let entries = pools["nous"] else { return }
    for (index, entry) in entries.enumerated() {
      guard case .login(let path)? = KeyReference(source: entry.source) else { continue }
      pools["nous"]?[index].owner = path
      guard let login = Self.login(in: path) else { continue }
      pools["nous"]?[index].take(login)
    }
  }

  /// nil where there is none, or none that can be read.
  private static func login(in path: String) -> StoredCredential? {
    guard let bytes = try? FileSystem.readSecret(path),
      let file = try? AuthFileReader(path: path, bytes: bytes).read()
    else { return nil }
    return file.pools["nous"]?.first { $0.source.hasSuffix("device_code") }
  }
}

extension StoredCredential {
  /// Takes over what another file says of a login, but for its id and label.
  fileprivate mutating func take(_ login: StoredCredential) {
    var taken = login
    (taken.id, taken.label, taken.source) = (id, label, source)
    (taken.priority, taken.owner, taken.pointer) = (priority, owner, place)
    taken.isOAuth = true
    self = taken
  }
}
