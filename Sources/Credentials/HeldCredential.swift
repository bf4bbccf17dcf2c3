import Calls
import Fallback
import Platform

/// A credential with its secret, as it lives in memory.
struct HeldCredential: Sendable {
  enum Source: Sendable, Hashable {
    case variable(String)
    case file(String)
    case command(String)
    /// An entry of `auth.json`, and where that says it comes from.
    case stored(String)

    /// As people know it.
    var name: String {
      switch self {
      case .variable(let name): "env:\(name)"
      case .file: "key_file"
      case .command: "key_command"
      case .stored(let source): source
      }
    }
  }

  var reference: CredentialReference
  /// nil: it cannot be used here; `problem` says why.
  var secret: Secret?
  var source: Source
  var isOAuth = false
  /// It may be sent here and nowhere else; nil: to the provider's address.
  var ownURL: String?
  var problem: KeyProblem?
  /// Where it stands in `auth.json`, when it was last read.
  var place: AuthDocument.Place?
  /// The file that owns it, where that is not `auth.json`.
  var owner: String?
  /// Where the entry of `auth.json` stands that points there.
  var pointer: AuthDocument.Place?
  /// A token endpoint may give a new secret for what is stored with it.
  var hasRefreshToken = false

  /// A token endpoint is known that takes what is stored with it.
  func canBeRenewed(by keys: ProviderKeys) -> Bool { hasRefreshToken && keys.renewsGrants }

  /// It was found without being stored.
  var isOwn: Bool { if case .stored = source { false } else { true } }

  /// The same credential with another secret.
  func holding(_ secret: Secret, for keys: ProviderKeys) -> HeldCredential {
    var held = self
    held.secret = secret
    held.problem = nil
    held.reference.fingerprint = secret.withBytes {
      Self.fingerprint($0, ownURL ?? keys.baseURL)
    }
    return held
  }

  /// Changes with the secret and with the address it is meant for; says nothing about either.
  static func fingerprint(_ key: [UInt8], _ url: String) -> String {
    let text = Array("auxq credential\n".utf8) + key + [0x0A] + Array(url.utf8)
    return String(SHA256.hex(text).prefix(12))
  }
}

/// A provider's credentials at one moment.
struct Pool: Sendable {
  /// All that is known, in the order in which they are tried, usable or not.
  var members: [HeldCredential]
  /// Why some sources gave no key.
  var problems: [KeyProblem]
  /// What came from elsewhere than `auth.json`; not read again with it.
  var own: [HeldCredential]
  /// Reading of `auth.json` that it was made from.
  var authVersion: Int

  var usable: [HeldCredential] { members.filter { $0.problem == nil } }

  func member(_ id: String) -> HeldCredential? { members.first { $0.reference.id == id } }
}
