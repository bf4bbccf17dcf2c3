import Queue

/// `wait`.
enum WaitCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let ids = session.invocation.jobIDs
    guard let store = try session.existingStore(.read) else {
      throw session.noSuchJob(ids)
    }
    defer { store.close() }
    try checkAll(ids, store, session)
    var worst = ExitCode.success
    var waiter = Waiter(
      session: session, store: store, ids: ids, timeout: session.invocation.span("timeout"),
      endsAtFirst: session.invocation.has("any"))
    let stopped = try waiter.wait { (job) throws(Complaint) in
      if job.state != .succeeded { worst = .jobFailed }
      if session.invocation.wantsJSON {
        try session.emit(JobJSON.object(job, attempts: nil))
      } else {
        try session.emit("\(job.id) \(job.state.rawValue)\n")
      }
    }
    if stopped == .temporary { session.note("auxq: not finished in time; the jobs go on") }
    return stopped ?? worst
  }

  /// Waiting for a job that is not there would never end.
  private static func checkAll(
    _ ids: [JobID], _ store: any QueueStore, _ session: Session
  ) throws(Complaint) {
    var unknown: [JobID] = []
    for id in ids {
      let job = try storing { () throws(StoreError) in try store.job(id) }
      if job == nil { unknown.append(id) }
    }
    guard unknown.isEmpty else { throw session.noSuchJob(unknown) }
  }
}
