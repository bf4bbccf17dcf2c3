import Fallback
import Glibc
import Queue
import Synchronization
import Testing

extension StoreConformance {
  /// S21: told of the commits of another connection. A store that cannot tell says so.
  package static func s21Watch(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let signals = Signals()
    guard let watch = fixture.store.watch({ signals.add($0) }) else { return }
    defer { watch.stop() }
    let id = try fixture.other.enqueueOne(newJob()).id
    #expect(signals.wait { !$0.isEmpty })
    _ = try fixture.store.claimOne(worker("w"))
    signals.clear()
    #expect(try fixture.other.cancelOne(id) == .requested)
    #expect(signals.wait { $0.contains(.cancelRequested) || $0.contains(.changed) })
    watch.stop()
    signals.clear()
  }

  /// S3: a lease is judged by the boot clock alone.
  package static func s3ClockSteps(_ maker: StoreMaker) throws {
    let tenYears: Milliseconds = 315_360_000_000
    for span in [tenYears, -tenYears] {
      let fixture = try maker.fixture()
      let id = try fixture.store.enqueueOne(newJob()).id
      let job = try fixture.store.claimOne(worker("w"), lease: 10_000)
      fixture.clock.stepWall(span)
      fixture.clock.advance(9_999)
      #expect(try fixture.other.claim(worker("v")).isEmpty)
      #expect(try fixture.store.heartbeat(job.lease, of: worker("w"), for: 10_000) == .held)
      fixture.clock.stepWall(-span)
      fixture.clock.advance(9_999)
      #expect(try fixture.other.claim(worker("v")).isEmpty)
      fixture.clock.stepWall(span)
      fixture.clock.advance(1)
      // Over now, and no step of the clock brings it back.
      #expect(try fixture.other.claim(worker("v")).map(\.id) == [id])
      fixture.clock.stepWall(-span)
      #expect(try fixture.store.heartbeat(job.lease, of: worker("w")) == .lost)
      #expect(try !fixture.store.succeed(job.lease))
    }
  }
}

/// Signals that came so far.
private final class Signals: Sendable {
  private let all = Mutex<[StoreSignal]>([])

  func add(_ signal: StoreSignal) { all.withLock { $0.append(signal) } }

  func clear() { all.withLock { $0 = [] } }

  /// Waits a while for what is expected soon.
  func wait(until holds: ([StoreSignal]) -> Bool) -> Bool {
    for _ in 0..<2_000 {
      if all.withLock({ holds($0) }) { return true }
      usleep(5_000)
    }
    return false
  }
}
