import Configuration
import Credentials
import Fallback
import JSONText
import Worker

/// `auth remove`: takes a credential out of the pool, and says what of it stays elsewhere.
enum AuthRemoveCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    // Before looking, so that the number that was meant is the one that goes.
    let lock = try session.authLock()
    let engine = try session.engine(NoStore())
    let provider = try session.provider(engine)
    let rows = engine.credentialRows(provider, session.program.now())
    let row = try CredentialTarget.find(
      session.invocation.argument("TARGET") ?? "", in: rows, of: provider)
    if row.listing.isConfigured { throw configured(row, provider, session) }
    do throws(AuthFileError) {
      var document = try AuthDocument(under: lock)
      try remove(row, provider, engine.settings, from: &document)
      try document.save(under: lock, now: session.program.now())
    } catch {
      throw Complaint(error)
    }
    session.forgetMarks(of: row.listing.credential.id, provider: provider)
    try tell(row, provider, engine.settings, session)
    return .success
  }

  private static func configured(
    _ row: CredentialRow, _ provider: String, _ session: Session
  ) -> Complaint {
    Complaint(
      .usage, "“\(row.listing.credential.label)” is not stored: the configuration names it",
      at: session.paths.config,
      remedy: "take it out of providers.\(provider) (key_env, key_file, key_command) there")
  }

  private static func remove(
    _ row: CredentialRow, _ provider: String, _ settings: Settings,
    from document: inout AuthDocument
  ) throws(AuthFileError) {
    let pools = settings.poolNames(provider)
    var pool = document.pool(among: pools)
    switch row.listing.place {
    case .entry(let name, let index)?:
      pool = name
      try document.removeEntries([index], from: name)
    case .login(let name)?: try document.removeLogin(name)
    case nil: break
    }
    // Or the other program would find the login again and put it back.
    if row.listing.source == "device_code" { try document.removeLogin(provider) }
    guard row.isSeeded(settings, provider) else { return }
    let known = document.suppressedSources(pool)
    guard !known.contains(row.listing.source) else { return }
    try document.suppress(known + [row.listing.source], of: pool)
  }

  private static func tell(
    _ row: CredentialRow, _ provider: String, _ settings: Settings, _ session: Session
  ) throws(Complaint) {
    let label = row.listing.credential.label
    let left = try leftovers(row, provider, settings, session)
    if session.invocation.wantsJSON {
      try session.emit([
        "provider": .string(provider), "index": .int(row.index),
        "id": .string(row.listing.credential.id), "label": .string(label),
        "source": .string(row.listing.source), "left": .array(left.map { .string($0) }),
      ])
      return
    }
    try session.emit("\(provider): removed #\(row.index) \(Sanitizer.line(label))\n")
    for line in left { session.note("auxq: \(line)") }
  }

  /// What of it is still there, and what follows from that.
  private static func leftovers(
    _ row: CredentialRow, _ provider: String, _ settings: Settings, _ session: Session
  ) throws(Complaint) -> [String] {
    var lines: [String] = []
    switch KeyReference(source: row.listing.source) {
    case .variable(let name)?:
      if session.program.environment[name]?.isEmpty == false {
        let until =
          row.isSeeded(settings, provider)
          ? "; auxq passes over it until the next “auxq auth add \(provider)”" : ""
        lines.append("\(name) is still set in the environment\(until)")
      }
    case .file(let path)?: lines.append("the key file stays: \(path)")
    case .command?: break
    case .login(let path)?:
      lines.append("the login stays in \(path), with the program that owns it")
    case nil: break
    }
    if row.listing.source == "device_code",
      let shared = SharedLogin.path(
        besideAuthFile: session.paths.authFile, environment: session.program.environment)
    {
      lines.append("the copy that other profiles use stays: \(shared)")
    }
    let rows = try session.engine(NoStore()).credentialRows(provider, session.program.now())
    let print = row.listing.credential.fingerprint
    if !print.isEmpty,
      let same = rows.first(where: { $0.listing.credential.fingerprint == print })
    {
      lines.append("the same key is still found in \(same.listing.source), and used from there")
    }
    return lines
  }
}

extension CredentialRow {
  /// It would be found again by itself.
  fileprivate func isSeeded(_ settings: Settings, _ provider: String) -> Bool {
    if listing.source == "device_code" { return true }
    guard case .variable(let name)? = KeyReference(source: listing.source) else { return false }
    return settings.keySources(provider).names.contains(name)
  }
}
