import Fallback
import Queue

/// Stands in where there is no database yet: nothing is stored, nothing marked, and nothing is made.
struct NoStore: QueueStore {
  private static let refusal = StoreError(.readOnly, message: "there is no database yet", path: "")

  func transact(_ operations: [Operation]) throws(StoreError) -> [OperationResult] {
    throw Self.refusal
  }

  func submit(
    _ operations: [Operation], patience: Milliseconds,
    completion: @escaping @Sendable (Result<[OperationResult], StoreError>) -> Void
  ) { completion(.failure(Self.refusal)) }

  func submitLazily(_ operations: [Operation]) {}
  func flush() {}
  func watch(_ body: @escaping @Sendable (StoreSignal) -> Void) -> (any StoreWatch)? { nil }
  func looksClaimable(_ request: ClaimRequest) throws(StoreError) -> Bool { false }
  func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey] { [] }
  func plans() throws(StoreError) -> [String] { [] }
  func lateResults(of id: JobID) throws(StoreError) -> [LateResult] { [] }
  func close() {}
  func job(_ id: JobID) throws(StoreError) -> JobRecord? { nil }
  func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord] { [] }
  func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord] { [] }
  func input(of id: JobID) throws(StoreError) -> JobInput? { nil }
  func definition(hash: String) throws(StoreError) -> StoredDefinition? { nil }
  func options(of id: JobID) throws(StoreError) -> [UInt8]? { nil }
  func marks() throws(StoreError) -> [Mark] { [] }
  func poolUses() throws(StoreError) -> [PoolUse] { [] }
  func adaptations() throws(StoreError) -> [Adaptation] { [] }
  func progress(of id: JobID) throws(StoreError) -> JobProgress? { nil }
  func reusableJob(_ key: String) throws(StoreError) -> JobID? { nil }
  func lessons() throws(StoreError) -> [ModelLesson] { [] }
  func statistics() throws(StoreError) -> QueueStatistics { QueueStatistics() }
  func healthEpoch() throws(StoreError) -> Int64 { 0 }
  func openJobs(queues: [String]?) throws(StoreError) -> (ready: Int, running: Int) { (0, 0) }
  func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds? { nil }
  func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage { ExpiredPage() }
  func leftovers() throws(StoreError) -> Leftovers { Leftovers() }
  func eventCursor(_ start: EventStart) throws(StoreError) -> EventCursor {
    EventCursor(floor: 0, lastID: 0)
  }
  func events(after cursor: EventCursor) throws(StoreError) -> EventPage {
    EventPage(events: [], cursor: cursor)
  }
}
