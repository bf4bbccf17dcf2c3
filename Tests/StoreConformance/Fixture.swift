package import Fallback
package import Queue
import Synchronization

/// Two connections to one queue, and everything around them that a test turns by hand.
package struct Fixture: Sendable {
  /// The store under test.
  package let store: any QueueStore
  /// Another connection to the same queue, as another process has it.
  package let other: any QueueStore
  package let clock: ManualClock
  package let living: LivingWorkers
  /// Opens one more connection.
  package let connect: @Sendable () throws -> any QueueStore

  package init(
    clock: ManualClock, living: LivingWorkers,
    connect: @escaping @Sendable () throws -> any QueueStore
  ) throws {
    store = try connect()
    other = try connect()
    self.clock = clock
    self.living = living
    self.connect = connect
  }
}

/// Makes an empty queue with two connections. Closing both is up to the maker.
package struct StoreMaker: Sendable {
  package var name: String
  package var make: @Sendable (ManualClock, LivingWorkers) throws -> Fixture

  package init(
    name: String, make: @escaping @Sendable (ManualClock, LivingWorkers) throws -> Fixture
  ) {
    self.name = name
    self.make = make
  }

  /// A fresh queue at a fixed time with every worker alive.
  package func fixture() throws -> Fixture {
    try make(ManualClock(), LivingWorkers())
  }
}

/// A clock that stands still until it is moved.
package final class ManualClock: Sendable {
  private let times = Mutex((wall: Milliseconds(1_795_000_000_000), boot: Milliseconds(500_000)))

  package init() {}

  package var wall: Milliseconds { times.withLock { $0.wall } }
  package var boot: Milliseconds { times.withLock { $0.boot } }

  /// Lets time pass.
  package func advance(_ span: Milliseconds) {
    times.withLock {
      $0.wall += span
      $0.boot += span
    }
  }

  /// Sets the wall clock, as a person or NTP does; no time passes.
  package func stepWall(_ span: Milliseconds) { times.withLock { $0.wall += span } }
}

/// Which worker processes are dead.
package final class LivingWorkers: Sendable {
  private let dead = Mutex(Set<String>())

  package init() {}

  package func kill(_ worker: WorkerIdentity) { _ = dead.withLock { $0.insert(worker.id) } }

  package func isAlive(_ worker: WorkerIdentity) -> Bool {
    dead.withLock { !$0.contains(worker.id) }
  }
}
