import Calls
import Fallback
import JSONText
import Platform

/// One login in all the places where it is kept, read under their locks: the entry of its pool,
/// `providers.<name>`, and for Nous the copy that all profiles share.
struct GrantCopies {
  /// One place with tokens.
  struct Copy {
    var node: JSONNode
    var token: Token
    var refresh: Secret?

    init(_ node: JSONNode, isNous: Bool) {
      self.node = node
      token = Token(node, isNous: isNous)
      refresh = node.text("refresh_token").map { Secret($0) }
    }

    /// Grows with every renewal.
    var age: (Milliseconds, Milliseconds) {
      (token.expiresAt ?? 0, node.moment("obtained_at") ?? node.moment("last_refresh") ?? 0)
    }
  }

  let isNous: Bool
  /// Where it stands in `auth.json`; the entry first.
  let places: [AuthDocument.Place]
  let copies: [Copy]
  /// Not all places say the same.
  let areUneven: Bool

  /// Reads them.
  ///
  /// - Parameters:
  ///   - place: The place of the credential.
  ///   - document: `auth.json`.
  ///   - shared: The copy that profiles share.
  ///   - keys: Of the provider.
  init(
    of place: AuthDocument.Place, in document: AuthDocument, shared: JSONNode?, _ keys: ProviderKeys
  ) {
    isNous = keys.isNous
    let login = AuthDocument.Place.login(keys.provider)
    let own = document.node(place)
    let isLogin = own?["source"]?.string == "device_code" || place == login
    let isSame: (JSONNode?) -> Bool = { other in
      guard let token = own?.text("refresh_token") else { return false }
      return other?.text("refresh_token") == token
    }
    var places = [place]
    if place != login, document.node(login) != nil,
      keys.isNous && isLogin || isSame(document.node(login))
    {
      places.append(login)
    }
    self.places = places
    let nodes = places.compactMap { document.node($0) }
    let others = [shared].compactMap { isLogin || isSame($0) ? $0 : nil }
    copies = (nodes + others).map { Copy($0, isNous: keys.isNous) }
    areUneven =
      Set(copies.map { $0.refresh }).count > 1 || Set(copies.map(\.token.secret)).count > 1
  }

  /// The one that was renewed last.
  var newest: Copy? { copies.filter { $0.token.secret != nil }.max { $0.age < $1.age } }

  /// The one whose refresh token is to be spent.
  var spendable: Copy? { copies.filter { $0.refresh != nil }.max { $0.age < $1.age } }
}
