package import Calls
package import Fallback
package import Platform
package import Queue
import Synchronization

/// Renews the leases of this process from a thread of its own, and tells jobs that were cancelled or
/// lost. A job keeps its lease for as long as its pulse beats: a stuck one must not look alive.
package final class LeaseKeeper: Sendable {
  private struct Held: Sendable {
    var cancellation: Cancellation
    var pulse: Pulse
    /// When the store last confirmed the lease, by the boot clock.
    var renewedAt: Milliseconds
  }

  private struct State: Sendable {
    var held: [LeaseKey: Held] = [:]
    var isStopping = false
    /// Somebody wants a job cancelled.
    var isNudged = false
    /// When the loop that runs the jobs was last heard of; nil: there is none.
    var lastBeat: Milliseconds?
  }

  /// How soon a running job learns that somebody wants it cancelled, where nobody rings.
  private static let longestTick: Milliseconds = 500
  /// A loop that has not been heard of for this long is stuck, and so is what it runs.
  private static let longestSilence: Milliseconds = 30_000

  private let store: any QueueStore
  private let worker: WorkerIdentity
  private let lease: Milliseconds
  private let state = WaitCondition(State())
  private let thread = Mutex<OSThread?>(nil)

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - store: Where the leases are.
  ///   - worker: Who holds them.
  ///   - lease: Milliseconds; renewed when a quarter of it has passed.
  /// - Throws: When the system has no room for a thread.
  package init(
    store: any QueueStore, worker: WorkerIdentity, lease: Milliseconds
  ) throws(OSThread.StartError) {
    self.store = store
    self.worker = worker
    self.lease = lease
    let round = Round(store: store, worker: worker, lease: lease, state: state)
    let thread = try OSThread(name: "auxq-lease") { round.run() }
    self.thread.withLock { $0 = thread }
  }

  /// Begins to renew a lease that was granted just now.
  package func hold(
    _ lease: LeaseKey, _ cancellation: Cancellation, _ pulse: Pulse = Pulse()
  ) {
    let held = Held(cancellation: cancellation, pulse: pulse, renewedAt: SystemTime.boot())
    // The thread sleeps without an end only while nothing is held.
    let isFirst = state.withLock { state in
      defer { state.held[lease] = held }
      return state.held.isEmpty
    }
    if isFirst { state.signal { _ in } }
  }

  /// Stops renewing a lease.
  package func release(_ lease: LeaseKey) {
    _ = state.withLock { $0.held.removeValue(forKey: lease) }
  }

  /// Says that the loop which runs the jobs is not stuck. Once said, it has to be said again and again.
  package func beat() { state.withLock { $0.lastBeat = SystemTime.boot() } }

  /// Looks for jobs to be cancelled at once.
  package func nudge() { state.signal { $0.isNudged = true } }

  /// Ends the thread.
  package func stop() {
    state.broadcast { $0.isStopping = true }
    thread.withLock(\.self)?.join()
  }

  /// What the thread does.
  private struct Round: Sendable {
    let store: any QueueStore
    let worker: WorkerIdentity
    let lease: Milliseconds
    let state: WaitCondition<State>

    func run() {
      let tick = max(10, min(longestTick, lease / 4))
      while true {
        // Nothing held: sleep until there is, so that an idle worker costs nothing.
        let isStopping = state.wait(until: nil) { state in
          state.isStopping ? true : state.held.isEmpty ? nil : false
        }
        if isStopping ?? true { return }
        let next = SystemTime.monotonicNanoseconds() + tick * 1_000_000
        _ = state.wait(until: next) { $0.isStopping || $0.isNudged ? true : nil }
        let isOver = state.withLock { state in
          state.isNudged = false
          return state.isStopping
        }
        if isOver { return }
        tellCancelled()
        renewIfDue()
      }
    }

    /// Only reads: cancelling is rare.
    private func tellCancelled() {
      guard let requests = try? store.cancelRequests(of: worker), !requests.isEmpty else { return }
      let held = state.withLock(\.held)
      for lease in requests { held[lease]?.cancellation.cancel(.user) }
    }

    private func renewIfDue() {
      let now = SystemTime.boot()
      let moving = state.withLock { state -> [LeaseKey: Held] in
        guard state.held.values.contains(where: { now - $0.renewedAt >= lease / 4 }) else {
          return [:]
        }
        if let beat = state.lastBeat, now - beat > longestSilence { return [:] }
        return state.held
      }.filter { $0.value.pulse.isBeating(at: now) }
      if !moving.isEmpty { renew(moving) }
      abandon(at: now)
    }

    private func renew(_ held: [LeaseKey: Held]) {
      let asked = SystemTime.boot()
      let operation = Operation.heartbeat(worker: worker, jobs: Array(held.keys), lease: lease)
      // One failed renewal costs nothing.
      guard case .heartbeats(let standings)? = (try? store.transact([operation]))?.first else {
        return
      }
      state.withLock { state in
        for (key, standing) in standings where standing != .lost {
          state.held[key]?.renewedAt = asked
        }
      }
      for (key, standing) in standings {
        switch standing {
        case .held: continue
        case .cancelRequested: held[key]?.cancellation.cancel(.user)
        case .lost: held[key]?.cancellation.cancel(.leaseLost)
        }
      }
    }

    /// Three quarters of a lease without a renewal: others may have the job by the time it answers.
    private func abandon(at now: Milliseconds) {
      let over = state.withLock { state in
        state.held.values.filter { now - $0.renewedAt > lease * 3 / 4 }
      }
      for held in over { held.cancellation.cancel(.leaseLost) }
    }
  }
}
