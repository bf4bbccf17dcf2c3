import Kinds
import Queue

/// `run`: prepares one job as `enqueue` does and hands it to the blocking path.
enum RunCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let program = session.program
    var defaults = JobRequest(session.invocation, now: program.now(), zone: program.zone)
    // Here and now means one attempt, whatever the configuration says of queued jobs.
    defaults.maxAttempts = defaults.maxAttempts ?? 1
    let requests = try InputReader(session: session).requests(defaults)
    var builder = try JobBuilder(session)
    guard let job = try builder.jobs(requests).first else {
      throw Complaint(.bug, "no job was made")
    }
    let options = RunOptions(
      job: job, definition: try builder.definition(defaults.kind),
      wantsJSON: session.invocation.wantsJSON)
    return try program.run(options, session)
  }
}

/// `work`.
enum WorkCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    try session.program.work(WorkOptions(session.invocation), session)
  }
}

/// `chain`.
enum ChainCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    try session.program.chain(ChainOptions(session.invocation), session)
  }
}
