import Fallback
import Queue

/// Rows of each sort that one page reads.
let eventsPerPage = 1_000

extension Query {
  static let highestJob: Query = "SELECT coalesce(max(job_id), 0) FROM inputs"
  /// The job of the highest id that is not above a given one.
  static let jobUpTo: Query = """
    SELECT id, enqueued_at FROM (
      SELECT * FROM (SELECT id, enqueued_at FROM jobs WHERE id <= ?1 ORDER BY id DESC LIMIT 1)
      UNION ALL SELECT * FROM
        (SELECT id, enqueued_at FROM running WHERE id <= ?1 ORDER BY id DESC LIMIT 1)
      UNION ALL SELECT * FROM
        (SELECT id, enqueued_at FROM finished WHERE id <= ?1 ORDER BY id DESC LIMIT 1))
    ORDER BY id DESC LIMIT 1
    """
  static let latestJobEnds: Query =
    "SELECT finished_at FROM finished ORDER BY finished_at DESC LIMIT ?"
  static let latestRunEnds: Query =
    "SELECT finished_at FROM attempts ORDER BY finished_at DESC LIMIT ?"
  static let latestStarts: Query =
    "SELECT claimed_at FROM running ORDER BY claimed_at DESC LIMIT ?"
  static let latestEnqueued: Query = """
    SELECT enqueued_at FROM (
      SELECT * FROM (SELECT id, enqueued_at FROM jobs ORDER BY id DESC LIMIT ?1)
      UNION ALL SELECT id, enqueued_at FROM running
      UNION ALL SELECT * FROM (SELECT id, enqueued_at FROM finished ORDER BY id DESC LIMIT ?1))
    ORDER BY id DESC LIMIT ?1
    """
  fileprivate static let enqueuedAfter: Query = """
    SELECT j.id, k.text, q.text, j.enqueued_at, j.run_at > j.enqueued_at AND j.claims = 0
    FROM (
      SELECT * FROM (SELECT id, kind, queue, enqueued_at, run_at, claims FROM jobs
        WHERE id > ?1 ORDER BY id LIMIT ?2)
      UNION ALL SELECT * FROM (SELECT id, kind, queue, enqueued_at, run_at, claims FROM running
        WHERE id > ?1 ORDER BY id LIMIT ?2)
      UNION ALL SELECT * FROM (SELECT id, kind, queue, enqueued_at, run_at, claims FROM finished
        WHERE id > ?1 ORDER BY id LIMIT ?2)) j
    JOIN names k ON k.id = j.kind JOIN names q ON q.id = j.queue
    ORDER BY j.id LIMIT ?2
    """
  fileprivate static let startedSince: Query = """
    SELECT r.id, k.text, q.text, r.claimed_at, r.claims, w.name
    FROM running r JOIN names k ON k.id = r.kind JOIN names q ON q.id = r.queue
    LEFT JOIN workers w ON w.id = r.worker
    WHERE r.claimed_at >= ? ORDER BY r.claimed_at
    """
  fileprivate static let jobEndsAfter: Query = """
    SELECT f.id, k.text, q.text, f.finished_at, f.state, f.run_number, f.run_worker,
      f.run_started_at, f.provider, f.model, f.base_url, f.credential, length(f.result),
      e.class, e.message, e.cause, e.hint
    FROM finished f JOIN names k ON k.id = f.kind JOIN names q ON q.id = f.queue
    LEFT JOIN errors e ON e.job_id = f.id
    WHERE (f.finished_at, f.id) > (?, ?) ORDER BY f.finished_at, f.id LIMIT ?
    """
  fileprivate static let runEndsAfter: Query = """
    SELECT id, worker, outcome, started_at, finished_at FROM attempts
    WHERE (finished_at, id) > (?, ?) ORDER BY finished_at, id LIMIT ?
    """
  /// One job wherever it lies. Joined to others, this would be worked out for all jobs first.
  fileprivate static let jobInBrief: Query = """
    SELECT j.id, k.text, q.text, j.state, j.run_at, e.class, e.message, e.cause, e.hint
    FROM (SELECT id, kind, queue, state, run_at FROM jobs WHERE id = ?1
      UNION ALL SELECT id, kind, queue, 2, run_at FROM running WHERE id = ?1
      UNION ALL SELECT id, kind, queue, state, run_at FROM finished WHERE id = ?1) j
    JOIN names k ON k.id = j.kind JOIN names q ON q.id = j.queue
    LEFT JOIN errors e ON e.job_id = j.id
    """
}

extension Reader {
  mutating func enqueued(after id: JobID) throws(StoreError) -> [JobEvent] {
    var events: [JobEvent] = []
    var find = try db.statement(.enqueuedAfter)
    find.bind(id)
    find.bind(eventsPerPage)
    while try find.step() {
      events.append(event(.enqueued, find, state: find.bool(4) ? .scheduled : .ready))
    }
    return events
  }

  mutating func started(since time: Milliseconds) throws(StoreError) -> [JobEvent] {
    var events: [JobEvent] = []
    var find = try db.statement(.startedSince)
    find.bind(time)
    while try find.step() {
      var event = event(.started, find, state: .running)
      event.attempt = Int(find.int(4))
      event.worker = find.optionalText(5)
      events.append(event)
    }
    return events
  }

  mutating func jobEnds(
    after position: HistoryPosition
  ) throws(StoreError) -> [EventBatch.End] {
    var ends: [EventBatch.End] = []
    var find = try db.statement(.jobEndsAfter)
    bind(position, to: &find)
    while try find.step() {
      guard let state = JobState(code: find.int(4)) else { continue }
      var event = event(state == .cancelled ? .cancelled : .finished, find, state: state)
      event.attempt = find.optionalInt(5).map { Int($0) }
      event.worker = find.optionalText(6)
      event.startedAt = find.optionalInt(7)
      if let provider = find.optionalText(8) {
        event.servedBy = ServedBy(
          provider: provider, model: find.text(9), baseURL: find.text(10),
          credential: find.optionalText(11))
      }
      event.resultBytes = find.optionalInt(12).map { Int($0) }
      event.error = error(find, at: 13)
      ends.append(.init(event: event, row: event.job))
    }
    return ends
  }

  mutating func runEnds(
    after position: HistoryPosition
  ) throws(StoreError) -> [EventBatch.End] {
    var runs: [(key: Int64, worker: String, outcome: Int64, startedAt: Int64, endedAt: Int64)] = []
    do {
      var find = try db.statement(.runEndsAfter)
      bind(position, to: &find)
      while try find.step() {
        runs.append((find.int(0), find.text(1), find.int(2), find.int(3), find.int(4)))
      }
    }
    var ends: [EventBatch.End] = []
    for run in runs {
      guard let outcome = AttemptOutcome(code: run.outcome),
        var event = try runEnd(outcome, of: run.key >> 20, at: run.endedAt)
      else { continue }
      event.attempt = AttemptKey.number(of: run.key)
      event.worker = run.worker
      event.startedAt = run.startedAt
      ends.append(.init(event: event, row: run.key))
    }
    return ends
  }

  /// nil: the job was removed meanwhile.
  private mutating func runEnd(
    _ outcome: AttemptOutcome, of id: JobID, at time: Milliseconds
  ) throws(StoreError) -> JobEvent? {
    var find = try db.statement(.jobInBrief)
    find.bind(id)
    guard try find.step() else { return nil }
    let waits = outcome == .parked || outcome == .failed
    var event = JobEvent(
      kind: JobEvent.Kind(outcome), at: time, job: id, jobKind: find.text(1),
      queue: find.text(2), state: waits ? .retryable : .ready)
    // What the job says now is about this run as long as it waits.
    if waits, find.int(3) == JobState.retryable.code {
      event.runAt = find.int(4)
      event.error = error(find, at: 5)
    }
    return event
  }

  private func bind(_ position: HistoryPosition, to statement: inout Statement) {
    statement.bind(position.endedAt)
    statement.bind(position.id)
    statement.bind(eventsPerPage)
  }

  /// The first four columns are the same everywhere.
  private func event(
    _ kind: JobEvent.Kind, _ row: borrowing Statement, state: JobState
  ) -> JobEvent {
    JobEvent(
      kind: kind, at: row.int(3), job: row.int(0), jobKind: row.text(1), queue: row.text(2),
      state: state)
  }

  private func error(_ row: borrowing Statement, at column: Int32) -> JobError? {
    guard let failureClass = row.optionalText(column) else { return nil }
    return JobError(
      class: failureClass, message: row.text(column + 1), cause: row.optionalText(column + 2),
      hint: row.optionalText(column + 3))
  }
}

extension JobEvent.Kind {
  fileprivate init(_ outcome: AttemptOutcome) {
    switch outcome {
    case .succeeded: self = .finished
    case .failed: self = .retry
    case .parked: self = .parked
    case .crashed: self = .crashed
    case .lost: self = .lost
    case .handedBack: self = .handedBack
    case .cancelled: self = .cancelled
    }
  }
}
