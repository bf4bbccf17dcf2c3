import Queue

/// `pause` and `resume`.
enum PauseCommand {
  static func pause(_ session: Session) throws(Complaint) -> ExitCode {
    try set(true, session, done: "paused")
  }

  static func resume(_ session: Session) throws(Complaint) -> ExitCode {
    try set(false, session, done: "resumed")
  }

  private static func set(
    _ isPaused: Bool, _ session: Session, done: String
  ) throws(Complaint) -> ExitCode {
    let names = session.invocation.arguments["QUEUE"] ?? []
    let store = try session.openStore()
    defer { store.close() }
    let known = try storing { () throws(StoreError) in try store.statistics().queues.keys }
    _ = try storing { () throws(StoreError) in
      try store.transact(names.map { .setPaused(queue: $0, isPaused) })
    }
    for name in names {
      let hint = known.contains(name) ? "" : " (no job was queued there yet)"
      session.note("auxq: \(done) \(name)\(hint)")
    }
    return .success
  }
}
