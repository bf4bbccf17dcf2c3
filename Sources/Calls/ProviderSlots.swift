package import Fallback
import Synchronization

/// Bounds the requests in flight at each provider, where the configuration does. Waiters are served in
/// order.
package final class ProviderSlots: Sendable {
  private struct Waiter {
    var id: UInt64
    var continuation: CheckedContinuation<Bool, Never>
  }

  private struct Lane {
    var inUse = 0
    var waiters: [Waiter] = []
  }

  private struct State {
    var lanes: [String: Lane] = [:]
    var next: UInt64 = 0
  }

  private let state = Mutex(State())
  private let sleep: @Sendable (_ until: Milliseconds, Cancellation) async -> Void

  /// Makes free slots.
  ///
  /// - Parameter sleep: Returns at the given time, or when cancelled.
  package init(
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) async -> Void
  ) {
    self.sleep = sleep
  }

  /// Takes a slot, waiting for one if need be.
  ///
  /// - Parameters:
  ///   - provider: Whose.
  ///   - limit: Slots that there are.
  ///   - deadline: Then waiting ends; nil: never.
  ///   - cancellation: Ends waiting too.
  /// - Returns: False when waiting ended without a slot.
  package func take(
    _ provider: String, of limit: Int, until deadline: Milliseconds?, _ cancellation: Cancellation
  ) async -> Bool {
    if takeFree(provider, of: limit) { return true }
    let over = Cancellation()
    let ticket = cancellation.add { over.cancel($0) }
    defer { cancellation.remove(ticket) }
    guard let deadline else { return await wait(provider, of: limit, over) }
    async let alarm: Void = ring(at: deadline, over)
    let isTaken = await wait(provider, of: limit, over)
    over.cancel(.user)
    await alarm
    return isTaken
  }

  /// Gives a slot back, or on to the next in line.
  package func give(_ provider: String) {
    let waiter = state.withLock { state -> Waiter? in
      guard state.lanes[provider]?.waiters.isEmpty == false else {
        state.lanes[provider]?.inUse -= 1
        return nil
      }
      return state.lanes[provider]?.waiters.removeFirst()
    }
    waiter?.continuation.resume(returning: true)
  }

  private func takeFree(_ provider: String, of limit: Int) -> Bool {
    state.withLock { state in
      let lane = state.lanes[provider] ?? Lane()
      guard lane.inUse < max(1, limit), lane.waiters.isEmpty else { return false }
      state.lanes[provider, default: lane].inUse += 1
      return true
    }
  }

  private func ring(at deadline: Milliseconds, _ over: Cancellation) async {
    await sleep(deadline, over)
    over.cancel(.user)
  }

  private func wait(_ provider: String, of limit: Int, _ over: Cancellation) async -> Bool {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    return await withCheckedContinuation { continuation in
      let isFree = state.withLock { state -> Bool in
        var lane = state.lanes[provider] ?? Lane()
        let isFree = lane.inUse < max(1, limit)
        if isFree {
          lane.inUse += 1
        } else {
          lane.waiters.append(Waiter(id: id, continuation: continuation))
        }
        state.lanes[provider] = lane
        return isFree
      }
      if isFree { return continuation.resume(returning: true) }
      // The ticket need not be kept: `over` ends with this wait.
      _ = over.add { [self] _ in giveUp(id, provider) }
    }
  }

  private func giveUp(_ id: UInt64, _ provider: String) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.lanes[provider]?.waiters.firstIndex(where: { $0.id == id }) else {
        return nil
      }
      return state.lanes[provider]?.waiters.remove(at: index)
    }
    waiter?.continuation.resume(returning: false)
  }
}
