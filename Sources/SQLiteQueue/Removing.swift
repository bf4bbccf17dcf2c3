import Fallback
import Queue

extension Query {
  fileprivate static let deleteInput: Query = "DELETE FROM inputs WHERE job_id = ?"
  fileprivate static let deleteAttempts: Query = "DELETE FROM attempts WHERE id BETWEEN ? AND ?"
  fileprivate static let deleteParts: Query = "DELETE FROM parts WHERE job_id = ?"
  fileprivate static let deleteLabels: Query = "DELETE FROM labels WHERE job_id = ?"
  fileprivate static let deleteReasons: Query = "DELETE FROM job_reasons WHERE job_id = ?"
  fileprivate static let deleteLateResults: Query = "DELETE FROM late_results WHERE job_id = ?"
  fileprivate static let deleteUniqueKey: Query = """
    DELETE FROM unique_keys
    WHERE queue = ?2 AND key = (SELECT unique_key FROM inputs WHERE job_id = ?1) AND job_id = ?1
    """
  fileprivate static let keepUniqueKey: Query = """
    UPDATE unique_keys SET until = finished_at + keep_for
    WHERE queue = ?2 AND key = (SELECT unique_key FROM inputs WHERE job_id = ?1) AND job_id = ?1
      AND finished_at + keep_for > ?3
    """
  fileprivate static let noteRemoved: Query =
    "UPDATE meta SET value = max(value, ?) WHERE key = 'highest_removed_id'"
}

extension Writer {
  /// - Parameters:
  ///   - ids: Of any jobs.
  ///   - now: Unique keys stay that still count at this time; nil: none does.
  /// - Returns: The ids that are gone now; running jobs and unknown ids are left out.
  /// - Throws: What writing throws.
  mutating func remove(
    _ ids: [JobID], keepingKeysAt now: Milliseconds? = nil
  ) throws(StoreError) -> [JobID] {
    var removed: [JobID] = []
    for id in ids {
      guard let stored = try storedJob(id), stored.job.state != .running else { continue }
      try remove(stored.job, keepingKeyAt: now)
      removed.append(id)
    }
    if let highest = removed.max() {
      var note = try db.statement(.noteRemoved)
      note.bind(highest)
      try note.run()
    }
    return removed
  }

  private mutating func remove(
    _ stored: LiveJob, keepingKeyAt now: Milliseconds?
  ) throws(StoreError) {
    var job = stored
    try countNewJobs()
    count(job, to: nil)
    try clearError(of: &job)
    if job.flags.contains(.uniqueKey), try !keepsKey(of: job, at: now) {
      var delete = try db.statement(.deleteUniqueKey)
      delete.bind(job.id)
      delete.bind(job.queue)
      try delete.run()
    }
    if job.flags.contains(.labels) { try delete(.deleteLabels, of: job.id) }
    if job.flags.contains(.reasons) { try delete(.deleteReasons, of: job.id) }
    if job.flags.contains(.parts) {
      for query in [Query.deleteParts, .deleteProgress, .deleteReusable] {
        try delete(query, of: job.id)
      }
    }
    try deleteAttempts(of: job.id)
    try delete(.deleteLateResults, of: job.id)
    try delete(.deleteInput, of: job.id)
    if job.state.isFinished {
      try delete(.deleteFinished, of: job.id)
    } else {
      try deleteLive(job)
    }
  }

  /// The key of a job that goes may have to outlive it: it was to count for so long.
  private mutating func keepsKey(
    of job: LiveJob, at now: Milliseconds?
  ) throws(StoreError) -> Bool {
    guard let now, job.state.isFinished else { return false }
    var keep = try db.statement(.keepUniqueKey)
    keep.bind(job.id)
    keep.bind(job.queue)
    keep.bind(now)
    try keep.run()
    return db.changedRows > 0
  }

  private mutating func delete(_ query: Query, of id: JobID) throws(StoreError) {
    var delete = try db.statement(query)
    delete.bind(id)
    try delete.run()
  }

  private mutating func deleteAttempts(of id: JobID) throws(StoreError) {
    let range = AttemptKey.range(of: id)
    var delete = try db.statement(.deleteAttempts)
    delete.bind(range.lowerBound)
    delete.bind(range.upperBound)
    try delete.run()
  }
}
