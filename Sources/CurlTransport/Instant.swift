package import Fallback
import Glibc

/// A moment of the monotonic clock in microseconds: fine enough that rounding never ends a request
/// before its limit.
package struct Instant: Comparable, Hashable, Sendable {
  package static let never = Instant(microseconds: .max)

  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// The time by the monotonic clock.
  package static func now() -> Instant {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// Saturates: a limit far beyond any clock means never.
  package func advanced(by limit: Milliseconds) -> Instant {
    let (span, tooLong) = limit.multipliedReportingOverflow(by: 1000)
    let (sum, tooFar) = microseconds.addingReportingOverflow(span)
    return tooLong || tooFar ? (limit > 0 ? .never : self) : Instant(microseconds: sum)
  }

  /// Milliseconds to wait until then, rounded up, for `epoll_wait`: -1 is without limit.
  package func wait(from now: Instant) -> Int32 {
    if self == .never { return -1 }
    if self <= now { return 0 }
    return Int32(clamping: (microseconds - now.microseconds + 999) / 1000)
  }
}

/// The time of one event loop, looked up once for each batch of events: good enough to say when
/// something came, and a look-up for each header line would be felt.
final class LoopClock {
  private(set) var now = Instant.now()

  func update() { now = .now() }
}
