package import Fallback
import Platform

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

  package static let system = StoreClock(
    wall: { SystemTime.wall() }, boot: { SystemTime.boot() })

  var moment: Moment { Moment(wall: wall(), boot: boot()) }
}

/// The time of one transaction.
struct Moment: Sendable {
  var wall: Milliseconds
  var boot: Milliseconds
}
