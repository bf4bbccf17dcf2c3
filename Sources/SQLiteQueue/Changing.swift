import Fallback
import Queue

extension Query {
  fileprivate static let waitingJob: Query =
    "SELECT queue, kind, state, flags, burnt FROM jobs WHERE id = ?"
  fileprivate static let runningJob: Query =
    "SELECT queue, kind, 2, flags, burnt FROM running WHERE id = ?"
  fileprivate static let finishedJob: Query =
    "SELECT queue, kind, state, flags, attempt FROM finished WHERE id = ?"
  fileprivate static let requestCancel: Query =
    "UPDATE running SET cancel_requested = 1 WHERE id = ?"
  fileprivate static let readyAnew: Query = """
    UPDATE jobs SET state = 1, run_at = CASE state WHEN 1 THEN run_at ELSE ?2 END, burnt = 0,
      crashes = 0, offline_parks = 0, first_park = NULL, token = token + 1,
      deadline = ?2 + deadline_after, flags = ?3, held = NULL
    WHERE id = ?1
    """
  fileprivate static let reopenJob: Query = """
    INSERT INTO jobs (id, queue, kind, definition, state, priority, run_at, burnt, max_attempts,
      claims, crashes, offline_parks, first_park, token, mode, deadline, deadline_after,
      enqueued_at, started_at, flags, plan)
    SELECT id, queue, kind, definition, 1, priority, ?2, 0, max_attempts, claims, 0, 0, NULL,
      token + 1, mode, ?2 + deadline_after, deadline_after, enqueued_at, started_at, ?3, plan
    FROM finished WHERE id = ?1
    """
  fileprivate static let reopenUniqueKey: Query = """
    INSERT INTO unique_keys (queue, key, job_id, finished_at)
    SELECT ?2, unique_key, job_id, NULL FROM inputs WHERE job_id = ?1
    ON CONFLICT DO UPDATE SET job_id = excluded.job_id, finished_at = NULL, until = NULL
    WHERE unique_keys.finished_at IS NOT NULL
    """
  fileprivate static let keyHolder: Query = """
    SELECT job_id FROM unique_keys
    WHERE queue = ?2 AND key = (SELECT unique_key FROM inputs WHERE job_id = ?1)
    """
  fileprivate static let keepLastRun: Query = """
    INSERT INTO attempts (id, worker, path, outcome, started_at, finished_at, fallbacks, trace)
    SELECT id << 20 | run_number, run_worker, run_path, run_outcome, run_started_at, finished_at,
      fallbacks, trace
    FROM finished WHERE id = ? AND run_number IS NOT NULL
    """
  static let deleteFinished: Query = "DELETE FROM finished WHERE id = ?"
}

/// A job outside of any run, wherever it lies.
struct StoredJob {
  var job: LiveJob
  /// Burnt attempts of a live job; of a finished one what `attempt` says.
  var attempt: Int
}

extension Writer {
  mutating func storedJob(_ id: JobID) throws(StoreError) -> StoredJob? {
    for query in [Query.waitingJob, .runningJob, .finishedJob] {
      var find = try db.statement(query)
      find.bind(id)
      guard try find.step() else { continue }
      guard let state = JobState(code: find.int(2)) else { throw missingRow("jobs") }
      let job = LiveJob(
        id: id, queue: find.int(0), kind: find.int(1), state: state,
        flags: JobFlags(rawValue: find.int(3)))
      return StoredJob(job: job, attempt: Int(find.int(4)))
    }
    return nil
  }

  // MARK: Cancel

  mutating func cancel(
    _ ids: [JobID], at moment: Moment
  ) throws(StoreError) -> [(id: JobID, effect: CancelEffect)] {
    var effects: [(id: JobID, effect: CancelEffect)] = []
    effects.reserveCapacity(ids.count)
    for id in ids { effects.append((id, try cancel(id, at: moment))) }
    return effects
  }

  private mutating func cancel(
    _ id: JobID, at moment: Moment
  ) throws(StoreError) -> CancelEffect {
    guard let stored = try storedJob(id) else { return .noSuchJob }
    if stored.job.state.isFinished { return .alreadyFinished }
    if stored.job.state == .running {
      var request = try db.statement(.requestCancel)
      request.bind(id)
      try request.run()
      return .requested
    }
    let ending = JobEnding(
      state: .cancelled, attempt: stored.attempt, finishedAt: moment.wall)
    try finish(stored.job, ending)
    return .cancelled
  }

  // MARK: Retry

  /// A finished job whose unique key belongs to a newer unfinished job stays as it is.
  mutating func retry(
    _ ids: [JobID], at moment: Moment
  ) throws(StoreError) -> [(id: JobID, effect: RetryEffect)] {
    var effects: [(id: JobID, effect: RetryEffect)] = []
    effects.reserveCapacity(ids.count)
    for id in ids { effects.append((id, try retry(id, at: moment))) }
    return effects
  }

  private mutating func retry(_ id: JobID, at moment: Moment) throws(StoreError) -> RetryEffect {
    guard let stored = try storedJob(id) else { return .noSuchJob }
    if stored.job.state == .running { return .running }
    if stored.job.state.isFinished { return try reopen(stored.job, at: moment) }
    try readyAnew(stored.job, at: moment)
    return .ready
  }

  private mutating func readyAnew(_ job: LiveJob, at moment: Moment) throws(StoreError) {
    var job = job
    try countNewJobs()
    count(job, to: .ready)
    try clearError(of: &job)
    var update = try db.statement(.readyAnew)
    update.bind(job.id)
    update.bind(moment.wall)
    update.bind(job.flags.rawValue)
    try update.run()
  }

  private mutating func reopen(
    _ job: LiveJob, at moment: Moment
  ) throws(StoreError) -> RetryEffect {
    var job = job
    guard try takeUniqueKeyAgain(job) else { return .keyTaken(by: try keyHolder(of: job)) }
    try countNewJobs()
    count(job, to: .ready)
    try clearError(of: &job)
    var insert = try db.statement(.reopenJob)
    insert.bind(job.id)
    insert.bind(moment.wall)
    insert.bind(job.flags.rawValue)
    try insert.run()
    for query in [Query.keepLastRun, .deleteFinished] {
      var move = try db.statement(query)
      move.bind(job.id)
      try move.run()
    }
    return .ready
  }

  private mutating func keyHolder(of job: LiveJob) throws(StoreError) -> JobID {
    var find = try db.statement(.keyHolder)
    find.bind(job.id)
    find.bind(job.queue)
    guard try find.step() else { throw missingRow("unique_keys") }
    return find.int(0)
  }

  private mutating func takeUniqueKeyAgain(_ job: LiveJob) throws(StoreError) -> Bool {
    guard job.flags.contains(.uniqueKey) else { return true }
    var take = try db.statement(.reopenUniqueKey)
    take.bind(job.id)
    take.bind(job.queue)
    try take.run()
    return db.changedRows > 0
  }
}
