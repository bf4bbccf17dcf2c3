import Fallback
import Platform
import Synchronization

/// `auth.json` as it is now: read once, and again when the file was replaced.
package final class AuthStore: Sendable {
  private struct State {
    var file = AuthFile()
    /// Of the file, then of those that it points at.
    var statuses: [FileStatus?] = []
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
    // Before reading: what is written meanwhile is then noticed at the next look.
    let status = try? FileSystem.status(path)
    let file = try AuthFile.read(path)
    let others = Self.statuses(file.owners)
    state.withLock { state in
      state.statuses = [status] + others
      state.file = file
    }
  }

  private static func statuses(_ paths: [String]) -> [FileStatus?] {
    paths.map { try? FileSystem.status($0) }
  }

  /// Entries of the file that were passed over.
  package var warnings: [AuthFileWarning] { state.withLock { $0.file.warnings } }

  /// Grows whenever the content was read anew.
  var version: Int { state.withLock { $0.version } }

  /// The credentials under some names, in their order.
  func credentials(_ names: [String]) -> [StoredCredential] {
    state.withLock { state in names.flatMap { state.file.pools[$0] ?? [] } }
  }

  /// Sources that are not to be found by themselves, for a provider with these names.
  func suppressed(_ names: [String]) -> Set<String> {
    state.withLock { state in
      names.reduce(into: []) { $0.formUnion(state.file.suppressed[$1] ?? []) }
    }
  }

  /// Reads the file again if another one lies there, at most once a second unless told. What cannot be
  /// read leaves the credentials as they were.
  ///
  /// - Parameters:
  ///   - now: Milliseconds.
  ///   - isUrgent: Look, however short ago the last look was.
  func lookAgain(_ now: Milliseconds, isUrgent: Bool = false) {
    guard let path else { return }
    let known = state.withLock { state -> (statuses: [FileStatus?], owners: [String])? in
      let isRecent = state.lookedAt.map { (0..<1_000).contains(now - $0) } ?? false
      guard isUrgent || !isRecent else { return nil }
      state.lookedAt = now
      return (state.statuses, state.file.owners)
    }
    guard let known else { return }
    let statuses = Self.statuses([path] + known.owners)
    guard statuses != known.statuses, let file = try? AuthFile.read(path) else { return }
    let others =
      file.owners == known.owners ? Array(statuses.dropFirst()) : Self.statuses(file.owners)
    state.withLock { state in
      state.statuses = statuses.prefix(1) + others
      state.file = file
      state.version += 1
    }
  }
}
