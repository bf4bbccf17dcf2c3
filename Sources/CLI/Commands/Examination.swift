import Configuration
import Credentials
import Kinds
import Platform
import Queue

/// The checks of `doctor`, one after the other; each one goes on where another found trouble.
struct Examination {
  let session: Session
  private(set) var findings: [Finding] = []

  init(session: Session) { self.session = session }

  mutating func run() {
    let catalog = session.catalog()
    checkVersions()
    checkPermissions()
    checkSettings(catalog)
    checkKinds(catalog)
    checkDatabase()
    checkAuthFile()
    checkCredentials()
  }

  private mutating func add(
    _ level: Finding.Level, _ check: String, _ message: String, remedy: String? = nil
  ) {
    findings.append(Finding(level, check, message, remedy: remedy))
  }

  private mutating func checkVersions() {
    let versions = session.program.versions
    add(.ok, "auxq", versions.auxq)
    add(.ok, "libcurl", versions.curl)
    // https://www.sqlite.org/wal.html, section 11: two connections resetting the WAL at once could
    // damage it in versions 3.7.0 to 3.51.2.
    let sqlite = VersionNumber(versions.sqlite)
    if sqlite >= VersionNumber("3.7.0"), sqlite < VersionNumber("3.51.3") {
      add(
        .warning, "SQLite", "\(versions.sqlite): a rare race may damage a database in WAL mode",
        remedy: "SQLite 3.51.3 or newer; until then keep backups: auxq db backup FILE")
    } else {
      add(.ok, "SQLite", versions.sqlite)
    }
  }

  // MARK: Files

  private mutating func checkPermissions() {
    let paths = session.paths
    checkFolder(FileSystem.directory(of: paths.config))
    let data = FileSystem.directory(of: paths.database)
    if data != FileSystem.directory(of: paths.config) { checkFolder(data) }
    for suffix in ["", "-wal", "-shm"] { checkFile(paths.database + suffix, level: .warning) }
    // Keys that others can read are refused everywhere, so this is no mere warning.
    checkFile(paths.authFile, level: .error)
    if !findings.contains(where: { $0.check == "permissions" }) {
      add(.ok, "permissions", "files and folders are yours alone")
    }
  }

  private mutating func checkFolder(_ path: String) {
    guard let status = try? FileSystem.status(path) else { return }
    if !FileSystem.isWritable(path) {
      add(
        .error, "permissions", "\(path) cannot be written: nothing can be queued there",
        remedy: "chmod u+w \(ShellWord.quoted(path)), or choose another place: AUXQ_HOME")
    }
    guard status.mode & 0o022 != 0 else { return }
    // A sticky folder such as /tmp lets nobody replace what is not theirs.
    guard status.mode & 0o1000 == 0 else { return }
    add(
      .warning, "permissions", "others may write to \(path) (\(octal(status.mode)))",
      remedy: "chmod 700 \(ShellWord.quoted(path))")
  }

  private mutating func checkFile(_ path: String, level: Finding.Level) {
    guard let status = try? FileSystem.status(path), status.mode & 0o077 != 0 else { return }
    add(
      level, "permissions", "others have access to \(path) (\(octal(status.mode)))",
      remedy: "chmod 600 \(ShellWord.quoted(path))")
  }

  private func octal(_ mode: UInt32) -> String { String(mode & 0o7777, radix: 8) }

  // MARK: Content

  private mutating func checkSettings(_ catalog: KindCatalog) {
    let path = session.paths.config
    do throws(Complaint) {
      let parsed = try session.parsedSettings(catalog)
      // Missing certificates are looked for below, with whose they are.
      let problems = parsed.problems.filter { $0.code != .noFile }
      for problem in problems {
        add(
          problem.severity == .error ? .error : .warning, "config", problem.text,
          remedy: "auxq config check")
      }
      guard problems.isEmpty else { return }
      add(.ok, "config", FileSystem.exists(path) ? path : "\(path) (not there: defaults hold)")
      checkCertificates(parsed.settings)
      checkRoutes(parsed.settings)
    } catch {
      findings.append(Finding(error, check: "config"))
    }
  }

  /// Without its certificates no provider can be asked.
  private mutating func checkCertificates(_ settings: Settings) {
    let own = settings.providers.map { ($0.key, $0.value.certificateFile) }
    let all = [("", settings.certificateFile)] + own.sorted { $0.0 < $1.0 }
    for (provider, file) in all {
      guard let file, !FileSystem.exists(file) else { continue }
      add(
        .error, "certificates",
        "`ca_file`\(provider.isEmpty ? "" : " of \(provider)") is not there: \(file)",
        remedy: "correct it in \(session.paths.config)")
    }
  }

  /// Every route that the configuration names and that cannot be used as it is.
  private mutating func checkRoutes(_ settings: Settings) {
    for task in [""] + settings.tasks.keys.sorted() {
      let resolution = settings.plan(for: task, environment: session.program.environment)
      for note in resolution.notes {
        guard case .out(.problem(let problem)) = note.verdict else { continue }
        let finding = Finding(Complaint(problem, wasAsked: false), check: "routes")
        if !findings.contains(where: { $0.message == finding.message }) {
          findings.append(finding)
        }
      }
    }
  }

  private mutating func checkKinds(_ catalog: KindCatalog) {
    for problem in catalog.problems {
      add(.error, "kinds", problem.line(of: ""), remedy: "auxq kinds check")
    }
    guard catalog.problems.isEmpty else { return }
    add(.ok, "kinds", catalog.all().map(\.name).joined(separator: ", "))
  }

  private mutating func checkDatabase() {
    let path = session.paths.database
    checkDisk(path)
    do throws(Complaint) {
      guard try session.hasDatabase() else {
        return add(.ok, "database", "\(path) (made by the first job)")
      }
    } catch {
      return findings.append(Finding(error, check: "database"))
    }
    do throws(StoreError) {
      let facts = try session.program.upkeep.facts(path)
      check(facts, path)
      if facts.schemaVersion == session.program.upkeep.schemaVersion { try checkQueues() }
    } catch {
      findings.append(Finding(Complaint(error), check: "database"))
    }
  }

  private mutating func check(_ facts: DatabaseFacts, _ path: String) {
    let known = session.program.upkeep.schemaVersion
    let schema = "schema \(facts.schemaVersion); this program knows \(known)"
    if facts.schemaVersion > known {
      add(
        .error, "database", "\(path): \(schema): written by a newer auxq",
        remedy: "use that version, or update this one")
    } else if facts.schemaVersion < known {
      add(.warning, "database", "\(path): \(schema)", remedy: "auxq db migrate")
    } else {
      let count = Quantity.counted(facts.jobs, "job")
      add(.ok, "database", "\(path): \(count), \(Quantity.bytes(facts.bytes))")
    }
    if !FileSystem.isWritable(path) {
      add(
        .error, "database", "\(path) cannot be written: it can only be looked at",
        remedy: "chmod u+w \(ShellWord.quoted(path))")
    }
    if facts.walBytes > 256 << 20 {
      add(
        .warning, "database",
        "\(path)-wal has grown to \(Quantity.bytes(facts.walBytes)): somebody reads for very long",
        remedy: "end long listings and backups; it shrinks by itself then")
    }
    if facts.freeBytes > 64 << 20, facts.freeBytes > facts.bytes / 2 {
      add(
        .warning, "database", "\(Quantity.bytes(facts.freeBytes)) of it are free",
        remedy: "auxq prune --vacuum")
    }
    if facts.orphanedJobs > 0 {
      add(
        .warning, "workers",
        "\(Quantity.counted(facts.orphanedJobs, "job")) left behind by a worker that is gone",
        remedy: "start one, it takes them over at once: auxq work")
    }
  }

  private mutating func checkQueues() throws(StoreError) {
    guard let store = try? session.existingStore(.read) else { return }
    defer { store.close() }
    let statistics = try store.statistics()
    for queue in statistics.paused {
      add(.warning, "queues", "\(queue) is paused", remedy: "auxq resume \(queue)")
    }
    if let age = statistics.oldestReadyAge, age > 600_000, (statistics.jobs[.running] ?? 0) == 0 {
      add(
        .warning, "workers",
        "a job has been ready for \(SpanText.text(age)), and nothing is running",
        remedy: "is there a worker? Start one: auxq work")
    }
  }

  /// Room for what jobs bring with them.
  private mutating func checkDisk(_ path: String) {
    var folder = FileSystem.directory(of: path)
    while !FileSystem.isDirectory(folder), folder != FileSystem.directory(of: folder) {
      folder = FileSystem.directory(of: folder)
    }
    guard let free = FileSystem.freeSpace(at: folder) else { return }
    if free < 100 << 20 {
      add(
        free < 8 << 20 ? .error : .warning, "disk",
        "\(Quantity.bytes(free)) left in \(folder)",
        remedy: "free space there; old jobs go with auxq prune --vacuum")
    } else {
      add(.ok, "disk", "\(Quantity.bytes(free)) left in \(folder)")
    }
  }

  /// Whether auth.json can be read and changed, and what of it is passed over.
  private mutating func checkAuthFile() {
    let path = session.paths.authFile
    do throws(AuthFileError) {
      let document = try AuthDocument(path)
      for warning in try AuthFile.read(path).warnings {
        add(
          .warning, "credentials",
          "\(warning.path):\(warning.line): \(warning.pool): \(warning.what); it is passed over",
          remedy: "mend or remove it there; auxq keeps it as it is")
      }
      if let obstacle = document.obstacle {
        add(
          .warning, "credentials", "\(path) is only read: \(obstacle)",
          remedy: "keys work; logins are not renewed, and nothing can be stored")
      } else if FileSystem.exists(path) {
        add(.ok, "credentials", path)
      }
    } catch {
      // A file that is open to others has been told with the other permissions.
      if case .unreadable(let fault) = error, case .looseMode = fault.code { return }
      findings.append(Finding(Complaint(error), check: "credentials"))
    }
  }

  private mutating func checkCredentials() {
    do throws(Complaint) {
      let found = try session.program.inspectCredentials(session)
      for finding in found { add(finding) }
      if found.isEmpty {
        add(
          .warning, "providers", "none is configured, and no key was found",
          remedy: "auxq config init, then describe one in \(session.paths.config)")
      }
    } catch {
      // What is wrong with auth.json has been said.
      let finding = Finding(error, check: "providers")
      if !findings.contains(where: { $0.message == finding.message }) { findings.append(finding) }
    }
  }

  private mutating func add(_ finding: CredentialFinding) {
    switch finding.state {
    case .found(let source): add(.ok, "providers", "\(finding.provider): key from \(source)")
    case .notNeeded: add(.ok, "providers", "\(finding.provider): asked without a key")
    case .missing(let remedy):
      add(.error, "providers", "\(finding.provider): no key", remedy: remedy)
    case .benched(let words, let remedy):
      add(.warning, "providers", "\(finding.provider) \(words)", remedy: remedy)
    case .refused(let words, let remedy):
      add(.error, "providers", "\(finding.provider) \(words)", remedy: remedy)
    case .unusable(let complaint):
      findings.append(Finding(complaint, check: "providers"))
    }
  }
}

/// `3.40.1` as numbers that compare.
struct VersionNumber: Comparable {
  private let parts: [Int]

  init(_ text: String) {
    parts = text.split(separator: ".").prefix(3).map { part in
      Int(part.prefix { $0.isNumber }) ?? 0
    }
  }

  static func < (left: VersionNumber, right: VersionNumber) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }
}
