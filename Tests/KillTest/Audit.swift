import Queue
import SQLiteQueue

/// What was acknowledged, gathered from all children that ever ran, and what the queue holds of it.
struct Audit {
  private struct Ends {
    var attempts: [Int: Int] = [:]
    var results: [String] = []
    var isEnded = false
  }

  private var stored: [JobID: Int] = [:]
  private var ends: [JobID: Ends] = [:]
  private var workers: [JobID: [Int: String]] = [:]
  private var retried: [JobID: Int] = [:]
  private var removed: Set<JobID> = []
  private(set) var errors: [String] = []

  mutating func add(_ note: Note) {
    switch note {
    case .stored(let id): stored[id, default: 0] += 1
    case .willRetry(let id): retried[id, default: 0] += 1
    case .willRemove(let id): removed.insert(id)
    case .failed(let text): errors.append(text)
    case .accepted(let id, _, let attempt, let end, let result):
      ends[id, default: Ends()].attempts[attempt, default: 0] += 1
      // The last part of a result names who gave it.
      workers[id, default: [:]][attempt] = result.split(separator: "/").last.map(String.init)
      guard end != .goesOn else { return }
      ends[id, default: Ends()].isEnded = true
      if end == .succeeded { ends[id, default: Ends()].results.append(result) }
    }
  }

  /// Holds the notes against the queue.
  func findings(in store: SQLiteQueue) throws -> Findings {
    var findings = Findings()
    findings.acknowledgedJobs = stored.count
    findings.acknowledgedResults = ends.values.count(where: \.isEnded)
    findings.idsGivenTwice = stored.values.count { $0 > 1 }
    let found = Set(try store.jobs(matching: JobFilter()).map(\.id))
    findings.lostJobs = stored.keys.count { !found.contains($0) && !removed.contains($0) }
    for (id, ends) in ends where found.contains(id) { try look(at: id, ends, store, &findings) }
    findings.problems = try store.check()
    findings.storeErrors = errors
    return findings
  }

  private func look(
    at id: JobID, _ ends: Ends, _ store: SQLiteQueue, _ findings: inout Findings
  ) throws {
    guard let job = try store.job(id) else { return }
    let attempts = try store.attempts(of: id)
    let mayBeAnew = retried[id, default: 0]
    if ends.attempts.values.contains(where: { $0 > 1 })
      || ends.results.count > 1 + mayBeAnew
      || attempts.count(where: { $0.outcome == .succeeded }) > 1 + mayBeAnew
    {
      findings.acceptedTwice += 1
    }
    // An end belongs to the attempt, and so to the token, of the worker that was told it was accepted.
    let isForeign = (workers[id] ?? [:]).contains { number, worker in
      attempts.first { $0.number == number }?.worker != worker
        || attempts.first { $0.number == number }?.outcome.map(\.isGivenByWorker) != true
    }
    if isForeign { findings.acceptedUnderOldToken += 1 }
    guard mayBeAnew == 0, ends.isEnded else { return }
    let isKept = ends.results.last.map { job.result == Array($0.utf8) } ?? true
    if !job.state.isFinished || !isKept { findings.lostResults += 1 }
  }
}

extension AttemptOutcome {
  fileprivate var isGivenByWorker: Bool { self != .crashed && self != .lost }
}

/// What the audit found.
struct Findings {
  var acknowledgedJobs = 0
  var lostJobs = 0
  var acknowledgedResults = 0
  var lostResults = 0
  var acceptedTwice = 0
  var acceptedUnderOldToken = 0
  var idsGivenTwice = 0
  /// Jobs that were still not finished after everybody had time for them.
  var stuck = 0
  /// Of `integrity_check` and the recount of the counters.
  var problems: [String] = []
  var storeErrors: [String] = []

  var isClean: Bool {
    lostJobs + lostResults + acceptedTwice + acceptedUnderOldToken + idsGivenTwice + stuck == 0
      && problems.isEmpty && storeErrors.isEmpty
  }
}
