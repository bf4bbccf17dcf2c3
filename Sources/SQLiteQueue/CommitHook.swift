import CSQLite
import Platform
import Synchronization

/// Notes when a commit is over for everybody else, and has the WAL copied into the file when it has grown
/// long enough: what SQLite's own hook does.
final class CommitHook {
  /// When the last commit had given the write lock back, on the monotonic clock.
  fileprivate(set) var endedAt: Int64 = 0

  /// SQLite's own limit, in pages. A longer WAL is copied less often, at three waits for the disk each
  /// time, but costs more to look pages up in: 8 % of an enqueue's processor time at 4,000.
  fileprivate static let longestWAL: Int32 = 1_000
}

/// SQLite's WAL callback; `context` is the `CommitHook` of the connection that has committed.
nonisolated func noteCommit(
  _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?,
  _ pages: Int32
) -> Int32 {
  if let context = unsafe context {
    unsafe Unmanaged<CommitHook>.fromOpaque(context).takeUnretainedValue().endedAt =
      SystemTime.monotonicNanoseconds()
  }
  // That it could not be copied now is no fault of the commit.
  if pages >= CommitHook.longestWAL { unsafe _ = sqlite3_wal_checkpoint(handle, name) }
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
