package import Fallback
package import Queue

extension Query {
  fileprivate static let putProgress: Query = """
    INSERT OR REPLACE INTO progress
      (job_id, done, total, calls, input_tokens, output_tokens, cost, started_at, done_before)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  fileprivate static let progressOfJob: Query = """
    SELECT done, total, calls, input_tokens, output_tokens, cost, started_at, done_before
    FROM progress WHERE job_id = ?
    """
  fileprivate static let holdsJob: Query = "SELECT 1 FROM running WHERE id = ? AND token = ?"
  fileprivate static let putReusable: Query =
    "INSERT OR REPLACE INTO reusable_results (key, job_id) VALUES (?, ?)"
  fileprivate static let reusableJob: Query = """
    SELECT r.job_id FROM reusable_results r JOIN finished f ON f.id = r.job_id
    WHERE r.key = ? AND f.state = 4 AND f.is_degraded = 0
    """
  static let deleteReusable: Query = "DELETE FROM reusable_results WHERE job_id = ?"
  static let deleteProgress: Query = "DELETE FROM progress WHERE job_id = ?"
  fileprivate static let lessons: Query =
    "SELECT provider, base_url, model, estimated, counted, window FROM model_lessons"
}

extension Writer {
  /// False where the lease is not the newest.
  mutating func note(_ progress: JobProgress, of lease: LeaseKey) throws(StoreError) -> Bool {
    var find = try db.statement(.holdsJob)
    find.bind(lease.id)
    find.bind(lease.token)
    guard try find.step() else { return false }
    var put = try db.statement(.putProgress)
    put.bind(lease.id)
    put.bind(progress.done)
    put.bind(progress.total)
    put.bind(progress.calls)
    put.bind(progress.inputTokens)
    put.bind(progress.outputTokens)
    put.bind(progress.cost.map { Int64($0) })
    put.bind(progress.startedAt)
    put.bind(progress.doneBefore)
    try put.run()
    return true
  }

  /// Makes a result answer the same work again.
  mutating func offer(_ id: JobID, as key: String) throws(StoreError) {
    var put = try db.statement(.putReusable)
    put.bind(key)
    put.bind(id)
    try put.run()
  }
}

extension Reader {
  mutating func progress(of id: JobID) throws(StoreError) -> JobProgress? {
    var find = try db.statement(.progressOfJob)
    find.bind(id)
    guard try find.step() else { return nil }
    return JobProgress(
      done: Int(find.int(0)), total: Int(find.int(1)), calls: Int(find.int(2)),
      inputTokens: Int(find.int(3)), outputTokens: Int(find.int(4)),
      cost: find.optionalInt(5).map { Int($0) },
      startedAt: find.int(6), doneBefore: Int(find.int(7)))
  }

  mutating func reusableJob(_ key: String) throws(StoreError) -> JobID? {
    var find = try db.statement(.reusableJob)
    find.bind(key)
    return try find.step() ? find.int(0) : nil
  }

  mutating func lessons() throws(StoreError) -> [ModelLesson] {
    var lessons: [ModelLesson] = []
    var find = try db.statement(.lessons)
    while try find.step() {
      lessons.append(
        ModelLesson(
          provider: find.text(0), baseURL: find.text(1), model: find.text(2),
          estimated: Int(find.int(3)), counted: Int(find.int(4)),
          window: find.optionalInt(5).map { Int($0) }))
    }
    return lessons
  }
}

extension SQLiteQueue {
  package func progress(of id: JobID) throws(StoreError) -> JobProgress? {
    try read { (reader) throws(StoreError) in try reader.progress(of: id) }
  }

  package func reusableJob(_ key: String) throws(StoreError) -> JobID? {
    try read { (reader) throws(StoreError) in try reader.reusableJob(key) }
  }

  package func tokensUsed(
    _ provider: String, on day: Milliseconds
  ) throws(StoreError) -> Int {
    try read { (reader) throws(StoreError) in try reader.tokensUsed(provider, on: day) }
  }

  package func lessons() throws(StoreError) -> [ModelLesson] {
    try read { (reader) throws(StoreError) in try reader.lessons() }
  }
}
