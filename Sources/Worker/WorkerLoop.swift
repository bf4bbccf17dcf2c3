import Calls
package import Fallback
import Platform
package import Queue
import Synchronization

/// What `auxq work` was asked for.
package struct WorkerOptions: Sendable, Hashable {
  /// Calls in flight, and jobs held, at most.
  package var concurrency: Int
  /// nil: every queue.
  package var queues: [String]?
  /// Ends when no job is ready or running.
  package var drains: Bool
  /// Ends after one job.
  package var once: Bool
  /// How long running jobs may go on after the first signal, in milliseconds.
  package var grace: Milliseconds
  package var lease: Milliseconds

  package init(
    concurrency: Int = 16, queues: [String]? = nil, drains: Bool = false, once: Bool = false,
    grace: Milliseconds = 30_000, lease: Milliseconds = 60_000
  ) {
    self.concurrency = concurrency
    self.queues = queues
    self.drains = drains
    self.once = once
    self.grace = grace
    self.lease = lease
  }
}

/// What a worker tells its log.
package enum WorkerNote: Sendable {
  case started(JobID, kind: String, attempt: Int)
  case settled(JobID, kind: String, Settlement, milliseconds: Milliseconds)
  /// The lease was lost, or the settlement came too late: another worker has the job.
  case lost(JobID)
  case storeFailed(StoreError)
  /// A signal was received; so many jobs are still running.
  case draining(running: Int)
  case handingBack(running: Int)
}

/// Claims jobs and runs them until it is told to stop or nothing is left to do.
package final class WorkerLoop: Sendable {
  private struct State: Sendable {
    /// Until their end is stored.
    var running: [JobID: Cancellation] = [:]
    /// Slots in use: a job frees its slot when its work is done, so that the next claim goes into the
    /// same transaction as its settlement.
    var busy = 0
    var failure: StoreError?
  }

  private let store: any QueueStore
  private let runner: AsyncRunner
  private let keeper: LeaseKeeper
  private let worker: WorkerIdentity
  private let options: WorkerOptions
  private let alarm: Alarm
  private let stop: StopRequest
  private let log: @Sendable (WorkerNote) -> Void
  private let state = Mutex(State())

  package init(
    store: any QueueStore, runner: AsyncRunner, keeper: LeaseKeeper, worker: WorkerIdentity,
    options: WorkerOptions, alarm: Alarm, stop: StopRequest,
    log: @escaping @Sendable (WorkerNote) -> Void
  ) {
    self.store = store
    self.runner = runner
    self.keeper = keeper
    self.worker = worker
    self.options = options
    self.alarm = alarm
    self.stop = stop
    self.log = log
  }

  /// Works until the end.
  ///
  /// - Returns: False when running jobs had to be handed back.
  /// - Throws: The store's error that made going on impossible; running jobs were waited for.
  package func run() async throws(StoreError) -> Bool {
    stop.onRequest { [alarm] in alarm.ring() }
    let isClean = await withDiscardingTaskGroup(returning: Bool.self) { group in
      await claimUntilDone(&group)
      return await finishRunning()
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return isClean
  }

  private func claimUntilDone(_ group: inout DiscardingTaskGroup) async {
    var budget = options.once ? 1 : Int.max
    var foundNothing = false
    var lastClaim: Int64 = 0
    while stop.level == .none, budget > 0, state.withLock({ $0.failure }) == nil {
      let free = min(options.concurrency - state.withLock { $0.busy }, budget)
      let now = SystemTime.monotonicNanoseconds()
      var jobs: [ClaimedJob] = []
      // A claim takes the write lock; an idle worker only looks, but for a round every second that
      // frees the jobs of dead workers.
      if free > 0, !foundNothing || now - lastClaim > 1_000_000_000 || seesWork {
        jobs = await claim(free)
        lastClaim = now
        foundNothing = jobs.isEmpty
      }
      for job in jobs { start(job, &group) }
      if options.once { budget -= jobs.count }
      if !jobs.isEmpty, jobs.count < free { continue }
      if jobs.isEmpty, runningCount == 0, isFinished { return }
      await alarm.wait(until: nextLook)
    }
  }

  /// A job is ready or due, as far as a reader can tell.
  private var seesWork: Bool {
    if let open = try? store.openJobs(queues: options.queues), open.ready > 0 { return true }
    guard let due = try? store.nextDueTime(queues: options.queues) else { return false }
    return due <= SystemTime.wall()
  }

  private var runningCount: Int { state.withLock { $0.running.count } }

  /// With `--drain` or `--once`: nothing is ready, and nobody runs anything that may come back.
  private var isFinished: Bool {
    guard options.drains || options.once else { return false }
    guard let open = try? store.openJobs(queues: options.queues) else { return false }
    return open.ready == 0 && (open.running == 0 || options.once)
  }

  /// While jobs run, their ends ring; an idle worker looks every 50 ms.
  private var nextLook: Int64 {
    let isFull = state.withLock { $0.busy } >= options.concurrency
    return SystemTime.monotonicNanoseconds() + (isFull ? 1_000 : 50) * 1_000_000
  }

  private func claim(_ free: Int) async -> [ClaimedJob] {
    let request = ClaimRequest(
      worker: worker, queues: options.queues, limit: free, lease: options.lease)
    do {
      guard case .claimed(let jobs)? = try await store.transact([.claim(request)]).first else {
        return []
      }
      return jobs
    } catch {
      failed(error)
      return []
    }
  }

  private func failed(_ error: StoreError) {
    log(.storeFailed(error))
    // A busy database is worth another look; anything else ends the worker.
    if error.code != .busy { state.withLock { $0.failure = $0.failure ?? error } }
  }

  private func start(_ job: ClaimedJob, _ group: inout DiscardingTaskGroup) {
    let cancellation = Cancellation()
    state.withLock { state in
      state.running[job.id] = cancellation
      state.busy += 1
    }
    keeper.hold(LeaseKey(id: job.id, token: job.token), cancellation)
    log(.started(job.id, kind: job.kind, attempt: job.attemptNumber))
    group.addTask { await self.work(job, cancellation) }
  }

  private func work(_ job: ClaimedJob, _ cancellation: Cancellation) async {
    let began = SystemTime.monotonicNanoseconds()
    let settlement = await runner.run(job, cancellation: cancellation)
    state.withLock { $0.busy -= 1 }
    alarm.ring()
    if let settlement {
      await settle(settlement, job, since: began)
    } else {
      log(.lost(job.id))
    }
    keeper.release(LeaseKey(id: job.id, token: job.token))
    state.withLock { $0.running[job.id] = nil }
    alarm.ring()
  }

  private func settle(_ settlement: Settlement, _ job: ClaimedJob, since began: Int64) async {
    do {
      let result = try await store.transact([.settle(settlement)]).first
      if case .accepted(false)? = result { return log(.lost(job.id)) }
      let span = (SystemTime.monotonicNanoseconds() - began) / 1_000_000
      log(.settled(job.id, kind: job.kind, settlement, milliseconds: span))
    } catch {
      // The lease runs out and the job is done again: nothing was acknowledged.
      failed(error)
    }
  }

  /// Waits for what runs: to its end, or for the grace after a signal, then it goes back.
  private func finishRunning() async -> Bool {
    guard runningCount > 0 else { return true }
    guard stop.level != .none else {
      // Ended by itself, by an error or `--once`: running jobs may finish, unless a signal comes.
      while runningCount > 0, stop.level == .none { await waitABit() }
      return await finishRunning()
    }
    log(.draining(running: runningCount))
    let end = SystemTime.monotonicNanoseconds() + options.grace * 1_000_000
    while runningCount > 0, stop.level == .drain, SystemTime.monotonicNanoseconds() < end {
      await waitABit()
    }
    let left = state.withLock { $0.running }
    guard !left.isEmpty else { return true }
    log(.handingBack(running: left.count))
    for cancellation in left.values { cancellation.cancel(.shutdown) }
    while runningCount > 0 { await waitABit() }
    return false
  }

  private func waitABit() async {
    await alarm.wait(until: SystemTime.monotonicNanoseconds() + 100_000_000)
  }
}
