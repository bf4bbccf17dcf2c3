import Calls
import Fallback
import Platform
package import Queue
import Synchronization

/// Claims jobs and runs them until it is told to stop or nothing is left to do.
///
/// It sleeps while there is nothing to claim: a commit of another process wakes it, and once a second it
/// looks by itself for jobs that came due and for the jobs of dead workers.
package final class WorkerLoop: Sendable {
  let store: any QueueStore
  let runner: AsyncRunner
  let keeper: LeaseKeeper
  let options: WorkerOptions
  let alarm: Alarm
  let stop: StopRequest
  let log: @Sendable (WorkerNote) -> Void
  private let worker: WorkerIdentity
  private let gate: PlanGate?
  private let choices: FirstChoices?
  let state: Mutex<Slots>

  /// Puts a worker together; `gate` tells which plans cannot be served, nil: every job is claimed.
  /// `choices` tells which credentials are counted with the claim, nil: none.
  package init(
    store: any QueueStore, runner: AsyncRunner, keeper: LeaseKeeper, worker: WorkerIdentity,
    options: WorkerOptions, alarm: Alarm, stop: StopRequest, gate: PlanGate? = nil,
    choices: FirstChoices? = nil, log: @escaping @Sendable (WorkerNote) -> Void
  ) {
    self.store = store
    self.runner = runner
    self.keeper = keeper
    self.worker = worker
    self.options = options
    self.alarm = alarm
    self.stop = stop
    self.gate = gate
    self.choices = choices
    self.log = log
    state = Mutex(Slots(count: options.concurrency, isAheadAllowed: !options.once))
  }

  /// Works until the end.
  ///
  /// - Returns: False when running jobs had to be handed back.
  /// - Throws: The store's error that made going on impossible; running jobs were waited for.
  package func run() async throws(StoreError) -> Bool {
    stop.onRequest { [alarm] in alarm.ring() }
    let watch = store.watch { [self] signal in hear(signal) }
    defer { watch?.stop() }
    let isClean = await withDiscardingTaskGroup(returning: Bool.self) { group in
      await claimUntilDone(&group, isTold: watch?.seesEveryCommit ?? false)
      return await finishRunning()
    }
    if state.withLock({ $0.hasLostEnds }) { store.leaveBehind(worker) }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return isClean
  }

  /// Somebody has committed something. Only a loop that waits for work wants to know.
  private func hear(_ signal: StoreSignal) {
    if signal == .cancelRequested { keeper.nudge() }
    let isWaiting = state.withLock { state in
      state.changes += 1
      return state.isHungry
    }
    if isWaiting { alarm.ring() }
  }

  // MARK: Claiming

  private func claimUntilDone(_ group: inout DiscardingTaskGroup, isTold: Bool) async {
    var search = Search(budget: options.once ? 1 : .max)
    while stop.level == .none, search.budget > 0, state.withLock({ $0.failure }) == nil {
      keeper.beat()
      storeAgain()
      handBackStale()
      let changes = state.withLock { $0.changes }
      let wanted = min(state.withLock { $0.wanted }, search.budget)
      let found = await look(wanted, &search, &group)
      if found > 0, found == wanted { continue }
      if found == 0, runningCount == 0, isFinished { return }
      let isHungry = wanted > found
      let isNews = state.withLock { state in
        state.isHungry = isHungry
        return isHungry && state.changes != changes
      }
      if !isNews { await alarm.wait(until: nextLook(search, isHungry: isHungry, isTold: isTold)) }
      state.withLock { $0.isHungry = false }
    }
  }

  /// Claims where that promises something, and starts what it gets.
  ///
  /// - Returns: How many jobs that were.
  private func look(
    _ wanted: Int, _ search: inout Search, _ group: inout DiscardingTaskGroup
  ) async -> Int {
    let now = SystemTime.monotonicNanoseconds()
    // A worker that is full frees the jobs of dead neighbours all the same, now and then.
    guard wanted > 0 || now - search.lastClaim > Search.round else { return 0 }
    var request = claimRequest(limit: wanted)
    // A hold that ended frees jobs that nobody else would.
    search.note(request.holds)
    request.unparks = search.unparks
    guard wanted == 0 || search.hasMore || !search.unparks.isNone || seesWork(request) else {
      search.sawNothing()
      return 0
    }
    search.lastClaim = now
    search.unparks = .none
    state.withLock { $0.isClaiming = wanted > 0 }
    let jobs = await claim(request)
    for job in jobs { take(job, &group) }
    state.withLock { $0.isClaiming = false }
    if options.once { search.budget -= jobs.count }
    search.claimed(jobs.count, of: wanted)
    return jobs.count
  }

  /// What this worker may have now.
  func claimRequest(limit: Int) -> ClaimRequest {
    var request = ClaimRequest(
      worker: worker, queues: options.queues, limit: limit, lease: options.lease,
      limits: options.limits, holds: gate?.holds())
    if limit > 0, let choices { request.choices = choices.byPlan() }
    return request
  }

  private func seesWork(_ request: ClaimRequest) -> Bool {
    do throws(StoreError) {
      return try store.looksClaimable(request)
    } catch {
      failed(error)
      return false
    }
  }

  private func claim(_ request: ClaimRequest) async -> [ClaimedJob] {
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

  func failed(_ error: StoreError) {
    // A busy database is worth another look; anything else ends the worker, and is said once.
    let isKnown = state.withLock { state in
      let isKnown = state.failure?.code == error.code
      if error.code != .busy { state.failure = state.failure ?? error }
      return isKnown
    }
    if !isKnown { log(.storeFailed(error)) }
  }

  var runningCount: Int { state.withLock { $0.running.count } }

  /// With `--drain` or `--once`: nothing is ready, and nobody runs anything that may come back.
  private var isFinished: Bool {
    guard options.drains || options.once else { return false }
    guard let open = try? store.openJobs(queues: options.queues) else { return false }
    return open.ready == 0 && (open.running == 0 || options.once)
  }

  /// When to look again though nobody rings.
  private func nextLook(_ search: Search, isHungry: Bool, isTold: Bool) -> Int64 {
    let now = SystemTime.monotonicNanoseconds()
    guard isHungry else { return now + Search.round }
    var wait = search.pause(isTold: isTold, jitter: Random.uint64())
    if let due = try? store.nextDueTime(queues: options.queues) {
      let left = max(1, due - SystemTime.wall())
      if left < wait / 1_000_000 { wait = left * 1_000_000 }
    }
    return now + wait
  }
}
