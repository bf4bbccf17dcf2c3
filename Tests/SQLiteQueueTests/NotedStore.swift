import Fallback
import Queue

/// A store that tells when a transaction begins and when it has been acknowledged.
struct NotedStore: QueueStore {
  var base: any QueueStore
  var willBegin: @Sendable ([Operation]) -> Void
  var wasAcknowledged: @Sendable ([Operation], [OperationResult]) -> Void

  func transact(_ operations: [Operation]) throws(StoreError) -> [OperationResult] {
    willBegin(operations)
    let results = try base.transact(operations)
    wasAcknowledged(operations, results)
    return results
  }

  func submit(
    _ operations: [Operation], patience: Milliseconds,
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) { base.submit(operations, patience: patience, completion: completion) }

  func submitLazily(_ operations: [Operation]) { base.submitLazily(operations) }
  func flush() { base.flush() }
  func close() { base.close() }

  func job(_ id: JobID) throws(StoreError) -> JobRecord? { try base.job(id) }
  func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord] {
    try base.jobs(matching: filter)
  }
  func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord] { try base.attempts(of: id) }
  func input(of id: JobID) throws(StoreError) -> JobInput? { try base.input(of: id) }
  func definition(hash: String) throws(StoreError) -> StoredDefinition? {
    try base.definition(hash: hash)
  }
  func options(of id: JobID) throws(StoreError) -> [UInt8]? { try base.options(of: id) }
  func marks() throws(StoreError) -> [Mark] { try base.marks() }
  func poolUses() throws(StoreError) -> [PoolUse] { try base.poolUses() }
  func adaptations() throws(StoreError) -> [Adaptation] { try base.adaptations() }
  func statistics() throws(StoreError) -> QueueStatistics { try base.statistics() }
  func healthEpoch() throws(StoreError) -> Int64 { try base.healthEpoch() }
  func openJobs(queues: [String]?) throws(StoreError) -> (ready: Int, running: Int) {
    try base.openJobs(queues: queues)
  }
  func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds? {
    try base.nextDueTime(queues: queues)
  }

  func watch(_ body: @escaping @Sendable (StoreSignal) -> Void) -> (any StoreWatch)? {
    base.watch(body)
  }
  func looksClaimable(_ request: ClaimRequest) throws(StoreError) -> Bool {
    try base.looksClaimable(request)
  }
  func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey] {
    try base.cancelRequests(of: worker)
  }
  func plans() throws(StoreError) -> [String] { try base.plans() }
  func lateResults(of id: JobID) throws(StoreError) -> [LateResult] {
    try base.lateResults(of: id)
  }
  func progress(of id: JobID) throws(StoreError) -> JobProgress? { try base.progress(of: id) }
  func reusableJob(_ key: String) throws(StoreError) -> JobID? { try base.reusableJob(key) }
  func lessons() throws(StoreError) -> [ModelLesson] { try base.lessons() }
  func refreshFailures() throws(StoreError) -> [RefreshFailure] { try base.refreshFailures() }
  func keptAnswer(_ key: String) throws(StoreError) -> KeptAnswer? { try base.keptAnswer(key) }
  func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage {
    try base.expired(retention, after: position, limit: limit)
  }
  func leftovers() throws(StoreError) -> Leftovers { try base.leftovers() }
  func eventCursor(_ start: EventStart) throws(StoreError) -> EventCursor {
    try base.eventCursor(start)
  }
  func events(after cursor: EventCursor) throws(StoreError) -> EventPage {
    try base.events(after: cursor)
  }
}
