import Glibc

/// The clocks of the system.
package enum SystemTime {
  /// Wall-clock time: milliseconds since 1970-01-01 UTC. May jump either way.
  package static func wall() -> Int64 { nanoseconds(CLOCK_REALTIME) / 1_000_000 }

  /// Milliseconds since the machine started, sleep included. Never goes back.
  package static func boot() -> Int64 { nanoseconds(CLOCK_BOOTTIME) / 1_000_000 }

  /// Nanoseconds of the monotonic clock, which stands still while the machine sleeps.
  package static func monotonicNanoseconds() -> Int64 { nanoseconds(CLOCK_MONOTONIC) }

  private static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Blocks the thread.
  ///
  /// - Parameter milliseconds: How long; nothing happens for 0 and less.
  package static func sleep(milliseconds: Int64) {
    guard milliseconds > 0 else { return }
    var left = timespec(
      tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
    var rest = timespec()
    while unsafe clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &rest) == EINTR { left = rest }
  }
}

/// Wall-clock time that only ever moves forward at its own pace: the wall clock as it was when this
/// value was made, plus what has passed since. Later steps of the wall clock do not change it.
package struct SteadyClock: Sendable {
  private let wallAtStart: Int64
  private let bootAtStart: Int64

  package init() { self.init(wall: SystemTime.wall(), boot: SystemTime.boot()) }

  /// Starts from given readings, as a replay or a test has them.
  package init(wall: Int64, boot: Int64) {
    wallAtStart = wall
    bootAtStart = boot
  }

  /// Milliseconds since 1970-01-01 UTC.
  package func now() -> Int64 { now(boot: SystemTime.boot()) }

  /// The time at another reading of `SystemTime.boot`.
  package func now(boot: Int64) -> Int64 { wallAtStart + (boot - bootAtStart) }
}
