import Fallback
import Queue

extension Query {
  fileprivate static let attemptsOfJob: Query = """
    SELECT id, worker, path, outcome, started_at, finished_at, trace FROM attempts
    WHERE id BETWEEN ? AND ? ORDER BY id
    """
  fileprivate static let lastRunOfJob: Query = """
    SELECT id << 20 | run_number, run_worker, run_path, run_outcome, run_started_at, finished_at,
      trace
    FROM finished WHERE id = ? AND run_number IS NOT NULL
    """
  fileprivate static let runningAttempt: Query = """
    SELECT r.claims, w.name, r.path, r.claimed_at, j.trace
    FROM running r LEFT JOIN workers w ON w.id = r.worker
    LEFT JOIN journals j ON j.job_id = r.id
    WHERE r.id = ?
    """
  fileprivate static let inputOfJob: Query =
    "SELECT name, bytes, sha256 FROM inputs WHERE job_id = ?"
  fileprivate static let optionsOfJob: Query = "SELECT options FROM inputs WHERE job_id = ?"
  fileprivate static let definitionByHash: Query =
    "SELECT hash, version, snapshot FROM definitions WHERE hash = ?"
  fileprivate static let recentAdaptations: Query = """
    SELECT provider, base_url, model, adjustment, learnt_at FROM adaptations
    WHERE learnt_at > ? ORDER BY learnt_at
    """
}

extension Reader {
  mutating func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord] {
    try inSnapshot { (reader) throws(StoreError) in
      var attempts = try reader.endedAttempts(of: id)
      if let running = try reader.runningAttempt(of: id) { attempts.append(running) }
      return attempts
    }
  }

  private mutating func endedAttempts(of id: JobID) throws(StoreError) -> [AttemptRecord] {
    var attempts: [AttemptRecord] = []
    let range = AttemptKey.range(of: id)
    var find = try db.statement(.attemptsOfJob)
    find.bind(range.lowerBound)
    find.bind(range.upperBound)
    while try find.step() { attempts.append(endedAttempt(find)) }
    var last = try db.statement(.lastRunOfJob)
    last.bind(id)
    if try last.step() { attempts.append(endedAttempt(last)) }
    return attempts
  }

  private func endedAttempt(_ row: borrowing Statement) -> AttemptRecord {
    AttemptRecord(
      number: AttemptKey.number(of: row.int(0)), worker: row.text(1),
      path: StepFacts.Path(code: row.int(2)), outcome: AttemptOutcome(code: row.int(3)),
      startedAt: row.int(4), finishedAt: row.int(5), trace: row.blob(6))
  }

  private mutating func runningAttempt(of id: JobID) throws(StoreError) -> AttemptRecord? {
    var find = try db.statement(.runningAttempt)
    find.bind(id)
    guard try find.step() else { return nil }
    return AttemptRecord(
      number: Int(find.int(0)), worker: find.text(1), path: StepFacts.Path(code: find.int(2)),
      outcome: nil, startedAt: find.int(3), finishedAt: nil, trace: find.blob(4))
  }

  mutating func input(of id: JobID) throws(StoreError) -> JobInput? {
    var find = try db.statement(.inputOfJob)
    find.bind(id)
    guard try find.step() else { return nil }
    return JobInput(name: find.optionalText(0), bytes: find.blob(1), sha256: find.text(2))
  }

  mutating func options(of id: JobID) throws(StoreError) -> [UInt8]? {
    var find = try db.statement(.optionsOfJob)
    find.bind(id)
    return try find.step() ? find.blob(0) : nil
  }

  mutating func definition(hash: String) throws(StoreError) -> StoredDefinition? {
    var find = try db.statement(.definitionByHash)
    find.bind(hash)
    guard try find.step() else { return nil }
    return StoredDefinition(hash: find.text(0), version: find.text(1), snapshot: find.blob(2))
  }

  mutating func marks() throws(StoreError) -> [Mark] { try db.marks() }

  mutating func healthEpoch() throws(StoreError) -> Int64 {
    try db.healthEpoch()
  }

  /// - Parameters:
  ///   - known: The epoch that is known already.
  ///   - time: Adaptations learnt after it.
  /// - Returns: nil where nothing has changed.
  /// - Throws: `StoreError`.
  mutating func health(
    unless known: Int64?, adaptationsAfter time: Milliseconds
  ) throws(StoreError) -> Health? {
    // Nearly always nothing has, and one number tells.
    if let known, try healthEpoch() == known { return nil }
    return try inSnapshot { (reader) throws(StoreError) in
      Health(
        epoch: try reader.healthEpoch(), marks: try reader.marks(),
        uses: try reader.db.poolUses(), adaptations: try reader.adaptations(after: time))
    }
  }

  /// Those learnt after a time.
  mutating func adaptations(after time: Milliseconds) throws(StoreError) -> [Adaptation] {
    var adaptations: [Adaptation] = []
    var find = try db.statement(.recentAdaptations)
    find.bind(time)
    while try find.step() {
      adaptations.append(
        Adaptation(
          provider: find.text(0), baseURL: find.text(1), model: find.text(2),
          adjustment: find.text(3), learntAt: find.int(4)))
    }
    return adaptations
  }
}
