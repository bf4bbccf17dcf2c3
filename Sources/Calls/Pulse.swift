package import Fallback
import Platform
import Synchronization

/// Proof that a job moves. Whoever renews its lease asks here first, so that one that is stuck loses it
/// and is done by somebody else.
///
/// Every step says how long it may take until it is heard of again: the time limit of its request, the
/// end of its wait. Between steps a job may think for `patience`.
package final class Pulse: Sendable {
  private struct State {
    /// When a step has to be heard of again, by the boot clock. Most jobs have one.
    var awaited: [(step: String, end: Milliseconds)] = []
    var lastMove: Milliseconds
  }

  /// Longest silence of a job that waits for nothing, in milliseconds.
  package static let patience: Milliseconds = 60_000

  private let state: Mutex<State>

  package init(now: Milliseconds = SystemTime.boot()) { state = Mutex(State(lastMove: now)) }

  /// A step has moved.
  ///
  /// - Parameters:
  ///   - step: Its name within the job.
  ///   - span: How long its next move may take, in milliseconds; nil: it is over.
  ///   - now: The boot clock.
  package func move(
    _ step: String, nextWithin span: Milliseconds?, now: Milliseconds = SystemTime.boot()
  ) {
    state.withLock { state in
      state.lastMove = now
      let known = state.awaited.firstIndex { $0.step == step }
      guard let span else {
        if let known { state.awaited.remove(at: known) }
        return
      }
      let (sum, isTooMuch) = now.addingReportingOverflow(span)
      let end = isTooMuch ? .max : sum
      if let known { state.awaited[known].end = end } else { state.awaited.append((step, end)) }
    }
  }

  /// Whether the job moves, or waits for something whose time is not over.
  package func isBeating(at now: Milliseconds = SystemTime.boot()) -> Bool {
    state.withLock { state in
      now - state.lastMove <= Self.patience || state.awaited.contains { $0.end >= now }
    }
  }
}
