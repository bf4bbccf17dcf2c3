import Fallback
import Platform
import Queue

/// What a file says about itself before its tables are touched.
private enum Contents {
  /// Nothing in it yet.
  case empty
  case ours(version: Int64)
}

extension Connection {
  /// Opens for writing and brings the schema up to date.
  ///
  /// - Throws: `foreign`, `newerSchema`, `corrupt`, `busy`, `permission`, `readOnly`, `full`, `io`.
  static func opened(
    forWriting path: String, busyDeadline: Milliseconds
  ) throws(StoreError) -> Connection {
    do throws(StoreError) {
      var db = try Connection.open(path: path, access: .readWrite, busyDeadline: busyDeadline)
      switch try db.contents() {
      case .ours(Schema.version): break
      case .ours, .empty: try db.migrate(busyDeadline: busyDeadline)
      }
      return db
    } catch {
      throw error.whileOpening
    }
  }

  /// Opens for reading; changes nothing in the file and migrates nothing.
  ///
  /// A disk that cannot be written has no room for what WAL needs beside the file. Without a `-wal`
  /// all is in the file itself, so it can be read as one that never changes; with one it cannot.
  static func opened(
    forReading path: String, busyDeadline: Milliseconds
  ) throws(StoreError) -> Connection {
    do throws(StoreError) {
      let db = try Connection.open(path: path, access: .reading, busyDeadline: busyDeadline)
      try db.requireCurrentSchema()
      return db
    } catch {
      guard error.mayComeFromReadOnlyDisk else { throw error.whileOpening }
      if FileSystem.exists(path + "-wal") {
        guard !FileSystem.exists(path + "-shm") else { throw error }
        throw StoreError(
          .readOnly,
          message: "\(path)-wal holds changes that can be read only where \(path)-shm can be made",
          path: path)
      }
      let db = try Connection.open(path: path, access: .immutable, busyDeadline: busyDeadline)
      try db.requireCurrentSchema()
      return db
    }
  }

  private func requireCurrentSchema() throws(StoreError) {
    switch try contents() {
    case .ours(Schema.version): return
    case .ours(let version):
      throw StoreError(
        .cannotOpen, message: "its schema is version \(version) and has to be migrated first",
        path: path)
    case .empty:
      throw StoreError(.cannotOpen, message: "the file is empty", path: path)
    }
  }

  /// - Throws: `foreign`, `newerSchema`, or why the file cannot be read.
  private func contents() throws(StoreError) -> Contents {
    let application = try number("PRAGMA application_id")
    let version = try number("PRAGMA user_version")
    if application == Schema.applicationID {
      guard version <= Schema.version else {
        throw StoreError(
          .newerSchema,
          message: "its schema is version \(version); this program knows \(Schema.version)",
          path: path)
      }
      return version == 0 ? .empty : .ours(version: version)
    }
    guard application == 0, try number("SELECT count(*) FROM sqlite_master") == 0 else {
      throw StoreError(.foreign, message: "it belongs to another program", path: path)
    }
    return .empty
  }

  // MARK: Migrating

  private mutating func migrate(busyDeadline: Milliseconds) throws(StoreError) {
    try enterWAL(busyDeadline: busyDeadline)
    try execute("BEGIN IMMEDIATE")
    do throws(StoreError) {
      // Another process may have done it while this one waited.
      let version = try number("PRAGMA user_version")
      for migration in Schema.migrations where migration.version > version {
        try execute(migration.sql)
        try execute("PRAGMA user_version=\(migration.version)")
      }
      try execute("PRAGMA application_id=\(Schema.applicationID)")
      try execute("COMMIT")
    } catch {
      try? execute("ROLLBACK")
      throw error
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
  /// What is no database when it is opened never was one; later it would be damage.
  fileprivate var whileOpening: StoreError {
    guard code == .corrupt, message.contains("not a database") else { return self }
    return StoreError(.foreign, message: message, path: path)
  }

  fileprivate var mayComeFromReadOnlyDisk: Bool {
    switch code {
    case .readOnly, .cannotOpen, .permission, .full, .io: true
    default: false
    }
  }
}
