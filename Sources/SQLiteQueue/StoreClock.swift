package import Fallback
import Glibc

/// Where the store takes its time from.
package struct StoreClock: Sendable {
  /// Milliseconds since 1970, UTC.
  package var wall: @Sendable () -> Milliseconds
  /// Milliseconds since the machine started, sleep included; no step of the wall clock moves it.
  package var boot: @Sendable () -> Milliseconds

  package init(
    wall: @escaping @Sendable () -> Milliseconds, boot: @escaping @Sendable () -> Milliseconds
  ) {
    self.wall = wall
    self.boot = boot
  }

  package static let system = StoreClock(wall: { wallMilliseconds() }, boot: { bootMilliseconds() })

  var moment: Moment { Moment(wall: wall(), boot: boot()) }
}

/// The time of one transaction.
struct Moment: Sendable {
  var wall: Milliseconds
  var boot: Milliseconds
}

func bootMilliseconds() -> Milliseconds { milliseconds(of: CLOCK_BOOTTIME) }

func wallMilliseconds() -> Milliseconds { milliseconds(of: CLOCK_REALTIME) }

private func milliseconds(of clock: clockid_t) -> Milliseconds {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Milliseconds(time.tv_sec) * 1_000 + Milliseconds(time.tv_nsec) / 1_000_000
}
