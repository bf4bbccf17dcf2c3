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
    _ operations: [Operation],
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) { base.submit(operations, completion: completion) }

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
}
