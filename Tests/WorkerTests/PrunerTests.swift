import Fallback
import Queue
import SQLiteQueue
import Testing
import Worker

@Suite("Letting old jobs go")
struct PrunerTests {
  private let config =
    #"{ main: { provider: "local", model: "m" }, providers: { local: { base_url: "http://127.0.0.1:9/v1" } } }"#

  @Test("everything goes that a retention lets go, in many short steps, and nothing else")
  func steps() throws {
    let world = try TestWorld(config: config)
    let store = world.store
    var ids: [JobID] = []
    for _ in 0..<3 {
      let jobs = try (0..<500).map { _ in try world.newJob("prompt", "old") }
      guard case .enqueued(let new)? = try store.transact([.enqueue(jobs)]).first else { return }
      ids += new.map(\.id)
    }
    _ = try store.transact([.cancel(Array(ids.dropLast(10)))])
    let cancelledAt = try #require(try store.job(1)?.finishedAt)
    var pruner = Pruner(store, Retention([.cancelled: cancelledAt + 60_000]))
    var removed = 0
    var largest = 0
    while let step = try pruner.step() {
      removed += step.jobs.count
      largest = max(largest, step.jobs.count)
    }
    #expect(removed == 1_490 && largest <= 1_000)
    #expect(try store.statistics().jobs == [.ready: 10])
    #expect(try store.check().isEmpty)
  }

  @Test("large results make the steps smaller")
  func largeResults() throws {
    let world = try TestWorld(config: config)
    let store = world.store
    let text = String(repeating: "x", count: 1 << 20)
    for _ in 0..<12 { _ = try store.transact([.enqueue([try world.newJob("prompt", text)])]) }
    _ = try store.transact([.cancel(Array(1...12))])
    var pruner = Pruner(store, Retention([.cancelled: .max]))
    var steps = 0
    while let step = try pruner.step() {
      steps += 1
      #expect(step.jobs.reduce(0) { $0 + $1.bytes } <= 4 << 20)
    }
    #expect(steps >= 3)
  }
}
