import Synchronization

/// How urgently a worker is asked to stop; set by signals.
package final class StopRequest: Sendable {
  package enum Level: Int, Sendable {
    case none
    /// Finish what runs.
    case drain
    /// Give back what runs.
    case now
  }

  private struct State: Sendable {
    var level = Level.none
    var listener: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  package init() {}

  package var level: Level { state.withLock { $0.level } }

  /// One level more urgent.
  package func escalate() {
    let listener = state.withLock { state in
      state.level = state.level == .none ? .drain : .now
      return state.listener
    }
    listener?()
  }

  func onRequest(_ listener: @escaping @Sendable () -> Void) {
    state.withLock { $0.listener = listener }
    if level != .none { listener() }
  }
}
