import Fallback
import Queue

extension Query {
  fileprivate static let runningJob: Query = """
    SELECT worker, claims, path, claimed_at, cancel_requested, has_journal, queue, kind, flags,
      burnt, crashes, offline_parks, first_park
    FROM running WHERE id = ? AND token = ?
    """
  fileprivate static let newestToken: Query = "SELECT token FROM running WHERE id = ?"
  fileprivate static let journalOfJob: Query = "SELECT trace FROM journals WHERE job_id = ?"
  fileprivate static let deleteJournal: Query = "DELETE FROM journals WHERE job_id = ?"
  fileprivate static let insertAttempt: Query = """
    INSERT INTO attempts (id, worker, path, outcome, started_at, finished_at, fallbacks, trace)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    """
  fileprivate static let putBack: Query = """
    INSERT OR FAIL INTO jobs (id, queue, kind, definition, state, priority, run_at, burnt, max_attempts,
      claims, crashes, offline_parks, first_park, token, mode, deadline, deadline_after,
      enqueued_at, started_at, flags, plan)
    SELECT id, queue, kind, definition, ?2, priority, coalesce(?3, run_at), ?4, max_attempts,
      claims, ?5, ?6, ?7, token, mode, deadline, deadline_after, enqueued_at, started_at, ?8, plan
    FROM running WHERE id = ?1
    """
  fileprivate static let workerName: Query = "SELECT name FROM workers WHERE id = ?"
}

/// A job that is not finished, as far as moving it needs.
struct LiveJob {
  var id: JobID
  var queue: Int64
  var kind: Int64
  var state: JobState
  var flags: JobFlags
}

/// A job in the hands of a worker: its lease and what the next state is reckoned from.
struct RunningJob {
  var job: LiveJob
  var worker: Int64
  var attempt: Int
  var path: StepFacts.Path
  var startedAt: Milliseconds
  var isCancelRequested: Bool
  var hasJournal: Bool
  var burnt: Int
  var crashes: Int64
  var offlineParks: Int64
  var firstPark: Milliseconds?
}

/// A run that is over, as it is written down.
struct EndedRun {
  var number: Int
  var worker: String
  var path: StepFacts.Path
  var outcome: AttemptOutcome
  var startedAt: Milliseconds
  /// The classes behind its fallbacks, with commas between them.
  var fallbacks: String?
  var trace: [UInt8]
}

extension Writer {
  /// The run that a lease names; nil when the token is not the newest.
  mutating func running(_ lease: LeaseKey) throws(StoreError) -> RunningJob? {
    var find = try db.statement(.runningJob)
    find.bind(lease.id)
    find.bind(StoreMutation.acceptsOldTokens.isOn ? try newestToken(of: lease.id) : lease.token)
    guard try find.step() else { return nil }
    let job = LiveJob(
      id: lease.id, queue: find.int(6), kind: find.int(7), state: .running,
      flags: JobFlags(rawValue: find.int(8)))
    return RunningJob(
      job: job, worker: find.int(0), attempt: Int(find.int(1)),
      path: StepFacts.Path(code: find.int(2)), startedAt: find.int(3),
      isCancelRequested: find.bool(4), hasJournal: find.bool(5), burnt: Int(find.int(9)),
      crashes: find.int(10), offlineParks: find.int(11), firstPark: find.optionalInt(12))
  }

  private mutating func newestToken(of id: JobID) throws(StoreError) -> Int64 {
    var find = try db.statement(.newestToken)
    find.bind(id)
    return try find.step() ? find.int(0) : 0
  }

  /// What a running attempt has journalled.
  mutating func journal(of run: RunningJob) throws(StoreError) -> [UInt8] {
    guard run.hasJournal else { return [] }
    var find = try db.statement(.journalOfJob)
    find.bind(run.job.id)
    return try find.step() ? find.blob(0) : []
  }

  /// Puts together what is to be written down of a run that is over, and drops its journal; `hasCalled`
  /// tells whether it has made a call, as far as is known.
  mutating func end(
    _ run: inout RunningJob, outcome: AttemptOutcome, trace: [UInt8], fallbacks: [FallbackStep],
    hasCalled: Bool
  ) throws(StoreError) -> EndedRun {
    if run.job.flags.remove(.reserved) != nil {
      try endSetAside(of: run.job.id, isUsed: hasCalled)
    }
    if run.hasJournal {
      var delete = try db.statement(.deleteJournal)
      delete.bind(run.job.id)
      try delete.run()
    }
    return EndedRun(
      number: run.attempt, worker: try workerName(run.worker), path: run.path, outcome: outcome,
      startedAt: run.startedAt,
      fallbacks: fallbacks.isEmpty
        ? nil : fallbacks.map(\.class.rawValue).joined(separator: ","), trace: trace)
  }

  /// Writes down a run after which the job goes on, or which did not end the job by itself.
  mutating func insertAttempt(
    _ run: EndedRun, of id: JobID, at moment: Moment
  ) throws(StoreError) {
    var insert = try db.statement(.insertAttempt)
    insert.bind(AttemptKey.key(job: id, number: run.number))
    insert.bind(run.worker)
    insert.bind(run.path.code)
    insert.bind(run.outcome.code)
    insert.bind(run.startedAt)
    insert.bind(moment.wall)
    insert.bind(run.fallbacks)
    insert.bind(run.trace)
    try insert.run()
  }

  /// Makes a running job wait again; without `runAt` it keeps its place.
  mutating func putBack(
    _ run: RunningJob, state: JobState, runAt: Milliseconds?, at moment: Moment
  ) throws(StoreError) {
    if state != .ready {
      known.nextDue = nil
      try countNewJobs()
      count(run.job, to: state)
    } else {
      known.noteReady(run.job.queue)
    }
    var update = try db.statement(.putBack)
    update.bind(run.job.id)
    update.bind(state.code)
    update.bind(runAt)
    update.bind(run.burnt)
    update.bind(run.crashes)
    update.bind(run.offlineParks)
    update.bind(run.firstPark)
    update.bind(run.job.flags.rawValue)
    try update.run()
    try deleteLive(run.job)
  }

  private mutating func workerName(_ id: Int64) throws(StoreError) -> String {
    if let name = names.workerNames[id] { return name }
    var find = try db.statement(.workerName)
    find.bind(id)
    guard try find.step() else { return "unknown" }
    let name = find.text(0)
    names.workerNames[id] = name
    return name
  }
}
