import CSystem
import Glibc

/// A socket in a folder by which processes of one user wake each other: one byte says what for. Nobody
/// waits for anybody, and a ring that is lost is only a hint that is missing.
package final class Doorbell: Sendable {
  /// The longest path that a socket can have, in bytes.
  package static let longestPath = 107

  package let path: String
  private let socket: FileDescriptor

  /// Begins to listen.
  ///
  /// - Parameter path: Where the socket is made; nothing may be there.
  /// - Throws: `FileError`, operation `bind`.
  package init(path: String) throws(FileError) {
    let raw = unsafe csystem_open_bell(path)
    guard raw >= 0 else { throw FileError(errno: errno, path: path, operation: "bind") }
    self.path = path
    socket = FileDescriptor(owning: raw)
  }

  deinit { unsafe _ = unlink(path) }

  /// For `Polling`.
  package var descriptor: Int32 { socket.raw }

  /// Takes what was sent since the last call.
  ///
  /// - Returns: The bytes, each once.
  package func take() -> Set<UInt8> {
    var bytes: Set<UInt8> = []
    while case let byte = csystem_take_ring(socket.raw), byte >= 0 {
      bytes.insert(UInt8(truncatingIfNeeded: byte))
    }
    return bytes
  }
}

/// Rings doorbells.
package struct Ringer: ~Copyable, Sendable {
  private let socket: FileDescriptor

  /// - Throws: `FileError` when the system has no socket left.
  package init() throws(FileError) {
    let raw = csystem_open_ringer()
    guard raw >= 0 else { throw FileError(errno: errno, path: "", operation: "socket") }
    socket = FileDescriptor(owning: raw)
  }

  /// Sends one byte without waiting; somebody who has not listened for long needs no more of them.
  ///
  /// - Returns: False when nobody listens there any more.
  package borrowing func ring(_ path: String, _ byte: UInt8) -> Bool {
    let failure = unsafe csystem_ring(socket.raw, path, byte)
    return failure != ECONNREFUSED && failure != ENOENT
  }
}
