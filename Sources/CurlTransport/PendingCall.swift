import Calls
import Fallback
import Synchronization

/// One caller that waits for a reply. It is resumed exactly once and outside the lock, however
/// registration, cancellation and the answer meet.
final class PendingCall: Sendable {
  private enum State {
    case new
    case waiting(CheckedContinuation<HTTPReply, Never>)
    /// Somebody wants it to end; its event loop has yet to do it.
    case cancelling(CheckedContinuation<HTTPReply, Never>)
    /// Cancelled before it began.
    case cancelled
    case done
  }

  private static let lastID = Atomic<UInt64>(0)

  let id = PendingCall.lastID.wrappingAdd(1, ordering: .relaxed).newValue
  private let state = Mutex(State.new)

  /// Registers the waiting caller.
  ///
  /// - Returns: False when it was cancelled before: the caller resumes by itself and sends nothing.
  func wait(_ continuation: CheckedContinuation<HTTPReply, Never>) -> Bool {
    state.withLock {
      guard case .new = $0 else { return false }
      $0 = .waiting(continuation)
      return true
    }
  }

  /// Asks for its end.
  ///
  /// - Returns: True when its event loop has to be told.
  func cancel() -> Bool {
    state.withLock {
      switch $0 {
      case .new:
        $0 = .cancelled
        return false
      case .waiting(let continuation):
        $0 = .cancelling(continuation)
        return true
      case .cancelling, .cancelled, .done: return false
      }
    }
  }

  /// It was cancelled while its request was still on the way to the event loop.
  var isCancelling: Bool {
    state.withLock { if case .cancelling = $0 { true } else { false } }
  }

  /// Gives the reply to the caller; without effect after the first time.
  func finish(_ reply: HTTPReply) {
    let waiting = state.withLock { state -> CheckedContinuation<HTTPReply, Never>? in
      switch state {
      case .waiting(let continuation), .cancelling(let continuation):
        state = .done
        return continuation
      case .new, .cancelled, .done: return nil
      }
    }
    waiting?.resume(returning: reply)
  }
}

extension HTTPReply {
  /// Cancelled before anything was sent.
  static var cancelledBeforeSending: HTTPReply { HTTPReply(fault: .cancelled) }
}
