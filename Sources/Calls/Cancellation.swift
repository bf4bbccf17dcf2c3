import Synchronization

/// Tells work in progress to stop, from any thread, on the blocking and on the async path alike.
///
/// A handler runs exactly once: at cancellation, or at once when it is added after it. Handlers are
/// called outside the lock.
package final class Cancellation: Sendable {
  private struct State: Sendable {
    var reason: Reason?
    var handlers: [UInt64: @Sendable (Reason) -> Void] = [:]
    var next: UInt64 = 0
  }

  /// Who asked.
  package enum Reason: Sendable, Hashable {
    /// The user cancelled the job.
    case user
    /// The process is stopping; the job goes back to the queue.
    case shutdown
    /// The lease is lost; another worker may have the job.
    case leaseLost
  }

  private let state = Mutex(State())

  package init() {}

  /// Why it was cancelled; nil while it is not.
  package var reason: Reason? { state.withLock { $0.reason } }
  package var isCancelled: Bool { reason != nil }

  /// Cancels; the first reason stays.
  package func cancel(_ reason: Reason) {
    let handlers = state.withLock { state -> [@Sendable (Reason) -> Void] in
      guard state.reason == nil else { return [] }
      state.reason = reason
      defer { state.handlers = [:] }
      return Array(state.handlers.values)
    }
    for handler in handlers { handler(reason) }
  }

  /// Adds a handler.
  ///
  /// - Parameter handler: Called once when this is cancelled, at once if it is already.
  /// - Returns: A ticket for `remove`.
  package func add(_ handler: @escaping @Sendable (Reason) -> Void) -> UInt64 {
    let (ticket, reason) = state.withLock { state -> (UInt64, Reason?) in
      state.next += 1
      if state.reason == nil { state.handlers[state.next] = handler }
      return (state.next, state.reason)
    }
    if let reason { handler(reason) }
    return ticket
  }

  /// Forgets a handler; without effect once it was called.
  package func remove(_ ticket: UInt64) {
    state.withLock { $0.handlers[ticket] = nil }
  }
}
