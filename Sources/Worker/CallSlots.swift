import Platform
import Synchronization

/// A bound on the calls in flight of this process. Waiters are served in order.
package final class CallSlots: Sendable {
  private struct State {
    /// None while somebody waits.
    var free: Int
    var waiters = Fifo<CheckedContinuation<Void, Never>>()

    mutating func takeFree() -> Bool {
      guard free > 0 else { return false }
      free -= 1
      return true
    }
  }

  package let limit: Int
  private let state: Mutex<State>

  package init(limit: Int) {
    self.limit = max(1, limit)
    state = Mutex(State(free: max(1, limit)))
  }

  func take() async {
    if state.withLock({ $0.takeFree() }) { return }
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.takeFree() { return true }
        state.waiters.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func give() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      let waiter = state.waiters.popFirst()
      if waiter == nil { state.free += 1 }
      return waiter
    }
    waiter?.resume()
  }
}
