import CSQLite
import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("Looking after a queue")
struct MaintenanceTests {
  @Test("a sound queue has no problems, and one with a wrong counter does")
  func check() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    _ = try store.enqueue(newJob("a"), newJob("b"), newJob("c"))
    #expect(try store.succeed(store.claimOne(worker("w")).lease))
    #expect(try store.check().isEmpty)
    #expect(
      runSQL("UPDATE counters SET succeeded = succeeded + 1 WHERE queue <> 0", on: folder.database)
        == 0)
    #expect(try store.check() == ["the counters of queue default are wrong"])
  }

  @Test("a backup holds what was stored, is for its owner alone, and overwrites nothing")
  func backUp() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let id = try #require(try store.enqueue(newJob("kept")).first)
    let target = folder.path + "/backup.db"
    try store.backUp(to: target)
    _ = try store.change(.remove([id]))
    #expect(try FileSystem.status(target).mode == 0o600)
    let copy = try SQLiteQueue.open(path: target, mode: .existing)
    defer { copy.close() }
    #expect(try copy.input(of: id)?.bytes == Array("kept".utf8))
    #expect(try copy.check().isEmpty)
    let error = #expect(throws: StoreError.self) { try store.backUp(to: target) }
    #expect(error?.code == .cannotOpen)
  }

  @Test("the counters stay right when thousands are enqueued before anything else happens")
  func manyUncounted() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    for size in [999, 1, 1, 1_700, 500] {
      _ = try store.transact([.enqueue((0..<size).map { _ in newJob("x", queue: "q") })])
      #expect(try store.check().isEmpty)
    }
    #expect(try store.openJobs(queues: nil) == (3_201, 0))
    #expect(try store.claim(worker("w"), limit: 40).count == 40)
    #expect(try store.openJobs(queues: ["q"]) == (3_161, 40))
    #expect(try store.check().isEmpty)
    #expect(try store.jobs(matching: JobFilter()).count == 3_201)
  }

  @Test(
    "SQLite's codes mean what a user has to know",
    arguments: [
      (SQLITE_BUSY, Int32(0), StoreError.Code.busy), (261, 0, .busy), (517, 0, .busy),
      (SQLITE_FULL, 0, .full), (778, 0, .full), (778, EFBIG, .full), (4_874, 0, .full),
      (SQLITE_IOERR, ENOSPC, .full), (SQLITE_IOERR, EDQUOT, .full), (266, EIO, .io),
      (1_034, EIO, .unknownOutcome), (1_290, 0, .unknownOutcome), (SQLITE_READONLY, 0, .readOnly),
      (1_032, 0, .replaced), (SQLITE_CORRUPT, 0, .corrupt), (SQLITE_NOTADB, 0, .corrupt),
      (SQLITE_CANTOPEN, ENOENT, .cannotOpen), (SQLITE_CANTOPEN, EACCES, .permission),
      (SQLITE_PERM, 0, .permission), (275, 0, .constraint), (SQLITE_TOOBIG, 0, .constraint),
      (SQLITE_MISUSE, 0, .bug),
    ])
  func codes(code: Int32, systemError: Int32, expected: StoreError.Code) {
    #expect(StoreError.Code(sqlite: code, systemError: systemError) == expected)
  }

  @Test("an input beyond the limit is refused and names no part of it")
  func tooLarge() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    var job = newJob()
    job.input.bytes = [UInt8](repeating: 65, count: 64 << 20)
    let error = #expect(throws: StoreError.self) { _ = try store.enqueue(job) }
    #expect(error?.code == .constraint)
    #expect(error?.message.contains("AAAA") == false && error?.statement?.contains("AAAA") == false)
    #expect(try store.statistics().jobs.isEmpty)
  }
}
