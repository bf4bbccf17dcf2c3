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
  private let choices: FirstChoices?
  private let sleep: @Sendable (_ until: Milliseconds, Cancellation) -> Void

  package init(
    store: any QueueStore, runner: BlockingRunner, keeper: LeaseKeeper, worker: WorkerIdentity,
    lease: Milliseconds, choices: FirstChoices? = nil,
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) -> Void
  ) {
    self.store = store
    self.runner = runner
    self.keeper = keeper
    self.worker = worker
    self.lease = lease
    self.choices = choices
    self.sleep = sleep
  }

  /// Stores the job and runs its attempts, with the queue's pauses between them.
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
    let operation = Operation.enqueueLeased(
      job, worker: worker, path: .blocking, lease: lease, choice: choices?.ofPlan(job.plan))
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
    var (isSettled, next) = try attempt(claimed, cancellation)
    while let runAt = next {
      sleep(runAt, cancellation)
      // A worker may have been quicker: then the job is in good hands.
      guard !cancellation.isCancelled, let again = try claim(claimed.id) else { break }
      (isSettled, next) = try attempt(again, cancellation)
    }
    return (claimed.id, isSettled)
  }

  /// Takes the job again; the store's clock may lag behind ours by a moment.
  private func claim(_ id: JobID) throws(StoreError) -> ClaimedJob? {
    var request = ClaimRequest(
      worker: worker, limit: 1, lease: lease, path: .blocking, only: id)
    if let choices { request.choices = choices.byPlan() }
    for _ in 0..<20 {
      if case .claimed(let jobs)? = try store.transact([.claim(request)]).first,
        let job = jobs.first
      {
        return job
      }
      guard try store.job(id)?.state == .retryable else { return nil }
      SystemTime.sleep(milliseconds: 10)
    }
    return nil
  }

  private func attempt(
    _ claimed: ClaimedJob, _ cancellation: Cancellation
  ) throws(StoreError) -> (isSettled: Bool, next: Milliseconds?) {
    let key = LeaseKey(id: claimed.id, token: claimed.token)
    let pulse = Pulse()
    keeper.hold(key, cancellation, pulse)
    defer { keeper.release(key) }
    let settlement = runner.run(claimed, cancellation: cancellation, pulse: pulse)
    guard case .accepted(true)? = try store(settlement) else { return (false, nil) }
    guard case .retry(_, let runAt) = settlement.outcome else { return (true, nil) }
    return (true, runAt)
  }

  /// An end that cannot be stored is no crash of this process.
  private func store(_ settlement: Settlement) throws(StoreError) -> OperationResult? {
    do throws(StoreError) {
      return try store.transact([.settle(settlement)]).first
    } catch {
      store.leaveBehind(worker)
      throw error
    }
  }
}
