import JSONText
import Queue

/// `enqueue`: stores jobs, all or none, and prints their ids.
enum EnqueueCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let requests = try requests(session)
    guard !requests.isEmpty else {
      session.note("auxq: the batch holds no jobs")
      return .success
    }
    var builder = try JobBuilder(session)
    let jobs = try builder.jobs(requests)
    let store = try session.openStore()
    defer { store.close() }
    let stored = try enqueue(jobs, store)
    guard session.invocation.has("wait") else {
      try printIDs(stored, jobs, session)
      return .success
    }
    return try wait(stored.map(\.id), store, session)
  }

  private static func requests(_ session: Session) throws(Complaint) -> [JobRequest] {
    let program = session.program
    let now = program.now()
    let defaults = JobRequest(session.invocation, now: now, zone: program.zone)
    let reader = InputReader(session: session)
    guard let batch = session.invocation.text("batch") else {
      return try reader.requests(defaults)
    }
    let bytes = try reader.read(batch)
    let name = batch == "-" ? "stdin" : batch
    let catalog = session.catalog()
    return try BatchReader(
      defaults: defaults, name: name, now: now, zone: program.zone,
      kindProblem: { catalog.unknownName($0) }
    ).requests(bytes)
  }

  private static func enqueue(
    _ jobs: [NewJob], _ store: any QueueStore
  ) throws(Complaint) -> [(id: JobID, isNew: Bool)] {
    let results = try storing { () throws(StoreError) in try store.transact([.enqueue(jobs)]) }
    guard case .enqueued(let ids)? = results.first else {
      throw Complaint(.bug, "the queue did not say which ids it gave")
    }
    return ids
  }

  private static func printIDs(
    _ stored: [(id: JobID, isNew: Bool)], _ jobs: [NewJob], _ session: Session
  ) throws(Complaint) {
    for (entry, job) in zip(stored, jobs) where !entry.isNew {
      session.note("auxq: job \(entry.id) has the key “\(job.uniqueKey ?? "")” already")
    }
    if session.invocation.wantsJSON {
      return try session.emitLines(
        stored.map { ["id": .int(Int($0.id)), "new": .bool($0.isNew)] })
    }
    try session.emit(stored.map { "\($0.id)\n" }.joined())
  }

  private static func wait(
    _ ids: [JobID], _ store: any QueueStore, _ session: Session
  ) throws(Complaint) -> ExitCode {
    let names = ids.map { String($0) }.joined(separator: " ")
    session.note("auxq: queued \(names)")
    var waiter = Waiter(
      session: session, store: store, ids: ids, timeout: session.invocation.span("wait"))
    if let stopped = try waiter.wait() {
      session.note("auxq: not finished; the job goes on: auxq wait \(names)")
      return stopped
    }
    var worst = ExitCode.success
    for id in ids {
      let code = try Outcome.report(id, in: store, session, endsLine: ids.count > 1)
      if code != .success { worst = code }
    }
    return worst
  }
}
