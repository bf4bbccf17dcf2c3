/// Help as text, made from the table.
package enum HelpText {
  /// What `auxq` alone says: 24 lines at most.
  package static func short(_ table: CommandTable = .standard) -> String {
    var lines = ["auxq: a durable queue for auxiliary LLM work that explains every fallback", ""]
    lines += examples(start)
    lines.append("")
    lines += table.groups.flatMap {
      Columns.definition(
        $0.title, $0.commands.map(\.name).joined(separator: "  "), column: 12)
    }
    lines += ["", "More: auxq help, auxq help COMMAND"]
    return joined(lines)
  }

  /// What `auxq help` says.
  package static func long(_ table: CommandTable = .standard) -> String {
    var lines = ["auxq: a durable queue for auxiliary LLM work that explains every fallback", ""]
    lines += ["Examples:"] + examples(start) + ["", "Usage: auxq COMMAND [arguments] [options]"]
    for group in table.groups {
      lines += ["", "\(group.title):"]
      lines += group.commands.flatMap { Columns.definition($0.name, $0.summary, column: 14) }
    }
    lines += ["", "Options of every command:"] + options(OptionSpec.globals)
    lines += ["", "Environment:"]
    lines += environment.flatMap { Columns.definition($0.name, $0.meaning) }
    lines += ["", "Exit codes:"]
    lines += ExitCode.allCases.flatMap {
      Columns.definition("\($0.rawValue)", $0.phrase, column: 7)
    }
    return joined(lines)
  }

  /// What `auxq help COMMAND` says.
  package static func of(_ command: CommandSpec) -> String {
    var lines = ["\(command.title): \(command.summary)", "", "Examples:"]
    lines += examples(command.examples)
    lines += [""] + usage(command)
    if !command.subcommands.isEmpty {
      lines += ["", "Commands:"]
      lines += command.subcommands.flatMap {
        Columns.definition($0.name, $0.summary, column: 14)
      }
    }
    if !command.arguments.isEmpty {
      lines += ["", "Arguments:"]
      lines += command.arguments.flatMap { Columns.definition($0.usage, $0.help) }
    }
    if !command.options.isEmpty { lines += ["", "Options:"] + options(command.options) }
    lines += ["", "Options of every command:"] + options(OptionSpec.globals)
    for note in command.notes { lines += [""] + Columns.wrap(note, width: Columns.width) }
    lines += ["", "Exit codes:"] + exitCodes(command)
    return joined(lines)
  }

  private static let start = [
    Example("auxq run summarise notes.md", "do it now, result on stdout"),
    Example("auxq enqueue summarise *.md", "queue jobs, ids on stdout"),
    Example("auxq work", "run queued jobs"),
    Example("auxq show 42", "what happened to job 42, and why"),
  ]

  private static let environment: [(name: String, meaning: String)] = [
    ("AUXQ_HOME", "One folder for everything: config.json, auth.json, queue.db, jobs/"),
    ("AUXQ_CONFIG", "Configuration file"),
    ("AUXQ_DATABASE", "Queue database"),
    ("AUXQ_AUTH_FILE", "Credentials file"),
    ("NO_COLOR", "No colours"),
  ]

  private static func usage(_ command: CommandSpec) -> [String] {
    var tails = command.usageLines
    if tails.isEmpty {
      let words = command.arguments.map(\.usage)
      tails = [(words + ["[options]"]).joined(separator: " ")]
    }
    if !command.subcommands.isEmpty { tails = ["COMMAND"] }
    return tails.enumerated().map { index, tail in
      (index == 0 ? "Usage: " : "       ") + "\(command.title) \(tail)"
    }
  }

  private static func examples(_ examples: [Example]) -> [String] {
    let longest = examples.map { $0.line.count }.max() ?? 0
    guard longest <= 50 else {
      return examples.map { "  \($0.line)    # \($0.meaning)" }
    }
    return examples.map {
      "  \($0.line)" + String(repeating: " ", count: longest - $0.line.count) + "  # \($0.meaning)"
    }
  }

  private static func options(_ options: [OptionSpec]) -> [String] {
    options.flatMap { Columns.definition($0.usage, $0.help) }
  }

  private static func exitCodes(_ command: CommandSpec) -> [String] {
    let common = [ExitCode.success, .usage, .inputOutput, .permission, .configuration]
    let own = command.exitCodes.map { ($0.code, $0.meaning) }
    let others = common.filter { code in !own.contains { $0.0 == code } }.map { ($0, $0.phrase) }
    return (own + others).sorted { $0.0.rawValue < $1.0.rawValue }.flatMap {
      Columns.definition("\($0.0.rawValue)", $0.1, column: 7)
    }
  }

  private static func joined(_ lines: [String]) -> String {
    lines.joined(separator: "\n") + "\n"
  }
}
