/// All commands, in the groups in which help shows them.
package struct CommandTable: Sendable {
  package struct Group: Sendable {
    package var title: String
    package var commands: [CommandSpec]
  }

  package var groups: [Group]

  package init(groups: [Group]) { self.groups = groups }

  /// The top level.
  package var commands: [CommandSpec] { groups.flatMap(\.commands) }

  /// With the subcommands.
  package var allCommands: [CommandSpec] {
    commands.flatMap { [$0] + $0.subcommands }
  }

  package func command(_ path: [String]) -> CommandSpec? {
    allCommands.first { $0.path == path }
  }

  /// Adding a command means adding it here and in `Program.perform`.
  package static let standard = CommandTable(groups: [
    Group(title: "Work", commands: [.enqueue, .run, .work, .wait]),
    Group(title: "Look", commands: [.list, .show, .result, .tail, .stats, .explain]),
    Group(title: "Change", commands: [.cancel, .retry, .remove, .prune, .pause, .resume]),
    Group(
      title: "Set up",
      commands: [
        .chain, .providers, .auth, .kinds, .config, .database, .doctor, .completion, .version,
        .help,
      ]),
  ])
}
