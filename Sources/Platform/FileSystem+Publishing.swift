import Glibc

extension FileSystem {
  /// Creates an empty file that was not there, for its owner only.
  ///
  /// - Parameter path: Where; a symbolic link there is no place for it.
  /// - Throws: `FileError`; `exists` where something is.
  package static func createEmpty(_ path: String) throws(FileError) {
    _ = try FileDescriptor.open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, mode: 0o600)
  }

  /// Gives a finished file its name, once its content is on the disk; never replaces anything.
  ///
  /// - Parameters:
  ///   - draft: The file; its old name is gone afterwards.
  ///   - path: The new name, in the same file system.
  /// - Throws: `FileError`; `exists` where something has the name.
  package static func publish(_ draft: String, as path: String) throws(FileError) {
    do {
      let file = try FileDescriptor.open(draft, O_RDONLY)
      guard fsync(file.raw) == 0 else {
        throw FileError(errno: errno, path: path, operation: "sync")
      }
    }
    if unsafe link(draft, path) == 0 {
      _ = unsafe unlink(draft)
    } else {
      let failure = errno
      // Some file systems have no second names.
      guard failure == EPERM || failure == EOPNOTSUPP || failure == ENOSYS, !exists(path),
        unsafe rename(draft, path) == 0
      else { throw FileError(errno: failure, path: path, operation: "create") }
    }
    try synchronizeDirectory(of: path)
  }

  /// What this process may do in a directory, or with a file.
  package static func isWritable(_ path: String) -> Bool { unsafe access(path, W_OK) == 0 }

  /// Bytes that an ordinary user can still store beside a file.
  ///
  /// - Parameter path: A file or directory.
  /// - Returns: nil where the system does not say.
  package static func freeSpace(at path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(
      clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        .partialValue)
  }
}
