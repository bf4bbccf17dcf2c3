import Configuration
import Fallback
import JSONText
import Queue
import Worker

/// `prune`: lets finished jobs go that are kept long enough.
enum PruneCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let retention = try retention(session)
    let isDry = session.invocation.has("dry-run")
    guard let store = try session.existingStore(isDry ? .read : .write) else {
      return try tell(Tally(), session)
    }
    defer { store.close() }
    var tally = Tally()
    if isDry {
      var pruner = Pruner(store, retention)
      while let jobs = try storing({ () throws(StoreError) in try pruner.peek() }) {
        tally.add(jobs, milliseconds: 0)
      }
    } else {
      try prune(store, retention, &tally, session)
    }
    return try tell(tally, session)
  }

  /// The configuration's keeps, or what the options say instead.
  private static func retention(_ session: Session) throws(Complaint) -> Retention {
    let line = session.invocation
    let now = session.program.now()
    var retention: Retention
    if let span = line.span("older-than") {
      retention = Retention(now: now, finished: span, dead: span)
    } else {
      let queue = try session.settings(session.catalog()).queue
      retention = Retention(now: now, finished: queue.keepFinished, dead: queue.keepDead)
    }
    let states = line.texts("state").compactMap { JobState(rawValue: $0) }
    if !states.isEmpty {
      retention.endedBefore = retention.endedBefore.filter { states.contains($0.key) }
    }
    return retention
  }

  private static func prune(
    _ store: any QueueStore, _ retention: Retention, _ tally: inout Tally, _ session: Session
  ) throws(Complaint) {
    var pruner = Pruner(store, retention)
    while let step = try storing({ () throws(StoreError) in try pruner.step() }) {
      tally.add(step.jobs, milliseconds: step.milliseconds)
      // A pause lets others write, and tells of a signal.
      if let signal = session.program.pause(1) {
        tally.signal = signal
        return
      }
    }
    let leftovers = try storing { () throws(StoreError) in try store.leftovers() }
    _ = try storing { () throws(StoreError) in try store.transact([.forget(leftovers)]) }
    if session.invocation.has("vacuum") { try vacuum(store, session) }
  }

  private static func vacuum(_ store: any QueueStore, _ session: Session) throws(Complaint) {
    let path = session.paths.database
    store.flush()
    try storing { () throws(StoreError) in try session.program.upkeep.vacuum(path) }
  }

  /// What has gone, or would.
  private struct Tally {
    var states: [JobState: Int] = [:]
    var bytes = 0
    /// Of the longest transaction, in milliseconds.
    var longest = 0.0
    /// Ended early by a signal.
    var signal: ExitCode?

    var jobs: Int { states.values.reduce(0, +) }

    mutating func add(_ jobs: [ExpiredJob], milliseconds: Double) {
      for job in jobs {
        states[job.state, default: 0] += 1
        bytes += job.bytes
      }
      longest = max(longest, milliseconds)
    }
  }

  private static func tell(_ tally: Tally, _ session: Session) throws(Complaint) -> ExitCode {
    let isDry = session.invocation.has("dry-run")
    let free = freeBytes(session)
    if session.invocation.wantsJSON {
      let states = JobState.allCases.filter(\.isFinished).map {
        JSONPair($0.rawValue, .int(tally.states[$0] ?? 0))
      }
      try session.emit([
        "removed": .int(isDry ? 0 : tally.jobs), "would_remove": .int(isDry ? tally.jobs : 0),
        "dry_run": .bool(isDry), "states": .object(states), "bytes": .int(tally.bytes),
        "free_bytes": .int(free), "longest_transaction_ms": .double(rounded(tally.longest)),
      ])
    } else {
      let parts = JobState.allCases.compactMap { state -> String? in
        tally.states[state].map { "\(Quantity.count($0)) \(state.rawValue)" }
      }
      let detail = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
      try session.emit(
        "\(tally.jobs) \(tally.jobs == 1 ? "job" : "jobs") \(isDry ? "would be removed" : "removed")"
          + detail + "\n")
      if !isDry, free > 1_000_000, !session.invocation.has("vacuum") {
        session.note(
          "auxq: \(Quantity.bytes(free)) are free inside the database and used for the next jobs; "
            + "give them back to the disk: auxq prune --vacuum")
      }
    }
    return tally.signal ?? .success
  }

  private static func freeBytes(_ session: Session) -> Int {
    (try? session.program.upkeep.facts(session.paths.database))?.freeBytes ?? 0
  }

  private static func rounded(_ milliseconds: Double) -> Double {
    (milliseconds * 10).rounded() / 10
  }
}
