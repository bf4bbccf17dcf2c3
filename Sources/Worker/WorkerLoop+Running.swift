import Calls
import Fallback
import Platform
import Queue
import Synchronization

extension WorkerLoop {
  /// Holds a job that was claimed just now, and starts it where a slot is free.
  func take(_ job: ClaimedJob, _ group: inout DiscardingTaskGroup) {
    let held = Slots.Held(job: job)
    keeper.hold(held.lease, held.cancellation, held.pulse)
    guard state.withLock({ $0.add(held) }) else { return }
    group.addTask { await self.serve(held) }
  }

  /// Works in one slot for as long as there are jobs for it.
  private func serve(_ first: Slots.Held) async {
    var current: Slots.Held? = first
    while let held = current {
      log(.started(held.job.id, kind: held.job.kind, attempt: held.job.attemptNumber))
      let began = SystemTime.monotonicNanoseconds()
      let settlement = await runner.run(
        held.job, cancellation: held.cancellation, pulse: held.pulse)
      let span = (SystemTime.monotonicNanoseconds() - began) / 1_000_000
      let takesMore = stop.level == .none
      switch state.withLock({ $0.next(after: span, takesMore: takesMore) }) {
      case .run(let next):
        // With another job at hand the next claim or end is near, and may share the commit.
        settle(settlement, held, span: span, patience: longestPatience)
        current = next
      case .claim: current = await settleAndClaim(settlement, held, span: span)
      case .free:
        settle(settlement, held, span: span, patience: 0)
        current = nil
      }
      alarm.ring()
    }
  }

  /// Has the end stored together with the claim of the slot's next job: one commit for both.
  private func settleAndClaim(
    _ settlement: Settlement, _ held: Slots.Held, span: Milliseconds
  ) async -> Slots.Held? {
    var next: Slots.Held?
    do throws(StoreError) {
      let answers = try await store.transact([
        .settle(settlement), .claim(claimRequest(limit: 1)),
      ])
      if case .claimed(let jobs)? = answers.last, let job = jobs.first {
        let claimed = Slots.Held(job: job)
        keeper.hold(claimed.lease, claimed.cancellation, claimed.pulse)
        state.withLock { $0.running[job.id] = claimed.cancellation }
        next = claimed
      }
      tell(answers.first, settlement, held, span: span)
      forget(held)
    } catch {
      notStored(UnstoredEnd(settlement, held, span: span), error)
    }
    // What was claimed while somebody asked to stop has not begun.
    if let claimed = next, stop.level != .none {
      handBack(claimed)
      next = nil
    }
    if let next { return next }
    let takesMore = stop.level == .none
    return state.withLock { $0.nextInstead(takesMore: takesMore) }
  }

  /// Has the end stored, without waiting for it: the slot does not stand empty while the disk works.
  private func settle(
    _ settlement: Settlement, _ held: Slots.Held, span: Milliseconds, patience: Milliseconds
  ) {
    store.submit([.settle(settlement)], patience: patience) { [self] result in
      switch result {
      case .success(let answers):
        tell(answers.first, settlement, held, span: span)
        forget(held)
      case .failure(let error): notStored(UnstoredEnd(settlement, held, span: span), error)
      }
    }
  }

  func tell(
    _ answer: OperationResult?, _ settlement: Settlement, _ held: Slots.Held, span: Milliseconds
  ) {
    if case .accepted(false)? = answer {
      log(.lost(held.job.id))
    } else {
      log(.settled(held.job.id, kind: held.job.kind, settlement, milliseconds: span))
    }
  }

  func forget(_ held: Slots.Held) {
    keeper.release(held.lease)
    let isIdle = state.withLock { state in
      state.running[held.job.id] = nil
      return state.running.isEmpty
    }
    if isIdle { alarm.ring() }
  }

  // MARK: The end

  /// Waits for what runs: to its end, or for the grace after a signal, then it goes back.
  func finishRunning() async -> Bool {
    handBackAhead()
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

  /// What has not begun goes back at once.
  private func handBackAhead() {
    for held in state.withLock({ $0.takeAhead() }) { handBack(held) }
  }

  /// What the slots are too slow for is for whoever has time.
  func handBackStale() {
    let now = SystemTime.monotonicNanoseconds()
    for held in state.withLock({ $0.takeStale(at: now) }) { handBack(held) }
  }

  func handBack(_ held: Slots.Held) {
    let settlement = Settlement(
      lease: held.lease, attempt: held.job.attemptNumber, outcome: .handBack, trace: [])
    store.submit([.settle(settlement)]) { [self] _ in forget(held) }
  }

  private func waitABit() async {
    keeper.beat()
    storeAgain()
    await alarm.wait(until: SystemTime.monotonicNanoseconds() + 100_000_000)
  }
}

/// How long the end of a job may wait for others, in milliseconds.
private let longestPatience: Milliseconds = 5
