import Fallback
import Queue

/// Columns of a job record, the same for waiting, running and finished jobs.
enum RecordSQL {
  static let waiting = """
    SELECT j.id, k.text, q.text, j.state, j.priority, j.burnt, j.max_attempts, j.mode, j.flags, j.enqueued_at, j.run_at, j.deadline, j.started_at, NULL, 0, NULL, NULL,
      NULL, NULL, d.version, d.hash, i.unique_key, i.name, length(i.bytes), i.sha256, NULL
    FROM jobs j
    JOIN names k ON k.id = j.kind JOIN names q ON q.id = j.queue
    JOIN definitions d ON d.id = j.definition JOIN inputs i ON i.job_id = j.id

    """
  static let running = """
    SELECT j.id, k.text, q.text, 2, j.priority, j.burnt + 1, j.max_attempts, j.mode, j.flags,
      j.enqueued_at, j.run_at, j.deadline, j.started_at, NULL, 0, NULL, NULL,
      NULL, NULL, d.version, d.hash, i.unique_key, i.name, length(i.bytes), i.sha256, NULL
    FROM running j
    JOIN names k ON k.id = j.kind JOIN names q ON q.id = j.queue
    JOIN definitions d ON d.id = j.definition JOIN inputs i ON i.job_id = j.id

    """
  static let finished = """
    SELECT j.id, k.text, q.text, j.state, j.priority, j.attempt, j.max_attempts,
      j.mode, j.flags, j.enqueued_at, j.run_at, j.deadline, j.started_at, j.finished_at,
      j.is_degraded, j.provider, j.model, j.base_url, j.credential, d.version, d.hash,
      i.unique_key, i.name, length(i.bytes), i.sha256, length(j.result)
    FROM finished j
    JOIN names k ON k.id = j.kind JOIN names q ON q.id = j.queue
    JOIN definitions d ON d.id = j.definition JOIN inputs i ON i.job_id = j.id

    """
}

extension Query {
  fileprivate static let resultOfJob: Query = "SELECT result, report FROM finished WHERE id = ?"
  fileprivate static let labelsOfJob: Query = "SELECT key, value FROM labels WHERE job_id = ?"
  fileprivate static let errorOfJob: Query =
    "SELECT class, message, cause, hint FROM errors WHERE job_id = ?"
  fileprivate static let fallbacksOfJob: Query = """
    SELECT fallbacks FROM attempts WHERE id BETWEEN ? AND ? AND fallbacks IS NOT NULL ORDER BY id
    """
  fileprivate static let lastFallbacksOfJob: Query =
    "SELECT fallbacks FROM finished WHERE id = ?"
}

extension Reader {
  mutating func job(_ id: JobID) throws(StoreError) -> JobRecord? {
    try inSnapshot { (reader) throws(StoreError) in
      var filter = JobFilter()
      filter.limit = 1
      filter.withResults = true
      return try reader.records(filter, only: id).first
    }
  }

  /// Reads what a listing leaves alone, since it may be large.
  mutating func addResult(to record: inout JobRecord) throws(StoreError) {
    guard record.state.isFinished else { return }
    var find = try db.statement(.resultOfJob)
    find.bind(record.id)
    guard try find.step() else { return }
    record.result = find.optionalBlob(0)
    record.report = find.optionalBlob(1)
  }

  /// Reads the current row of a statement that begins with `RecordSQL`.
  func record(_ row: borrowing Statement) throws(StoreError) -> JobRecord {
    guard let state = JobState(code: row.int(3)) else {
      throw StoreError(.corrupt, message: "a job has state \(row.int(3))", path: db.path)
    }
    var servedBy: ServedBy?
    if let provider = row.optionalText(15) {
      servedBy = ServedBy(
        provider: provider, model: row.text(16), baseURL: row.text(17),
        credential: row.optionalText(18))
    }
    return JobRecord(
      id: row.int(0), kind: row.text(1), queue: row.text(2), state: state,
      priority: Int(row.int(4)), attempt: Int(row.int(5)), maxAttempts: Int(row.int(6)),
      mode: Plan.Mode(code: row.int(7)), labels: [:], uniqueKey: row.optionalText(21),
      inputName: row.optionalText(22), inputBytes: Int(row.int(23)), inputSHA256: row.text(24),
      enqueuedAt: row.int(9), runAt: row.int(10), deadline: row.optionalInt(11),
      startedAt: row.optionalInt(12), finishedAt: row.optionalInt(13), result: nil,
      resultBytes: row.optionalInt(25).map { Int($0) }, isDegraded: row.bool(14),
      servedBy: servedBy, fallbackReasons: [], error: nil, definitionVersion: row.text(19),
      definitionHash: row.text(20), report: nil)
  }

  /// Adds what lies in other tables, where the flags say that there is something.
  mutating func complete(_ record: inout JobRecord, _ flags: JobFlags) throws(StoreError) {
    if flags.contains(.labels) { record.labels = try labels(of: record.id) }
    if flags.contains(.reasons) { record.fallbackReasons = try fallbacks(of: record.id) }
    if flags.contains(.error) { record.error = try error(of: record.id) }
  }

  private mutating func labels(of id: JobID) throws(StoreError) -> [String: String] {
    var labels: [String: String] = [:]
    var find = try db.statement(.labelsOfJob)
    find.bind(id)
    while try find.step() { labels[find.text(0)] = find.text(1) }
    return labels
  }

  private mutating func fallbacks(of id: JobID) throws(StoreError) -> [FailureClass] {
    var classes: [FailureClass] = []
    let range = AttemptKey.range(of: id)
    var find = try db.statement(.fallbacksOfJob)
    find.bind(range.lowerBound)
    find.bind(range.upperBound)
    while try find.step() { classes += failureClasses(find.text(0)) }
    var last = try db.statement(.lastFallbacksOfJob)
    last.bind(id)
    if try last.step() { classes += failureClasses(last.text(0)) }
    return classes
  }

  private func failureClasses(_ list: String) -> [FailureClass] {
    list.split(separator: ",").compactMap { FailureClass(rawValue: String($0)) }
  }

  private mutating func error(of id: JobID) throws(StoreError) -> JobError? {
    var find = try db.statement(.errorOfJob)
    find.bind(id)
    guard try find.step() else { return nil }
    return JobError(
      class: find.text(0), message: find.text(1), cause: find.optionalText(2),
      hint: find.optionalText(3))
  }
}
