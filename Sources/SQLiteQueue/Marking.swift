import Fallback
import Queue

extension Query {
  fileprivate static let putMark: Query = """
    INSERT OR REPLACE INTO health (scope, provider, base_url, model, credential, class, status,
      until, marked_at, failures, by_job, is_pending, fingerprint, is_terminal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """
  fileprivate static let liftMark: Query = """
    DELETE FROM health WHERE scope = ? AND provider = ? AND base_url = ? AND model = ?
      AND credential = ? AND marked_at < ?
    """
  fileprivate static let growHealthEpoch: Query =
    "UPDATE meta SET value = value + 1 WHERE key = 'health_epoch'"
  fileprivate static let putAdaptation: Query = """
    INSERT INTO adaptations (provider, base_url, model, adjustment, learnt_at)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET learnt_at = max(learnt_at, excluded.learnt_at)
    """
  fileprivate static let forgetAdaptations: Query =
    "DELETE FROM adaptations WHERE learnt_at <= ?"
  fileprivate static let pauseQueue: Query =
    "INSERT OR IGNORE INTO paused_queues (queue) VALUES (?)"
  fileprivate static let resumeQueue: Query = "DELETE FROM paused_queues WHERE queue = ?"
}

/// What was learnt about a place is asked again after this long: providers change.
let adaptationLifetime: Milliseconds = 7 * 86_400_000

extension Writer {
  mutating func put(_ marks: [Mark]) throws(StoreError) {
    for mark in marks {
      var put = try db.statement(.putMark)
      put.bind(mark.key)
      put.bind(mark.class.rawValue)
      put.bind(mark.status.map { Int64($0) })
      put.bind(mark.until)
      put.bind(mark.markedAt)
      put.bind(mark.failures)
      put.bind(mark.byJob)
      put.bind(mark.isPending)
      put.bind(mark.fingerprint)
      put.bind(mark.isTerminal)
      try put.run()
    }
    if !marks.isEmpty { try growHealthEpoch() }
  }

  mutating func lift(_ keys: [MarkKey], madeBefore time: Milliseconds) throws(StoreError) {
    var lifted = 0
    for key in keys {
      var delete = try db.statement(.liftMark)
      delete.bind(key)
      delete.bind(time)
      try delete.run()
      lifted += db.changedRows
    }
    if lifted > 0 { try growHealthEpoch() }
  }

  /// Notes a failure on top of what is known by now, so that processes that fail at the same time do
  /// not undo each other's marks.
  mutating func fail(
    _ note: FailureNote, job: Int64, policy: Policy, at time: Milliseconds
  ) throws(StoreError) {
    if note.key.scope == .credential { try refused(note.key) }
    if note.sentAt < (try resetTime(note.key)) { return }
    let existing = try db.mark(note.key)
    let mark = Mark.renewed(existing, by: note, job: job, policy: policy, now: time)
    if mark != existing { try put([mark]) }
  }

  /// Does what its caller can tell the outcome of, on marks that it knows.
  mutating func foreseen(
    _ body: (inout Writer) throws(StoreError) -> Void
  ) throws(StoreError) {
    let before = ownMarks
    try body(&self)
    foreseenMarks += ownMarks - before
  }

  mutating func growHealthEpoch() throws(StoreError) {
    var grow = try db.statement(.growHealthEpoch)
    try grow.run()
    ownMarks += 1
  }

  mutating func remember(_ adaptation: Adaptation, at moment: Moment) throws(StoreError) {
    var forget = try db.statement(.forgetAdaptations)
    forget.bind(moment.wall - adaptationLifetime)
    try forget.run()
    var put = try db.statement(.putAdaptation)
    put.bind(adaptation.provider)
    put.bind(adaptation.baseURL)
    put.bind(adaptation.model)
    put.bind(adaptation.adjustment)
    put.bind(adaptation.learntAt)
    try put.run()
    try growHealthEpoch()
  }

  mutating func setPaused(_ queue: String, _ isPaused: Bool) throws(StoreError) {
    let id = try nameID(queue)
    known.pausedQueues = nil
    var change = try db.statement(isPaused ? .pauseQueue : .resumeQueue)
    change.bind(id)
    try change.run()
  }
}
