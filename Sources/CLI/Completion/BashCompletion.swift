struct BashCompletion {
  let table: CommandTable

  var text: String {
    """
    # bash completion for auxq
    _auxq() {
      local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
      local command="" count=0 i
      COMPREPLY=()
      for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          --config|--database) ((i++)) ;;
          -*) ;;
          *)
            if [[ -z $command ]]; then command=${COMP_WORDS[i]}
            elif [[ $command == @(\(groups)) ]]; then command+=" ${COMP_WORDS[i]}"
            else ((count++)); fi ;;
        esac
      done
      case "$command:$prev" in
    \(values)
      esac
      if [[ $cur == -* ]]; then
        case "$command" in
    \(options)
        esac
        return
      fi
      case "$command:$count" in
        :*) COMPREPLY=($(compgen -W "\(names(table.commands))" -- "$cur")) ;;
    \(arguments)
      esac
    }
    complete -o default -F _auxq auxq

    """
  }

  private var groups: String {
    table.commands.filter { !$0.subcommands.isEmpty }.map(\.name).joined(separator: "|")
  }

  private func names(_ commands: [CommandSpec]) -> String {
    commands.map(\.name).joined(separator: " ")
  }

  private func reply(_ source: CompletionSource) -> String? {
    switch source {
    case .nothing: nil
    case .files: #"COMPREPLY=($(compgen -f -- "$cur"))"#
    case .kinds:
      #"COMPREPLY=($(compgen -W "$(\#(CompletionScript.kindNames))" -- "$cur"))"#
    case .words(let words):
      #"COMPREPLY=($(compgen -W "\#(words.joined(separator: " "))" -- "$cur"))"#
    }
  }

  private var values: String {
    var lines: [String] = []
    for command in CommandSpec.leaves(of: table) {
      for option in command.allOptions {
        guard let value = option.value else { continue }
        // An option with a free value completes nothing, rather than the command's arguments.
        let answer = reply(CompletionSource(value.kind, table: table)) ?? ":"
        guard !value.isOptional else { continue }
        lines.append(
          "    \"\(command.path.joined(separator: " ")):--\(option.name)\") \(answer); return ;;")
      }
    }
    return lines.joined(separator: "\n")
  }

  private var options: String {
    table.allCommands.map { command in
      let words = command.allOptions.map { "--\($0.name)" }.joined(separator: " ")
      let path = command.path.joined(separator: " ")
      return #"      "\#(path)") COMPREPLY=($(compgen -W "\#(words)" -- "$cur")) ;;"#
    }.joined(separator: "\n")
  }

  private var arguments: String {
    var lines = table.commands.filter { !$0.subcommands.isEmpty }.map {
      #"    "\#($0.name):0") COMPREPLY=($(compgen -W "\#(names($0.subcommands))" -- "$cur")) ;;"#
    }
    for command in CommandSpec.leaves(of: table) {
      for (index, argument) in command.arguments.enumerated() {
        guard let answer = reply(CompletionSource(argument.kind, table: table)) else { continue }
        let isLast = argument.count == .any || argument.count == .atLeastOne
        let path = command.path.joined(separator: " ")
        lines.append("    \"\(path):\"\(isLast ? "*" : "\(index)")) \(answer) ;;")
      }
    }
    return lines.joined(separator: "\n")
  }
}
