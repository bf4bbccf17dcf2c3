import JSONText
import Kinds

extension KindCatalog {
  /// A sound definition, or a complaint in words.
  func sound(_ name: String) throws(Complaint) -> KindDefinition {
    do throws(KindError) {
      return try definition(named: name)
    } catch {
      throw Complaint(error)
    }
  }
}

/// `kinds list`.
enum KindsListCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let kinds = session.catalog().all()
    if session.invocation.wantsJSON {
      try session.emitLines(kinds.map { KindJSON.listing($0) })
    } else {
      try session.emit(KindScreen.list(kinds, style: session.style, width: session.width))
    }
    return .success
  }
}

/// `kinds show`.
enum KindsShowCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let kind = try session.catalog().sound(session.invocation.argument("NAME") ?? "")
    if session.invocation.has("resolved") {
      try session.emit(KindJSON.resolved(kind), style: .pretty)
    } else if session.invocation.wantsJSON {
      try session.emit(KindJSON.object(kind))
    } else {
      try session.emit(KindScreen.show(kind, style: session.style))
    }
    return .success
  }
}

/// `kinds check`: every problem of every definition, or of those named.
enum KindsCheckCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let catalog = session.catalog()
    let names = session.invocation.arguments["NAME"] ?? catalog.all().map(\.name)
    var isSound = true
    // A folder that cannot be listed belongs to no kind.
    let listed = catalog.all().flatMap(\.problems)
    for problem in catalog.problems where !listed.contains(problem) {
      isSound = false
      try tell([problem], of: "-", session)
    }
    for name in names {
      switch try problems(name, catalog) {
      case nil:
        isSound = try checkExamples(of: name, catalog, session) && isSound
      case let problems?:
        isSound = false
        try tell(problems, of: name, session)
      }
    }
    return isSound ? .success : .configuration
  }

  /// Runs what lies in the kind's `tests`; no model is asked.
  private static func checkExamples(
    of name: String, _ catalog: KindCatalog, _ session: Session
  ) throws(Complaint) -> Bool {
    let definition = try catalog.sound(name)
    let (examples, unreadable) = catalog.examples(of: definition.name)
    var problems = unreadable
    let folder = (definition.path ?? "Jobs/\(definition.name)") + "/tests/"
    for example in examples {
      problems += example.mistakes(with: definition).map {
        DefinitionProblem(file: folder + example.name + ".json", message: $0)
      }
    }
    guard problems.isEmpty else {
      try tell(problems, of: name, session)
      return false
    }
    if !session.invocation.wantsJSON {
      let tested = examples.isEmpty ? "" : "  \(Quantity.counted(examples.count, "example"))"
      try session.emit("ok  \(name)\(tested)\n")
    }
    return true
  }

  /// nil: the definition is sound.
  private static func problems(
    _ name: String, _ catalog: KindCatalog
  ) throws(Complaint) -> [DefinitionProblem]? {
    do throws(KindError) {
      _ = try catalog.definition(named: name)
      return nil
    } catch {
      guard case .broken(_, let problems) = error else { throw Complaint(error) }
      return problems
    }
  }

  private static func tell(
    _ problems: [DefinitionProblem], of name: String, _ session: Session
  ) throws(Complaint) {
    if session.invocation.wantsJSON {
      return try session.emitLines(problems.map { KindJSON.problem($0, kind: name) })
    }
    for problem in problems {
      try session.emit("x   " + Sanitizer.line(problem.line(of: name)) + "\n")
    }
  }
}
