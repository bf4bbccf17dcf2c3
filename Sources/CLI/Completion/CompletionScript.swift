/// Completion for shells, made from the command table.
package enum CompletionScript {
  package enum Shell: String, CaseIterable, Sendable { case bash, zsh, fish }

  /// The script that a shell reads.
  ///
  /// - Parameters:
  ///   - shell: Whose language.
  ///   - table: The commands there are.
  /// - Returns: Text ending with a line feed.
  package static func text(for shell: Shell, table: CommandTable = .standard) -> String {
    switch shell {
    case .bash: BashCompletion(table: table).text
    case .zsh: ZshCompletion(table: table).text
    case .fish: FishCompletion(table: table).text
    }
  }

  /// A shell command that prints the names of the kinds, one a line.
  static let kindNames =
    #"auxq kinds list --json 2>/dev/null | sed -n 's/.*"name":"\([^"]*\)".*/\1/p'"#
}

/// What can stand in a place, as far as a shell can know it.
enum CompletionSource: Hashable {
  case nothing, files, kinds
  case words([String])

  init(_ kind: ValueKind, table: CommandTable) {
    switch kind {
    case .file: self = .files
    case .kindName: self = .kinds
    case .oneOf(let words): self = .words(words)
    case .commandName: self = .words(table.commands.map(\.name))
    case .text, .integer, .duration, .time, .past, .pair, .suppositions, .jobID, .queueName,
      .providerName:
      self = .nothing
    }
  }
}

extension CommandSpec {
  var allOptions: [OptionSpec] { options + OptionSpec.globals }

  /// Commands that can be run: those without subcommands.
  static func leaves(of table: CommandTable) -> [CommandSpec] {
    table.allCommands.filter { $0.subcommands.isEmpty }
  }
}
