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

  /// Works in one slot for as long as jobs were claimed ahead.
  private func serve(_ first: Slots.Held) async {
    var next: Slots.Held? = first
    while let held = next {
      log(.started(held.job.id, kind: held.job.kind, attempt: held.job.attemptNumber))
      let began = SystemTime.monotonicNanoseconds()
      let settlement = await runner.run(
        held.job, cancellation: held.cancellation, pulse: held.pulse)
      let span = (SystemTime.monotonicNanoseconds() - began) / 1_000_000
      let takesMore = stop.level == .none
      next = state.withLock { $0.next(after: span, takesMore: takesMore) }
      // With another job at hand the next claim or end is near, and may share the commit.
      settle(settlement, held, span: span, patience: next == nil ? 0 : longestPatience)
      alarm.ring()
    }
  }

  /// Has the end stored, without waiting for it: the slot does not stand empty while the disk works.
  private func settle(
    _ settlement: Settlement, _ held: Slots.Held, span: Milliseconds, patience: Milliseconds
  ) {
    store.submit([.settle(settlement)], patience: patience) { [self] result in
      switch result {
      case .success(let answers):
        if case .accepted(false)? = answers.first {
          log(.lost(held.job.id))
        } else {
          log(.settled(held.job.id, kind: held.job.kind, settlement, milliseconds: span))
        }
      case .failure(let error):
        // The lease runs out and the job is done again: nothing was acknowledged.
        failed(error)
      }
      forget(held)
    }
  }

  private func forget(_ held: Slots.Held) {
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
    for held in state.withLock({ $0.takeAhead() }) {
      let settlement = Settlement(
        lease: held.lease, attempt: held.job.attemptNumber, outcome: .handBack, trace: [])
      store.submit([.settle(settlement)]) { [self] _ in forget(held) }
    }
  }

  private func waitABit() async {
    keeper.beat()
    await alarm.wait(until: SystemTime.monotonicNanoseconds() + 100_000_000)
  }
}

/// How long the end of a job may wait for others, in milliseconds.
private let longestPatience: Milliseconds = 5
