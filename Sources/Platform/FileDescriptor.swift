package import Glibc

/// An open descriptor with one owner; it is closed at the end of its life.
package struct FileDescriptor: ~Copyable, Sendable {
  /// The number, for system calls while this value lives.
  package let raw: Int32

  /// Takes over a descriptor.
  package init(owning raw: Int32) { self.raw = raw }

  deinit { _ = Glibc.close(raw) }

  /// Closes it now, and says whether that worked: some file systems report a failed write here.
  ///
  /// - Returns: 0, or an errno value.
  package consuming func close() -> Int32 {
    let raw = raw
    discard self
    return Glibc.close(raw) == 0 ? 0 : errno
  }

  /// Hands it over to somebody else.
  ///
  /// - Returns: The number, which is no longer closed by this value.
  package consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }

  /// Opens a file; it is closed on exec.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - flags: As for open(2).
  ///   - mode: For a file that is created.
  /// - Returns: The open descriptor.
  /// - Throws: `FileError`, operation `open`.
  package static func open(
    _ path: String, _ flags: Int32, mode: mode_t = 0o600
  ) throws(FileError) -> FileDescriptor {
    let raw = retried { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
    guard raw >= 0 else { throw FileError(errno: errno, path: path, operation: "open") }
    return FileDescriptor(owning: raw)
  }

  /// Reads to the end.
  ///
  /// - Parameters:
  ///   - limit: Bytes at most.
  ///   - path: For the error.
  /// - Returns: All bytes.
  /// - Throws: `FileError`; `tooLarge` when there is more.
  package borrowing func readAll(
    limit: Int, path: String
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var size = 16 << 10
    while true {
      let (chunk, failure) = readChunk(size)
      if failure != 0 { throw FileError(errno: failure, path: path, operation: "read") }
      if chunk.isEmpty { return bytes }
      guard chunk.count <= limit - bytes.count else {
        throw FileError(.tooLarge(limit: limit), path: path, operation: "read")
      }
      bytes.append(contentsOf: chunk)
      size = min(size * 2, 1 << 20)
    }
  }

  /// Reads what comes first, in one go.
  ///
  /// - Parameter size: Bytes at most.
  /// - Returns: nil where it cannot be read.
  package borrowing func readPrefix(_ size: Int) -> [UInt8]? {
    let (bytes, failure) = readChunk(size)
    return failure == 0 ? bytes : nil
  }

  private borrowing func readChunk(_ size: Int) -> (bytes: [UInt8], failure: Int32) {
    let raw = raw
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let result = retried { unsafe read(raw, buffer.baseAddress, size) }
      if result < 0 { failure = errno }
      count = max(result, 0)
    }
    return (bytes, failure)
  }

  /// Writes all bytes.
  ///
  /// - Parameters:
  ///   - bytes: What to write.
  ///   - path: For the error.
  /// - Throws: `FileError`, operation `write`.
  package borrowing func writeAll(_ bytes: [UInt8], path: String) throws(FileError) {
    let failure = writeFully(bytes, to: raw)
    if failure != 0 { throw FileError(errno: failure, path: path, operation: "write") }
  }

  /// Size, mode and so on of the open file.
  ///
  /// - Parameter path: For the error.
  /// - Returns: The status.
  /// - Throws: `FileError`, operation `stat`.
  package borrowing func status(path: String) throws(FileError) -> FileStatus {
    var status = stat()
    guard unsafe fstat(raw, &status) == 0 else {
      throw FileError(errno: errno, path: path, operation: "stat")
    }
    return FileStatus(status)
  }
}

/// Repeats a system call that a signal interrupted.
func retried<Number: SignedInteger>(_ call: () -> Number) -> Number {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// Writes everything, waiting where the other side is slow.
///
/// - Returns: 0, or an errno value.
func writeFully(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
  unsafe bytes.withUnsafeBytes { buffer in
    var at = 0
    while at < buffer.count {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[at...])
      let written = retried { unsafe write(descriptor, rest.baseAddress, rest.count) }
      if written >= 0 {
        at += written
      } else if errno == EAGAIN {
        // Somebody made the shared open file non-blocking; wait until there is room.
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
      } else {
        return errno
      }
    }
    return 0
  }
}
