package import Glibc

/// An exclusive lock between processes, on a file that stays. It ends with this value, and with the
/// process however that ends.
package struct FileLock: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// Takes the lock; the file is created where it is missing.
  ///
  /// - Parameters:
  ///   - path: The lock file.
  ///   - timeoutMilliseconds: How long to wait for another holder; 0 tries once.
  ///   - mode: Of a new file.
  /// - Throws: `FileError`; `locked` when the time is over.
  package init(
    path: String, timeoutMilliseconds: Int64, mode: mode_t = 0o600
  ) throws(FileError) {
    let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: mode)
    let start = SystemTime.boot()
    var pause: Int64 = 1
    while flock(file.raw, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw FileError(errno: errno, path: path, operation: "lock")
      }
      let left = timeoutMilliseconds - (SystemTime.boot() - start)
      guard left > 0 else { throw FileError(.locked, path: path, operation: "lock") }
      SystemTime.sleep(milliseconds: min(pause, left))
      pause = min(pause * 2, 50)
    }
    self.file = file
  }
}
