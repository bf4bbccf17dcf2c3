import Fallback
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("Workers that leave their jobs behind")
struct LeftBehindTests {
  @Test("their jobs are lost and not crashed, so that none is buried for a full disk")
  func lost() throws {
    let folder = TemporaryFolder()
    let living = LivingWorkers()
    let store = try SQLiteQueue.open(
      path: folder.database, mode: .create, isAlive: { living.isAlive($0) },
      sockets: folder.path + "/bells")
    defer { store.close() }
    let id = try store.enqueue(newJob())[0]
    for life in 1...5 {
      let me = worker("w\(life)")
      #expect(try store.claimOne(me).attemptNumber == life)
      store.leaveBehind(me)
      living.kill(me)
    }
    let last = worker("last")
    let job = try store.claimOne(last)
    #expect(try store.outcomes(id) == Array(repeating: .lost, count: 5) + [nil])
    // What they left is tidied up with them.
    let left = try FileSystem.listDirectory(folder.path + "/bells").filter {
      $0.hasPrefix("left-")
    }
    #expect(left.count <= 1)
    #expect(try store.succeed(job.lease))
  }

  @Test("those that say nothing have crashed, and the third time buries the job")
  func crashed() throws {
    let folder = TemporaryFolder()
    let living = LivingWorkers()
    let store = try SQLiteQueue.open(
      path: folder.database, mode: .create, isAlive: { living.isAlive($0) },
      sockets: folder.path + "/bells")
    defer { store.close() }
    let id = try store.enqueue(newJob())[0]
    for life in 1...3 {
      let me = worker("w\(life)")
      _ = try store.claimOne(me)
      living.kill(me)
    }
    #expect(try store.claim(worker("last")).isEmpty)
    #expect(try store.state(id) == .dead)
  }
}
