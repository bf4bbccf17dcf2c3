import Calls
import JSONText
import Platform

/// The copy of a Nous login that all profiles of a hermes home share, with its lock held.
final class SharedCopy: Sendable {
  private let path: String
  private let lock: AuthLock

  /// Takes its lock; the one of `auth.json` is held already.
  init(_ path: String, waitMilliseconds: Int64) throws(AuthFileError) {
    self.path = path
    lock = try AuthLock(path, waitMilliseconds: waitMilliseconds)
  }

  /// What it holds; nil where there is none, or none that can be read: hermes-agent passes over that
  /// too, and the next renewal replaces it.
  func root() throws(AuthFileError) -> JSONNode? {
    do throws(AuthFileError) {
      let root = try SecretDocument(path).root
      return root.members?.isEmpty == false ? root : nil
    } catch {
      if case .broken = error { return nil }
      throw error
    }
  }

  func write(_ fields: [JSONPair]) throws(AuthFileError) {
    do throws(AuthFileError) {
      var document = try SecretDocument(path)
      try document.set(fields)
      try document.save(under: lock)
    } catch {
      guard case .broken = error else { throw error }
      let text = JSONValue.object(fields).encoded(.pretty) + [0x0A]
      do throws(FileError) { try FileSystem.writeAtomically(path, text) } catch {
        throw .unwritable(error)
      }
    }
  }

  func checkSaveable() throws(AuthFileError) {
    do throws(AuthFileError) {
      try SecretDocument(path).checkSaveable(under: lock)
    } catch {
      guard case .broken = error else { throw error }
    }
  }

  /// Takes it away if it holds this token.
  func removeIfHolding(_ token: Secret) throws(AuthFileError) {
    guard try root()?.text("refresh_token") == token.text else { return }
    do throws(FileError) { try FileSystem.remove(path) } catch { throw .unwritable(error) }
  }
}
