import CSQLite
import Platform
import Synchronization

/// Notes when a commit is over for everybody else, and has the WAL copied into the file when it has grown
/// long enough: what SQLite's own hook does.
final class CommitHook {
  /// When the last commit had given the write lock back, on the monotonic clock.
  fileprivate(set) var endedAt: Int64 = 0

  /// How long the WAL may be after a commit before it is copied, in pages.
  var longestWAL = WALLimit.enqueue
}

/// A longer WAL is copied less often, at three waits for the disk each time, and each page of it once
/// however often it was written; but pages are looked up in it more slowly. Whoever goes on with a call
/// must not wait for a copy.
enum WALLimit {
  /// SQLite's own. Looking up costs an enqueue 8 % of its processor time at 4,000.
  static let enqueue: Int32 = 1_000
  static let promise: Int32 = 4_000
  static let quick: Int32 = 8_000
  /// It is for a later commit to copy.
  static let none: Int32 = .max
}

/// SQLite's WAL callback; `context` is the `CommitHook` of the connection that has committed.
nonisolated func noteCommit(
  _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ pages: Int32
) -> Int32 {
  guard let context = unsafe context else { return SQLITE_OK }
  let hook = unsafe Unmanaged<CommitHook>.fromOpaque(context).takeUnretainedValue()
  hook.endedAt = SystemTime.monotonicNanoseconds()
  // That it could not be copied now is no fault of the commit.
  if pages >= hook.longestWAL { unsafe _ = sqlite3_wal_checkpoint(handle, name) }
  return SQLITE_OK
}

/// For how long the last transaction kept everybody else from writing.
final class LastHold: Sendable {
  private let nanoseconds = Atomic<Int64>(0)

  var milliseconds: Double {
    Double(nanoseconds.load(ordering: .relaxed)) / 1_000_000
  }

  func note(from start: Int64, to end: Int64) {
    // A transaction that wrote nothing has no end of its own.
    nanoseconds.store(max(0, end - start), ordering: .relaxed)
  }
}
