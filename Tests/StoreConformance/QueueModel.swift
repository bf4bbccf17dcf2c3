import Fallback
import Queue

/// A queue as plain as can be: what a store must do, in memory, one job after the other, with no
/// index, no cache and no transaction. The model test holds a store against it.
struct QueueModel {
  var jobs: [JobID: ModelJob] = [:]
  var keys: [UniqueName: KeyHolder] = [:]
  var paused: Set<String> = []
  var marks: [MarkKey: Mark] = [:]
  /// The highest id ever given out.
  var highestID: JobID = 0

  struct UniqueName: Hashable {
    var queue: String
    var key: String
  }

  struct KeyHolder {
    var id: JobID
    /// nil: not finished.
    var finishedAt: Milliseconds?
  }

  // MARK: Enqueue

  /// The older job that forbids a new one. One whose lease ran out is freed first.
  mutating func holder(of new: NewJob, at time: ModelTime) -> JobID? {
    guard let key = new.uniqueKey else { return nil }
    let (name, wall) = (UniqueName(queue: new.queue, key: key), time.wall)
    if let id = keys[name]?.id, let lease = jobs[id]?.lease, lease.until <= time.boot {
      free(id, .lost, at: wall)
    }
    guard let holder = keys[name] else { return nil }
    guard let finishedAt = holder.finishedAt else { return holder.id }
    guard let span = new.uniqueFor, wall - finishedAt < span else { return nil }
    return holder.id
  }

  mutating func store(_ new: NewJob, id: JobID, at wall: Milliseconds) {
    highestID = max(highestID, id)
    jobs[id] = ModelJob(id: id, new: new, at: wall)
    if let key = new.uniqueKey {
      keys[UniqueName(queue: new.queue, key: key)] = KeyHolder(id: id)
    }
  }

  // MARK: Ends

  mutating func finish(
    _ id: JobID, _ state: JobState, error: JobError? = nil, result: [UInt8]? = nil,
    at wall: Milliseconds
  ) {
    jobs[id]?.state = state
    jobs[id]?.error = error
    jobs[id]?.result = result
    jobs[id]?.finishedAt = wall
    jobs[id]?.lease = nil
    guard let new = jobs[id]?.new, let key = new.uniqueKey else { return }
    let name = UniqueName(queue: new.queue, key: key)
    if keys[name]?.id == id { keys[name]?.finishedAt = wall }
  }

  /// The job runs under this token, which no other has superseded.
  func holds(_ key: LeaseKey) -> Bool {
    guard let job = jobs[key.id] else { return false }
    return job.lease != nil && job.token == key.token
  }

  mutating func settle(_ settlement: Settlement, at wall: Milliseconds) -> Bool {
    let id = settlement.lease.id
    guard holds(settlement.lease), var job = jobs[id], let lease = job.lease else { return false }
    job.endAttempt(settlement.outcome.ofAttempt, trace: settlement.trace, at: wall)
    job.fallbacks += settlement.fallbacks.map(\.class)
    job.lease = nil
    switch settlement.outcome {
    case .succeeded, .failed, .dead: job.burnt += 1
    case .retry(let error, let runAt) where !lease.isCancelRequested:
      job.wait(error, until: runAt, at: wall)
      job.burnt += 1
      (job.offlineParks, job.firstPark) = (0, nil)
    case .park(let error, let runAt, let isOffline) where !lease.isCancelRequested:
      job.wait(error, until: runAt, at: wall)
      job.offlineParks = isOffline ? job.offlineParks + 1 : 0
      job.firstPark = job.firstPark ?? wall
    case .handBack where !lease.isCancelRequested: job.state = .ready
    case .retry, .park, .handBack, .cancelled: break
    }
    jobs[id] = job
    switch settlement.outcome {
    case .succeeded(let success): finish(id, .succeeded, result: success.result, at: wall)
    case .failed(let error, let input, _):
      finish(id, .failed, error: error, result: input, at: wall)
    case .dead(let error): finish(id, .dead, error: error, at: wall)
    case .cancelled: finish(id, .cancelled, at: wall)
    case .retry, .park, .handBack:
      if lease.isCancelRequested { finish(id, .cancelled, at: wall) }
    }
    return true
  }

  // MARK: By hand

  mutating func cancel(_ id: JobID, at wall: Milliseconds) -> CancelEffect {
    guard let job = jobs[id] else { return .noSuchJob }
    if job.state.isFinished { return .alreadyFinished }
    if job.state == .running {
      jobs[id]?.lease?.isCancelRequested = true
      return .requested
    }
    finish(id, .cancelled, at: wall)
    return .cancelled
  }

  /// - Returns: Whether the job is ready anew.
  mutating func retry(_ id: JobID, at wall: Milliseconds) -> Bool {
    guard var job = jobs[id], job.state != .running else { return false }
    if job.state.isFinished, let key = job.new.uniqueKey {
      let name = UniqueName(queue: job.new.queue, key: key)
      if let holder = keys[name], holder.finishedAt == nil { return false }
      keys[name] = KeyHolder(id: id)
    }
    job.beginAnew(at: wall)
    jobs[id] = job
    return true
  }

  mutating func remove(_ id: JobID) -> Bool {
    guard let job = jobs[id], job.state != .running else { return false }
    jobs[id] = nil
    if let key = job.new.uniqueKey {
      let name = UniqueName(queue: job.new.queue, key: key)
      if keys[name]?.id == id { keys[name] = nil }
    }
    return true
  }
}

/// A job of the model.
struct ModelJob {
  struct Lease {
    var worker: WorkerIdentity
    /// By the boot clock.
    var until: Milliseconds
    var isCancelRequested = false
  }

  struct Attempt: Equatable {
    var worker: String
    var outcome: AttemptOutcome?
    var startedAt: Milliseconds
    var finishedAt: Milliseconds?
    var trace: [UInt8] = []
  }

  let id: JobID
  let new: NewJob
  let enqueuedAt: Milliseconds
  var state: JobState
  var runAt: Milliseconds
  var deadline: Milliseconds?
  var burnt = 0
  var crashes = 0
  var offlineParks = 0
  var firstPark: Milliseconds?
  var token: Int64 = 0
  /// nil: it does not run.
  var lease: Lease?
  var attempts: [Attempt] = []
  var parts: [String: [UInt8]] = [:]
  var fallbacks: [FailureClass] = []
  var startedAt: Milliseconds?
  var finishedAt: Milliseconds?
  var result: [UInt8]?
  var error: JobError?

  init(id: JobID, new: NewJob, at wall: Milliseconds) {
    self.id = id
    self.new = new
    enqueuedAt = wall
    runAt = new.runAt ?? wall
    state = runAt > wall ? .scheduled : .ready
    deadline = new.deadlineAfter.map { max(runAt, wall) + $0 }
  }

  var isWaiting: Bool { state == .scheduled || state == .retryable }

  func isPastDeadline(at wall: Milliseconds) -> Bool { deadline.map { $0 <= wall } ?? false }

  /// Higher priority first, then by time, then by id.
  func comesBefore(_ other: ModelJob) -> Bool {
    (-new.priority, runAt, id) < (-other.new.priority, other.runAt, other.id)
  }

  mutating func start(_ lease: Lease, at wall: Milliseconds) {
    state = .running
    token += 1
    self.lease = lease
    startedAt = startedAt ?? wall
    attempts.append(Attempt(worker: lease.worker.id, startedAt: wall))
  }

  mutating func endAttempt(_ outcome: AttemptOutcome, trace: [UInt8]?, at wall: Milliseconds) {
    guard let last = attempts.indices.last else { return }
    attempts[last].outcome = outcome
    attempts[last].finishedAt = wall
    if let trace { attempts[last].trace = trace }
  }

  mutating func wait(_ error: JobError, until time: Milliseconds, at wall: Milliseconds) {
    self.error = error
    runAt = time
    state = time > wall ? .retryable : .ready
  }

  mutating func beginAnew(at wall: Milliseconds) {
    if state != .ready { runAt = wall }
    state = .ready
    (burnt, crashes, offlineParks, firstPark) = (0, 0, 0, nil)
    token += 1
    deadline = new.deadlineAfter.map { wall + $0 }
    (error, result, finishedAt) = (nil, nil, nil)
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
