import Fallback
import Queue

extension Query {
  fileprivate static let isReady: Query = "SELECT 1 FROM jobs WHERE id = ? AND state = 1"
  fileprivate static let jobToHandOut: Query = """
    SELECT j.queue, j.kind, j.definition, j.token, j.claims, j.burnt, j.max_attempts, j.mode,
      j.deadline, j.offline_parks, j.first_park, j.flags, i.name, i.sha256, i.options, i.bytes,
      j.plan
    FROM jobs j JOIN inputs i ON i.job_id = j.id WHERE j.id = ? AND j.state = 1
    """
  fileprivate static let startJob: Query = """
    INSERT OR FAIL INTO running (id, queue, kind, definition, priority, run_at, burnt, max_attempts, claims,
      crashes, offline_parks, first_park, token, mode, deadline, deadline_after, enqueued_at,
      started_at, flags, worker, until_boot, path, claimed_at, cancel_requested, has_journal, plan)
    SELECT id, queue, kind, definition, priority, run_at, burnt, max_attempts, claims + 1, crashes,
      offline_parks, first_park, token + 1, mode, deadline, deadline_after, enqueued_at,
      coalesce(started_at, ?5), flags, ?2, ?3, ?4, ?5, 0, 0, plan
    FROM jobs WHERE id = ?1
    """
  fileprivate static let partsOfJob: Query = "SELECT key, result FROM parts WHERE job_id = ?"
}

/// What a lease says besides its job.
struct LeaseTerms {
  var worker: Int64
  /// By the boot clock.
  var until: Milliseconds
  var path: StepFacts.Path
  var startedAt: Milliseconds
  /// What credentials are set aside from; nil: none are.
  var choices: ClaimChoices?
}

extension Writer {
  mutating func claim(
    _ request: ClaimRequest, at moment: Moment
  ) throws(StoreError) -> [ClaimedJob] {
    try promoteDue(at: moment)
    if let id = request.only {
      guard try isReady(id) else { return [] }
      return try [handOut(id, try terms(request, at: moment))].compactMap(\.self)
    }
    try freeHeld(notIn: request.holds)
    try unpark(request, at: moment)
    var hasReaped = try reapIfDue(for: request.worker, at: moment)
    var room = try room(for: request)
    var jobs: [ClaimedJob] = []
    while jobs.count < request.limit, room.held < mostHeldPerClaim {
      let candidates = try candidates(request.queues, limit: request.limit - jobs.count, room)
      if candidates.isEmpty {
        // Nothing else to do: jobs of dead workers are looked for at once.
        guard !hasReaped, try reap(for: request.worker, at: moment) > 0 else { break }
        hasReaped = true
        room = try self.room(for: request)
        continue
      }
      try handOut(candidates, request, at: moment, &room, into: &jobs)
    }
    return jobs
  }

  private mutating func handOut(
    _ candidates: [Candidate], _ request: ClaimRequest, at moment: Moment,
    _ room: inout ClaimRoom, into jobs: inout [ClaimedJob]
  ) throws(StoreError) {
    let terms = try terms(request, at: moment)
    for candidate in candidates {
      guard room.isOpen(candidate.queue) else { continue }
      guard let job = try handOut(candidate.id, terms, &room) else { continue }
      room.take(candidate.queue)
      jobs.append(job)
    }
  }

  private mutating func isReady(_ id: JobID) throws(StoreError) -> Bool {
    var find = try db.statement(.isReady)
    find.bind(id)
    return try find.step()
  }

  private mutating func terms(
    _ request: ClaimRequest, at moment: Moment
  ) throws(StoreError) -> LeaseTerms {
    LeaseTerms(
      worker: try workerID(request.worker), until: moment.boot + request.lease,
      path: request.path, startedAt: moment.wall, choices: try choices(request))
  }

  // MARK: Handing out

  /// Leases a ready job whatever bounds there are; nil where its deadline has passed.
  mutating func handOut(_ id: JobID, _ terms: LeaseTerms) throws(StoreError) -> ClaimedJob? {
    var room = ClaimRoom()
    return try handOut(id, terms, &room)
  }

  /// Leases a ready job; nil where its deadline has passed, then it ends as failed, and where its plan
  /// is held.
  private mutating func handOut(
    _ id: JobID, _ terms: LeaseTerms, _ room: inout ClaimRoom
  ) throws(StoreError) -> ClaimedJob? {
    guard var row = try jobToHandOut(id, terms) else { throw missingRow("inputs") }
    if let deadline = row.job.deadline, deadline <= terms.startedAt {
      try expire(row, id: id, at: terms.startedAt)
      return nil
    }
    if let hold = room.hold(on: row.plan, deadline: row.job.deadline) {
      try holdBack(row, hold, at: terms.startedAt)
      room.held += 1
      return nil
    }
    var start = try db.statement(.startJob)
    start.bind(id)
    start.bind(terms.worker)
    start.bind(terms.until)
    start.bind(terms.path.code)
    start.bind(terms.startedAt)
    try start.run()
    try deleteReady(id, of: row.queue)
    if row.flags.contains(.parts) { row.job.parts = try parts(of: id) }
    if let choices = terms.choices { row.job.reserved = try setAside(choices, for: row, terms) }
    return row.job
  }

  private mutating func jobToHandOut(
    _ id: JobID, _ terms: LeaseTerms
  ) throws(StoreError) -> ReadyRow? {
    var find = try db.statement(.jobToHandOut)
    find.bind(id)
    guard try find.step() else { return nil }
    let (queue, kind) = (find.int(0), find.int(1))
    let job = ClaimedJob(
      id: id, token: find.int(3) + 1, attemptNumber: Int(find.int(4)) + 1,
      burntAttempts: Int(find.int(5)), maxAttempts: Int(find.int(6)), kind: try nameText(kind),
      queue: try nameText(queue), mode: Plan.Mode(code: find.int(7)),
      input: JobInput(name: find.optionalText(12), bytes: find.blob(15), sha256: find.text(13)),
      definition: try definition(find.int(2)), options: find.blob(14),
      deadline: find.optionalInt(8), claimedAt: terms.startedAt,
      offlineParks: Int(find.int(9)), firstParkedAt: find.optionalInt(10), parts: [:])
    return ReadyRow(
      job: job, queue: queue, kind: kind, plan: find.int(16),
      flags: JobFlags(rawValue: find.int(11)))
  }

  private mutating func expire(
    _ row: ReadyRow, id: JobID, at now: Milliseconds
  ) throws(StoreError) {
    let error = JobError(
      class: FailureClass.timeout.rawValue,
      message: "its deadline passed before it could be handed to a worker",
      hint: "start more workers, or give it a longer --deadline and run `auxq retry \(id)`")
    var ending = JobEnding(state: .failed, attempt: row.job.burntAttempts, finishedAt: now)
    ending.error = error
    try finish(
      LiveJob(id: id, queue: row.queue, kind: row.kind, state: .ready, flags: row.flags), ending)
  }

  private mutating func parts(of id: JobID) throws(StoreError) -> [String: [UInt8]] {
    var parts: [String: [UInt8]] = [:]
    var find = try db.statement(.partsOfJob)
    find.bind(id)
    while try find.step() { parts[find.text(0)] = find.blob(1) }
    return parts
  }
}

/// A ready job with the ids behind its names.
struct ReadyRow {
  var job: ClaimedJob
  var queue: Int64
  var kind: Int64
  var plan: Int64
  var flags: JobFlags
}
