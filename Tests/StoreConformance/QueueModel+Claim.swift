import Fallback
import Queue

/// What of a claim a store is free to choose, as it was seen to choose it.
struct ClaimSeen {
  var jobs: [ClaimedJob]
  /// A job whose lease was over is still running.
  var isStillRunning: (JobID) throws -> Bool
  /// A job past its deadline was ended.
  var hasExpired: (JobID) throws -> Bool
}

/// When it happens.
struct ModelTime {
  var wall: Milliseconds
  var boot: Milliseconds
}

extension QueueModel {
  /// Carries out a claim as the store chose to, and says what of it was wrong.
  ///
  /// A store may leave leases that are over and jobs past their deadline for later while it has
  /// other jobs to hand out; it may let an old job go before its turn, now and then.
  mutating func claim(
    _ request: ClaimRequest, _ seen: ClaimSeen, isAlive: (WorkerIdentity) -> Bool,
    at time: ModelTime
  ) throws -> [String] {
    promote(at: time)
    var problems: [String] = []
    let readyBefore = claimable(request, at: time)
    let free = jobs.values.filter {
      isOver($0, seenBy: request.worker, isAlive: isAlive, at: time)
    }
    let taken = Set(seen.jobs.map(\.id))
    for job in free.sorted(by: { $0.id < $1.id }) {
      if !taken.contains(job.id), try seen.isStillRunning(job.id) {
        if request.only == nil, seen.jobs.count < request.limit {
          problems.append("job \(job.id) is still leased, and nothing else was to do")
        }
        continue
      }
      freeLease(job.id, seenBy: request.worker, isAlive: isAlive, at: time)
    }
    problems += orderProblems(seen.jobs, readyBefore, request)
    for job in seen.jobs { problems += handOut(job, request, at: time) }
    for job in jobs.values where job.state == .ready && job.isPastDeadline(at: time.wall) {
      if try seen.hasExpired(job.id) { expire(job.id, at: time) }
    }
    if request.only == nil, seen.jobs.count < request.limit {
      let left = claimable(request, at: time).map(\.id)
      if !left.isEmpty { problems.append("\(left) were ready and were not handed out") }
    }
    return problems
  }

  private mutating func promote(at time: ModelTime) {
    for job in jobs.values where job.isWaiting && job.runAt <= time.wall {
      jobs[job.id]?.state = .ready
    }
  }

  /// What a claim may hand out, in order.
  private func claimable(_ request: ClaimRequest, at time: ModelTime) -> [ModelJob] {
    jobs.values.filter { job in
      guard job.state == .ready, !job.isPastDeadline(at: time.wall) else { return false }
      if let only = request.only { return job.id == only }
      return !paused.contains(job.new.queue)
        && request.queues?.contains(job.new.queue) ?? true
    }.sorted { $0.comesBefore($1) }
  }

  // MARK: Leases

  /// The lease ran out, or its worker is seen to be dead.
  private func isOver(
    _ job: ModelJob, seenBy observer: WorkerIdentity, isAlive: (WorkerIdentity) -> Bool,
    at time: ModelTime
  ) -> Bool {
    guard let lease = job.lease else { return false }
    return lease.until <= time.boot || isDead(lease.worker, seenBy: observer, isAlive: isAlive)
  }

  /// Processes of another pid namespace cannot be looked at; those of another boot are gone.
  private func isDead(
    _ worker: WorkerIdentity, seenBy observer: WorkerIdentity, isAlive: (WorkerIdentity) -> Bool
  ) -> Bool {
    if worker.id == observer.id { return false }
    if worker.bootID != observer.bootID { return true }
    return worker.pidNamespace == observer.pidNamespace && !isAlive(worker)
  }

  private mutating func freeLease(
    _ id: JobID, seenBy observer: WorkerIdentity, isAlive: (WorkerIdentity) -> Bool,
    at time: ModelTime
  ) {
    guard let lease = jobs[id]?.lease else { return }
    let hasCrashed = isDead(lease.worker, seenBy: observer, isAlive: isAlive)
    free(id, hasCrashed ? .crashed : .lost, at: time.wall)
  }

  /// Ends a lease whose worker is dead, or which ran out.
  mutating func free(_ id: JobID, _ outcome: AttemptOutcome, at wall: Milliseconds) {
    guard var job = jobs[id], let lease = job.lease else { return }
    job.endAttempt(outcome, trace: nil, at: wall)
    if outcome == .crashed { job.crashes += 1 }
    job.lease = nil
    job.state = .ready
    jobs[id] = job
    if lease.isCancelRequested {
      finish(id, .cancelled, at: wall)
    } else if job.crashes >= 3 {
      // The wording is the store's.
      finish(id, .dead, error: JobError(class: "unknown", message: ""), at: wall)
    }
  }

  private mutating func expire(_ id: JobID, at time: ModelTime) {
    finish(id, .failed, error: JobError(class: "timeout", message: ""), at: time.wall)
  }

  // MARK: Handing out

  private func orderProblems(
    _ claimed: [ClaimedJob], _ ready: [ModelJob], _ request: ClaimRequest
  ) -> [String] {
    var problems: [String] = []
    if claimed.count > request.limit { problems.append("more jobs than asked for") }
    if Set(claimed.map(\.id)).count != claimed.count { problems.append("a job was given twice") }
    let wasReady = Set(ready.map(\.id))
    let fromReady = claimed.map(\.id).filter { wasReady.contains($0) }
    let first = ready.prefix(fromReady.count).map(\.id)
    let outOfTurn = Set(fromReady).subtracting(first)
    if outOfTurn.count > 1 + request.limit / 16 {
      problems.append("\(outOfTurn.sorted()) went before \(first)")
    }
    let rank = Dictionary(
      uniqueKeysWithValues: ready.enumerated().map { ($0.element.id, $0.offset) })
    let ranks = fromReady.compactMap { rank[$0] }
    // Where an old one went first, the order begins anew behind it.
    let steps = zip(ranks, ranks.dropFirst()).count { $0 > $1 }
    if steps > 1 + request.limit / 16 {
      problems.append("\(fromReady) are not in order, which is \(ready.map(\.id))")
    }
    return problems
  }

  private mutating func handOut(
    _ claimed: ClaimedJob, _ request: ClaimRequest, at time: ModelTime
  ) -> [String] {
    guard var job = jobs[claimed.id], job.state == .ready else {
      return ["job \(claimed.id) was handed out as \(jobs[claimed.id]?.state.rawValue ?? "gone")"]
    }
    var problems: [String] = []
    if job.isPastDeadline(at: time.wall) { problems.append("job \(job.id) is past its deadline") }
    if request.only == nil {
      if paused.contains(job.new.queue) { problems.append("queue \(job.new.queue) is paused") }
      if let queues = request.queues, !queues.contains(job.new.queue) {
        problems.append("queue \(job.new.queue) was not asked for")
      }
    }
    let lease = ModelJob.Lease(worker: request.worker, until: time.boot + request.lease)
    job.start(lease, at: time.wall)
    jobs[job.id] = job
    return problems + differences(claimed, job, at: time)
  }

  /// Takes over a job that was stored already leased.
  mutating func storeLeased(
    _ new: NewJob, _ claimed: ClaimedJob, worker: WorkerIdentity, lease: Milliseconds,
    at time: ModelTime
  ) -> [String] {
    var new = new
    new.runAt = nil
    store(new, id: claimed.id, at: time.wall)
    guard var job = jobs[claimed.id] else { return [] }
    job.start(ModelJob.Lease(worker: worker, until: time.boot + lease), at: time.wall)
    jobs[job.id] = job
    return differences(claimed, job, at: time)
  }

  private func differences(
    _ claimed: ClaimedJob, _ job: ModelJob, at time: ModelTime
  ) -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ name: String, _ store: Value, _ model: Value) {
      if store != model { found.append("claimed \(job.id): \(name) is \(store), not \(model)") }
    }
    compare("token", claimed.token, job.token)
    compare("attempt", claimed.attemptNumber, job.attempts.count)
    compare("burnt", claimed.burntAttempts, job.burnt)
    compare("max attempts", claimed.maxAttempts, job.new.maxAttempts)
    compare("kind", claimed.kind, job.new.kind)
    compare("queue", claimed.queue, job.new.queue)
    compare("input", claimed.input, job.new.input)
    compare("definition", claimed.definition, job.new.definition)
    compare("deadline", claimed.deadline, job.deadline)
    compare("offline parks", claimed.offlineParks, job.offlineParks)
    compare("first park", claimed.firstParkedAt, job.firstPark)
    compare("parts", claimed.parts, job.parts)
    compare("time", claimed.claimedAt, time.wall)
    return found
  }
}
