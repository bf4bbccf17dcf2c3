import Fallback
import Platform
import Queue

extension Query {
  fileprivate static let readyQueueAfter: Query =
    "SELECT queue FROM jobs WHERE state = 1 AND queue > ? ORDER BY queue LIMIT 1"
  fileprivate static let dueQueueAfter: Query = """
    SELECT queue, run_at FROM jobs WHERE state IN (0, 3) AND queue > ?
    ORDER BY queue, run_at LIMIT 1
    """
  fileprivate static let runningByQueue: Query =
    "SELECT queue, count(*) FROM running GROUP BY queue"
  fileprivate static let pausedQueues: Query = "SELECT queue FROM paused_queues"
  fileprivate static let leaseEnds: Query =
    "SELECT worker, min(until_boot) FROM running GROUP BY worker"
  fileprivate static let workerByID: Query =
    "SELECT name, boot_id, pid_namespace, pid, pid_start FROM workers WHERE id = ?"
  fileprivate static let nameText: Query = "SELECT text FROM names WHERE id = ?"
  fileprivate static let cancelRequests: Query = """
    SELECT r.id, r.token FROM running r JOIN workers w ON w.id = r.worker
    WHERE r.cancel_requested = 1 AND w.name = ?
    """
  fileprivate static let allPlans: Query = "SELECT text FROM plans"
  fileprivate static let lateResultsOfJob: Query = """
    SELECT attempt, outcome, arrived_at, result FROM late_results WHERE job_id = ? ORDER BY id
    """
}

// What an idle worker asks again and again: a few index probes, no lock, nothing written.

extension Reader {
  mutating func looksClaimable(
    _ request: ClaimRequest, at moment: Moment, isAlive: @Sendable (WorkerIdentity) -> Bool
  ) throws(StoreError) -> Bool {
    try inSnapshot { (reader) throws(StoreError) in
      if try reader.hasDeadLease(seenBy: request.worker, at: moment, isAlive) { return true }
      if try reader.hasDueJob(request.queues, at: moment) { return true }
      return try reader.hasReadyJob(request)
    }
  }

  /// A lease that ran out, or one whose worker is seen to be dead.
  private mutating func hasDeadLease(
    seenBy observer: WorkerIdentity, at moment: Moment,
    _ isAlive: @Sendable (WorkerIdentity) -> Bool
  ) throws(StoreError) -> Bool {
    var workers: [(id: Int64, until: Milliseconds)] = []
    var find = try db.statement(.leaseEnds)
    while try find.step() { workers.append((find.int(0), find.int(1))) }
    for worker in workers {
      if worker.until <= moment.boot { return true }
      guard let identity = try workerIdentity(worker.id) else { return true }
      if identity.id == observer.id { continue }
      if identity.bootID != observer.bootID { return true }
      if identity.pidNamespace == observer.pidNamespace, !isAlive(identity) { return true }
    }
    return false
  }

  private mutating func workerIdentity(_ id: Int64) throws(StoreError) -> WorkerIdentity? {
    var find = try db.statement(.workerByID)
    find.bind(id)
    return try find.step() ? WorkerIdentity(row: find) : nil
  }

  private mutating func hasDueJob(
    _ names: [String]?, at moment: Moment
  ) throws(StoreError) -> Bool {
    var find = try db.statement(.dueQueueAfter)
    find.bind(Int64.min)
    while try find.step() {
      let (queue, runAt) = (find.int(0), find.int(1))
      if runAt <= moment.wall, try isWanted(queue, names) { return true }
      find.rewind()
      find.bind(queue)
    }
    return false
  }

  private mutating func hasReadyJob(_ request: ClaimRequest) throws(StoreError) -> Bool {
    let paused = Set(try ints(.pausedQueues))
    let running = request.limits.isEmpty ? [:] : try runningByQueue()
    var find = try db.statement(.readyQueueAfter)
    find.bind(Int64.min)
    while try find.step() {
      let queue = find.int(0)
      if !paused.contains(queue), try isWanted(queue, request.queues),
        try !isFull(queue, request.limits, running)
      {
        return true
      }
      find.rewind()
      find.bind(queue)
    }
    return false
  }

  private mutating func isFull(
    _ queue: Int64, _ limits: [String: Int], _ running: [Int64: Int]
  ) throws(StoreError) -> Bool {
    guard !limits.isEmpty, let name = try name(queue), let most = limits[name] else { return false }
    return running[queue] ?? 0 >= most
  }

  private mutating func isWanted(_ queue: Int64, _ names: [String]?) throws(StoreError) -> Bool {
    guard let names else { return true }
    return try name(queue).map(names.contains) ?? false
  }

  private mutating func name(_ id: Int64) throws(StoreError) -> String? {
    var find = try db.statement(.nameText)
    find.bind(id)
    return try find.step() ? find.text(0) : nil
  }

  private mutating func runningByQueue() throws(StoreError) -> [Int64: Int] {
    var counts: [Int64: Int] = [:]
    var find = try db.statement(.runningByQueue)
    while try find.step() { counts[find.int(0)] = Int(find.int(1)) }
    return counts
  }

  private mutating func ints(_ query: Query) throws(StoreError) -> [Int64] {
    var numbers: [Int64] = []
    var find = try db.statement(query)
    while try find.step() { numbers.append(find.int(0)) }
    return numbers
  }

  // MARK: What a worker needs to know beside

  mutating func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey] {
    var keys: [LeaseKey] = []
    var find = try db.statement(.cancelRequests)
    find.bind(worker.id)
    while try find.step() { keys.append(LeaseKey(id: find.int(0), token: find.int(1))) }
    return keys
  }

  mutating func plans() throws(StoreError) -> [String] {
    var plans: [String] = []
    var find = try db.statement(.allPlans)
    while try find.step() { plans.append(find.text(0)) }
    return plans
  }

  mutating func lateResults(of id: JobID) throws(StoreError) -> [LateResult] {
    var results: [LateResult] = []
    var find = try db.statement(.lateResultsOfJob)
    find.bind(id)
    while try find.step() {
      guard let outcome = AttemptOutcome(code: find.int(1)) else { continue }
      results.append(
        LateResult(
          attempt: Int(find.int(0)), outcome: outcome, arrivedAt: find.int(2),
          result: find.optionalBlob(3)))
    }
    return results
  }
}

extension WorkerIdentity {
  /// Name, boot, namespace, process and its start, in this order.
  init(row: borrowing Statement) {
    self.init(
      id: row.text(0), bootID: row.text(1), pidNamespace: UInt64(bitPattern: row.int(2)),
      pid: Int32(truncatingIfNeeded: row.int(3)), pidStart: UInt64(bitPattern: row.int(4)))
  }
}
