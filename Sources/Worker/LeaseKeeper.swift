package import Calls
package import Fallback
package import Platform
package import Queue

/// Renews the leases of this process from a thread of its own, so that a busy or stuck worker keeps
/// what it holds, and tells jobs that were cancelled or lost.
package final class LeaseKeeper: Sendable {
  private struct State: Sendable {
    var held: [LeaseKey: Cancellation] = [:]
    var isStopping = false
    /// Monotonic nanoseconds of the last renewal that the store confirmed.
    var renewedAt: Int64 = 0
  }

  /// How soon a running job learns that somebody wants it cancelled.
  private static let tick: Int64 = 500_000_000

  private let store: any QueueStore
  private let worker: WorkerIdentity
  private let lease: Milliseconds
  private let state = WaitCondition(State())
  private let thread: OSThread?

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - store: Where the leases are.
  ///   - worker: Who holds them.
  ///   - lease: Milliseconds; renewed at every tick of half a second.
  /// - Throws: When the system has no room for a thread.
  package init(
    store: any QueueStore, worker: WorkerIdentity, lease: Milliseconds
  ) throws(OSThread.StartError) {
    self.store = store
    self.worker = worker
    self.lease = lease
    let state = self.state
    thread = try OSThread(name: "auxq-lease") {
      Self.run(store: store, worker: worker, lease: lease, state: state)
    }
  }

  /// Begins to renew a lease.
  package func hold(_ lease: LeaseKey, _ cancellation: Cancellation) {
    state.signal { $0.held[lease] = cancellation }
  }

  /// Stops renewing a lease.
  package func release(_ lease: LeaseKey) {
    _ = state.withLock { $0.held.removeValue(forKey: lease) }
  }

  /// Ends the thread.
  package func stop() {
    state.broadcast { $0.isStopping = true }
    thread?.join()
  }

  private static func run(
    store: any QueueStore, worker: WorkerIdentity, lease: Milliseconds,
    state: WaitCondition<State>
  ) {
    while true {
      // Nothing held: sleep until there is, so that an idle worker costs nothing.
      let isStopping = state.wait(until: nil) { state in
        state.isStopping ? true : state.held.isEmpty ? nil : false
      }
      if isStopping ?? true { return }
      let next = SystemTime.monotonicNanoseconds() + tick
      let stopped = state.wait(until: next) { $0.isStopping ? true : nil }
      if stopped == true { return }
      renew(store: store, worker: worker, lease: lease, state: state)
    }
  }

  private static func renew(
    store: any QueueStore, worker: WorkerIdentity, lease: Milliseconds,
    state: WaitCondition<State>
  ) {
    let held = state.withLock { $0.held }
    guard !held.isEmpty else { return }
    let operation = Operation.heartbeat(worker: worker, jobs: Array(held.keys), lease: lease)
    guard case .heartbeats(let standings)? = (try? store.transact([operation]))?.first else {
      // One failed renewal costs nothing; a lease that must have run out by now is lost.
      return abandon(held, lease: lease, state: state)
    }
    state.withLock { $0.renewedAt = SystemTime.monotonicNanoseconds() }
    for (key, standing) in standings {
      switch standing {
      case .held: continue
      case .cancelRequested: held[key]?.cancel(.user)
      case .lost: held[key]?.cancel(.leaseLost)
      }
    }
  }

  /// Three quarters of a lease without a renewal: others may have the jobs by the time these answer.
  private static func abandon(
    _ held: [LeaseKey: Cancellation], lease: Milliseconds, state: WaitCondition<State>
  ) {
    let now = SystemTime.monotonicNanoseconds()
    let isOver = state.withLock { state in
      if state.renewedAt == 0 { state.renewedAt = now }
      return now - state.renewedAt > lease * 750_000
    }
    guard isOver else { return }
    for cancellation in held.values { cancellation.cancel(.leaseLost) }
  }
}
