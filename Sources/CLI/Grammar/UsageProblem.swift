/// One thing that is wrong with a command line.
package enum UsageProblem: Error, Sendable, Hashable {
  case noCommand
  case unknownCommand(String, suggestions: [String])
  case missingSubcommand(command: String, names: [String])
  case unknownSubcommand(String, command: String, suggestions: [String])
  /// `elsewhere` names commands that do have it.
  case unknownOption(String, command: String, suggestions: [String], elsewhere: [String])
  case optionBeforeCommand(String)
  case missingValue(option: String, value: String)
  case unexpectedValue(option: String)
  case repeated(String)
  case badValue(of: String, text: String, expected: String, suggestions: [String])
  case missingArgument(String, command: String)
  case extraArgument(String, command: String)
  case exclusive([String])
  case needs(String, other: String)
  case tooMany(argument: String, with: String, limit: Int)
  case argumentsAndOptions(argument: String)
  case nothingChosen(argument: String, options: [String])
  /// A key on the command line; it is never repeated here.
  case pastedSecret(option: String?)
}

/// Everything that is wrong with a command line, for one message.
package struct UsageError: Error, Sendable, Hashable {
  /// Path of the command as far as it was understood.
  package var command: [String]
  package var problems: [UsageProblem]

  package init(command: [String], problems: [UsageProblem]) {
    self.command = command
    self.problems = problems
  }
}
