import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("Listing rare jobs among many")
struct RareJobsTests {
  private func enqueueMany(_ store: SQLiteQueue, _ count: Int) throws {
    _ = try store.transact([.enqueue((0..<count).map { _ in newJob("x") })])
  }

  private func blocks(_ folder: TemporaryFolder, _ value: String) -> [String] {
    RawDatabase(folder.database).texts(
      "SELECT block FROM id_blocks WHERE value = \(value) ORDER BY block")
  }

  @Test("those of a kind, queue or provider are found where they are, and nowhere else is looked")
  func rare() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let other = try SQLiteQueue.make(in: folder)
    defer { other.close() }
    let first = try store.enqueue(newJob(kind: "title", queue: "night"))[0]
    try enqueueMany(store, 9_000)
    let second = try other.enqueue(newJob(kind: "title"))[0]
    let third = try store.enqueue(newJob(queue: "night"))[0]
    try enqueueMany(other, 9_000)
    let served = ServedBy(provider: "local", model: "m", baseURL: "u", credential: nil)
    let job = try #require(try store.claim(worker("w"), queues: ["night"]).first)
    #expect(job.id == first)
    #expect(
      try store.settle(
        job.lease, .succeeded(Settlement.Success(result: [1], servedBy: served))))
    let expectations: [(change: (inout JobFilter) -> Void, ids: [JobID])] = [
      ({ $0.kinds = ["title"] }, [second, first]), ({ $0.queues = ["night"] }, [third, first]),
      (
        {
          $0.kinds = ["title"]; $0.queues = ["night"]
        }, [first]
      ),
      ({ $0.providers = ["local"] }, [first]), ({ $0.providers = ["nobody"] }, []),
      (
        {
          $0.kinds = ["title"]; $0.limit = 1
        }, [second]
      ),
      (
        {
          $0.kinds = ["title"]; $0.below = second
        }, [first]
      ),
    ]
    for (change, ids) in expectations {
      var filter = JobFilter()
      change(&filter)
      #expect(try other.jobs(matching: filter).map(\.id) == ids, "\(filter)")
    }
    #expect(blocks(folder, "'local'") == ["0"])
    #expect(blocks(folder, "(SELECT id FROM names WHERE text = 'title')") == ["0", "2"])
    var filter = JobFilter()
    filter.kinds = ["prompt"]
    #expect(try store.jobs(matching: filter).count == 18_001)
    #expect(try store.check().isEmpty)
  }

  @Test("blocks without jobs are forgotten, and never one that will get some")
  func forgotten() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let other = try SQLiteQueue.make(in: folder)
    defer { other.close() }
    try enqueueMany(store, 5_000)
    _ = try other.change(.remove(Array(1...4_990)))
    _ = try other.transact([.forget(Leftovers())])
    let queue = "(SELECT id FROM names WHERE text = 'default')"
    #expect(blocks(folder, queue) == ["1"])
    _ = try other.change(.remove(Array(4_991...5_000)))
    _ = try other.transact([.forget(Leftovers())])
    #expect(blocks(folder, queue) == ["1"])
    // The first connection does not look whether its rows are there.
    try enqueueMany(store, 1)
    #expect(try store.check().isEmpty)
    var filter = JobFilter()
    filter.queues = ["default"]
    #expect(try other.jobs(matching: filter).map(\.id) == [5_001])
  }
}
