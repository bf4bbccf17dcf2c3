import Configuration
import JSONText
import Platform
import Queue

/// `db path`.
enum DatabasePathCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let path = session.paths.database
    guard session.invocation.wantsJSON else {
      try session.emit(path + "\n")
      return .success
    }
    let facts = try? session.program.upkeep.facts(path)
    let exists = FileSystem.exists(path)
    try session.emit([
      "path": .string(FileSystem.absolutePath(path)), "exists": .bool(exists),
      "schema": facts.map { .int($0.schemaVersion) } ?? .null,
      "bytes": facts.map { .int($0.bytes) } ?? .null,
      "wal_bytes": facts.map { .int($0.walBytes) } ?? .null,
      "free_bytes": facts.map { .int($0.freeBytes) } ?? .null,
      "jobs": facts.map { .int($0.jobs) } ?? .null,
    ])
    return .success
  }
}

/// `db check`.
enum DatabaseCheckCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let (path, upkeep) = (session.paths.database, session.program.upkeep)
    guard try session.hasDatabase() else {
      try tell([], facts: nil, session)
      return .success
    }
    let isQuick = session.invocation.has("quick")
    var problems: [DatabaseProblem] = []
    var facts: DatabaseFacts?
    do throws(StoreError) {
      problems = try upkeep.check(path, isQuick: isQuick)
      facts = try upkeep.facts(path)
    } catch {
      switch error.code {
      case .corrupt: problems = [DatabaseProblem(.integrity, error.message)]
      // An empty file is an empty queue.
      case .empty: break
      default: throw Complaint(error)
      }
    }
    try tell(problems, facts: facts, session)
    guard !problems.isEmpty else { return .success }
    session.warn(complaint(problems, session))
    return .inputOutput
  }

  private static func tell(
    _ problems: [DatabaseProblem], facts: DatabaseFacts?, _ session: Session
  ) throws(Complaint) {
    let path = session.paths.database
    if session.invocation.wantsJSON {
      try session.emit([
        "ok": .bool(problems.isEmpty), "path": .string(path),
        "schema": facts.map { .int($0.schemaVersion) } ?? .null,
        "jobs": facts.map { .int($0.jobs) } ?? .null,
        "bytes": facts.map { .int($0.bytes) } ?? .null,
        "problems": .array(
          problems.map {
            ["check": .string($0.check.rawValue), "message": .string($0.message)]
          }),
      ])
    } else if problems.isEmpty {
      let size = facts.map {
        ": \(Quantity.counted($0.jobs, "job")), \(Quantity.bytes($0.bytes)), schema \($0.schemaVersion)"
      }
      try session.emit("ok\(size ?? ": there is no database yet")\n")
    } else {
      let lines = problems.map { "\($0.check.rawValue): \(Sanitizer.line($0.message))\n" }
      try session.emit(lines.joined())
    }
  }

  private static func complaint(
    _ problems: [DatabaseProblem], _ session: Session
  ) -> Complaint {
    let path = ShellWord.quoted(session.paths.database)
    let isDamaged = problems.contains { $0.check == .integrity || $0.check == .schema }
    let remedy =
      isDamaged
      ? """
      stop the workers, move \(path) and \(path)-wal away together, put a backup in their place; \
      what is readable: sqlite3 OLD .recover | sqlite3 NEW
      """
      : "stop the workers, keep a copy (auxq db backup FILE), and report this as a bug"
    return Complaint(
      .inputOutput, "the queue database has \(Quantity.counted(problems.count, "problem"))",
      at: session.paths.database, remedy: remedy)
  }
}

/// `db backup`.
enum DatabaseBackupCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let path = session.paths.database
    guard let target = session.invocation.argument("FILE"), target != "-", !target.isEmpty else {
      throw Complaint(.usage, "a backup goes into a file, not to stdout")
    }
    guard try session.hasDatabase() else {
      throw Complaint(
        .noInput, "there is no queue database to back up", at: path, remedy: "auxq db path")
    }
    let facts: DatabaseFacts
    do throws(StoreError) {
      facts = try session.program.upkeep.backUp(path, to: target)
    } catch {
      throw complaint(error, target: target)
    }
    if session.invocation.wantsJSON {
      try session.emit([
        "path": .string(FileSystem.absolutePath(target)), "bytes": .int(facts.bytes),
        "jobs": .int(facts.jobs), "schema": .int(facts.schemaVersion),
      ])
    } else {
      try session.emit("\(target)\n")
      session.note(
        "auxq: \(Quantity.counted(facts.jobs, "job")), \(Quantity.bytes(facts.bytes)), checked; "
          + "use it with --database")
    }
    return .success
  }

  /// What cannot be made is something else than a database that cannot be opened.
  private static func complaint(_ error: StoreError, target: String) -> Complaint {
    guard error.path == target else { return Complaint(error) }
    let what = "cannot make \(target): \(error.message)"
    switch error.code {
    case .exists:
      return Complaint(
        .cannotCreate, "\(target) is there already; a backup overwrites nothing",
        remedy: "choose another name")
    case .cannotOpen, .readOnly: return Complaint(.cannotCreate, what)
    case .permission: return Complaint(.permission, what)
    case .full:
      return Complaint(
        .inputOutput, "no space left for \(target)", remedy: "free space there, then try again")
    default: return Complaint(error)
    }
  }
}

/// `db migrate`.
enum DatabaseMigrateCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let path = session.paths.database
    let keepsCopy = !session.invocation.has("no-backup")
    let report = try storing { () throws(StoreError) in
      try session.program.upkeep.migrate(path, keepsCopy: keepsCopy)
    }
    if session.invocation.wantsJSON {
      try session.emit([
        "path": .string(path), "from": .int(report.from), "to": .int(report.to),
        "migrated": .bool(report.from != report.to), "backup": .optional(report.backup),
      ])
    } else if report.from == report.to {
      try session.emit("schema \(report.to): up to date\n")
    } else {
      try session.emit("schema \(report.from) → \(report.to)\n")
      if let backup = report.backup { session.note("auxq: as it was before: \(backup)") }
    }
    return .success
  }
}

extension Session {
  /// Whether a file of the database's name holds something.
  ///
  /// - Throws: `Complaint` where it may not be looked at.
  func hasDatabase() throws(Complaint) -> Bool {
    do throws(FileError) {
      let status = try FileSystem.status(paths.database)
      return status.kind != .regular || status.size > 0
        || FileSystem.exists(paths.database + "-wal")
    } catch {
      if error.code == .notFound { return false }
      throw Complaint(error, for: .configuration)
    }
  }

  /// Says that an older database was brought up to date.
  func tell(_ report: MigrationReport) {
    let backup = report.backup.map { "; as it was before: \($0)" } ?? ""
    note("auxq: the database was brought from schema \(report.from) to \(report.to)\(backup)")
  }
}
