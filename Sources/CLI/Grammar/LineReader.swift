/// Reads the options and arguments of one known command, and collects everything that is wrong.
struct LineReader {
  let command: CommandSpec
  let table: CommandTable
  private var words: ArraySlice<String>
  private var plain: [String] = []
  private(set) var invocation: Invocation
  private(set) var problems: [UsageProblem] = []
  private(set) var wantsHelp = false
  /// An unknown option may have taken a word with it that now looks like an argument.
  private var hasUnknownOption = false
  private var hasSecret = false

  init(command: CommandSpec, table: CommandTable, words: [String]) {
    self.command = command
    self.table = table
    self.words = words[...]
    self.invocation = Invocation(command: command)
  }

  private var name: String { command.path.joined(separator: " ") }

  mutating func read() {
    while let word = words.popFirst() {
      if word == "--" {
        plain += words
        words = []
      } else if word == "-" || !word.hasPrefix("-") {
        plain.append(word)
      } else if word.hasPrefix("--") {
        readLong(word)
      } else {
        readShort(word)
      }
    }
    assignArguments()
  }

  // MARK: Options

  private mutating func readLong(_ word: String) {
    let body = word.dropFirst(2)
    let name = String(body.prefix { $0 != "=" })
    let inline = body.firstIndex(of: "=").map { String(body[body.index(after: $0)...]) }
    if let option = command.option(name) {
      return take(option, inline: inline)
    }
    if PastedSecret.optionNames.contains(name) {
      problems.append(.pastedSecret(option: "--\(name)"))
      if inline == nil, words.first?.hasPrefix("-") == false { words.removeFirst() }
      return
    }
    if PastedSecret.looksLikeSecret(word) || PastedSecret.looksLikeSecret(String(body)) {
      problems.append(.pastedSecret(option: nil))
    } else {
      reportUnknown("--\(name)", name: name)
    }
  }

  private mutating func readShort(_ word: String) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = command.option(short: letter) else {
        return reportUnknown(word, name: String(word.dropFirst()))
      }
      guard option.value != nil else {
        take(option, inline: nil)
        continue
      }
      // `-n5` is the same as `-n 5`.
      return take(option, inline: letters.isEmpty ? nil : String(letters))
    }
  }

  private mutating func reportUnknown(_ typed: String, name: String) {
    hasUnknownOption = true
    let own = (command.options + OptionSpec.globals).map(\.name)
    let names = Suggestion.nearest(to: name, among: own)
    let others = table.allCommands.filter { $0.options.contains { $0.name == name } }
    problems.append(
      .unknownOption(
        typed, command: self.name, suggestions: names,
        elsewhere: others.prefix(4).map { $0.path.joined(separator: " ") }))
  }

  private mutating func take(_ option: OptionSpec, inline: String?) {
    if option.name == "help" { wantsHelp = true }
    guard let value = option.value else {
      if inline != nil { return problems.append(.unexpectedValue(option: "--\(option.name)")) }
      invocation.values[option.name] = [.flag]
      return
    }
    if let text = inline ?? nextValue(value) {
      if text.isEmpty { return reportMissing(option, value) }
      store(text, for: option, value)
    } else if value.isOptional {
      add(.flag, to: option)
    } else {
      reportMissing(option, value)
    }
  }

  private mutating func reportMissing(_ option: OptionSpec, _ value: ValueSpec) {
    problems.append(.missingValue(option: "--\(option.name)", value: value.name))
  }

  /// The next word where it can be the value: an option's name never is one.
  private mutating func nextValue(_ value: ValueSpec) -> String? {
    guard let next = words.first else { return nil }
    let isNegativeNumber = Int(next) != nil
    if next.hasPrefix("-"), next != "-", !isNegativeNumber { return nil }
    if value.isOptional, value.kind.read(next) == nil { return nil }
    return words.popFirst()
  }

  private mutating func store(_ text: String, for option: OptionSpec, _ spec: ValueSpec) {
    let place = "--\(option.name)"
    if PastedSecret.looksLikeSecret(text) {
      return problems.append(.pastedSecret(option: place))
    }
    for part in parts(of: text, option, spec) {
      if let value = spec.kind.read(part) {
        add(value, to: option)
      } else {
        problems.append(
          .badValue(
            of: place, text: part, expected: spec.kind.expectation,
            suggestions: spec.kind.suggestions(for: part)))
      }
    }
  }

  /// `--state failed,dead` is the same as naming the option twice.
  private func parts(of text: String, _ option: OptionSpec, _ spec: ValueSpec) -> [String] {
    guard option.isRepeatable, case .oneOf = spec.kind else { return [text] }
    return text.split(separator: ",").map { String($0) }
  }

  private mutating func add(_ value: OptionValue, to option: OptionSpec) {
    let earlier = invocation.values[option.name] ?? []
    if !earlier.isEmpty, !option.isRepeatable {
      return problems.append(.repeated("--\(option.name)"))
    }
    if case .pair(let name, _) = value, hasPair(name, earlier) {
      return problems.append(.repeated("--\(option.name) \(name)"))
    }
    invocation.values[option.name] = earlier + [value]
  }

  private func hasPair(_ name: String, _ values: [OptionValue]) -> Bool {
    values.contains {
      guard case .pair(name, _) = $0 else { return false }
      return true
    }
  }

  // MARK: Arguments

  private mutating func assignArguments() {
    let secrets = plain.filter { PastedSecret.looksLikeSecret($0) }
    problems += secrets.map { _ in .pastedSecret(option: nil) }
    hasSecret = !secrets.isEmpty
    var rest = plain.filter { !PastedSecret.looksLikeSecret($0) }[...]
    for argument in command.arguments {
      let taken =
        switch argument.count {
        case .one, .optional: rest.prefix(1)
        case .any, .atLeastOne: rest
        }
      rest = rest.dropFirst(taken.count)
      assign(Array(taken), to: argument)
    }
    guard !hasUnknownOption else { return }
    problems += rest.map { .extraArgument($0, command: name) }
  }

  private mutating func assign(_ texts: [String], to argument: ArgumentSpec) {
    let isRequired = argument.count == .one || argument.count == .atLeastOne
    if texts.isEmpty, isRequired, !hasUnknownOption, !hasSecret {
      problems.append(.missingArgument(argument.name, command: name))
    }
    for text in texts {
      if argument.kind.read(text) != nil {
        invocation.arguments[argument.name, default: []].append(text)
      } else {
        problems.append(
          .badValue(
            of: argument.name, text: text, expected: argument.kind.expectation,
            suggestions: argument.kind.suggestions(for: text)))
      }
    }
  }
}
