package import Calls
package import Fallback
import Platform
package import Queue

/// Runs one job here and now through the blocking path: it is in the queue like any other, leased to
/// this process from its first moment.
package struct ForegroundJob: Sendable {
  private let store: any QueueStore
  private let runner: BlockingRunner
  private let keeper: LeaseKeeper
  private let worker: WorkerIdentity
  private let lease: Milliseconds

  package init(
    store: any QueueStore, runner: BlockingRunner, keeper: LeaseKeeper, worker: WorkerIdentity,
    lease: Milliseconds
  ) {
    self.store = store
    self.runner = runner
    self.keeper = keeper
    self.worker = worker
    self.lease = lease
  }

  /// Stores the job and runs one attempt.
  ///
  /// - Parameters:
  ///   - job: What to run.
  ///   - cancellation: Ends it early; the job is then settled as cancelled.
  ///   - onStored: Told the id as soon as the job is stored.
  /// - Returns: The id, and whether the end was accepted (false: the lease was lost).
  /// - Throws: `StoreError`.
  package func run(
    _ job: NewJob, cancellation: Cancellation, onStored: (JobID) -> Void
  ) throws(StoreError) -> (id: JobID, isSettled: Bool) {
    let operation = Operation.enqueueLeased(job, worker: worker, path: .blocking, lease: lease)
    let result = try store.transact([operation]).first
    if case .enqueued(let ids)? = result, let known = ids.first {
      // A unique key belongs to a job that is there already.
      onStored(known.id)
      return (known.id, false)
    }
    guard case .claimed(let jobs)? = result, let claimed = jobs.first else {
      throw StoreError(.bug, message: "the store gave no job", path: "")
    }
    onStored(claimed.id)
    return (claimed.id, try attempt(claimed, cancellation))
  }

  private func attempt(
    _ claimed: ClaimedJob, _ cancellation: Cancellation
  ) throws(StoreError) -> Bool {
    let key = LeaseKey(id: claimed.id, token: claimed.token)
    keeper.hold(key, cancellation)
    defer { keeper.release(key) }
    guard let settlement = runner.run(claimed, cancellation: cancellation) else { return false }
    guard case .accepted(let isAccepted)? = try store.transact([.settle(settlement)]).first else {
      return false
    }
    return isAccepted
  }
}
