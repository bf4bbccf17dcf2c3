import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Testing

/// Ends that follow each other closely are counted later, all at once.
@Suite("Counting the ends of jobs")
struct CountingTests {
  private struct World {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let store: SQLiteQueue
    let other: SQLiteQueue

    init() throws {
      let clock = clock
      let time = StoreClock(wall: { clock.wall }, boot: { clock.boot })
      store = try SQLiteQueue.make(in: folder, clock: time)
      other = try SQLiteQueue.make(in: folder, clock: time)
    }

    /// What `counters` itself says of ends.
    var counted: Int {
      let sums = RawDatabase(folder.database).texts(
        "SELECT sum(succeeded + failed + dead + cancelled) FROM counters WHERE queue > 0")
      return Int(sums[0]) ?? 0
    }

    func finish(_ store: SQLiteQueue? = nil) throws {
      let store = store ?? self.store
      #expect(try store.succeed(try store.claimOne(worker("w")).lease))
    }

    func close() {
      store.close()
      other.close()
    }
  }

  @Test("ends a few milliseconds apart share one change of the counters, and none is missing")
  func together() throws {
    let world = try World()
    defer { world.close() }
    for _ in 0..<6 { _ = try world.store.enqueue(newJob()) }
    try world.finish()
    #expect(world.counted == 1)
    for number in 2...4 {
      world.clock.advance(10)
      try world.finish(number == 3 ? world.other : nil)
      #expect(world.counted == 1)
      #expect(try world.other.statistics().jobs == [.succeeded: number, .ready: 6 - number])
      #expect(try world.store.statistics().finishedLastMinute == number)
      #expect(try world.store.check().isEmpty)
    }
    world.clock.advance(50)
    try world.finish()
    #expect(world.counted == 5)
    #expect(try world.store.statistics().jobs == [.succeeded: 5, .ready: 1])
    #expect(try world.store.check().isEmpty)
  }

  @Test("whatever else happens to a job whose end is not counted, the counts stay right")
  func changes() throws {
    let changes: [(Operation, [JobState: Int])] = [
      (.retry([2]), [.succeeded: 1, .ready: 2]), (.remove([2]), [.succeeded: 1, .ready: 1]),
      (.enqueue([newJob()]), [.succeeded: 2, .ready: 2]),
      (.cancel([3]), [.succeeded: 2, .cancelled: 1]),
    ]
    for (operation, expected) in changes {
      let world = try World()
      defer { world.close() }
      for _ in 0..<3 { _ = try world.store.enqueue(newJob()) }
      try world.finish()
      world.clock.advance(10)
      try world.finish()
      _ = try world.other.transact([operation])
      #expect(try world.store.statistics().jobs == expected, "\(operation)")
      #expect(try world.store.check().isEmpty, "\(operation)")
    }
  }

  @Test("a job that ends before it was ever counted is counted once, whoever comes next")
  func uncounted() throws {
    let world = try World()
    defer { world.close() }
    _ = try world.store.enqueue(newJob())
    try world.finish()
    world.clock.advance(10)
    // Above the highest id that is counted.
    let id = try world.store.enqueue(newJob())[0]
    try world.finish()
    #expect(try world.other.statistics().jobs == [.succeeded: 2])
    #expect(try world.other.change(.retry([id])) == [id])
    #expect(try world.other.statistics().jobs == [.succeeded: 1, .ready: 1])
    #expect(try world.store.check().isEmpty)
  }

  @Test("a clock that is set back or forth changes no count")
  func clockSteps() throws {
    let world = try World()
    defer { world.close() }
    for _ in 0..<8 { _ = try world.store.enqueue(newJob()) }
    for (number, step) in [Int64(0), 20, -10, -86_400_000, 10, 172_800_000, -5, 20].enumerated() {
      world.clock.stepWall(step)
      try world.finish(number % 3 == 0 ? world.other : nil)
      #expect(
        try world.store.statistics().jobs[.succeeded] == number + 1, "after a step of \(step)")
      #expect(try world.store.check().isEmpty)
    }
  }
}
