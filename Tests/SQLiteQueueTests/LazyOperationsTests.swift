import Fallback
import Queue
import Testing

@testable import SQLiteQueue

@Suite("What waits to be stored and nobody waits for")
struct LazyOperationsTests {
  private let lease = LeaseKey(id: 1, token: 1)
  private let other = LeaseKey(id: 2, token: 1)

  private func journal(_ lease: LeaseKey, _ byte: UInt8) -> Operation {
    .journal(lease, trace: DeferredBytes { [byte] })
  }

  /// The journals as id and content; -1 stands for any other operation.
  private func story(_ lazy: LazyOperations) -> [[Int]] {
    lazy.operations.joined().map { operation in
      guard case .journal(let lease, let trace) = operation else { return [-1] }
      return [Int(lease.id)] + trace.bytes.map { Int($0) }
    }
  }

  @Test("of the journals of a claim the newest is stored, and none after its end")
  func newest() {
    var lazy = LazyOperations()
    lazy.add([journal(lease, 1)], at: 0)
    lazy.add([journal(lease, 2)], at: 50)
    lazy.add([journal(other, 3)], at: 60)
    lazy.drop(other)
    let taken = lazy.take()
    #expect(story(taken) == [[1, 2]])
    #expect(lazy.isEmpty)
  }

  @Test("a journal waits from the first that it replaces, however often it is replaced")
  func age() {
    var lazy = LazyOperations()
    lazy.add([journal(lease, 1)], at: 10)
    lazy.add([journal(lease, 2)], at: 90)
    lazy.add([journal(other, 3)], at: 80)
    let old = lazy.take(before: 50)
    #expect(story(old) == [[1, 2]])
    #expect(lazy.oldest == 80)
  }

  @Test("everything else is stored at the next occasion, in its order and before journals")
  func others() {
    var lazy = LazyOperations()
    lazy.add([journal(lease, 1), .unmark([], madeBefore: 0)], at: 10)
    lazy.add([.setPaused(queue: "q", true)], at: 20)
    #expect(lazy.oldest == 10)
    let taken = lazy.take(before: 0)
    #expect(story(taken) == [[-1], [-1]])
    #expect(lazy.oldest == 10 && story(lazy) == [[1, 1]])
  }

  @Test("what could not be stored is put back before what came meanwhile")
  func putBack() {
    var lazy = LazyOperations()
    lazy.add([journal(lease, 1), .unmark([], madeBefore: 0)], at: 10)
    let taken = lazy.take()
    lazy.add([journal(lease, 2)], at: 70)
    lazy.add([.setPaused(queue: "q", true)], at: 80)
    lazy.putBack(taken)
    let all = lazy.operations
    #expect(lazy.oldest == 10 && all.count == 3)
    if case .unmark? = all[0].first {} else { Issue.record("the older one comes first") }
    #expect(story(lazy) == [[-1], [-1], [1, 2]])
  }

  @Test("what came while others were stored at once is due in time")
  func meanwhile() {
    var state = TurnState()
    _ = state.addLazily([.unmark([], madeBefore: 0)])
    #expect(state.beginAtOnce()?.count == 1)
    _ = state.addLazily([.unmark([], madeBefore: 1)])
    state.endAtOnce(isDone: true)
    let wakes = state.endTurn([])
    #expect(wakes, "the thread sleeps without an end and has something to store")
  }
}
