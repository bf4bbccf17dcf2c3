import CSystem
import Glibc

/// Tells when a file is written to, by whichever process.
package final class FileWatch: Sendable {
  package enum Change: Sendable, Hashable {
    case none
    case written
    /// Removed or replaced: `add` it again when it is back.
    case gone
  }

  private let watch: FileDescriptor

  /// - Throws: `FileError` when the user has too many watches.
  package init() throws(FileError) {
    let raw = csystem_open_watch()
    guard raw >= 0 else { throw FileError(errno: errno, path: "", operation: "watch") }
    watch = FileDescriptor(owning: raw)
  }

  /// For `Polling`.
  package var descriptor: Int32 { watch.raw }

  /// Begins to watch a file.
  ///
  /// - Throws: `FileError`, operation `watch`; `notFound` where there is none.
  package func add(_ path: String) throws(FileError) {
    guard unsafe csystem_watch_writes(watch.raw, path) >= 0 else {
      throw FileError(errno: errno, path: path, operation: "watch")
    }
  }

  /// What happened since the last call.
  package func take() -> Change {
    switch csystem_take_writes(watch.raw) {
    case 0: .none
    case 1: .written
    default: .gone
    }
  }
}

/// Wakes a thread that waits in `Polling`.
package struct WakeEvent: ~Copyable, Sendable {
  private let event: FileDescriptor

  /// - Throws: `FileError` when the system has no descriptor left.
  package init() throws(FileError) {
    let raw = csystem_open_event()
    guard raw >= 0 else { throw FileError(errno: errno, path: "", operation: "eventfd") }
    event = FileDescriptor(owning: raw)
  }

  package var descriptor: Int32 { event.raw }

  package borrowing func set() {
    _ = writeFully([1, 0, 0, 0, 0, 0, 0, 0], to: event.raw)
  }
}

package enum Polling {
  /// Whether a descriptor can be read without waiting.
  package static func isReadable(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&entry, 1, 0) > 0
  }

  /// Blocks until one of several descriptors can be read.
  ///
  /// - Parameters:
  ///   - descriptors: Open ones.
  ///   - timeout: Milliseconds; nil: for ever.
  package static func wait(for descriptors: [Int32], timeout: Int32?) {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&entries, nfds_t(entries.count), timeout ?? -1)
  }
}
