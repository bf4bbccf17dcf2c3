import Fallback
import Platform
import Synchronization

/// `auth.json` as it is now: read once, and again when the file was replaced.
package final class AuthStore: Sendable {
  private struct State {
    var file = AuthFile()
    var status: FileStatus?
    var lookedAt: Milliseconds?
    /// Counts the readings.
    var version = 0
  }

  /// nil: there is no such file.
  package let path: String?
  private let state = Mutex(State())

  /// A store without any credential.
  package init() { path = nil }

  /// Reads the file.
  ///
  /// - Parameter path: Where it lies; a file that is not there is an empty one.
  /// - Throws: `AuthFileError`.
  package init(path: String) throws(AuthFileError) {
    self.path = path
    let status = try? FileSystem.status(path)
    let file = try AuthFile.read(path)
    state.withLock { state in
      state.status = status
      state.file = file
    }
  }

  /// Entries of the file that were passed over.
  package var warnings: [AuthFileWarning] { state.withLock { $0.file.warnings } }

  /// Grows whenever the content was read anew.
  var version: Int { state.withLock { $0.version } }

  /// The credentials under some names, in their order.
  func credentials(_ names: [String]) -> [StoredCredential] {
    state.withLock { state in names.flatMap { state.file.pools[$0] ?? [] } }
  }

  /// Reads the file again if another one lies there, at most once a second unless told. What cannot be
  /// read leaves the credentials as they were.
  ///
  /// - Parameters:
  ///   - now: Milliseconds.
  ///   - isUrgent: Look, however short ago the last look was.
  func lookAgain(_ now: Milliseconds, isUrgent: Bool = false) {
    guard let path else { return }
    let known = state.withLock { state -> FileStatus?? in
      let isRecent = state.lookedAt.map { (0..<1_000).contains(now - $0) } ?? false
      guard isUrgent || !isRecent else { return nil }
      state.lookedAt = now
      return .some(state.status)
    }
    guard let known else { return }
    let status = try? FileSystem.status(path)
    guard status != known, let file = try? AuthFile.read(path) else { return }
    state.withLock { state in
      state.status = status
      state.file = file
      state.version += 1
    }
  }
}
