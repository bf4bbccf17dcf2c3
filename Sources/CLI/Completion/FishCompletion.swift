struct FishCompletion {
  let table: CommandTable

  var text: String {
    var lines = ["# fish completion for auxq", "complete -c auxq -f"]
    lines += OptionSpec.globals.map { "complete -c auxq\(option($0))" }
    lines += table.commands.flatMap { commandLines($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func commandLines(_ command: CommandSpec) -> [String] {
    let start = "complete -c auxq -n __fish_use_subcommand"
    let head = "\(start) -a \(command.name) -d \(quoted(command.summary))"
    guard !command.subcommands.isEmpty else { return [head] + details(command) }
    let names = command.subcommands.map(\.name).joined(separator: " ")
    let condition = quoted(
      "__fish_seen_subcommand_from \(command.name); and not __fish_seen_subcommand_from \(names)")
    return [head]
      + command.subcommands.flatMap { sub in
        [
          "complete -c auxq -n \(condition) -a \(sub.name) -d \(quoted(sub.summary))"
        ] + details(sub)
      }
  }

  private func details(_ command: CommandSpec) -> [String] {
    let seen = command.path.map { "__fish_seen_subcommand_from \($0)" }
    let condition = quoted(seen.joined(separator: "; and "))
    let options = command.options.map { "complete -c auxq -n \(condition)\(option($0))" }
    let arguments = command.arguments.compactMap { argument in
      values(CompletionSource(argument.kind, table: table)).map {
        "complete -c auxq -n \(condition)\($0)"
      }
    }
    return options + arguments
  }

  private func option(_ option: OptionSpec) -> String {
    var text = " -l \(option.name)"
    if let short = option.short { text += " -s \(short)" }
    if let value = option.value, !value.isOptional {
      text += " -r"
      if let values = values(CompletionSource(value.kind, table: table)) { text += values }
    }
    return text + " -d \(quoted(option.help))"
  }

  private func values(_ source: CompletionSource) -> String? {
    switch source {
    case .nothing: nil
    case .files: " -F"
    case .kinds: " -a \(quoted("(\(CompletionScript.kindNames))"))"
    case .words(let words): " -a \(quoted(words.joined(separator: " ")))"
    }
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.reduce(into: "") { result, character in
      if character == "'" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return "'\(escaped)'"
  }
}
