import Fallback
import Platform
import Queue

extension Query {
  fileprivate static let addFallback: Query = """
    INSERT INTO fallback_counts (provider, class, count) VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET count = count + 1
    """
  fileprivate static let completeLostAttempt: Query = """
    UPDATE attempts SET trace = ?2 WHERE id = ?1 AND outcome IN (3, 4) RETURNING id
    """
  fileprivate static let insertLateResult: Query = """
    INSERT INTO late_results (job_id, attempt, outcome, arrived_at, result)
    VALUES (?, ?, ?, ?, ?)
    """
  fileprivate static let insertReason: Query =
    "INSERT OR IGNORE INTO job_reasons (class, provider, job_id) VALUES (?, ?, ?)"
}

extension Writer {
  /// Ends a claim.
  ///
  /// - Returns: False when the token is old: then only the tokens it used are counted, since they
  ///   were spent.
  mutating func settle(
    _ settlement: Settlement, at moment: Moment
  ) throws(StoreError) -> Bool {
    sums.add(settlement.use, at: moment)
    guard var run = try running(settlement.lease) else {
      try keepLate(settlement, at: moment)
      return false
    }
    let ended = try end(
      &run, outcome: settlement.outcome.ofAttempt, trace: settlement.trace,
      fallbacks: settlement.fallbacks, hasCalled: !settlement.use.isEmpty)
    if !settlement.fallbacks.isEmpty {
      try note(settlement.fallbacks, of: run.job.id)
      run.job.flags.insert(.reasons)
    }
    if let ending = ending(of: run, settlement.outcome, ended, at: moment) {
      try finish(run.job, ending)
      if let key = ending.success?.reuseKey { try offer(run.job.id, as: key) }
    } else {
      try insertAttempt(ended, of: run.job.id, at: moment)
      try letWait(run, settlement.outcome, at: moment)
    }
    return true
  }

  /// What a worker says of a claim that was taken from it is written down, and nothing else. S4.
  private mutating func keepLate(
    _ settlement: Settlement, at moment: Moment
  ) throws(StoreError) {
    guard let attempt = settlement.attempt else { return }
    var update = try db.statement(.completeLostAttempt)
    update.bind(AttemptKey.key(job: settlement.lease.id, number: attempt))
    update.bind(settlement.trace)
    // Only an attempt that ended without its worker can have a late end.
    guard try update.step() else { return }
    var insert = try db.statement(.insertLateResult)
    insert.bind(settlement.lease.id)
    insert.bind(attempt)
    insert.bind(settlement.outcome.ofAttempt.code)
    insert.bind(moment.wall)
    if case .succeeded(let success) = settlement.outcome { insert.bind(success.result) }
    try insert.run()
  }

  /// How a settlement ends the job; nil: the job goes on.
  private func ending(
    of run: RunningJob, _ outcome: Settlement.Outcome, _ ended: EndedRun, at moment: Moment
  ) -> JobEnding? {
    var ending = JobEnding(state: .succeeded, attempt: run.burnt + 1, finishedAt: moment.wall)
    ending.run = ended
    switch outcome {
    case .succeeded(let success):
      ending.success = success
    case .failed(let error, let unchangedInput, let report):
      ending.state = .failed
      ending.report = report
      ending.error = error
      ending.success = unchangedInput.map { Settlement.Success(result: $0) }
    case .dead(let error):
      ending.state = .dead
      ending.error = error
    case .retry, .park, .handBack:
      // The wish to cancel must not be lost with the lease that carried it.
      guard run.isCancelRequested else { return nil }
      ending.state = .cancelled
      ending.attempt = run.burnt
    case .cancelled:
      ending.state = .cancelled
      ending.attempt = run.burnt
    }
    return ending
  }

  private mutating func letWait(
    _ run: RunningJob, _ outcome: Settlement.Outcome, at moment: Moment
  ) throws(StoreError) {
    switch outcome {
    case .retry(let error, let runAt):
      try retryLater(run, error, runAt: runAt, at: moment)
    case .park(let error, let runAt, let isOffline):
      try park(run, error, runAt: runAt, isOffline: isOffline, at: moment)
    case .handBack, .succeeded, .failed, .dead, .cancelled:
      try putBack(run, state: .ready, runAt: nil, at: moment)
    }
  }

  private mutating func retryLater(
    _ run: RunningJob, _ error: JobError, runAt: Milliseconds, at moment: Moment
  ) throws(StoreError) {
    var run = run
    run.burnt += 1
    run.offlineParks = 0
    run.firstPark = nil
    try put(error, of: &run.job)
    try putBack(run, state: waitingState(runAt, at: moment), runAt: runAt, at: moment)
  }

  private mutating func park(
    _ run: RunningJob, _ error: JobError, runAt: Milliseconds, isOffline: Bool, at moment: Moment
  ) throws(StoreError) {
    var run = run
    run.offlineParks = isOffline ? run.offlineParks + 1 : 0
    run.firstPark = run.firstPark ?? moment.wall
    try put(error, of: &run.job)
    try putBack(run, state: waitingState(runAt, at: moment), runAt: runAt, at: moment)
  }

  private func waitingState(_ runAt: Milliseconds, at moment: Moment) -> JobState {
    runAt > moment.wall ? .retryable : .ready
  }

  // MARK: What an attempt adds to the counts

  private mutating func note(_ fallbacks: [FallbackStep], of id: JobID) throws(StoreError) {
    for step in fallbacks {
      var add = try db.statement(.addFallback)
      add.bind(step.provider)
      add.bind(step.class.rawValue)
      try add.run()
      try noteReason(step.class.rawValue, provider: step.provider, of: id)
    }
  }

  /// Makes a job findable by a class; provider empty: the class of its error.
  mutating func noteReason(
    _ class: String, provider: String, of id: JobID
  ) throws(StoreError) {
    var insert = try db.statement(.insertReason)
    insert.bind(`class`)
    insert.bind(provider)
    insert.bind(id)
    try insert.run()
  }
}

extension Settlement.Outcome {
  fileprivate var ofAttempt: AttemptOutcome {
    switch self {
    case .succeeded: .succeeded
    case .failed, .dead, .retry: .failed
    case .park: .parked
    case .handBack: .handedBack
    case .cancelled: .cancelled
    }
  }
}

/// The day in UTC, `2026-11-21`.
func utcDay(of time: Milliseconds) -> String { String(Timestamp.text(time).prefix(10)) }
