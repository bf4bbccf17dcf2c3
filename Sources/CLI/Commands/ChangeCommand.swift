import Queue

/// `cancel`, `retry` and `rm`: one change of many jobs, named by ids or found by filters.
enum ChangeCommand {
  static func cancel(_ session: Session) throws(Complaint) -> ExitCode {
    try change(session, verb: "cancel", isMeant: { !$0.isFinished }) {
      (ids, store) throws(Complaint) in
      let results = try storing { () throws(StoreError) in try store.transact([.cancel(ids)]) }
      guard case .cancelled(let effects)? = results.first else { return .init() }
      return Report(effects)
    }
  }

  static func retry(_ session: Session) throws(Complaint) -> ExitCode {
    // A filter that does not ask for succeeded jobs does not mean them: their results were paid for.
    let asksForSucceeded = JobFilter(session).states.contains(.succeeded)
    return try change(
      session, verb: "retry",
      isMeant: { $0 != .running && ($0 != .succeeded || asksForSucceeded) }
    ) {
      (ids, store) throws(Complaint) in
      let results = try storing { () throws(StoreError) in try store.transact([.retry(ids)]) }
      guard case .retried(let effects)? = results.first else { return .init() }
      return Report(effects)
    }
  }

  static func remove(_ session: Session) throws(Complaint) -> ExitCode {
    try change(session, verb: "remove", isMeant: { $0 != .running }) {
      (ids, store) throws(Complaint) in
      let results = try storing { () throws(StoreError) in try store.transact([.remove(ids)]) }
      guard case .changed(let removed)? = results.first else { return .init() }
      return try Report(ids, removed: removed, store)
    }
  }

  /// What came of it.
  private struct Report {
    /// For stdout: how many, and what happened to them.
    var counts: [(count: Int, what: String)] = []
    var missing: [JobID] = []
    var running: [JobID] = []
    var finished: [JobID] = []
    /// Not retried: a newer unfinished job has their unique key.
    var held: [(id: JobID, by: JobID)] = []

    init() {}

    init(_ effects: [(id: JobID, effect: CancelEffect)]) {
      func ids(_ effect: CancelEffect) -> [JobID] {
        effects.filter { $0.effect == effect }.map(\.id)
      }
      counts = [(ids(.cancelled).count, "cancelled")]
      if !ids(.requested).isEmpty { counts.append((ids(.requested).count, "asked to stop")) }
      missing = ids(.noSuchJob)
      finished = ids(.alreadyFinished)
    }

    init(_ effects: [(id: JobID, effect: RetryEffect)]) {
      var ready = 0
      for (id, effect) in effects {
        switch effect {
        case .ready: ready += 1
        case .running: running.append(id)
        case .keyTaken(let other): held.append((id, other))
        case .noSuchJob: missing.append(id)
        }
      }
      counts = [(ready, "ready again")]
    }

    /// What was not removed runs, or is not there.
    init(
      _ ids: [JobID], removed: [JobID], _ store: any QueueStore
    ) throws(Complaint) {
      counts = [(removed.count, "removed")]
      for id in Set(ids).subtracting(removed).sorted() {
        let job = try storing { () throws(StoreError) in try store.job(id) }
        if job == nil { missing.append(id) } else { running.append(id) }
      }
    }

    mutating func add(_ other: Report) {
      for (index, count) in other.counts.enumerated() {
        if let place = counts.firstIndex(where: { $0.what == count.what }) {
          counts[place].count += count.count
        } else {
          counts.insert(count, at: min(index, counts.count))
        }
      }
      missing += other.missing
      running += other.running
      finished += other.finished
      held += other.held
    }
  }

  private static func change(
    _ session: Session, verb: String, isMeant: (JobState) -> Bool,
    _ carryOut: ([JobID], any QueueStore) throws(Complaint) -> Report
  ) throws(Complaint) -> ExitCode {
    guard let store = try session.existingStore(.write) else {
      let ids = session.invocation.jobIDs
      guard ids.isEmpty else { throw session.noSuchJob(ids) }
      try session.emit("0 jobs\n")
      return .success
    }
    defer { store.close() }
    let ids = try chosen(session, store, verb: verb, isMeant: isMeant)
    guard !ids.isEmpty else {
      try session.emit("0 jobs\n")
      return .success
    }
    // Many at once would keep everybody else from writing for too long.
    var report = Report()
    for start in stride(from: 0, to: ids.count, by: step) {
      report.add(try carryOut(Array(ids[start..<min(start + step, ids.count)]), store))
    }
    return try tell(report, session)
  }

  /// Jobs changed in one transaction.
  private static let step = 500

  private static func chosen(
    _ session: Session, _ store: any QueueStore, verb: String, isMeant: (JobState) -> Bool
  ) throws(Complaint) -> [JobID] {
    let named = session.invocation.jobIDs
    guard named.isEmpty else { return Array(Set(named)).sorted() }
    var filter = JobFilter(session)
    filter.states = (filter.states.isEmpty ? JobState.allCases : filter.states).filter(isMeant)
    guard !filter.states.isEmpty else { return [] }
    var ids: [JobID] = []
    var pages = JobPages(filter)
    while let jobs = try pages.next(store) { ids += jobs.map(\.id) }
    try confirm(ids.count, session, verb: verb)
    return ids
  }

  /// Many jobs at once need a yes: typed at a terminal, or given as an option.
  private static func confirm(
    _ count: Int, _ session: Session, verb: String
  ) throws(Complaint) {
    guard count > Confirmation.limit, !session.invocation.has("yes") else { return }
    let terminal = session.program.terminal
    guard terminal.input, terminal.errors else {
      throw Complaint(
        .usage, "the filters find \(count) jobs, and more than \(Confirmation.limit) need --yes",
        remedy: "look first with auxq list, then add --yes")
    }
    _ = session.program.writeErrors(Array("\(verb) \(count) jobs? [y/N] ".utf8))
    let answer = session.program.readAnswer()?.lowercased() ?? ""
    guard answer == "y" || answer == "yes" else {
      throw Complaint(.usage, "nothing was changed")
    }
  }

  private static func tell(_ report: Report, _ session: Session) throws(Complaint) -> ExitCode {
    let counts = report.counts.map {
      "\($0.count) \($0.count == 1 ? "job" : "jobs") \($0.what)"
    }
    try session.emit(counts.joined(separator: ", ") + "\n")
    for id in report.finished { session.note("auxq: job \(id) is finished already") }
    for (id, other) in report.held {
      session.note("auxq: job \(id) stays as it is: job \(other) has its unique key")
    }
    if !report.running.isEmpty {
      let names = report.running.map { String($0) }.joined(separator: " ")
      session.warn(
        Complaint(.temporary, "running: \(names)", remedy: "auxq cancel \(names), then again"))
    }
    if !report.missing.isEmpty {
      throw session.noSuchJob(report.missing)
    }
    return report.running.isEmpty ? .success : .temporary
  }
}
