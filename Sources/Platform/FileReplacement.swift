import Glibc

extension FileSystem {
  /// The path itself is a symbolic link, whether something is behind it or not.
  package static func isSymbolicLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Why a file could not be replaced, as far as its folder tells; nothing is written.
  ///
  /// - Parameter path: A symbolic link is followed; where nothing is there yet, the nearest folder above
  ///   counts.
  /// - Returns: nil where nothing speaks against it.
  package static func obstacleToReplacing(_ path: String) -> FileError? {
    var folder = directory(of: resolvingLinks(path) ?? path)
    while !exists(folder), directory(of: folder) != folder { folder = directory(of: folder) }
    guard unsafe access(folder, W_OK | X_OK) != 0 else { return nil }
    return FileError(errno: errno, path: folder, operation: "write")
  }

  /// Finds out whether `writeAtomically` would work: writes zeroes beside the file, down to the disk,
  /// and takes them away again.
  ///
  /// - Parameters:
  ///   - path: Where; a symbolic link is followed.
  ///   - bytes: How many there must be room for.
  /// - Throws: `FileError`, as `writeAtomically` would.
  package static func checkReplaceable(_ path: String, bytes: Int) throws(FileError) {
    let target = resolvingLinks(path) ?? path
    let sibling = try writeSibling(of: target, [UInt8](repeating: 0, count: bytes), mode: 0o600)
    _ = unsafe unlink(sibling)
  }

  /// Takes away what processes left that were ended while they replaced a file. Only for a file whose
  /// lock is held: nobody is at work then. What cannot be removed stays.
  ///
  /// - Parameter path: The file; a symbolic link is followed.
  package static func removeAbandonedSiblings(of path: String) {
    let target = resolvingLinks(path) ?? path
    let folder = directory(of: target)
    let start = "\(name(of: target))."
    for name in (try? listDirectory(folder)) ?? [] where name.hasPrefix(start) {
      let parts = name.dropFirst(start.count).split(
        separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[2] == "tmp", !parts[0].isEmpty, !parts[1].isEmpty,
        parts[0].allSatisfy({ ("0"..."9").contains($0) })
      else { continue }
      _ = unsafe unlink(joined(folder, name))
    }
  }
}
