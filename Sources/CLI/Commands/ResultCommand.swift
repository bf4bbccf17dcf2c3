import JSONText
import Queue

/// `result`.
enum ResultCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let store = try session.existingStore(.read)
    defer { store?.close() }
    let job = try session.job(try session.onlyID(), in: store)
    if session.invocation.wantsJSON {
      try session.emit([
        "id": .int(Int(job.id)), "state": .string(job.state.rawValue),
        "degraded": .bool(job.isDegraded), "result_bytes": .optional(job.resultBytes),
        "result": .text(job.result),
      ])
    } else if let result = job.result {
      try Outcome.emit(result, session)
    }
    if job.state != .succeeded { Outcome.explain(job, session) }
    return Outcome.exitCode(job)
  }
}

extension Session {
  /// The job that a command is about; the parser has seen to it that there is one.
  func onlyID() throws(Complaint) -> JobID {
    guard let id = invocation.jobIDs.first else {
      throw Complaint(.usage, "\(invocation.command.title) needs ID")
    }
    return id
  }
}
