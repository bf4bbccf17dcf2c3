/// Where the key of an entry is that holds none itself: its `source` says so, since hermes-agent keeps
/// that field and drops those it does not know. It also drops entries of sources it does not know, but
/// for those that begin with `manual:`.
package enum KeyReference: Sendable, Hashable {
  /// `env:NAME`
  case variable(String)
  /// `file:/absolute/path`
  case file(String)
  /// `command:LINE`, for the shell.
  case command(String)
  /// `hermes:/absolute/path/auth.json`: the login of Nous in that file, which stays its only owner.
  case login(String)

  /// nil: the entry is to hold its own secret.
  package init?(source: String) {
    let kinds: [(String, (String) -> KeyReference)] = [
      ("env:", { .variable($0) }), ("file:", { .file($0) }), ("command:", { .command($0) }),
      ("hermes:", { .login($0) }),
    ]
    let place = source.hasPrefix(Self.kept) ? source.dropFirst(Self.kept.count) : source[...]
    for (prefix, make) in kinds where place.hasPrefix(prefix) {
      let rest = String(place.dropFirst(prefix.count))
      guard !rest.isEmpty else { return nil }
      self = make(rest)
      return
    }
    return nil
  }

  /// It is a place with a key, which can be read again.
  var isKey: Bool { if case .login = self { false } else { true } }

  private static let kept = "manual:"

  /// As `auth.json` keeps it. Variables hermes-agent knows itself.
  package var source: String {
    if case .variable = self { place } else { Self.kept + place }
  }

  /// The kind of place and the place, for people.
  package var place: String {
    switch self {
    case .variable(let name): "env:\(name)"
    case .file(let path): "file:\(path)"
    case .command(let line): "command:\(line)"
    case .login(let path): "hermes:\(path)"
    }
  }
}
