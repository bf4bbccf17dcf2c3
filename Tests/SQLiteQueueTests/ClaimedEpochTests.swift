import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("The epoch that comes with a claim")
struct ClaimedEpochTests {
  private func mark(_ provider: String) -> Operation {
    .mark([
      Mark(
        key: MarkKey(scope: .route, provider: provider, baseURL: "u", model: "m"),
        class: .serverError, until: 9_000_000_000_000, markedAt: 5_000)
    ])
  }

  @Test("it is that of the marks by then, whoever has changed them")
  func current() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    let other = try SQLiteQueue.make(in: folder)
    defer {
      store.close()
      other.close()
    }
    _ = try store.transact([.enqueue((0..<5).map { _ in newJob() })])
    let one = worker("one")
    func claimed() throws -> Int64? { try store.claimOne(one).healthEpoch }
    let first = try store.healthEpoch()
    #expect(try claimed() == first)
    _ = try store.transact([mark("a")])
    #expect(try claimed() == first + 1)
    _ = try other.transact([mark("b")])
    #expect(try claimed() == first + 2)
    // What the claim shares its transaction with counts as well.
    let answers = try store.transact([
      mark("c"), .claim(ClaimRequest(worker: one, queues: nil, limit: 1, lease: 60_000)),
    ])
    guard case .claimed(let jobs)? = answers.last else {
      Issue.record("nothing is claimed")
      return
    }
    #expect(try jobs.first?.healthEpoch == store.healthEpoch())
    #expect(jobs.first?.healthEpoch == first + 3)
    // A transaction that comes to nothing leaves nothing behind.
    _ = try? store.transact([mark("d"), .enqueue([badJob()])])
    #expect(try claimed() == store.healthEpoch())
  }

  /// The schema refuses its priority.
  private func badJob() -> NewJob {
    var job = newJob()
    job.priority = 1_000
    return job
  }
}
