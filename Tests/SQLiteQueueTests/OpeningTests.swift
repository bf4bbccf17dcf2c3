import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("Opening a queue")
struct OpeningTests {
  private func code(_ body: () throws -> Void) -> StoreError.Code? {
    do {
      try body()
      return nil
    } catch { return (error as? StoreError)?.code }
  }

  @Test("file and folders are made for their owner alone")
  func modes() throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/deep/er/queue.db"
    let before = umask(0)
    defer { umask(before) }
    let store = try SQLiteQueue.open(path: path, mode: .create)
    _ = try store.enqueue(newJob())
    for suffix in ["", "-wal", "-shm"] {
      #expect(try FileSystem.status(path + suffix).mode == 0o600, "\(suffix)")
    }
    #expect(try FileSystem.status(folder.path + "/deep").mode == 0o700)
    #expect(try FileSystem.status(folder.path + "/deep/er").mode == 0o700)
    store.close()
    #expect(!FileSystem.exists(path + "-wal"))
  }

  @Test("a missing file is an error for everything but creating, and is not made")
  func missing() throws {
    let folder = TemporaryFolder()
    for mode in [SQLiteQueue.OpenMode.existing, .readOnly] {
      #expect(code { _ = try SQLiteQueue.make(in: folder, mode: mode) } == .cannotOpen)
    }
    #expect(try FileSystem.listDirectory(folder.path).isEmpty)
  }

  @Test("a folder, and a path through a file, cannot be opened")
  func wrongPlaces() throws {
    let folder = TemporaryFolder()
    #expect(code { _ = try SQLiteQueue.open(path: folder.path, mode: .create) } == .cannotOpen)
    try FileSystem.writeAtomically(folder.path + "/file", [1])
    #expect(
      code { _ = try SQLiteQueue.open(path: folder.path + "/file/db", mode: .create) }
        == .cannotOpen)
  }

  @Test(
    "a file that is not ours is refused and left as it is",
    arguments: SQLiteQueue.OpenMode.allModes)
  func foreign(mode: SQLiteQueue.OpenMode) throws {
    let text = TemporaryFolder()
    let bytes = Array(String(repeating: "not a database, just text\n", count: 100).utf8)
    try FileSystem.writeAtomically(text.database, bytes)
    #expect(code { _ = try SQLiteQueue.make(in: text, mode: mode) } == .foreign)
    #expect(try FileSystem.read(text.database) == bytes)
    let other = TemporaryFolder()
    #expect(runSQL("CREATE TABLE t (x); PRAGMA application_id=7", on: other.database) == 0)
    #expect(code { _ = try SQLiteQueue.make(in: other, mode: mode) } == .foreign)
    let tables = TemporaryFolder()
    #expect(runSQL("CREATE TABLE t (x)", on: tables.database) == 0)
    #expect(code { _ = try SQLiteQueue.make(in: tables, mode: mode) } == .foreign)
  }

  @Test("a newer schema is refused", arguments: SQLiteQueue.OpenMode.allModes)
  func newer(mode: SQLiteQueue.OpenMode) throws {
    let folder = TemporaryFolder()
    try SQLiteQueue.make(in: folder).close()
    #expect(runSQL("PRAGMA user_version=99", on: folder.database) == 0)
    #expect(code { _ = try SQLiteQueue.make(in: folder, mode: mode) } == .newerSchema)
  }

  @Test("the file says what it is")
  func header() throws {
    let folder = TemporaryFolder()
    try SQLiteQueue.make(in: folder).close()
    let header = try FileSystem.read(folder.database)
    #expect(Array(header[68..<72]) == Array("AUXQ".utf8))
    #expect(Array(header[60..<64]) == [0, 0, 0, UInt8(SQLiteQueue.schemaVersion)])
  }

  @Test("a truncated file is reported as corrupt")
  func truncated() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    for _ in 0..<3 { _ = try store.enqueue(newJob(String(repeating: "x", count: 5_000))) }
    store.close()
    #expect(truncate(folder.database, 8_192) == 0)
    let found = code {
      let store = try SQLiteQueue.make(in: folder)
      defer { store.close() }
      _ = try store.enqueue(newJob())
      _ = try store.jobs(matching: JobFilter())
    }
    #expect(found == .corrupt)
  }

  @Test("a file opened for reading refuses every write and shows what others store")
  func readOnly() throws {
    let folder = TemporaryFolder()
    let writer = try SQLiteQueue.make(in: folder)
    defer { writer.close() }
    let reader = try SQLiteQueue.make(in: folder, mode: .readOnly)
    defer { reader.close() }
    let id = try #require(try writer.enqueue(newJob()).first)
    #expect(try reader.state(id) == .ready)
    #expect(code { _ = try reader.enqueue(newJob()) } == .readOnly)
    reader.submitLazily([.cancel([id])])
    reader.flush()
    #expect(try reader.state(id) == .ready)
  }

  @Test("reading leaves nothing beside a queue that is not in use")
  func leavesNothing() throws {
    let folder = TemporaryFolder()
    let writer = try SQLiteQueue.make(in: folder)
    _ = try writer.enqueue(newJob())
    writer.close()
    let reader = try SQLiteQueue.make(in: folder, mode: .readOnly)
    #expect(try reader.jobs(matching: JobFilter()).count == 1)
    reader.close()
    #expect(try FileSystem.listDirectory(folder.path) == ["queue.db"])
  }

  @Test("a queue on a read-only disk can be read, with a % in its path too")
  func readOnlyDisk() async throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/odd %41?#/queue.db"
    let writer = try SQLiteQueue.open(path: path, mode: .create)
    let id = try #require(try writer.enqueue(newJob()).first)
    writer.close()
    try withoutWriteAccess(to: folder.path + "/odd %41?#") {
      let reader = try SQLiteQueue.open(path: path, mode: .readOnly)
      defer { reader.close() }
      #expect(try reader.state(id) == .ready)
      #expect(try reader.statistics().jobs == [.ready: 1])
      #expect(code { _ = try SQLiteQueue.open(path: path, mode: .existing) } == .readOnly)
    }
  }

  @Test("changes that lie in a -wal are read without a -shm on a read-only disk")
  func walWithoutIndex() throws {
    let folder = TemporaryFolder()
    let writer = try SQLiteQueue.make(in: folder)
    _ = try writer.enqueue(newJob())
    let copy = TemporaryFolder()
    for suffix in ["", "-wal"] {
      try FileSystem.writeAtomically(
        copy.database + suffix, FileSystem.read(folder.database + suffix))
    }
    writer.close()
    try withoutWriteAccess(to: copy.path) {
      let reader = try SQLiteQueue.make(in: copy, mode: .readOnly)
      defer { reader.close() }
      #expect(try reader.statistics().jobs == [.ready: 1])
    }
  }

  @Test("a folder without permission is reported as such")
  func permission() throws {
    let folder = TemporaryFolder()
    try SQLiteQueue.make(in: folder).close()
    try withoutWriteAccess(to: folder.path, mode: 0) {
      for mode in SQLiteQueue.OpenMode.allModes {
        #expect(code { _ = try SQLiteQueue.make(in: folder, mode: mode) } == .permission)
      }
    }
  }

  @Test(
    "a file that was replaced or deleted while it was open is noticed", arguments: [true, false])
  func replaced(isDeleted: Bool) throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    _ = try store.enqueue(newJob())
    let other = TemporaryFolder()
    try SQLiteQueue.make(in: other).close()
    if isDeleted {
      unlink(folder.database)
    } else {
      rename(other.database, folder.database)
    }
    // Noticed within a second: the look is throttled.
    let end = SystemTime.monotonicNanoseconds() + 3_000_000_000
    var found: StoreError.Code?
    while found == nil, SystemTime.monotonicNanoseconds() < end {
      found = code { _ = try store.enqueue(newJob()) }
      SystemTime.sleep(milliseconds: 20)
    }
    #expect(found == .replaced)
    store.close()
  }

  @Test("whoever creates the same queue at once gets it, and nobody takes it for another program's")
  func race() async throws {
    for _ in 0..<12 {
      let folder = TemporaryFolder()
      let tally = Tally<String>()
      let threads = try (0..<9).map { number in
        try OSThread(name: "open \(number)") {
          do {
            let store = try SQLiteQueue.make(in: folder)
            _ = try store.enqueue(newJob())
            store.close()
            tally.add("ok")
          } catch { tally.add("\(error)") }
        }
      }
      for thread in threads { thread.join() }
      #expect(tally.counts == ["ok": 9])
    }
  }

  @Test("after closing every call says so")
  func closed() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    store.close()
    #expect(code { _ = try store.enqueue(newJob()) } == .closed)
    #expect(code { _ = try store.statistics() } == .closed)
    store.flush()
    store.close()
  }
}

extension SQLiteQueue.OpenMode {
  static let allModes: [Self] = [.create, .existing, .readOnly]
}

/// Gives this thread alone the file permissions of `nobody`. Glibc's module leaves the call out.
private func becomeNobodyForFiles() {
  typealias SetUser = @convention(c) (uid_t) -> Int32
  guard let symbol = dlsym(nil, "setfsuid") else { return }
  _ = unsafeBitCast(symbol, to: SetUser.self)(65_534)
}

/// Runs a body on a thread to which a folder is read-only: as another user where this one is root,
/// whom no permission stops.
private func withoutWriteAccess(
  to folder: String, mode: mode_t = 0o555, _ body: @escaping @Sendable () throws -> Void
) throws {
  let isRoot = geteuid() == 0
  if isRoot {
    // Searching the way there must stay allowed.
    chmod(FileSystem.directory(of: folder), 0o755)
    for name in try FileSystem.listDirectory(folder) { chmod(folder + "/" + name, 0o644) }
  }
  chmod(folder, mode)
  defer { chmod(folder, 0o700) }
  let failure = WaitCondition<(any Error)?>(nil)
  let thread = try OSThread(name: "read-only") {
    if isRoot { becomeNobodyForFiles() }
    do { try body() } catch { failure.broadcast { $0 = error } }
  }
  thread.join()
  if let error = failure.withLock(\.self) { throw error }
}
