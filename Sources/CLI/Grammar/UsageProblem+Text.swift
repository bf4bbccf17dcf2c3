extension UsageProblem {
  /// What is wrong, in one line without a final full stop.
  package var message: String {
    switch self {
    case .noCommand: "no command"
    case .unknownCommand(let word, _): "unknown command “\(word)”"
    case .missingSubcommand(let command, let names):
      "auxq \(command) needs one of: \(names.joined(separator: ", "))"
    case .unknownSubcommand(let word, let command, _):
      "unknown command “\(command) \(word)”"
    case .unknownOption(let option, let command, _, _):
      command.isEmpty ? "unknown option \(option)" : "auxq \(command) has no option \(option)"
    case .optionBeforeCommand(let option): "\(option) goes after the command"
    case .missingValue(let option, let value): "\(option) needs a value: \(option) \(value)"
    case .unexpectedValue(let option): "\(option) takes no value"
    case .repeated(let option): "\(option) is given more than once"
    case .badValue(let place, let text, let expected, _):
      "\(place): “\(text)” is not \(expected)"
    case .missingArgument(let name, let command): "auxq \(command) needs \(name)"
    case .extraArgument(let text, let command):
      "auxq \(command) does not expect “\(text)”"
    case .exclusive(let options): "\(options.joined(separator: " and ")) exclude each other"
    case .needs(let option, let other): "\(option) makes sense only with \(other)"
    case .tooMany(let argument, let other, 0): "no \(argument) together with \(other)"
    case .tooMany(let argument, let other, let limit):
      "at most \(limit) \(argument) together with \(other)"
    case .argumentsAndOptions(let argument): "give either \(argument) or filters, not both"
    case .nothingChosen(let argument, let options):
      "which jobs? Give \(argument), or a filter: \(options.joined(separator: " "))"
    case .pastedSecret(let option?): "\(option): a key must not stand on the command line"
    case .pastedSecret(nil): "this looks like a key, and a key must not stand on the command line"
    }
  }

  /// What to do about it; nil where the message says it.
  package var hint: String? {
    switch self {
    case .unknownCommand(_, let names):
      names.isEmpty ? "all commands: auxq help" : UsageProblem.didYouMean(names, "auxq ")
    case .unknownSubcommand(_, let command, let names):
      names.isEmpty
        ? "auxq \(command) --help" : UsageProblem.didYouMean(names, "auxq \(command) ")
    case .unknownOption(_, _, let names, _) where !names.isEmpty:
      UsageProblem.didYouMean(names, "--")
    case .unknownOption(_, _, _, let commands) where !commands.isEmpty:
      "it belongs to: \(commands.map { "auxq \($0)" }.joined(separator: ", "))"
    case .optionBeforeCommand(let option): "for example: auxq list \(option)"
    case .badValue(_, _, _, let names) where !names.isEmpty:
      UsageProblem.didYouMean(names, "")
    case .pastedSecret:
      """
      other users can read it there, and the shell keeps it: clean your shell's history and replace \
      the key; hand keys over by an environment variable (key_env, --from-env NAME) or --stdin
      """
    default: nil
    }
  }

  private static func didYouMean(_ names: [String], _ prefix: String) -> String {
    "did you mean " + names.map { prefix + $0 }.joined(separator: " or ") + "?"
  }
}
