import FaultDisk
import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization
import Testing

@Suite("How often the disk has to be waited for")
struct SyncCountTests {
  /// A queue on a disk that counts.
  private final class World {
    let folder = TemporaryFolder()
    let store: SQLiteQueue
    private let counted: Counted

    final class Counted: Sendable {
      private let count = Mutex(0)

      func add() { count.withLock { $0 += 1 } }

      /// Syncs since the last call.
      func take() -> Int {
        count.withLock { count in
          defer { count = 0 }
          return count
        }
      }
    }

    init() throws {
      let counted = Counted()
      let disk = Disk { call, _, isOver in if call == .sync, isOver { counted.add() } }
      FaultyFiles.attach(disk, under: folder.path)
      store = try SQLiteQueue.make(in: folder)
      self.counted = counted
      let jobs = (0..<200).map { newJob("\($0)") }
      _ = try store.transact([.enqueue(jobs)])
      _ = counted.take()
    }

    deinit {
      store.close()
      FaultyFiles.detach(folder: folder.path)
    }

    func take() -> Int { counted.take() }
  }

  private func end(_ job: ClaimedJob) -> Operation {
    .settle(
      Settlement(
        lease: job.lease, outcome: .succeeded(Settlement.Success(result: [1])), trace: [1]))
  }

  @Test("one by one, a job's end and the claim of the next one need one sync")
  func oneByOne() throws {
    let world = try World()
    let request = ClaimRequest(worker: worker("w"), limit: 1)
    guard case .claimed(let first)? = try world.store.transact([.claim(request)]).first else {
      throw UnexpectedResult(result: "claim")
    }
    #expect(world.take() == 0, "a claim that is lost with the power is done again")
    var jobs = first
    for _ in 0..<50 {
      let answers = try world.store.transact([end(jobs[0]), .claim(request)])
      guard case .claimed(let next)? = answers.last, next.count == 1 else {
        throw UnexpectedResult(result: "claim")
      }
      jobs = next
    }
    #expect(world.take() == 50)
  }

  @Test("in batches of 32, two syncs at most")
  func batches() throws {
    let world = try World()
    for _ in 0..<4 {
      let jobs = try world.store.claim(worker("w"), limit: 32)
      #expect(jobs.count == 32)
      for answer in try world.store.transact(jobs.map { end($0) }) {
        guard case .accepted(true) = answer else { throw UnexpectedResult(result: "settle") }
      }
      #expect(world.take() <= 2)
    }
  }
}
