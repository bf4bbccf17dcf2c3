import JSONText

/// `help`.
enum HelpCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let path = session.invocation.arguments["COMMAND"] ?? []
    let table = CommandTable.standard
    guard !path.isEmpty else {
      try session.emit(HelpText.long(table))
      return .success
    }
    guard let command = table.command(path) else {
      // The parser finds the words for it.
      guard case .failure(let error) = Parser.parse(path, table: table) else {
        throw Complaint(.usage, "no such command: \(path.joined(separator: " "))")
      }
      throw Complaint(error)
    }
    try session.emit(HelpText.of(command))
    return .success
  }
}

/// `version`.
enum VersionCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let versions = session.program.versions
    if session.invocation.wantsJSON {
      try session.emit([
        "auxq": .string(versions.auxq), "sqlite": .string(versions.sqlite),
        "curl": .string(versions.curl),
      ])
    } else {
      try session.emit(
        "auxq \(versions.auxq)\nSQLite \(versions.sqlite)\nlibcurl \(versions.curl)\n")
    }
    return .success
  }
}

/// `completion`.
enum CompletionCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let name = session.invocation.argument("SHELL") ?? ""
    guard let shell = CompletionScript.Shell(rawValue: name) else {
      throw Complaint(.usage, "no completion for “\(name)”", remedy: "bash, zsh or fish")
    }
    try session.emit(CompletionScript.text(for: shell))
    return .success
  }
}
