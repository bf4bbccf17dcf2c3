import Fallback
import Queue
import Synchronization

/// A queue in memory, as far as commands look at it. The promises of a real store are tested by its
/// conformance suite; here it is only asked what a command did.
final class FakeStore: QueueStore {
  struct State: Sendable {
    var jobs: [JobID: JobRecord] = [:]
    var new: [JobID: NewJob] = [:]
    var attempts: [JobID: [AttemptRecord]] = [:]
    var paused: Set<String> = []
    var marks: [Mark] = []
    var transactions = 0
    var failure: StoreError?
  }

  private let state = Mutex(State())
  private let now: @Sendable () -> Milliseconds

  init(now: @escaping @Sendable () -> Milliseconds) { self.now = now }

  func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    state.withLock { body(&$0) }
  }

  func transact(_ operations: [Operation]) throws(StoreError) -> [OperationResult] {
    let time = now()
    let outcome = state.withLock { state -> Result<[OperationResult], StoreError> in
      if let failure = state.failure { return .failure(failure) }
      state.transactions += 1
      return .success(operations.map { state.carryOut($0, time) })
    }
    return try outcome.get()
  }

  func submit(
    _ operations: [Operation], patience: Milliseconds,
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) {
    do throws(StoreError) { completion(.success(try transact(operations))) } catch {
      completion(.failure(error))
    }
  }

  func submitLazily(_ operations: [Operation]) { _ = try? transact(operations) }
  func flush() {}
  func watch(_ body: @escaping @Sendable (StoreSignal) -> Void) -> (any StoreWatch)? { nil }
  func looksClaimable(_ request: ClaimRequest) throws(StoreError) -> Bool { true }
  func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey] { [] }
  func plans() throws(StoreError) -> [String] { [] }
  func lateResults(of id: JobID) throws(StoreError) -> [LateResult] { [] }
  func close() {}

  func job(_ id: JobID) throws(StoreError) -> JobRecord? { state.withLock { $0.jobs[id] } }

  func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord] {
    let found = state.withLock { state in
      state.jobs.values.filter { filter.matches($0) && $0.id < filter.below ?? .max }
        .sorted { $0.id > $1.id }
    }
    return Array(found.prefix(filter.limit ?? .max)).map { job in
      var job = job
      if !filter.withResults { (job.result, job.report) = (nil, nil) }
      return job
    }
  }

  func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord] {
    state.withLock { $0.attempts[id] ?? [] }
  }
  func input(of id: JobID) throws(StoreError) -> JobInput? { state.withLock { $0.new[id]?.input } }
  func options(of id: JobID) throws(StoreError) -> [UInt8]? {
    state.withLock { $0.new[id]?.options }
  }
  func definition(hash: String) throws(StoreError) -> StoredDefinition? {
    state.withLock { state in state.new.values.first { $0.definition.hash == hash }?.definition }
  }
  func marks() throws(StoreError) -> [Mark] { state.withLock { $0.marks } }
  func poolUses() throws(StoreError) -> [PoolUse] { [] }
  func adaptations() throws(StoreError) -> [Adaptation] { [] }
  func healthEpoch() throws(StoreError) -> Int64 { 0 }
  func progress(of id: JobID) throws(StoreError) -> JobProgress? { nil }
  func reusableJob(_ key: String) throws(StoreError) -> JobID? { nil }
  func lessons() throws(StoreError) -> [ModelLesson] { [] }
  func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds? { nil }

  func statistics() throws(StoreError) -> QueueStatistics {
    state.withLock { state in
      var statistics = QueueStatistics(paused: state.paused.sorted())
      for job in state.jobs.values {
        statistics.jobs[job.state, default: 0] += 1
        statistics.queues[job.queue, default: [:]][job.state, default: 0] += 1
      }
      return statistics
    }
  }

  func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage {
    state.withLock { state in
      ExpiredPage(
        jobs: state.jobs.values.sorted { $0.id < $1.id }.compactMap { job in
          guard let end = job.finishedAt, retention.covers(job.state, endedAt: end) else {
            return nil
          }
          return ExpiredJob(id: job.id, state: job.state, endedAt: end, bytes: job.inputBytes)
        })
    }
  }

  func leftovers() throws(StoreError) -> Leftovers { Leftovers() }
  func eventCursor(_ start: EventStart) throws(StoreError) -> EventCursor {
    EventCursor(floor: now(), lastID: 0)
  }
  func events(after cursor: EventCursor) throws(StoreError) -> EventPage {
    EventPage(events: [], cursor: cursor)
  }

  func openJobs(queues: [String]?) throws(StoreError) -> (ready: Int, running: Int) {
    state.withLock { state in
      (
        state.jobs.values.count { $0.state == .ready },
        state.jobs.values.count { $0.state == .running }
      )
    }
  }
}

extension FakeStore.State {
  fileprivate mutating func carryOut(_ operation: Operation, _ now: Milliseconds) -> OperationResult
  {
    switch operation {
    case .enqueue(let new): .enqueued(new.map { enqueue($0, now) })
    case .cancel(let ids): .cancelled(ids.map { ($0, cancel($0)) })
    case .retry(let ids): .retried(ids.map { ($0, retry($0)) })
    case .remove(let ids), .prune(let ids, _): .changed(ids.filter { remove($0) })
    case .setPaused(let queue, let isPaused): setPaused(queue, isPaused)
    default: .done
    }
  }

  private mutating func enqueue(_ job: NewJob, _ now: Milliseconds) -> (id: JobID, isNew: Bool) {
    let older = jobs.values.first {
      job.uniqueKey != nil && $0.uniqueKey == job.uniqueKey && $0.queue == job.queue
        && !$0.state.isFinished
    }
    if let older { return (older.id, false) }
    let id = (jobs.keys.max() ?? 0) + 1
    let runAt = job.runAt ?? now
    jobs[id] = JobRecord(
      id: id, kind: job.kind, queue: job.queue, state: runAt > now ? .scheduled : .ready,
      priority: job.priority, attempt: 0, maxAttempts: job.maxAttempts, mode: job.mode,
      labels: job.labels, uniqueKey: job.uniqueKey, inputName: job.input.name,
      inputBytes: job.input.bytes.count, inputSHA256: job.input.sha256, enqueuedAt: now,
      runAt: runAt, deadline: job.deadlineAfter.map { runAt + $0 }, startedAt: nil,
      finishedAt: nil, result: nil, resultBytes: nil, isDegraded: false, servedBy: nil,
      fallbackReasons: [], error: nil, definitionVersion: job.definition.version,
      definitionHash: job.definition.hash, report: nil)
    new[id] = job
    return (id, true)
  }

  private mutating func cancel(_ id: JobID) -> CancelEffect {
    guard let state = jobs[id]?.state else { return .noSuchJob }
    if state.isFinished { return .alreadyFinished }
    if state == .running { return .requested }
    jobs[id]?.state = .cancelled
    return .cancelled
  }

  private mutating func retry(_ id: JobID) -> RetryEffect {
    guard let state = jobs[id]?.state else { return .noSuchJob }
    if state == .running { return .running }
    jobs[id]?.state = .ready
    return .ready
  }

  private mutating func remove(_ id: JobID) -> Bool {
    guard let state = jobs[id]?.state, state != .running else { return false }
    jobs[id] = nil
    return true
  }

  private mutating func setPaused(_ queue: String, _ isPaused: Bool) -> OperationResult {
    if isPaused { paused.insert(queue) } else { paused.remove(queue) }
    return .done
  }
}

extension JobFilter {
  fileprivate func matches(_ job: JobRecord) -> Bool {
    let reasons = job.fallbackReasons.map(\.rawValue) + [job.error?.class].compactMap { $0 }
    return (states.isEmpty || states.contains(job.state))
      && (kinds.isEmpty || kinds.contains(job.kind))
      && (queues.isEmpty || queues.contains(job.queue))
      && (self.reasons.isEmpty || self.reasons.contains { reasons.contains($0) })
      && (providers.isEmpty || providers.contains(job.servedBy?.provider ?? ""))
      && labels.allSatisfy { job.labels[$0.key] == $0.value }
      && (since.map { job.enqueuedAt >= $0 } ?? true)
  }
}
