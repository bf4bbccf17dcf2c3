import Synchronization

/// A bound on the calls in flight of this process. Waiters are served in order.
package final class CallSlots: Sendable {
  private struct State {
    var free: Int
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  package let limit: Int
  private let state: Mutex<State>

  package init(limit: Int) {
    self.limit = max(1, limit)
    state = Mutex(State(free: max(1, limit)))
  }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiters.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func give() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiters.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiters.removeFirst()
    }
    waiter?.resume()
  }
}
