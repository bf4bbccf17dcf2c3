import Fallback
import Platform
import Queue

extension Query {
  fileprivate static let allLeases: Query =
    "SELECT id, token, worker, until_boot FROM running"
  fileprivate static let leaseOfJob: Query =
    "SELECT token, worker, until_boot FROM running WHERE id = ?"
}

/// While there is work, leases are looked through this often. With nothing to hand out they always are.
private let reapInterval: Milliseconds = 250

/// This many deaths of its worker bury a job.
private let mostCrashes: Int64 = 3

extension Writer {
  /// Looks leases through when that is due, and returns whether it was.
  mutating func reapIfDue(
    for worker: WorkerIdentity, at moment: Moment
  ) throws(StoreError) -> Bool {
    // A boot clock that went back belongs to another start of the machine.
    if let lastReap, (0..<reapInterval).contains(moment.boot - lastReap) { return false }
    try reap(for: worker, at: moment)
    return true
  }

  /// Frees the jobs of dead workers and of leases that ran out, and returns how many. The observer
  /// can judge processes of its own boot and pid namespace only.
  @discardableResult
  mutating func reap(
    for observer: WorkerIdentity, at moment: Moment
  ) throws(StoreError) -> Int {
    lastReap = moment.boot
    var judged: [Int64: Standing] = [:]
    var ended: [(lease: LeaseKey, outcome: AttemptOutcome)] = []
    for lease in try allLeases() {
      let standing: Standing
      if let known = judged[lease.worker] {
        standing = known
      } else {
        standing = try standingOf(lease.worker, seenBy: observer)
        judged[lease.worker] = standing
      }
      switch standing {
      case .dead: ended.append((lease.key, .crashed))
      case .gone: ended.append((lease.key, .lost))
      case .alive where lease.until <= moment.boot: ended.append((lease.key, .lost))
      case .alive: break
      }
    }
    for lease in ended { try free(lease.lease, outcome: lease.outcome, at: moment) }
    return ended.count
  }

  private enum Standing {
    case alive, dead
    /// It has ended by itself and said so.
    case gone
  }

  private struct Lease {
    var key: LeaseKey
    var worker: Int64
    var until: Milliseconds
  }

  private mutating func allLeases() throws(StoreError) -> [Lease] {
    var leases: [Lease] = []
    var search = try db.statement(.allLeases)
    while try search.step() {
      leases.append(
        Lease(
          key: LeaseKey(id: search.int(0), token: search.int(1)), worker: search.int(2),
          until: search.int(3)))
    }
    return leases
  }

  /// Frees a job whose lease ran out or whose worker this process can see to be dead, and returns
  /// whether it did. S20.
  mutating func freeIfOrphaned(_ id: JobID, at moment: Moment) throws(StoreError) -> Bool {
    guard let lease = try lease(of: id) else { return false }
    if lease.until <= moment.boot {
      try free(lease.key, outcome: .lost, at: moment)
      return true
    }
    guard let worker = try workerIdentity(lease.worker), here.canSee(worker), !isAlive(worker)
    else { return false }
    try free(lease.key, outcome: hasLeft(worker) ? .lost : .crashed, at: moment)
    return true
  }

  private func hasLeft(_ worker: WorkerIdentity) -> Bool {
    guard let bells else { return false }
    return FileSystem.exists(bells.farewell(of: worker.id))
  }

  private mutating func lease(of id: JobID) throws(StoreError) -> Lease? {
    var find = try db.statement(.leaseOfJob)
    find.bind(id)
    guard try find.step() else { return nil }
    return Lease(
      key: LeaseKey(id: id, token: find.int(0)), worker: find.int(1), until: find.int(2))
  }

  /// A worker of another boot is gone with it. One of another pid namespace cannot be looked at:
  /// only its lease tells.
  private mutating func standingOf(
    _ worker: Int64, seenBy observer: WorkerIdentity
  ) throws(StoreError) -> Standing {
    guard let worker = try workerIdentity(worker) else { return .dead }
    if worker.id == observer.id { return .alive }
    if worker.bootID != observer.bootID { return .dead }
    if worker.pidNamespace != observer.pidNamespace { return .alive }
    if isAlive(worker) { return .alive }
    return hasLeft(worker) ? .gone : .dead
  }

  private mutating func free(
    _ key: LeaseKey, outcome: AttemptOutcome, at moment: Moment
  ) throws(StoreError) {
    guard var run = try running(key) else { return }
    let trace = try journal(of: run)
    let ended = try end(
      &run, outcome: outcome, trace: trace, fallbacks: [], hasCalled: run.hasJournal)
    try insertAttempt(ended, of: run.job.id, at: moment)
    if outcome == .crashed, !StoreMutation.forgetsCrashes.isOn { run.crashes += 1 }
    if StoreMutation.burnsLostAttempts.isOn { run.burnt += 1 }
    if run.isCancelRequested, !StoreMutation.losesCancel.isOn {
      let ending = JobEnding(state: .cancelled, attempt: run.burnt, finishedAt: moment.wall)
      try finish(run.job, ending)
    } else if run.crashes >= mostCrashes {
      var ending = JobEnding(state: .dead, attempt: run.burnt, finishedAt: moment.wall)
      ending.error = diedTooOften(run.job.id)
      try finish(run.job, ending)
    } else {
      try putBack(run, state: .ready, runAt: nil, at: moment)
    }
  }

  private func diedTooOften(_ id: JobID) -> JobError {
    JobError(
      class: FailureClass.unknown.rawValue,
      message: "the worker died three times while it ran this job",
      hint: "see what it was doing with `auxq show \(id)`; `auxq retry \(id)` starts it anew")
  }
}

extension ProcessIdentity {
  /// Whether a worker's process can be looked for from here.
  func canSee(_ worker: WorkerIdentity) -> Bool {
    !bootID.isEmpty && worker.bootID == bootID && worker.pidNamespace == pidNamespace
  }
}
