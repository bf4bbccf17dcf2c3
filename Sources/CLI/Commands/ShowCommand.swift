import JSONText
import Queue

/// `show`.
enum ShowCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let id = try session.onlyID()
    guard let store = try session.existingStore(.read) else {
      throw session.noSuchJob([id])
    }
    defer { store.close() }
    let job = try session.job(id, in: store)
    if session.invocation.has("prompt") {
      try PromptView(session: session, store: store, job: job).emit()
      return .success
    }
    let attempts = try session.attempts(of: job, in: store)
    if session.invocation.wantsJSON {
      let style: JSONWriter.Style = session.program.terminal.output ? .pretty : .compact
      try session.emit(JobJSON.object(job, attempts: attempts), style: style)
    } else {
      let late = try storing { () throws(StoreError) in try store.lateResults(of: id) }
      let screen = ShowScreen(
        job: job, attempts: attempts, late: late, now: session.program.now(), style: session.style)
      try session.emit(screen.text)
    }
    return .success
  }
}
