import JSONText

/// What `auth.json` must be as a whole, so that reading and writing never differ in what they take for
/// broken.
enum AuthShape {
  private static let containers = ["credential_pool", "providers", "suppressed_sources"]

  /// The first thing that makes the whole file unusable: a container of another type, or a name that
  /// stands there twice, so that nobody can say which one counts.
  static func fault(_ root: JSONNode) -> (node: JSONNode, what: String)? {
    if let key = repeated(root) { return (root, "\(key) stands there twice") }
    for name in containers {
      guard let node = root[name], !node.isNull else { continue }
      guard node.members != nil else { return (node, "\(name) must be an object") }
      if let key = repeated(node) { return (node, "\(name).\(key) stands there twice") }
    }
    return nil
  }

  static func repeated(_ node: JSONNode) -> String? {
    var seen: Set<String> = []
    return node.members?.first { !seen.insert($0.key).inserted }?.key
  }
}
