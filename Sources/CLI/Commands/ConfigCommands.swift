import Configuration
import JSONText
import Platform

/// `config path`.
enum ConfigPathCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let paths = session.paths
    guard session.invocation.wantsJSON else {
      try session.emit(paths.config + "\n")
      return .success
    }
    try session.emit([
      "config": .string(paths.config), "database": .string(paths.database),
      "auth": .string(paths.authFile), "jobs": .string(paths.jobsFolder),
      "runtime": .string(paths.runtimeFolder),
    ])
    return .success
  }
}

/// `config show`: the settings in force.
enum ConfigShowCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let settings = try session.settings(session.catalog())
    try session.emit(settings.json, style: session.invocation.wantsJSON ? .compact : .pretty)
    return .success
  }
}

/// `config check`: every problem, with its place.
enum ConfigCheckCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let parsed = try session.parsedSettings(session.catalog())
    if session.invocation.wantsJSON {
      try session.emit([
        "path": .string(session.paths.config),
        "exists": .bool(FileSystem.exists(session.paths.config)),
        "problems": .array(parsed.problems.map { object($0) }),
      ])
    } else {
      try tell(parsed, session)
    }
    return parsed.errors.isEmpty ? .success : .configuration
  }

  private static func tell(_ parsed: ParsedSettings, _ session: Session) throws(Complaint) {
    for problem in parsed.problems {
      let mark = problem.severity == .error ? "x  " : "!  "
      try session.emit(mark + Sanitizer.line(problem.text) + "\n")
    }
    guard parsed.problems.isEmpty else { return }
    let path = session.paths.config
    let isThere = FileSystem.exists(path)
    try session.emit("ok  \(path)\(isThere ? "" : " (not there: defaults hold)")\n")
  }

  private static func object(_ problem: ConfigProblem) -> JSONValue {
    [
      "severity": .string(problem.severity == .error ? "error" : "warning"),
      "code": .string(problem.code.rawValue), "line": .int(problem.line),
      "column": .int(problem.column), "pointer": .string(problem.pointer),
      "message": .string(problem.message), "suggestion": .optional(problem.suggestion),
    ]
  }
}

/// `config init`: a commented file that changes nothing until it is edited.
enum ConfigInitCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let path = session.paths.config
    guard !FileSystem.exists(path) else {
      throw Complaint(
        .cannotCreate, "the configuration is there already", at: path,
        remedy: "edit it, then: auxq config check")
    }
    do throws(FileError) {
      try FileSystem.makeDirectories(FileSystem.directory(of: path), isDurable: true)
      try FileSystem.writeAtomically(path, Array(ConfigTemplate.text.utf8))
    } catch {
      throw Complaint(error, for: .output)
    }
    try session.emit(path + "\n")
    return .success
  }
}
