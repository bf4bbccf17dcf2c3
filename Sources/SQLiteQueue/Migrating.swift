import Fallback
import Platform
import Queue

/// A connection that may write, and what had to be done to the schema.
struct OpenedConnection: ~Copyable {
  var connection: Connection
  /// nil: it was up to date.
  var report: MigrationReport?
}

extension Connection {
  /// Brings the schema up to date in one transaction: whoever is killed meanwhile leaves the old one.
  ///
  /// - Parameters:
  ///   - busyDeadline: Milliseconds to wait for locks.
  ///   - keepsCopy: Backs the database up first, where anything is stored in it.
  /// - Returns: nil when another process was faster.
  /// - Throws: `newerSchema`, and what reading or writing throws.
  mutating func migrate(
    busyDeadline: Milliseconds, keepsCopy: Bool
  ) throws(StoreError) -> MigrationReport? {
    try enterWAL(busyDeadline: busyDeadline)
    try setSynchronous(.full)
    try execute("BEGIN IMMEDIATE")
    do throws(StoreError) {
      let report = try migrateInTransaction(busyDeadline: busyDeadline, keepsCopy: keepsCopy)
      try execute("COMMIT")
      try setSynchronous(.normal)
      return report
    } catch {
      if isInTransaction { try? execute("ROLLBACK") }
      throw error
    }
  }

  private mutating func migrateInTransaction(
    busyDeadline: Milliseconds, keepsCopy: Bool
  ) throws(StoreError) -> MigrationReport? {
    // Another process may have done it while this one waited.
    let version = try number("PRAGMA user_version")
    guard version <= Schema.version else { throw StoreError(newerSchema: version, path: path) }
    guard version < Schema.version else { return nil }
    let hasContent = version > 0
    let copy =
      hasContent && keepsCopy
      ? try keepCopy(version: version, busyDeadline: busyDeadline) : nil
    for migration in Schema.migrations where migration.version > version {
      try execute(migration.sql)
      try execute("PRAGMA user_version=\(migration.version)")
    }
    try execute("PRAGMA application_id=\(Schema.applicationID)")
    return MigrationReport(from: Int(version), to: Int(Schema.version), backup: copy)
  }

  /// Copies what is committed, which nobody can change while this transaction holds the lock.
  private func keepCopy(
    version: Int64, busyDeadline: Milliseconds
  ) throws(StoreError) -> String {
    removeDrafts()
    let stamp = Timestamp.text(SystemTime.wall()).filter { $0.isNumber || $0 == "T" }.prefix(15)
    var target = "\(path).v\(version)-\(stamp)Z.bak"
    var number = 1
    while FileSystem.exists(target) {
      number += 1
      target = "\(path).v\(version)-\(stamp)Z-\(number).bak"
    }
    var reading = try Connection.open(path: path, access: .reading, busyDeadline: busyDeadline)
    _ = try DatabaseCopy(of: path, to: target).make(&reading, busyDeadline: busyDeadline)
    return target
  }

  /// Copies that somebody was killed over: only who holds the write lock makes such.
  private func removeDrafts() {
    let folder = FileSystem.directory(of: path)
    let prefix = FileSystem.name(of: path) + ".v"
    for name in (try? FileSystem.listDirectory(folder)) ?? []
    where name.hasPrefix(prefix) && name.contains(".bak.") && name.contains(".part") {
      try? FileSystem.remove(FileSystem.joined(folder, name))
    }
  }

  /// Changing the journal mode needs the file alone and does not wait by itself in every case.
  private mutating func enterWAL(busyDeadline: Milliseconds) throws(StoreError) {
    let end = SystemTime.boot() + busyDeadline
    let pause = BusyWait(deadline: busyDeadline)
    while true {
      do throws(StoreError) {
        return try execute("PRAGMA journal_mode=WAL")
      } catch {
        guard error.code == .busy, SystemTime.boot() < end else { throw error }
        _ = pause.wait(attempt: 0)
      }
    }
  }
}

extension StoreError {
  init(newerSchema version: Int64, path: String) {
    self.init(
      .newerSchema,
      message: "its schema is version \(version); this program knows \(Schema.version)",
      path: path)
  }
}
