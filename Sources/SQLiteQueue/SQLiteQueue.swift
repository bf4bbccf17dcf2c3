package import Fallback
import Platform
package import Queue
import Synchronization

/// The queue in a SQLite file, shared by any number of processes on one machine.
///
/// One connection of the process writes, in transactions that several callers share; a few others
/// read at the same time. It may be used from any thread that may block.
package final class SQLiteQueue: QueueStore {
  /// What opening may do to the file.
  package enum OpenMode: Sendable, Hashable {
    /// Makes the file, and the folders that lead to it, where they are missing.
    case create
    /// The file must be there.
    case existing
    /// Creates and changes nothing; every write is refused with `readOnly`. Works on a read-only and
    /// on a full disk.
    case readOnly
  }

  /// Where the database lies, as it was given.
  package let path: String

  private let readers: ReadSlots
  let clock: StoreClock
  let isAlive: @Sendable (WorkerIdentity) -> Bool
  /// Where sockets of this queue lie; nil: none are used.
  private let bells: BellFolder?
  private let hold: LastHold
  /// nil: opened for reading.
  private let turns: WriteTurns?
  private let writer: WriterBox

  /// Opens a queue. What is wrong with the file shows here: the writing connection is open and its
  /// schema checked when this returns.
  ///
  /// - Parameters:
  ///   - path: The database file.
  ///   - mode: What may be done to it.
  ///   - clock: Time of schedules and leases.
  ///   - busyDeadline: Milliseconds to wait for another process's lock, then `busy`.
  ///   - isAlive: Whether the process of a worker still runs; asked only about workers of this boot
  ///     and pid namespace.
  ///   - sockets: A folder for the sockets by which processes wake each other, 0700; made when it is
  ///     first needed. nil: none are used, and watchers find out by themselves.
  ///   - onMigration: Told when an older database was brought up to date: that is done first in
  ///     whatever mode it is opened, with a backup beside it.
  ///   - onCommit: Told about every commit, on the thread that made it. For tests.
  /// - Returns: The open queue; `close` it at the end.
  /// - Throws: `cannotOpen`, `permission`, `foreign`, `newerSchema`, `corrupt`, `readOnly`, `full`,
  ///   `busy`, `io`; for reading also `empty`, and `olderSchema` where the disk cannot be written.
  package static func open(
    path: String, mode: OpenMode, clock: StoreClock = .system,
    busyDeadline: Milliseconds = 10_000,
    isAlive: @escaping @Sendable (WorkerIdentity) -> Bool = {
      ProcessIdentity.isAlive(pid: $0.pid, startTime: $0.pidStart)
    },
    sockets: String? = nil, onMigration: (MigrationReport) -> Void = { _ in },
    onCommit: (@Sendable (CommitFacts) -> Void)? = nil
  ) throws(StoreError) -> SQLiteQueue {
    if mode == .create { try DatabaseFile.create(path) }
    let file = try DatabaseFile(existing: path)
    let lastHold = LastHold()
    let bells = sockets.map { BellFolder(path: $0, name: file.name) }
    do throws(StoreError) {
      var writer: Writer?
      if mode != .readOnly {
        let opened = try Connection.opened(forWriting: path, busyDeadline: busyDeadline)
        if let report = opened.report, report.from > 0 { onMigration(report) }
        writer = Writer(
          db: opened.connection, file: file, clock: clock, isAlive: isAlive,
          bells: bells, lastHold: lastHold, onCommit: onCommit)
      }
      let queue = SQLiteQueue(
        path: path, isWritable: mode != .readOnly, writer: WriterBox(writer), clock: clock,
        busyDeadline: busyDeadline, isAlive: isAlive, bells: bells, hold: lastHold)
      if mode == .readOnly { try queue.makeReadable(busyDeadline, onMigration) }
      return queue
    } catch {
      throw error.judgingDamage(of: path)
    }
  }

  /// Reads something, and brings an older database up to date where that can be done.
  private func makeReadable(
    _ busyDeadline: Milliseconds, _ onMigration: (MigrationReport) -> Void
  ) throws(StoreError) {
    do throws(StoreError) {
      _ = try healthEpoch()
    } catch {
      guard error.code == .olderSchema else { throw error }
      do {
        guard let opened = try? Connection.opened(forWriting: path, busyDeadline: busyDeadline)
        else { throw error }
        if let report = opened.report { onMigration(report) }
      }
      _ = try healthEpoch()
    }
  }

  private init(
    path: String, isWritable: Bool, writer: WriterBox, clock: StoreClock,
    busyDeadline: Milliseconds, isAlive: @escaping @Sendable (WorkerIdentity) -> Bool,
    bells: BellFolder?, hold: LastHold
  ) {
    self.path = path
    self.clock = clock
    self.isAlive = isAlive
    self.bells = bells
    self.hold = hold
    self.writer = writer
    readers = ReadSlots(path: path, busyDeadline: busyDeadline)
    turns = isWritable ? WriteTurns(path: path) { writer.perform($0, mayWait: $1) } : nil
  }

  // The last reference may go on the writer thread itself, which cannot wait for its own end.
  deinit { turns?.close(waits: false) }

  // MARK: Writing

  package func transact(_ operations: [Operation]) throws(StoreError) -> [OperationResult] {
    guard let turns else { throw readOnly }
    return try turns.perform(operations).get()
  }

  package func transactAtOnce(
    _ operations: [Operation]
  ) throws(StoreError) -> [OperationResult]? {
    guard let turns else { throw readOnly }
    guard !operations.contains(where: \.needsFullSync) else { return nil }
    return try turns.performAtOnce(operations)?.get()
  }

  package func submit(
    _ operations: [Operation], patience: Milliseconds,
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) {
    guard let turns else { return completion(.failure(readOnly)) }
    turns.submit(operations, patience: patience * 1_000_000, completion: completion)
  }

  package func submitLazily(_ operations: [Operation]) { turns?.submitLazily(operations) }

  /// An empty file beside the sockets: no disk is too full for that.
  package func leaveBehind(_ worker: WorkerIdentity) {
    guard let bells, bells.prepare() else { return }
    try? FileSystem.createEmpty(bells.farewell(of: worker.id))
  }

  package func prepareToRead() { readers.openAll() }

  package func lastHold() -> Double? { turns == nil ? nil : hold.milliseconds }

  package func flush() { turns?.flush() }

  package func close() {
    turns?.close(waits: true)
    // The writer goes last, so that it is the one that empties the WAL.
    readers.close()
    writer.close()
  }

  private var readOnly: StoreError {
    StoreError(.readOnly, message: "the queue was opened for reading", path: path)
  }

  package func watch(
    _ body: @escaping @Sendable (StoreSignal) -> Void
  ) -> (any StoreWatch)? {
    ChangeWatch(database: path, bells: bells, body)
  }

  /// Lends a reading connection.
  func read<Result: Sendable>(
    _ body: @Sendable (inout Reader) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try readers.withReader(body)
  }

  // MARK: Looking inside

  /// How SQLite carries out every statement that this process has written with so far, for tests and
  /// for looking into a slow queue.
  ///
  /// - Returns: The steps of each plan, by the statement's text.
  package func queryPlans() throws(StoreError) -> [String: [String]] {
    guard turns != nil else { return [:] }
    return try writer.queryPlans()
  }
}

/// Holds the writer for whoever has the turn; the lock is never waited for.
private final class WriterBox: Sendable {
  private let writer: Mutex<Writer?>

  init(_ writer: consuming sending Writer?) { self.writer = Mutex(writer) }

  func perform(_ callers: [[Operation]], mayWait: Bool) -> [WriteTurns.Outcome] {
    writer.withLock { writer in
      writer?.perform(callers, mayWait: mayWait)
        ?? callers.map { _ in
          .failure(StoreError(.closed, message: "the queue is closed", path: ""))
        }
    }
  }

  func queryPlans() throws(StoreError) -> [String: [String]] {
    try writer.withLock { (writer) throws(StoreError) in
      try writer?.db.queryPlans() ?? [:]
    }
  }

  func close() { writer.withLock { $0 = nil } }
}
