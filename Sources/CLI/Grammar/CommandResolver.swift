/// Finds out which command a line is about. Global options may stand before it.
struct CommandResolver {
  struct Resolution {
    /// The innermost command found; it has subcommands only where the line names none of them.
    var command: CommandSpec?
    /// What is left for the command, global options that stood before it included.
    var rest: [String] = []
    var problems: [UsageProblem] = []
    var wantsHelp = false
    var wantsVersion = false
  }

  let table: CommandTable
  var words: [String]
  private var found = Resolution()
  private var moved: [String] = []

  init(table: CommandTable, words: [String]) {
    self.table = table
    self.words = words
  }

  mutating func resolve() -> Resolution {
    var candidates = table.commands
    while true {
      readOptions()
      guard let word = words.first else {
        reportMissing(candidates)
        break
      }
      guard let command = candidates.first(where: { $0.name == word }) else {
        reportUnknown(word, candidates)
        break
      }
      words.removeFirst()
      found.command = command
      candidates = command.subcommands
      if candidates.isEmpty { break }
    }
    found.rest = moved + words
    return found
  }

  /// Moves options in front of a command's name behind it.
  private mutating func readOptions() {
    while let word = words.first, word.hasPrefix("-"), word != "-", word != "--" {
      words.removeFirst()
      let name = word.drop { $0 == "-" }.prefix { $0 != "=" }
      switch word {
      case "--help", "-h": found.wantsHelp = true
      case "--version", "-v", "-V": found.wantsVersion = true
      default: readOption(word, name: String(name))
      }
    }
  }

  private mutating func readOption(_ word: String, name: String) {
    let global = OptionSpec.globals.first {
      $0.name == name || $0.short.map { String($0) } == name
    }
    if let global {
      moved.append(word)
      if global.value != nil, !word.contains("="), let value = words.first {
        moved.append(value)
        words.removeFirst()
      }
    } else if PastedSecret.optionNames.contains(name) {
      found.problems.append(.pastedSecret(option: "--\(name)"))
      if !word.contains("="), words.first?.hasPrefix("-") == false { words.removeFirst() }
    } else if PastedSecret.looksLikeSecret(String(word.drop { $0 == "-" })) {
      found.problems.append(.pastedSecret(option: nil))
    } else if table.allCommands.contains(where: { $0.option(name) != nil }) {
      found.problems.append(.optionBeforeCommand("--\(name)"))
    } else {
      let names = Suggestion.nearest(to: name, among: OptionSpec.globals.map(\.name))
      found.problems.append(
        .unknownOption(
          String(word.prefix { $0 != "=" }), command: "", suggestions: names, elsewhere: []))
    }
  }

  private mutating func reportMissing(_ candidates: [CommandSpec]) {
    guard !found.wantsHelp, !found.wantsVersion else { return }
    if let command = found.command {
      found.problems.append(
        .missingSubcommand(
          command: command.path.joined(separator: " "), names: candidates.map(\.name)))
    } else if found.problems.isEmpty {
      found.problems.append(.noCommand)
    }
  }

  private mutating func reportUnknown(_ word: String, _ candidates: [CommandSpec]) {
    // Whatever follows cannot be judged, but help for a typing error is still an error.
    found.wantsHelp = false
    found.wantsVersion = false
    if PastedSecret.looksLikeSecret(word) {
      found.problems.append(.pastedSecret(option: nil))
    } else if let command = found.command {
      let path = command.path.joined(separator: " ")
      let names = Suggestion.nearest(to: word, among: candidates.map(\.name))
      found.problems.append(.unknownSubcommand(word, command: path, suggestions: names))
    } else {
      let names = Suggestion.command(for: word, among: candidates.map(\.name))
      found.problems.append(.unknownCommand(word, suggestions: names))
    }
  }
}
