import CSQLite
package import Fallback
import Platform
package import Queue

/// What can be done with a queue in a SQLite file, as a file.
package struct SQLiteUpkeep: DatabaseUpkeep {
  /// Milliseconds to wait for another process's lock.
  private let busyDeadline: Milliseconds

  package init(busyDeadline: Milliseconds = 10_000) { self.busyDeadline = busyDeadline }

  package var schemaVersion: Int { Int(Schema.version) }

  package func facts(_ path: String) throws(StoreError) -> DatabaseFacts {
    var reader = try reader(path, anyVersion: true)
    return try reader.facts()
  }

  package func check(
    _ path: String, isQuick: Bool
  ) throws(StoreError) -> [DatabaseProblem] {
    var reader = try reader(path, anyVersion: false)
    return try reader.problems(isQuick: isQuick)
  }

  package func backUp(_ path: String, to target: String) throws(StoreError) -> DatabaseFacts {
    var reader = try reader(path, anyVersion: true)
    let version = try reader.db.number("PRAGMA user_version")
    guard version <= Schema.version else { throw StoreError(newerSchema: version, path: path) }
    return try DatabaseCopy(of: path, to: target).make(&reader.db, busyDeadline: busyDeadline)
  }

  package func migrate(
    _ path: String, keepsCopy: Bool
  ) throws(StoreError) -> MigrationReport {
    try DatabaseFile.create(path)
    let opened = try Connection.opened(
      forWriting: path, busyDeadline: busyDeadline, keepsCopy: keepsCopy)
    return opened.report ?? MigrationReport(from: schemaVersion, to: schemaVersion, backup: nil)
  }

  package func vacuum(_ path: String) throws(StoreError) {
    _ = try DatabaseFile(existing: path)
    let opened = try Connection.opened(forWriting: path, busyDeadline: busyDeadline)
    // The copy that is made on the way counts as one more database.
    opened.connection.allowOneAttached()
    for step in ["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
      try opened.connection.execute(step)
    }
  }

  private func reader(_ path: String, anyVersion: Bool) throws(StoreError) -> Reader {
    let file = try DatabaseFile(existing: path)
    do throws(StoreError) {
      let db = try Connection.opened(
        forReading: path, busyDeadline: busyDeadline, anyVersion: anyVersion)
      return Reader(db: db, file: file)
    } catch {
      throw error.judgingDamage(of: path)
    }
  }
}

extension Reader {
  mutating func facts() throws(StoreError) -> DatabaseFacts {
    try inSnapshot { (reader) throws(StoreError) in
      let version = try reader.db.number("PRAGMA user_version")
      let pageSize = try reader.db.number("PRAGMA page_size")
      let free = try reader.db.number("PRAGMA freelist_count") * pageSize
      let path = reader.db.path
      var facts = DatabaseFacts(
        schemaVersion: Int(version), bytes: (try? FileSystem.status(path).size) ?? 0,
        walBytes: (try? FileSystem.status(path + "-wal").size) ?? 0, freeBytes: Int(free), jobs: 0,
        orphanedJobs: 0)
      // A newer schema may have other tables.
      guard version > 0, version <= Schema.version else { return facts }
      for counts in try reader.countsByQueue().values {
        facts.jobs += counts.values.reduce(0, +)
      }
      facts.orphanedJobs = try reader.orphanedJobs()
      return facts
    }
  }

  private mutating func orphanedJobs() throws(StoreError) -> Int {
    let here = ProcessIdentity.current()
    var count = 0
    var find = try db.temporaryStatement(
      """
      SELECT w.boot_id, w.pid_namespace, w.pid, w.pid_start
      FROM running r LEFT JOIN workers w ON w.id = r.worker
      """)
    while try find.step() {
      let worker = ProcessIdentity(
        bootID: find.text(0), pidNamespace: UInt64(bitPattern: find.int(1)),
        pid: Int32(truncatingIfNeeded: find.int(2)), startTime: UInt64(bitPattern: find.int(3)))
      if worker.bootID != here.bootID || here.liveness(of: worker) == .dead { count += 1 }
    }
    return count
  }
}
