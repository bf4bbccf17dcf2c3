import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("What must have reached the disk when a commit returns")
struct SyncTests {
  @Test("a promise to a person commits with FULL, everything else with NORMAL")
  func levels() throws {
    let folder = TemporaryFolder()
    let log = CommitLog()
    let store = try SQLiteQueue.make(in: folder, log: log)
    defer { store.close() }
    let w = worker("w")
    _ = try store.enqueue(newJob("a"), newJob("b"), newJob("c"), newJob("d"), newJob("e"))
    #expect(log.take().map(\.synchronous) == [2])
    let jobs = try store.claim(w, limit: 4)
    #expect(log.take().map(\.synchronous) == [1])
    let key = MarkKey(scope: .route, provider: "p")
    let later = Int64(4_000_000_000_000)
    func settled(_ index: Int, _ outcome: Settlement.Outcome) -> Operation {
      .settle(Settlement(lease: jobs[index].lease, outcome: outcome, trace: []))
    }
    let normal: [[Operation]] = [
      [.heartbeat(worker: w, jobs: [jobs[0].lease], lease: 60_000)],
      [.journal(jobs[0].lease, trace: [1])],
      [.mark([Mark(key: key, class: .auth, until: 1, markedAt: 1)])],
      [.unmark([key], madeBefore: 9)],
      [settled(1, .retry(jobError(.auth), runAt: later))],
      [settled(2, .park(jobError(.quota), runAt: later, isOffline: false))],
      [settled(3, .handBack)],
      [.setPaused(queue: "q", true)],
    ]
    let full: [[Operation]] = [
      [.checkpoint(jobs[0].lease, key: "k", result: [1])],
      [settled(0, .succeeded(Settlement.Success(result: [1])))],
      [.cancel([jobs[1].id])], [.retry([jobs[1].id])], [.remove([jobs[1].id])],
      [.enqueueLeased(newJob(), worker: w, path: .blocking, lease: 1)],
      // One promise is enough for the whole batch.
      [.heartbeat(worker: w, jobs: [], lease: 1), .enqueue([newJob()])],
      [settled(2, .failed(jobError(.auth), unchangedInput: nil))],
      [settled(2, .dead(jobError(.auth)))], [settled(2, .cancelled)],
    ]
    // Changing level back and forth: a pragma that acts only once would be seen.
    for (normal, full) in zip(normal, full) {
      _ = try store.transact(normal)
      #expect(log.take().map(\.synchronous) == [1], "\(normal)")
      _ = try store.transact(full)
      #expect(log.take().map(\.synchronous) == [2], "\(full)")
    }
    for operations in full[normal.count...] {
      _ = try store.transact(operations)
      #expect(log.take().map(\.synchronous) == [2], "\(operations)")
    }
  }
}
