import CSQLite
import Fallback
import Queue

/// One open database handle and its prepared statements. Used by one thread at a time.
@safe struct Connection: ~Copyable {
  enum Access {
    /// May write; the file must exist.
    case readWrite
    /// May create what WAL needs beside the file, changes nothing in it.
    case reading
    /// Reads a file that nobody can be writing, without any lock.
    case immutable
    /// The same where a `-wal` lies beside the file; its index is made in memory.
    case solitary
  }

  private let handle: OpaquePointer
  private var statements = StatementTable()
  /// The path as it was given.
  let path: String
  /// Lives as long as the handle that calls back into it.
  private let busyWait: BusyWait
  private let commitHook = CommitHook()
  /// The level that the last `PRAGMA synchronous` set.
  private var level = SynchronousLevel.normal

  /// Opens the file and sets everything that makes it safe to read.
  ///
  /// - Throws: `cannotOpen`, `permission`, `busy`, `io`.
  static func open(
    path: String, access: Access, busyDeadline: Milliseconds
  ) throws(StoreError) -> Connection {
    _ = memoryCounting
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      name(of: path, access: access), &opened, flags(for: access), nil)
    guard let opened = unsafe opened, code == SQLITE_OK else {
      let error = unsafe StoreError(handle: opened, code: code, path: path)
      unsafe sqlite3_close_v2(opened)
      throw error
    }
    let connection = unsafe Connection(
      owning: opened, path: path, busyWait: BusyWait(deadline: busyDeadline))
    try connection.configure(access)
    return connection
  }

  /// An empty database that lives as long as the connection.
  static func inMemory() throws(StoreError) -> Connection {
    try open(path: ":memory:", access: .readWrite, busyDeadline: 0)
  }

  private init(owning handle: OpaquePointer, path: String, busyWait: BusyWait) {
    unsafe self.handle = unsafe handle
    self.path = path
    self.busyWait = busyWait
  }

  deinit {
    unsafe statements.all.forEach { unsafe _ = sqlite3_finalize($0) }
    unsafe sqlite3_close_v2(handle)
  }

  private static func name(of path: String, access: Access) -> String {
    switch access {
    case .readWrite, .reading: return path
    case .immutable: return "file:\(percentEncoded(path))?immutable=1"
    case .solitary: return "file:\(percentEncoded(path))?mode=ro&vfs=unix-none"
    }
  }

  private static func flags(for access: Access) -> Int32 {
    let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    switch access {
    case .readWrite, .reading: return common | SQLITE_OPEN_READWRITE
    case .immutable, .solitary: return common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
    }
  }

  private func configure(_ access: Access) throws(StoreError) {
    unsafe sqlite3_busy_handler(
      handle, waitWhileBusy, Unmanaged.passUnretained(busyWait).toOpaque())
    for (option, on) in [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
      (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
      (SQLITE_DBCONFIG_DQS_DDL, 0),
    ] as [(Int32, Int32)] {
      unsafe _ = csqlite_set_switch(handle, option, on)
    }
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    unsafe sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(maximumValueBytes))
    try execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY")
    switch access {
    case .readWrite:
      try execute(
        "PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8192")
      unsafe sqlite3_wal_hook(
        handle, noteCommit, Unmanaged.passUnretained(commitHook).toOpaque())
    case .reading, .immutable, .solitary:
      // https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory
      if access == .solitary { try execute("PRAGMA locking_mode=EXCLUSIVE") }
      try execute("PRAGMA query_only=ON; PRAGMA cache_size=-8192")
    }
  }

  /// Lets the connection have a second database, as VACUUM needs it.
  func allowOneAttached() { unsafe _ = sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1) }

  /// Runs SQL that takes and returns nothing.
  func execute(_ sql: String) throws(StoreError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, statement: sql) }
  }

  /// A prepared statement, ready to be bound. It must not outlive the connection, and one query is
  /// in use only once at a time.
  mutating func statement(_ query: Query) throws(StoreError) -> Statement {
    if let ready = unsafe statements.find(query.key) { return unsafe Statement(ready) }
    let prepared = unsafe try prepare(query.sql, flags: UInt32(SQLITE_PREPARE_PERSISTENT))
    unsafe statements.add(prepared, query.key)
    return unsafe Statement(prepared)
  }

  /// A statement for SQL that is put together at run time, ended with its use.
  func temporaryStatement(_ sql: String) throws(StoreError) -> Statement {
    unsafe try Statement(prepare(sql, flags: 0), isOwner: true)
  }

  private func prepare(_ sql: String, flags: UInt32) throws(StoreError) -> OpaquePointer {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else {
      throw error(code == SQLITE_OK ? SQLITE_MISUSE : code, statement: sql)
    }
    return unsafe prepared
  }

  /// A whole number from a one-row statement, for example a pragma.
  func number(_ sql: String) throws(StoreError) -> Int64 {
    var statement = try temporaryStatement(sql)
    return try statement.step() ? statement.int(0) : 0
  }

  /// Sets the level for the transactions that follow. Must be called outside of a transaction.
  ///
  /// The pragma acts when it is prepared, so a cached statement would silently do nothing.
  mutating func setSynchronous(_ wanted: SynchronousLevel) throws(StoreError) {
    guard wanted != level else { return }
    try execute(wanted == .full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL")
    level = wanted
  }

  /// Whether the transactions that follow may wait for another process's lock.
  func allowWaiting(_ isAllowed: Bool) { busyWait.limit(to: isAllowed ? nil : 0) }

  /// Copies the WAL into the file after the next commit, if it is longer than that then.
  func limitWAL(to pages: Int32) { commitHook.longestWAL = pages }

  /// Copies what the WAL holds into the file and cuts it to nothing; gives up soon where others are
  /// reading. It holds the lock of writers meanwhile: before 3.51.3 a commit could damage the file when
  /// it began the WAL anew during a second checkpoint (https://www.sqlite.org/wal.html).
  func emptyWAL() {
    busyWait.limit(to: 50)
    defer { busyWait.limit(to: nil) }
    unsafe sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
  }

  /// Changes with every commit of this and of other connections; meaningful inside a transaction.
  var dataVersion: UInt32 {
    var version: UInt32 = 0
    unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_DATA_VERSION, &version)
    return version
  }

  /// Rows changed by the statement that ran last.
  var changedRows: Int { unsafe Int(sqlite3_changes(handle)) }

  /// When the last commit that wrote something had given the write lock back.
  var committedAt: Int64 { commitHook.endedAt }

  /// The file could only be opened for reading.
  var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  /// A transaction is open.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// The text of every statement that is kept prepared.
  func preparedSQL() -> [String] {
    unsafe statements.all.compactMap { statement in
      unsafe sqlite3_sql(statement).map { unsafe String(cString: $0) }
    }
  }

  /// Copies every page into another handle.
  ///
  /// Returns a result code: `SQLITE_DONE` when all is there.
  func copyPages(into copy: OpaquePointer?) -> Int32 {
    guard let backup = unsafe sqlite3_backup_init(copy, "main", handle, "main") else {
      return unsafe sqlite3_errcode(copy)
    }
    // All in one step: a copy in pieces would begin anew with every commit of another process.
    let code = unsafe sqlite3_backup_step(backup, -1)
    unsafe sqlite3_backup_finish(backup)
    return code
  }

  private func error(_ code: Int32, statement: String) -> StoreError {
    unsafe StoreError(handle: handle, code: code, path: path, statement: statement)
  }
}

/// How much of a commit must have reached the disk when it returns.
package enum SynchronousLevel: Int, Sendable, Hashable {
  /// Survives `kill -9`; the last commits may be lost with the power.
  case normal = 1
  /// Survives power loss.
  case full = 2
}

/// Turned off with the first connection; a program that has one already keeps it.
private let memoryCounting = csqlite_leave_memory_uncounted()

/// The longest text or blob that is stored, in bytes.
let maximumValueBytes = 64 << 20

/// Encodes what would end or alter the path of an SQLite URI.
private func percentEncoded(_ path: String) -> String {
  let hex = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in path.utf8 {
    switch byte {
    case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"):
      bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    default: bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
