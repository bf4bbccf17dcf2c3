extension Program {
  /// Reads the arguments and carries them out.
  ///
  /// - Returns: How the process is to end. What went wrong has been said on stderr.
  package func perform() -> ExitCode {
    switch Parser.parse(arguments) {
    case .failure(let error) where error.problems == [.noCommand]:
      _ = writeErrors(Array(HelpText.short().utf8))
      return .usage
    case .failure(let error):
      return complain(Complaint(error))
    case .success(let invocation):
      do throws(Complaint) {
        return try perform(invocation)
      } catch {
        return complain(error)
      }
    }
  }

  private func perform(_ invocation: Invocation) throws(Complaint) -> ExitCode {
    guard let command = Program.commands[invocation.name] else {
      throw Complaint(.bug, "auxq \(invocation.name) is not wired", remedy: "report this as a bug")
    }
    return try command(Session(program: self, invocation: invocation))
  }

  private func complain(_ complaint: Complaint) -> ExitCode {
    if !complaint.what.isEmpty { _ = writeErrors(Array(complaint.text.utf8)) }
    return complaint.exitCode
  }

  package typealias Command = @Sendable (Session) throws(Complaint) -> ExitCode

  /// By the words of the command line; a test holds it against the command table.
  package static let commands: [String: Command] = [
    "enqueue": EnqueueCommand.perform, "run": RunCommand.perform, "work": WorkCommand.perform,
    "wait": WaitCommand.perform, "tail": TailCommand.perform,
    "list": ListCommand.perform, "show": ShowCommand.perform, "result": ResultCommand.perform,
    "stats": StatsCommand.perform, "explain": ExplainCommand.perform,
    "cancel": ChangeCommand.cancel, "retry": ChangeCommand.retry, "rm": ChangeCommand.remove,
    "pause": PauseCommand.pause, "resume": PauseCommand.resume,
    "prune": PruneCommand.perform,
    "db path": DatabasePathCommand.perform, "db check": DatabaseCheckCommand.perform,
    "db backup": DatabaseBackupCommand.perform, "db migrate": DatabaseMigrateCommand.perform,
    "chain": ChainCommand.perform, "providers": ProvidersCommand.perform,
    "doctor": DoctorCommand.perform,
    "auth list": AuthListCommand.perform, "auth add": AuthAddCommand.perform,
    "auth remove": AuthRemoveCommand.perform, "auth reset": AuthResetCommand.perform,
    "auth import": AuthImportCommand.perform,
    "auth refresh": { (session) throws(Complaint) in
      try session.program.renewCredentials(session)
    },
    "auth login": { (session) throws(Complaint) in try session.program.login(session) },
    "kinds list": KindsListCommand.perform, "kinds show": KindsShowCommand.perform,
    "kinds check": KindsCheckCommand.perform, "kinds new": KindsNewCommand.perform,
    "config path": ConfigPathCommand.perform, "config show": ConfigShowCommand.perform,
    "config check": ConfigCheckCommand.perform, "config init": ConfigInitCommand.perform,
    "completion": CompletionCommand.perform, "version": VersionCommand.perform,
    "help": HelpCommand.perform,
  ]
}
