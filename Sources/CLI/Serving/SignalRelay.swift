import Platform

/// Hands the signals that the process receives to the command that runs. A command that asked for
/// none is ended by the signal as any program is.
package final class SignalRelay: Sendable {
  private struct State: Sendable {
    var listener: (@Sendable (Int32) -> Void)?
    var received: Int32?
    var isAwaited = false
  }

  private let state = WaitCondition(State())

  package init() {}

  /// The first signal that was received while somebody listened or slept.
  package var received: Int32? { state.withLock { $0.received } }

  /// Called by the watching thread.
  package func deliver(_ number: Int32) {
    let listener = state.broadcast { state in
      state.received = state.received ?? number
      return state.listener
    }
    if let listener { return listener(number) }
    if !state.withLock({ $0.isAwaited }) { Signals.die(by: number) }
  }

  /// From now on signals are the command's own affair.
  package func listen(_ listener: @escaping @Sendable (Int32) -> Void) {
    state.withLock { $0.listener = listener }
  }

  /// Sleeps; returns how to end when a signal comes.
  ///
  /// - Parameter milliseconds: How long at most.
  /// - Returns: nil when the time has passed.
  package func sleep(_ milliseconds: Int64) -> ExitCode? {
    state.withLock { $0.isAwaited = true }
    let end = SystemTime.monotonicNanoseconds() + milliseconds * 1_000_000
    return state.wait(until: end) { $0.received }.map(ExitCode.after)
  }
}

extension ExitCode {
  /// How a process ends after a signal.
  static func after(signal number: Int32) -> ExitCode { number == 2 ? .interrupted : .terminated }
}
