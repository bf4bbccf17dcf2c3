import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization
import Testing

/// `Fixtures/version1.sql` is a queue that the first released schema wrote: one job of every state, two
/// unique keys, labels, a paused queue, a journal of a running attempt.
@Suite("Bringing an older queue up to date")
struct MigrationTests {
  private let everyState: [(id: JobID, state: JobState)] = [
    (1, .succeeded), (2, .failed), (3, .dead), (4, .retryable), (5, .cancelled), (6, .running),
    (7, .scheduled), (8, .ready),
  ]

  private func oldQueue(file: String = #filePath) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    let sql = try FileSystem.read(
      FileSystem.joined(FileSystem.directory(of: file), "Fixtures/version1.sql"))
    try FileSystem.createEmpty(folder.database)
    #expect(
      runSQL("PRAGMA journal_mode=WAL;" + String(decoding: sql, as: UTF8.self), on: folder.database)
        == 0)
    return folder
  }

  private func backups(_ folder: TemporaryFolder) throws -> [String] {
    try FileSystem.listDirectory(folder.path).filter { $0.contains(".v1-") }
  }

  @Test("every job of version 1 is there afterwards, as it was")
  func keepsJobs() throws {
    let folder = try oldQueue()
    let reports = Mutex<[MigrationReport]>([])
    let store = try SQLiteQueue.open(
      path: folder.database, mode: .existing,
      // A second after the file was written.
      clock: StoreClock(wall: { 1_795_754_702_000 }, boot: { SystemTime.boot() }),
      onMigration: { report in reports.withLock { $0.append(report) } })
    defer { store.close() }
    let report = try #require(reports.withLock(\.self).first)
    #expect(report.from == 1 && report.to == SQLiteQueue.schemaVersion)
    for (id, state) in everyState { #expect(try store.state(id) == state, "job \(id)") }
    #expect(try store.input(of: 1)?.bytes == Array("hello\n".utf8))
    let first = try #require(try store.job(1))
    #expect(first.result == Array("A fine answer".utf8))
    #expect(first.labels == ["a": "b"] && first.uniqueKey == "k1")
    #expect(try store.attempts(of: 4).count == 1)
    #expect(try store.attempts(of: 6).count == 1)
    #expect(try store.statistics().paused == ["mail"])
    #expect(
      try store.statistics().jobs
        == Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0, 1) }))
    #expect(try store.check().isEmpty)
    // It goes on working: the job of the dead worker is handed out, and ids go on.
    let jobs = try store.claim(worker("w", boot: "another"), limit: 5)
    #expect(Set(jobs.map(\.id)) == [6, 8])
    #expect(try store.enqueue(newJob()) == [9])
    #expect(try store.check().isEmpty)
  }

  @Test("the copy beside it is what was there before, for its owner alone")
  func backsUp() throws {
    let folder = try oldQueue()
    try SQLiteQueue.open(path: folder.database, mode: .existing).close()
    let name = try #require(try backups(folder).first)
    let path = folder.path + "/" + name
    #expect(try FileSystem.status(path).mode == 0o600)
    let facts = try SQLiteUpkeep().facts(path)
    #expect(facts.schemaVersion == 1 && facts.jobs == 8)
  }

  @Test("reading brings it up to date too, and a second time nothing is done")
  func reading() throws {
    let folder = try oldQueue()
    let store = try SQLiteQueue.open(path: folder.database, mode: .readOnly)
    #expect(try store.jobs(matching: JobFilter()).count == 8)
    store.close()
    let again = try SQLiteUpkeep().migrate(folder.database, keepsCopy: true)
    #expect(
      again
        == MigrationReport(
          from: SQLiteQueue.schemaVersion, to: SQLiteQueue.schemaVersion, backup: nil))
    #expect(try backups(folder).count == 1)
  }

  @Test("many processes at once bring it up to date once")
  func together() async throws {
    let folder = try oldQueue()
    let path = folder.database
    let reports = await withTaskGroup(of: MigrationReport?.self) { group in
      for _ in 0..<4 {
        group.addTask {
          await withCheckedContinuation { continuation in
            let thread = try? OSThread(name: "migrate") {
              continuation.resume(
                returning: try? SQLiteUpkeep().migrate(path, keepsCopy: true))
            }
            if thread == nil { continuation.resume(returning: nil) }
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(reports.count { $0?.from == 1 } == 1)
    #expect(reports.count { $0?.from == SQLiteQueue.schemaVersion } == 3)
    #expect(try backups(folder).count == 1)
    #expect(try SQLiteUpkeep().check(path, isQuick: false).isEmpty)
  }

  @Test("a step that fails leaves the old version, and the next try goes on from there")
  func failure() throws {
    let folder = try oldQueue()
    // A table in the way of a later step, as after a crash nobody can explain.
    #expect(
      runSQL("CREATE INDEX attempts_finished_at ON attempts (path)", on: folder.database) == 0)
    #expect(throws: StoreError.self) {
      try SQLiteUpkeep().migrate(folder.database, keepsCopy: false)
    }
    #expect(try SQLiteUpkeep().facts(folder.database).schemaVersion == 1)
    #expect(runSQL("DROP INDEX attempts_finished_at", on: folder.database) == 0)
    #expect(try SQLiteUpkeep().migrate(folder.database, keepsCopy: false).from == 1)
    #expect(try SQLiteUpkeep().check(folder.database, isQuick: false).isEmpty)
  }

  @Test("copies that somebody was killed over are removed")
  func drafts() throws {
    let folder = try oldQueue()
    let draft = folder.database + ".v1-20260101T000000Z.bak.abc.part"
    try FileSystem.writeAtomically(draft, [1])
    try SQLiteQueue.open(path: folder.database, mode: .existing).close()
    #expect(!FileSystem.exists(draft))
  }

  @Test("a queue that runs is told when another process has a newer schema")
  func newerMeanwhile() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    _ = try store.enqueue(newJob())
    #expect(runSQL("PRAGMA user_version=99", on: folder.database) == 0)
    let error = #expect(throws: StoreError.self) { _ = try store.enqueue(newJob()) }
    #expect(error?.code == .newerSchema)
  }
}
