import Calls
import Fallback
import JSONText
package import Platform

/// What `auth.json` says, as it was at one moment: the shape that hermes-agent writes. Only read here;
/// fields that are not known are passed over.
package struct AuthFile: Sendable {
  /// Credentials by the name under which the file keeps them, in the order in which they are tried.
  var pools: [String: [StoredCredential]] = [:]
  /// Sources of a provider that its user has removed and that are not to be found again by themselves.
  var suppressed: [String: Set<String>] = [:]
  /// Entries that could not be used and were passed over.
  package internal(set) var warnings: [AuthFileWarning] = []

  /// No file, or an empty one.
  package init() {}

  /// Reads the file.
  ///
  /// - Parameter path: Where it lies; a file that is not there is an empty one.
  /// - Returns: Its content.
  /// - Throws: `AuthFileError`: open to others, unreadable, or broken as a whole.
  package static func read(_ path: String) throws(AuthFileError) -> AuthFile {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.readSecret(path)
    } catch {
      if error.code == .notFound, !FileSystem.isSymbolicLink(path) { return AuthFile() }
      throw .unreadable(error)
    }
    var file = try AuthFileReader(path: path, bytes: bytes).read()
    file.followLogins()
    return file
  }

  /// Names under which the file keeps credentials.
  package var poolNames: [String] { pools.keys.sorted() }
}

/// One entry of the file.
struct StoredCredential: Sendable {
  /// As it stands there; nil where it has none.
  var id: String?
  var label: String
  var isOAuth: Bool
  /// `manual`, `device_code`, `env:NAME`, …
  var source: String
  /// nil: the file holds none that can be used.
  var secret: Secret?
  /// Its own address.
  var baseURL: String?
  var account: String?
  var expiresAt: Milliseconds?
  var lifetime: Milliseconds?
  /// A token endpoint may give a new secret.
  var hasRefreshToken: Bool
  /// The login was revoked: its tokens are gone, and only a new login helps.
  var isRevoked = false
  /// Smaller first.
  var priority: Int
  /// Where it stands in the file that was read.
  var place: AuthDocument.Place
  /// The file that holds the login, where it is another one: it is renewed there.
  var owner: String?
  /// Where the entry stands that points there.
  var pointer: AuthDocument.Place?

  /// Where the key of an entry is that holds none.
  var reference: KeyReference? { secret == nil ? KeyReference(source: source) : nil }

  /// The variable that an entry without a secret stands for.
  var variable: String? {
    guard case .variable(let name)? = KeyReference(source: source) else { return nil }
    return name
  }
}

/// Why `auth.json` cannot be used. Never holds what was read.
package enum AuthFileError: Error, Sendable, Hashable {
  case unreadable(FileError)
  /// `what` says what is wrong at the line.
  case broken(path: String, line: Int, column: Int, what: String)
  /// Written by a program that knows more: it is read, and never written.
  case newerVersion(path: String, version: String)
  /// Another process held the lock file at `path` for all the time.
  case locked(path: String, milliseconds: Int64)
  /// Nothing was changed.
  case unwritable(FileError)
  /// A program that does not know the lock wrote while it was held; nothing was changed.
  case changedMeanwhile(path: String)
}

/// An entry of `auth.json` that was passed over.
package struct AuthFileWarning: Sendable, Hashable {
  package var path: String
  package var line: Int
  package var pool: String
  package var what: String
}
