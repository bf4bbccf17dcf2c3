struct ZshCompletion {
  let table: CommandTable

  var text: String {
    """
    #compdef auxq
    _auxq_kinds() {
      local -a kinds
      kinds=(${(f)"$(\(CompletionScript.kindNames))"})
      compadd -a kinds
    }
    \(table.commands.map { function($0) }.joined(separator: "\n"))
    _auxq() {
      local -a commands
      local curcontext="$curcontext" state line
      commands=(
    \(described(table.commands, indent: 4))
      )
      _arguments -C \(globals) '1:command:->command' '*::argument:->argument'
      case $state in
        command) _describe command commands ;;
        argument) (( $+functions[_auxq_$line[1]] )) && _auxq_$line[1] ;;
      esac
    }
    compdef _auxq auxq

    """
  }

  private var globals: String {
    OptionSpec.globals.map { argument($0) }.joined(separator: " ")
  }

  private func described(_ commands: [CommandSpec], indent: Int) -> String {
    commands.map {
      String(repeating: " ", count: indent) + quoted("\($0.name):\($0.summary)")
    }.joined(separator: "\n")
  }

  private func function(_ command: CommandSpec) -> String {
    let name = "_auxq_" + command.path.joined(separator: "_")
    guard !command.subcommands.isEmpty else {
      let words = command.allOptions.map { argument($0) } + positions(command)
      return "\(name)() {\n  _arguments \\\n    " + words.joined(separator: " \\\n    ") + "\n}"
    }
    let inner = command.subcommands.map { function($0) }.joined(separator: "\n")
    return """
      \(inner)
      \(name)() {
        local -a commands
        local curcontext="$curcontext" state line
        commands=(
      \(described(command.subcommands, indent: 4))
        )
        _arguments -C '1:command:->command' '*::argument:->argument'
        case $state in
          command) _describe command commands ;;
          argument) (( $+functions[\(name)_$line[1]] )) && \(name)_$line[1] ;;
        esac
      }
      """
  }

  private func argument(_ option: OptionSpec) -> String {
    let star = option.isRepeatable ? "*" : ""
    let help = escaped(option.help)
    guard let value = option.value else { return quoted("\(star)--\(option.name)[\(help)]") }
    let colons = value.isOptional ? "::" : ":"
    let action = action(CompletionSource(value.kind, table: table))
    return quoted("\(star)--\(option.name)=[\(help)]\(colons)\(escaped(value.name)):\(action)")
  }

  private func positions(_ command: CommandSpec) -> [String] {
    command.arguments.enumerated().map { index, argument in
      let action = action(CompletionSource(argument.kind, table: table))
      let isMany = argument.count == .any || argument.count == .atLeastOne
      let colons = argument.count == .optional ? "::" : ":"
      return quoted(
        "\(isMany ? "*" : "\(index + 1)")\(isMany ? ":" : colons)\(argument.name):\(action)")
    }
  }

  private func action(_ source: CompletionSource) -> String {
    switch source {
    case .nothing: " "
    case .files: "_files"
    case .kinds: "_auxq_kinds"
    case .words(let words): "(\(words.joined(separator: " ")))"
    }
  }

  /// Brackets and colons have a meaning of their own in `_arguments`.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "[]:\\".contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
