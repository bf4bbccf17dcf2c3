import Configuration
import Credentials
import Fallback
import JSONText
import Platform
import Worker

/// `auth import`: takes credentials over from a hermes home. Nothing there is changed.
enum AuthImportCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let engine = try session.engine(NoStore())
    let provider = try session.invocation.argument("PROVIDER").map { (_) throws(Complaint) in
      try session.provider(engine)
    }
    let home = try open(try folder(session), session)
    let find = { (own: AuthDocument) in
      home.findings(
        for: own, provider: provider, engine.settings, environment: session.program.environment)
    }
    let findings: [HermesHome.Finding]
    if session.invocation.has("dry-run") {
      findings = find(try document(session))
    } else {
      findings = try session.changeAuth { (document) throws(AuthFileError) in
        let findings = find(document)
        for finding in findings {
          if case .imported(let new, let pool) = finding.fate { try document.add(new, to: pool) }
        }
        return findings
      }
    }
    try tell(findings, home, session)
    return .success
  }

  private static func folder(_ session: Session) throws(Complaint) -> String {
    if let named = session.invocation.text("from") { return FileSystem.absolutePath(named) }
    guard let user = FileSystem.homeDirectory(session.program.environment) else {
      throw Complaint(.noInput, "no home folder is known", remedy: "name one with --from HOME")
    }
    return FileSystem.joined(user, ".hermes")
  }

  private static func open(
    _ folder: String, _ session: Session
  ) throws(Complaint) -> HermesHome {
    // The file itself may be named too.
    let home = folder.hasSuffix("/auth.json") ? FileSystem.directory(of: folder) : folder
    let found: HermesHome
    do throws(AuthFileError) {
      found = try HermesHome(home)
    } catch {
      guard case .unreadable(let fault) = error, fault.code == .notFound else {
        throw Complaint(error)
      }
      throw Complaint(
        .noInput, "there is no \(fault.path)", remedy: "name the home: auxq auth import --from HOME"
      )
    }
    let theirs = FileSystem.resolvingLinks(found.path)
    guard theirs == nil || theirs != FileSystem.resolvingLinks(session.paths.authFile) else {
      throw Complaint(
        .usage, "\(found.path) is the file that auxq uses already: there is nothing to import",
        remedy: "auxq auth list")
    }
    return found
  }

  private static func document(_ session: Session) throws(Complaint) -> AuthDocument {
    do throws(AuthFileError) { return try AuthDocument(session.paths.authFile) } catch {
      throw Complaint(error)
    }
  }

  private static func tell(
    _ findings: [HermesHome.Finding], _ home: HermesHome, _ session: Session
  ) throws(Complaint) {
    let isDry = session.invocation.has("dry-run")
    if session.invocation.wantsJSON {
      return try session.emitLines(findings.map { $0.json(isDry: isDry) })
    }
    guard !findings.isEmpty else {
      session.note("auxq: \(home.path) holds no credential that is asked for")
      return
    }
    var table = Table([
      .init(title: "PROVIDER", limit: 24), .init(title: "LABEL", limit: 30),
      .init(title: "SOURCE", limit: 30), .init(title: "OUTCOME"),
    ])
    for finding in findings {
      table.add(
        finding.provider, finding.label, finding.source, finding.outcome(isDry: isDry))
    }
    try session.emit(table.text(style: session.style, width: nil))
    for finding in findings {
      if let note = finding.note { session.note("auxq: \(finding.provider): \(note)") }
    }
    if isDry { session.note("auxq: nothing was changed; without --dry-run it would be") }
  }
}

extension HermesHome.Finding {
  fileprivate func outcome(isDry: Bool) -> String {
    switch fate {
    case .imported: isDry ? "would be imported" : "imported"
    case .known: "known already"
    case .left(let why): "left there: \(why)"
    }
  }

  fileprivate func json(isDry: Bool) -> JSONValue {
    let word: String
    var id: String?
    var why: String?
    switch fate {
    case .imported(let new, _): (word, id) = (isDry ? "would_import" : "imported", new.id)
    case .known: word = "known"
    case .left(let reason): (word, why) = ("left", reason)
    }
    return [
      "provider": .string(provider), "label": .string(label), "source": .string(source),
      "outcome": .string(word), "id": .optional(id), "reason": .optional(why ?? note),
    ]
  }
}
