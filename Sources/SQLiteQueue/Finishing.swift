import Fallback
import Queue

extension Query {
  fileprivate static let finishWaiting: Query = """
    INSERT OR FAIL INTO finished (id, queue, kind, definition, state, priority, run_at, attempt,
      max_attempts, claims, token, mode, deadline, deadline_after, enqueued_at, started_at,
      finished_at, flags, is_degraded, provider, model, base_url, credential, run_number,
      run_worker, run_path, run_outcome, run_started_at, fallbacks, result, report, trace, plan)
    SELECT id, queue, kind, definition, ?2, priority, run_at, ?3, max_attempts, claims, token,
      mode, deadline, deadline_after, enqueued_at, started_at, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
      ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, plan
    FROM jobs WHERE id = ?1
    """
  fileprivate static let finishRunning: Query = """
    INSERT OR FAIL INTO finished (id, queue, kind, definition, state, priority, run_at, attempt,
      max_attempts, claims, token, mode, deadline, deadline_after, enqueued_at, started_at,
      finished_at, flags, is_degraded, provider, model, base_url, credential, run_number,
      run_worker, run_path, run_outcome, run_started_at, fallbacks, result, report, trace, plan)
    SELECT id, queue, kind, definition, ?2, priority, run_at, ?3, max_attempts, claims, token,
      mode, deadline, deadline_after, enqueued_at, started_at, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
      ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, plan
    FROM running WHERE id = ?1
    """
  fileprivate static let deleteWaiting: Query = "DELETE FROM jobs WHERE id = ?"
  fileprivate static let deleteRunning: Query = "DELETE FROM running WHERE id = ?"
  fileprivate static let finishUniqueKey: Query = """
    UPDATE unique_keys SET finished_at = ?3
    WHERE queue = ?2 AND key = (SELECT unique_key FROM inputs WHERE job_id = ?1) AND job_id = ?1
    """
  fileprivate static let putError: Query = """
    INSERT OR REPLACE INTO errors (job_id, class, message, cause, hint) VALUES (?, ?, ?, ?, ?)
    """
  fileprivate static let deleteError: Query = "DELETE FROM errors WHERE job_id = ?"
  fileprivate static let deleteErrorReason: Query =
    "DELETE FROM job_reasons WHERE job_id = ? AND provider = ''"
}

/// How a job ends.
struct JobEnding {
  var state: JobState
  /// What `attempt` of the job object says from now on.
  var attempt: Int
  var finishedAt: Milliseconds
  var error: JobError?
  var success: Settlement.Success?
  /// What a kind measured before it failed.
  var report: [UInt8]?
  /// The run that ended it; nil: it ended while it waited, or its last run is in `attempts`.
  var run: EndedRun?

  init(state: JobState, attempt: Int, finishedAt: Milliseconds) {
    self.state = state
    self.attempt = attempt
    self.finishedAt = finishedAt
  }
}

extension Writer {
  /// Moves a live job to `finished`. Its input, attempts and labels stay where they are.
  mutating func finish(_ job: LiveJob, _ ending: JobEnding) throws(StoreError) {
    var job = job
    try countEnd(of: job, ending)
    if let error = ending.error {
      try put(error, of: &job)
    } else {
      try clearError(of: &job)
    }
    try insertFinished(job, ending)
    try deleteLive(job)
    if job.flags.contains(.uniqueKey), !StoreMutation.keepsUniqueKeys.isOn {
      var update = try db.statement(.finishUniqueKey)
      update.bind(job.id)
      update.bind(job.queue)
      update.bind(ending.finishedAt)
      try update.run()
    }
  }

  private mutating func insertFinished(
    _ job: LiveJob, _ ending: JobEnding
  ) throws(StoreError) {
    var insert = try db.statement(job.state == .running ? .finishRunning : .finishWaiting)
    insert.bind(job.id)
    insert.bind(ending.state.code)
    insert.bind(ending.attempt)
    insert.bind(ending.finishedAt)
    insert.bind(job.flags.rawValue)
    insert.bind(ending.success?.isDegraded ?? false)
    let servedBy = ending.success?.servedBy
    if let servedBy { try noteBlock(servedBy: servedBy.provider, job.id) }
    insert.bind(servedBy?.provider)
    insert.bind(servedBy?.model)
    insert.bind(servedBy?.baseURL)
    insert.bind(servedBy?.credential)
    insert.bind(ending.run.map { Int64($0.number) })
    insert.bind(ending.run?.worker)
    insert.bind(ending.run?.path.code)
    insert.bind(ending.run?.outcome.code)
    insert.bind(ending.run?.startedAt)
    insert.bind(ending.run?.fallbacks)
    insert.bind(ending.success?.result)
    insert.bind(ending.report ?? ending.success?.report)
    insert.bind(ending.run?.trace)
    try insert.run()
  }

  /// Takes a job out of the table that its state says it lies in.
  mutating func deleteLive(_ job: LiveJob) throws(StoreError) {
    guard job.state == .running else { return try deleteWaiting(job.id) }
    var delete = try db.statement(.deleteRunning)
    delete.bind(job.id)
    try delete.run()
  }

  mutating func deleteWaiting(_ id: JobID) throws(StoreError) {
    known.heads.forgetAll()
    try deleteRow(id)
  }

  /// Takes a ready job out of the table of waiting ones because it is handed out.
  mutating func deleteReady(_ id: JobID, of queue: Int64) throws(StoreError) {
    known.heads.take(id, of: queue)
    try deleteRow(id)
  }

  private mutating func deleteRow(_ id: JobID) throws(StoreError) {
    var delete = try db.statement(.deleteWaiting)
    delete.bind(id)
    try delete.run()
  }

  // MARK: The error of a job

  mutating func put(_ error: JobError, of job: inout LiveJob) throws(StoreError) {
    try clearError(of: &job)
    var insert = try db.statement(.putError)
    insert.bind(job.id)
    insert.bind(error.class)
    insert.bind(error.message)
    insert.bind(error.cause)
    insert.bind(error.hint)
    try insert.run()
    try noteReason(error.class, provider: "", of: job.id)
    job.flags.insert(.error)
  }

  mutating func clearError(of job: inout LiveJob) throws(StoreError) {
    guard job.flags.contains(.error) else { return }
    for query in [Query.deleteError, .deleteErrorReason] {
      var delete = try db.statement(query)
      delete.bind(job.id)
      try delete.run()
    }
    job.flags.remove(.error)
  }
}
