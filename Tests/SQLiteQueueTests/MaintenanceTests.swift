import CSQLite
import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization
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
      runSQL("UPDATE counters SET succeeded = succeeded + 1 WHERE queue > 0", on: folder.database)
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
    #expect(error?.code == .exists)
  }

  @Test("a backup while another connection writes holds one moment of the queue")
  func backUpWhileWriting() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let isDone = Mutex(false)
    let path = folder.database
    let writing = try OSThread(name: "writing") {
      guard let other = try? SQLiteQueue.open(path: path, mode: .existing) else { return }
      while !isDone.withLock(\.self) {
        // Two at a time: a copy of one moment holds an even number.
        _ = try? other.transact([.enqueue([newJob("a"), newJob("b")])])
      }
      other.close()
    }
    for number in 0..<5 {
      let copy = try SQLiteUpkeep().backUp(folder.database, to: folder.path + "/copy\(number)")
      #expect(copy.jobs % 2 == 0)
    }
    isDone.withLock { $0 = true }
    writing.join()
    let names = try FileSystem.listDirectory(folder.path).filter { $0.contains(".part") }
    #expect(names.isEmpty)
    #expect(try SQLiteUpkeep().check(folder.path + "/copy4", isQuick: false).isEmpty)
  }

  @Test("no backup takes the place of a broken link, of a folder, or of what came meanwhile")
  func backUpPlaces() throws {
    let folder = TemporaryFolder()
    try SQLiteQueue.make(in: folder).close()
    let upkeep = SQLiteUpkeep()
    symlink("/nowhere", folder.path + "/link")
    try FileSystem.makeDirectories(folder.path + "/folder")
    for (name, code) in [
      ("link", StoreError.Code.exists), ("folder", .exists), ("none/copy", .cannotOpen),
    ] {
      let target = folder.path + "/" + name
      let error = #expect(throws: StoreError.self) {
        try upkeep.backUp(folder.database, to: target)
      }
      #expect(error?.code == code && error?.path == target, "\(name)")
    }
  }

  @Test("every sort of damage that SQL can do is found, and told by its sort")
  func damage() throws {
    let damages: [(sql: String, check: DatabaseProblem.Check)] = [
      ("DELETE FROM inputs WHERE job_id = 1", .rows), ("DELETE FROM definitions", .rows),
      ("INSERT INTO attempts VALUES (99 << 20, 'w', 0, 1, 1, 1, NULL, x'')", .rows),
      ("INSERT INTO labels VALUES ('a', 'b', 99)", .rows),
      ("DELETE FROM id_blocks", .rows),
      ("INSERT INTO journals VALUES (1, x'00')", .rows),
      ("UPDATE counters SET open = open + 1 WHERE queue > 0", .counters),
      ("DROP INDEX finished_at", .schema), ("CREATE TABLE mine (x)", .schema),
    ]
    for damage in damages {
      let folder = TemporaryFolder()
      let store = try SQLiteQueue.make(in: folder)
      _ = try store.enqueue(newJob("a"), newJob("b"))
      #expect(try store.succeed(store.claimOne(worker("w")).lease))
      store.close()
      #expect(try SQLiteUpkeep().check(folder.database, isQuick: false).isEmpty)
      #expect(runSQL(damage.sql, on: folder.database) == 0)
      let problems = try SQLiteUpkeep().check(folder.database, isQuick: false)
      #expect(problems.contains { $0.check == damage.check }, "\(damage.sql): \(problems)")
    }
  }

  @Test("the WAL is copied into the file as it grows, and a write tells how long it took the lock")
  func walGrowth() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let text = String(repeating: "x", count: 4_000)
    for _ in 0..<10 {
      _ = try store.transact([.enqueue((0..<500).map { _ in newJob(text) })])
    }
    #expect(try FileSystem.status(folder.database).size > 10 << 20)
    #expect(try FileSystem.status(folder.database + "-wal").size < 32 << 20)
    #expect(try #require(store.lastHold()) > 0)
    #expect(try store.claim(worker("w"), queues: ["none"]).isEmpty)
    #expect(store.lastHold() == 0, "nothing was written")
  }

  @Test("throughput is the same whether it is counted or added up")
  func throughput() throws {
    let folder = TemporaryFolder()
    let clock = ManualClock()
    let store = try SQLiteQueue.make(
      in: folder, clock: StoreClock(wall: { clock.wall }, boot: { clock.boot }))
    defer { store.close() }
    // More than are counted one by one.
    for _ in 0..<21 {
      guard
        case .enqueued(let ids)? = try store.transact([
          .enqueue((0..<1_000).map { _ in newJob("x") })
        ]).first
      else { return }
      _ = try store.transact([.cancel(ids.map(\.id))])
    }
    clock.advance(1)
    #expect(try store.statistics().finishedLastMinute == 21_000)
    #expect(try store.statistics().finishedLastDay == 21_000)
    clock.advance(7_200_000)
    #expect(try store.statistics().finishedLastHour == 0)
    #expect(try store.statistics().finishedLastDay == 21_000)
    clock.advance(2 * 86_400_000)
    _ = try store.transact([.cancel(try store.enqueue(newJob()))])
    clock.advance(1)
    #expect(try store.statistics().finishedLastDay == 1)
    #expect(try store.check().isEmpty)
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
