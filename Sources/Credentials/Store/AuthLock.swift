import Platform

/// The exclusive lock between processes on one secret file: `flock` on `auth.lock` beside `auth.json`,
/// the very lock that hermes-agent takes. Whoever changes the file holds it from reading to saving, a
/// request to a token endpoint in between included; readers never take it. It ends with this value,
/// and with the process however that ends.
///
/// Order where two are held: the one of `auth.json` first, then the one of `shared/nous_auth.json`.
package struct AuthLock: ~Copyable, Sendable {
  /// The secret file that is locked, as it was named.
  package let path: String
  private let named: FileLock
  /// Beside the file behind a symbolic link: whoever names that file directly locks there.
  private let real: FileLock?

  /// Takes the lock; the folder and the lock file are made where they are missing.
  ///
  /// - Parameters:
  ///   - path: The secret file, whether it is there or not.
  ///   - waitMilliseconds: How long to wait for another holder; 0 tries once.
  /// - Throws: `AuthFileError`: `locked` when the time is over, `unwritable` where no lock file can be
  ///   made, as on a read-only disk.
  package init(_ path: String, waitMilliseconds: Int64) throws(AuthFileError) {
    let start = SystemTime.boot()
    let folder = FileSystem.directory(of: path)
    do {
      try FileSystem.makeDirectories(folder, isDurable: true)
    } catch { throw .unwritable(error) }
    let named = try Self.lock(path, in: folder, waitMilliseconds)
    let other = Self.otherFolder(path, folder)
    let left = max(0, waitMilliseconds - (SystemTime.boot() - start))
    let real =
      if let other { Optional(try Self.lock(path, in: other, left)) } else { nil as FileLock? }
    self.path = path
    self.named = named
    self.real = real
  }

  /// The folder of the file behind a symbolic link; nil where that is the same.
  private static func otherFolder(_ path: String, _ folder: String) -> String? {
    guard let target = FileSystem.resolvingLinks(path) else { return nil }
    let other = FileSystem.directory(of: target)
    return other == FileSystem.resolvingLinks(folder) ? nil : other
  }

  private static func lock(
    _ path: String, in folder: String, _ wait: Int64
  ) throws(AuthFileError) -> FileLock {
    do throws(FileError) {
      return try FileLock(
        path: FileSystem.joined(folder, name(for: path)), timeoutMilliseconds: wait)
    } catch {
      throw error.code == .locked
        ? .locked(path: error.path, milliseconds: wait) : .unwritable(error)
    }
  }

  private static func name(for path: String) -> String {
    FileSystem.name(of: path) == SharedLogin.fileName ? SharedLogin.lockName : "auth.lock"
  }
}
