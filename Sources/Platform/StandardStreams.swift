import Glibc

/// How a write to a standard stream ended.
package enum WriteResult: Sendable, Hashable {
  case written
  /// Nobody reads any more (EPIPE): end quietly.
  case closed
  /// Any other errno, a full disk for example.
  case failed(Int32)

  init(errno number: Int32) {
    switch number {
    case 0: self = .written
    case EPIPE: self = .closed
    default: self = .failed(number)
    }
  }
}

/// Data for the next program.
package enum StandardOutput {
  /// Writes all bytes, without a buffer of its own.
  @discardableResult
  package static func write(_ bytes: [UInt8]) -> WriteResult {
    WriteResult(errno: writeFully(bytes, to: STDOUT_FILENO))
  }

  /// Writes a text.
  @discardableResult
  package static func write(_ text: String) -> WriteResult { write(Array(text.utf8)) }

  /// Nobody can read any more: the other end of a pipe was closed.
  package static var isClosed: Bool {
    var end = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return unsafe poll(&end, 1, 0) > 0 && Int32(end.revents) & POLLERR != 0
  }
}

/// Progress, logs and hints.
package enum StandardError {
  /// Writes all bytes, without a buffer of its own.
  @discardableResult
  package static func write(_ bytes: [UInt8]) -> WriteResult {
    WriteResult(errno: writeFully(bytes, to: STDERR_FILENO))
  }

  /// Writes a text.
  @discardableResult
  package static func write(_ text: String) -> WriteResult { write(Array(text.utf8)) }
}
