import Fallback
import Glibc
import Platform

/// Waits for another connection's lock in short, jittered sleeps.
///
/// SQLite's own back-off grows to 100 ms while newcomers retry at 1 ms, which starves old waiters.
final class BusyWait {
  private let deadline: Milliseconds
  /// Shorter, for what can wait until later.
  private var limit: Milliseconds?
  private var startedAt: Milliseconds = 0
  private var random = UInt64(truncatingIfNeeded: SystemTime.monotonicNanoseconds()) | 1

  /// - Parameter deadline: Milliseconds for one wait in all.
  init(deadline: Milliseconds) { self.deadline = deadline }

  func limit(to limit: Milliseconds?) { self.limit = limit }

  /// Sleeps about a millisecond.
  ///
  /// - Parameter attempt: 0 for the first wait for a lock.
  /// - Returns: False when it has taken too long.
  func wait(attempt: Int32) -> Bool {
    let now = SystemTime.boot()
    if attempt == 0 { startedAt = now }
    guard now - startedAt < limit ?? deadline else { return false }
    // xorshift: good enough to keep waiters apart.
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    usleep(500 + UInt32(random % 1_000))
    return true
  }
}

/// SQLite's busy callback; `context` is the `BusyWait` of the connection that waits.
nonisolated func waitWhileBusy(_ context: UnsafeMutableRawPointer?, _ attempt: Int32) -> Int32 {
  guard let context = unsafe context else { return 0 }
  let busyWait = unsafe Unmanaged<BusyWait>.fromOpaque(context).takeUnretainedValue()
  return busyWait.wait(attempt: attempt) ? 1 : 0
}
