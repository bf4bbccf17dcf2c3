/// Reads a command line by the table. Pure: no environment, no clock, no files.
package struct Parser {
  private let table: CommandTable
  private var problems: [UsageProblem] = []

  private init(_ table: CommandTable) { self.table = table }

  /// Reads a command line.
  ///
  /// - Parameters:
  ///   - words: The arguments without the program's name.
  ///   - table: The commands there are.
  /// - Returns: What to do (`--help` anywhere gives the command `help`), or all that is wrong.
  package static func parse(
    _ words: [String], table: CommandTable = .standard
  ) -> Result<Invocation, UsageError> {
    var parser = Parser(table)
    return parser.parse(words)
  }

  private mutating func parse(_ words: [String]) -> Result<Invocation, UsageError> {
    var resolver = CommandResolver(table: table, words: words)
    let resolution = resolver.resolve()
    let path = resolution.command?.path ?? []
    if resolution.wantsHelp { return .success(help(path)) }
    if resolution.wantsVersion, path.isEmpty, let version = table.command(["version"]) {
      return .success(Invocation(command: version))
    }
    problems = resolution.problems
    guard let command = resolution.command, command.subcommands.isEmpty else {
      return .failure(UsageError(command: path, problems: problems))
    }
    var line = LineReader(command: command, table: table, words: resolution.rest)
    line.read()
    if line.wantsHelp { return .success(help(path)) }
    problems += line.problems
    if problems.isEmpty { problems += RuleCheck.problems(in: line.invocation) }
    guard problems.isEmpty else {
      return .failure(UsageError(command: path, problems: problems))
    }
    return .success(line.invocation)
  }

  private func help(_ path: [String]) -> Invocation {
    let command = table.command(["help"]) ?? CommandSpec("help", summary: "", examples: [])
    return Invocation(command: command, arguments: ["COMMAND": path])
  }
}
