import Fallback
import Queue

extension Query {
  fileprivate static let highestID: Query = """
    SELECT max(
      coalesce((SELECT max(job_id) FROM inputs), 0),
      (SELECT value FROM meta WHERE key = 'highest_removed_id'))
    """
  fileprivate static let insertJob: Query = """
    INSERT INTO jobs (id, queue, kind, definition, state, priority, run_at, burnt, max_attempts,
      claims, crashes, offline_parks, first_park, token, mode, deadline, deadline_after,
      enqueued_at, started_at, flags, plan)
    VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, 0, NULL, 0, ?, ?, ?, ?, NULL, ?, ?)
    """
  fileprivate static let insertInput: Query = """
    INSERT INTO inputs (job_id, name, sha256, unique_key, options, bytes)
    VALUES (?, ?, ?, ?, ?, ?)
    """
  fileprivate static let insertLabel: Query =
    "INSERT INTO labels (key, value, job_id) VALUES (?, ?, ?)"
  fileprivate static let uniqueHolder: Query =
    "SELECT job_id, finished_at FROM unique_keys WHERE queue = ? AND key = ?"
  fileprivate static let takeUniqueKey: Query = """
    INSERT INTO unique_keys (queue, key, job_id, finished_at, keep_for) VALUES (?, ?, ?, NULL, ?)
    ON CONFLICT DO UPDATE SET job_id = excluded.job_id, finished_at = NULL,
      keep_for = excluded.keep_for, until = NULL
    """
  fileprivate static let keepKeyFor: Query = """
    UPDATE unique_keys SET keep_for = ?3,
      until = CASE WHEN until IS NULL THEN NULL ELSE finished_at + ?3 END
    WHERE queue = ?1 AND key = ?2 AND coalesce(keep_for, 0) < ?3
    """
}

extension Writer {
  mutating func enqueue(
    _ jobs: [NewJob], at moment: Moment
  ) throws(StoreError) -> [(id: JobID, isNew: Bool)] {
    var ids: [(id: JobID, isNew: Bool)] = []
    ids.reserveCapacity(jobs.count)
    for job in jobs {
      ids.append(try store(job, runAt: job.runAt ?? moment.wall, at: moment))
    }
    let new = ids.filter(\.isNew)
    if let first = new.first, let last = new.last {
      try countNewJobsIfMany(from: first.id, to: last.id)
    }
    return ids
  }

  /// Answers `claimed` with the new job. Answers `enqueued` with an older job of the same unique key,
  /// which is not leased to anybody by this, and with a new one that had no time at all to run.
  mutating func enqueueLeased(
    _ job: NewJob, worker: WorkerIdentity, path: StepFacts.Path, lease: Milliseconds,
    choice: Reservation?, at moment: Moment
  ) throws(StoreError) -> OperationResult {
    let stored = try store(job, runAt: moment.wall, at: moment)
    guard stored.isNew else { return .enqueued([stored]) }
    var terms = LeaseTerms(
      worker: try workerID(worker), until: moment.boot + lease, path: path,
      startedAt: moment.wall)
    if let choice { terms.choices = ClaimChoices([try planID(job.plan): choice], worker) }
    guard let claimed = try handOut(stored.id, terms) else { return .enqueued([stored]) }
    return .claimed([claimed])
  }

  private mutating func store(
    _ job: NewJob, runAt: Milliseconds, at moment: Moment
  ) throws(StoreError) -> (id: JobID, isNew: Bool) {
    let queue = try nameID(job.queue)
    if let older = try holder(of: job, queue: queue, at: moment) {
      try keepKey(of: job, queue: queue)
      return (older, false)
    }
    let kind = try nameID(job.kind)
    let id = try nextID()
    try noteBlock(.queue, queue, of: id)
    try noteBlock(.kind, kind, of: id)
    try insert(job, runAt: runAt, id: id, queue: queue, kind: kind, at: moment)
    try insertInput(of: job, id: id)
    for (key, value) in job.labels {
      var insert = try db.statement(.insertLabel)
      insert.bind(key)
      insert.bind(value)
      insert.bind(id)
      try insert.run()
    }
    if let key = job.uniqueKey {
      var take = try db.statement(.takeUniqueKey)
      take.bind(queue)
      take.bind(key)
      take.bind(id)
      take.bind(job.uniqueFor)
      try take.run()
    }
    return (id, true)
  }

  /// Somebody wants to count a finished job for longer than anybody did.
  private mutating func keepKey(of job: NewJob, queue: Int64) throws(StoreError) {
    guard let key = job.uniqueKey, let span = job.uniqueFor else { return }
    var keep = try db.statement(.keepKeyFor)
    keep.bind(queue)
    keep.bind(key)
    keep.bind(span)
    try keep.run()
  }

  private mutating func insert(
    _ job: NewJob, runAt: Milliseconds, id: JobID, queue: Int64, kind: Int64, at moment: Moment
  ) throws(StoreError) {
    let definition = try definitionID(job.definition)
    let plan = try planID(job.plan)
    var flags: JobFlags = []
    if job.uniqueKey != nil { flags.insert(.uniqueKey) }
    if !job.labels.isEmpty { flags.insert(.labels) }
    let isLater = runAt > moment.wall
    if isLater { known.nextDue = nil } else { known.noteReady(queue) }
    var insert = try db.statement(.insertJob)
    insert.bind(id)
    insert.bind(queue)
    insert.bind(kind)
    insert.bind(definition)
    insert.bind(isLater ? JobState.scheduled.code : JobState.ready.code)
    insert.bind(job.priority)
    insert.bind(runAt)
    insert.bind(job.maxAttempts)
    insert.bind(job.mode.code)
    // From the moment it may run.
    insert.bind(job.deadlineAfter.map { max(runAt, moment.wall) + $0 })
    insert.bind(job.deadlineAfter)
    insert.bind(moment.wall)
    insert.bind(flags.rawValue)
    insert.bind(plan)
    try insert.run()
  }

  private mutating func insertInput(of job: NewJob, id: JobID) throws(StoreError) {
    var insert = try db.statement(.insertInput)
    insert.bind(id)
    insert.bind(job.input.name)
    insert.bind(job.input.sha256)
    insert.bind(job.uniqueKey)
    insert.bind(job.options)
    insert.bind(job.input.bytes)
    try insert.run()
  }

  /// The job that forbids this one by its unique key.
  private mutating func holder(
    of job: NewJob, queue: Int64, at moment: Moment
  ) throws(StoreError) -> JobID? {
    guard let key = job.uniqueKey else { return nil }
    guard var holder = try uniqueHolder(key, queue: queue) else { return nil }
    if holder.finishedAt == nil, try freeIfOrphaned(holder.id, at: moment) {
      guard let again = try uniqueHolder(key, queue: queue) else { return nil }
      holder = again
    }
    guard let finishedAt = holder.finishedAt else { return holder.id }
    guard let span = job.uniqueFor, moment.wall - finishedAt < span else { return nil }
    return holder.id
  }

  private mutating func uniqueHolder(
    _ key: String, queue: Int64
  ) throws(StoreError) -> (id: JobID, finishedAt: Milliseconds?)? {
    var find = try db.statement(.uniqueHolder)
    find.bind(queue)
    find.bind(key)
    return try find.step() ? (find.int(0), find.optionalInt(1)) : nil
  }

  /// Ids of removed jobs never come back: a late worker could finish somebody else's job. The highest
  /// one is found instead of being kept, which would cost a page for every enqueue.
  private mutating func nextID() throws(StoreError) -> JobID {
    let next = try highestID() + 1
    known.highestID = next
    return next
  }

  /// The highest id that was ever given out.
  mutating func highestID() throws(StoreError) -> JobID {
    if let known = known.highestID { return known }
    var find = try db.statement(.highestID)
    guard try find.step() else { throw missingRow("meta") }
    return find.int(0)
  }
}
