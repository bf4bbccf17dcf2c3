package import Glibc

/// Files and directories, by path.
package enum FileSystem {
  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - limit: Bytes at most.
  /// - Returns: Its bytes.
  /// - Throws: `FileError`.
  package static func read(
    _ path: String, limit: Int = 256 << 20
  ) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor.open(path, O_RDONLY)
    return try file.readAll(limit: limit, path: path)
  }

  /// Reads a file that nobody else may have access to. The open file itself is checked, so that no
  /// exchange of the name between check and use helps anybody.
  ///
  /// - Parameters:
  ///   - path: Where; symbolic links are followed.
  ///   - limit: Bytes at most.
  /// - Returns: Its bytes.
  /// - Throws: `FileError`; `foreignOwner` or `looseMode` when the file is open to others.
  package static func readSecret(
    _ path: String, limit: Int = 16 << 20
  ) throws(FileError) -> [UInt8] {
    // Non-blocking, or the open itself could wait for the writer of a pipe.
    let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
    let status = try file.status(path: path)
    guard status.kind != .directory else {
      throw FileError(.isDirectory, path: path, operation: "read")
    }
    guard status.kind == .regular else {
      throw FileError(.notRegular, path: path, operation: "read")
    }
    guard status.owner == geteuid() else {
      throw FileError(.foreignOwner(status.owner), path: path, operation: "read")
    }
    guard status.mode & 0o077 == 0 else {
      throw FileError(.looseMode(status.mode), path: path, operation: "read")
    }
    return try file.readAll(limit: limit, path: path)
  }

  /// Writes a file so that, whatever happens, either the old or the new content is there, whole.
  ///
  /// - Parameters:
  ///   - path: Where; a symbolic link is followed, so that the file behind it is replaced.
  ///   - bytes: The content.
  ///   - mode: Its permission bits.
  /// - Throws: `FileError`; the old file is untouched then.
  package static func writeAtomically(
    _ path: String, _ bytes: [UInt8], mode: mode_t = 0o600
  ) throws(FileError) {
    let target = resolvingLinks(path) ?? path
    let temporary = try writeSibling(of: target, bytes, mode: mode)
    guard unsafe rename(temporary, target) == 0 else {
      let error = FileError(errno: errno, path: target, operation: "rename")
      _ = unsafe unlink(temporary)
      throw error
    }
    try synchronizeDirectory(of: target)
  }

  /// Writes a new file beside the target, down to the disk; returns its path.
  static func writeSibling(
    of target: String, _ bytes: [UInt8], mode: mode_t
  ) throws(FileError) -> String {
    let temporary = "\(target).\(getpid()).\(String(Random.uint64(), radix: 36)).tmp"
    let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    do throws(FileError) {
      try file.writeAll(bytes, path: target)
      // The mode again, whatever the umask took away.
      guard fchmod(file.raw, mode) == 0, fsync(file.raw) == 0 else {
        throw FileError(errno: errno, path: target, operation: "write")
      }
      return temporary
    } catch {
      _ = unsafe unlink(temporary)
      throw error
    }
  }

  /// Makes a change of names in a file's directory last.
  ///
  /// - Parameter path: A file in the directory.
  /// - Throws: `FileError`.
  package static func synchronizeDirectory(of path: String) throws(FileError) {
    let parent = directory(of: path)
    let folder = try FileDescriptor.open(parent, O_RDONLY | O_DIRECTORY)
    // Some file systems cannot sync a directory; they say EINVAL and need no sync.
    guard fsync(folder.raw) == 0 || errno == EINVAL else {
      throw FileError(errno: errno, path: parent, operation: "sync")
    }
  }

  /// Creates a directory and those above it. Existing ones keep their modes.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - mode: Of the new ones.
  ///   - isDurable: A power cut does not take the new ones away, and with them what lies in them.
  /// - Throws: `FileError`; `notDirectory` where a file is in the way.
  package static func makeDirectories(
    _ path: String, mode: mode_t = 0o700, isDurable: Bool = false
  ) throws(FileError) {
    if isDirectory(path) { return }
    let parent = directory(of: path)
    if parent != path, !isDirectory(parent) {
      try makeDirectories(parent, mode: mode, isDurable: isDurable)
    }
    if unsafe mkdir(path, mode) == 0 {
      if isDurable { try synchronizeDirectory(of: path) }
      return
    }
    let failure = errno
    // Another process may have been faster.
    if failure == EEXIST, isDirectory(path) { return }
    throw failure == EEXIST
      ? FileError(.notDirectory, path: path, operation: "mkdir")
      : FileError(errno: failure, path: path, operation: "mkdir")
  }

  /// Something is there; a broken symbolic link is not.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  package static func isDirectory(_ path: String) -> Bool {
    (try? status(path))?.kind == .directory
  }

  /// Size, mode and so on; symbolic links are followed.
  ///
  /// - Parameter path: Where.
  /// - Returns: The status.
  /// - Throws: `FileError`.
  package static func status(_ path: String) throws(FileError) -> FileStatus {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      throw FileError(errno: errno, path: path, operation: "stat")
    }
    return FileStatus(status)
  }

  /// Lists a directory.
  ///
  /// - Parameter path: Where.
  /// - Returns: Names in byte order, without `.` and `..`.
  /// - Throws: `FileError`.
  package static func listDirectory(_ path: String) throws(FileError) -> [String] {
    guard let stream = unsafe opendir(path) else {
      throw FileError(errno: errno, path: path, operation: "list")
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    if errno != 0 { throw FileError(errno: errno, path: path, operation: "list") }
    return names.sorted()
  }

  /// Deletes a file or an empty directory.
  ///
  /// - Parameter path: Where.
  /// - Throws: `FileError`.
  package static func remove(_ path: String) throws(FileError) {
    guard unsafe Glibc.remove(path) == 0 else {
      throw FileError(errno: errno, path: path, operation: "remove")
    }
  }

  /// Reads standard input to its end.
  ///
  /// - Parameter limit: Bytes at most.
  /// - Returns: All bytes.
  /// - Throws: `FileError` with path `-`.
  package static func readStandardInput(limit: Int) throws(FileError) -> [UInt8] {
    let input = FileDescriptor(owning: STDIN_FILENO)
    do throws(FileError) {
      let bytes = try input.readAll(limit: limit, path: "-")
      _ = input.release()
      return bytes
    } catch {
      _ = input.release()
      throw error
    }
  }

  /// A person may sit at the other end.
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}
