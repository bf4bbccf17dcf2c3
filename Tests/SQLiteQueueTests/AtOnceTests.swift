import Fallback
import Queue
import StoreConformance
import Testing

@testable import SQLiteQueue

@Suite("Writing without waiting")
struct AtOnceTests {
  private let mark = Operation.mark([
    Mark(
      key: MarkKey(scope: .route, provider: "p", baseURL: "u", model: "m"), class: .serverError,
      until: 9_000_000, markedAt: 5_000)
  ])

  @Test("it is stored where nobody writes, after what was asked for lazily")
  func free() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    store.submitLazily([mark])
    let lift = Operation.unmark(
      [MarkKey(scope: .route, provider: "p", baseURL: "u", model: "m")], madeBefore: 6_000)
    #expect(try store.transactAtOnce([lift]) != nil)
    store.flush()
    #expect(try store.marks().isEmpty)
  }

  @Test("where another process writes it says so at once, and nothing is lost or stored")
  func busy() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let other = RawDatabase(folder.database)
    other.run("BEGIN IMMEDIATE")
    store.submitLazily([mark])
    let pause = Operation.setPaused(queue: "q", true)
    #expect(try store.transactAtOnce([pause]) == nil)
    other.run("ROLLBACK")
    store.flush()
    #expect(try store.marks().count == 1)
    #expect(try store.statistics().paused.isEmpty)
    #expect(try store.transactAtOnce([pause]) != nil)
    #expect(try store.statistics().paused == ["q"])
  }

  @Test("a promise to a person is none of its business: that waits for the disk")
  func promise() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    #expect(try store.transactAtOnce([.enqueue([newJob()])]) == nil)
    #expect(try store.statistics().jobs.isEmpty)
  }
}

@Suite("Waking the writer thread")
struct WriterWakeTests {
  @Test("among writes it looks by itself, and what can wait does not wake it")
  func lull() throws {
    var state = TurnState()
    let lift = Operation.unmark([], madeBefore: 0)
    // Before the first write it sleeps without an end.
    let before = (state.dueForThread(), state.addLazily([lift]))
    #expect(before.0 == nil && before.1 == .sooner)
    let taken = state.beginAtOnce()
    #expect(taken?.count == 1)
    state.endAtOnce(isDone: true)
    let wakes = state.endTurn([])
    #expect(!wakes)
    let command = Command(operations: [lift], reply: .nobody)
    let after = (
      state.dueForThread(), state.addLazily([lift]), state.add(command, patience: 5_000_000)
    )
    #expect(after.0 != nil && after.1 == .later && after.2 == .later)
    // What cannot wait does.
    let urgent = state.add(command, patience: 0)
    #expect(urgent == .sooner)
  }
}
