import Fallback
import Platform
import Queue

/// A WAL's index that somebody uses has this many bytes at least.
private let smallestIndex = 32 << 10

/// What a file says about itself before its tables are touched.
private enum Contents {
  /// Nothing in it yet.
  case empty
  /// Of any version, a newer one too.
  case ours(version: Int64)
}

extension Connection {
  /// Opens for writing and brings the schema up to date.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - busyDeadline: Milliseconds to wait for locks.
  ///   - keepsCopy: Backs an older database up beside it first.
  /// - Returns: The connection, and what was done to the schema.
  /// - Throws: `foreign`, `newerSchema`, `corrupt`, `busy`, `permission`, `readOnly`, `full`, `io`.
  static func opened(
    forWriting path: String, busyDeadline: Milliseconds, keepsCopy: Bool = true
  ) throws(StoreError) -> OpenedConnection {
    do throws(StoreError) {
      var db = try Connection.open(path: path, access: .readWrite, busyDeadline: busyDeadline)
      var report: MigrationReport?
      switch try db.contents() {
      case .ours(Schema.version): break
      case .ours(let version) where version > Schema.version:
        throw StoreError(newerSchema: version, path: path)
      case .ours, .empty:
        report = try db.migrate(busyDeadline: busyDeadline, keepsCopy: keepsCopy)
      }
      return OpenedConnection(connection: db, report: report)
    } catch {
      // SQLite does not always say why it could not make what WAL needs beside the file.
      guard error.code == .cannotOpen, let reason = DatabaseFile.whyNotWritable(path) else {
        throw error.whileOpening
      }
      throw StoreError(reason, message: error.message, path: path)
    }
  }

  /// Opens for reading; changes nothing in the file and migrates nothing.
  ///
  /// A disk that cannot be written has no room for what WAL needs beside the file. Without a `-wal`
  /// all is in the file itself, so it can be read as one that never changes; with one, its index is
  /// made in memory, which no writer can know of: where there is one, there is a `-shm`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - busyDeadline: Milliseconds to wait for locks.
  ///   - anyVersion: Also an empty file and other versions of the schema.
  /// - Returns: The connection.
  /// - Throws: `empty`, `olderSchema`, `newerSchema`, `foreign`, and why it cannot be read.
  static func opened(
    forReading path: String, busyDeadline: Milliseconds, anyVersion: Bool = false
  ) throws(StoreError) -> Connection {
    func open(_ access: Access) throws(StoreError) -> Connection {
      let db = try Connection.open(path: path, access: access, busyDeadline: busyDeadline)
      let contents = try db.contents()
      if !anyVersion { try db.requireCurrent(contents) }
      return db
    }
    do throws(StoreError) {
      return try open(.reading)
    } catch {
      guard error.mayComeFromReadOnlyDisk else { throw error.whileOpening }
      let hasLog = DatabaseFile.size(path + "-wal") > 0
      // The first process shortens an index that is left over, and may find no room to let it grow.
      if hasLog, DatabaseFile.size(path + "-shm") >= smallestIndex { throw error }
      return try open(hasLog ? .solitary : .immutable)
    }
  }

  private func requireCurrent(_ contents: Contents) throws(StoreError) {
    switch contents {
    case .ours(Schema.version): return
    case .ours(let version) where version > Schema.version:
      throw StoreError(newerSchema: version, path: path)
    case .ours(let version):
      throw StoreError(
        .olderSchema,
        message: "its schema is version \(version); this program needs \(Schema.version)",
        path: path)
    case .empty:
      throw StoreError(.empty, message: "nothing is stored in it yet", path: path)
    }
  }

  /// - Throws: `foreign`, or why the file cannot be read.
  private func contents() throws(StoreError) -> Contents {
    // Tables first: another process may be making the queue, and whoever sees its tables after the
    // commit that made them sees whose they are as well.
    let tables = try number("SELECT count(*) FROM sqlite_master")
    let application = try number("PRAGMA application_id")
    let version = try number("PRAGMA user_version")
    if application == Schema.applicationID {
      return version == 0 ? .empty : .ours(version: version)
    }
    guard application == 0, tables == 0 else {
      throw StoreError(.foreign, message: "it belongs to another program", path: path)
    }
    return .empty
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

  /// A file that SQLite does not know as a database may be ours with its beginning destroyed. To be
  /// asked only where this process has no connection to the file: reading it here would drop its locks.
  func judgingDamage(of path: String) -> StoreError {
    guard code == .foreign, message.contains("not a database"), DatabaseFile.looksLikeOurs(path)
    else { return self }
    return StoreError(.corrupt, message: "its beginning is damaged", path: path)
  }
}
