import Calls
import Fallback
import Synchronization

/// Places that are asked in spite of a mark for the server's own fault: by one call of this process at
/// a time, the others wait their turn (design §4).
final class SolePlaces: Sendable {
  private struct State {
    /// Who waits, by place that is being asked.
    var held: [MarkKey: [Cancellation]] = [:]
  }

  /// As long as a probe may take; who has waited for so long skips the place.
  static let longest: Milliseconds = 30_000

  enum Admission {
    case goOn
    case wait(Suspense)
    /// It has waited long enough.
    case giveUp
  }

  private let state = Mutex(State())

  /// Lets a call ask these places, or has it wait.
  ///
  /// - Parameters:
  ///   - places: Keys of the marks that do not count for it; `goOn` holds them until `release`.
  ///   - waited: What it has waited for already.
  ///   - now: Milliseconds.
  /// - Returns: Whether it may go on.
  func admit(_ places: [MarkKey], waited: Waited, now: Milliseconds) -> Admission {
    state.withLock { state in
      guard let busy = places.first(where: { state.held[$0] != nil }) else {
        for place in places { state.held[place] = [] }
        return .goOn
      }
      let until = (waited[Self.subject] ?? now) + Self.longest
      guard now < until else { return .giveUp }
      let end = Cancellation()
      state.held[busy]?.append(end)
      return .wait(Suspense(subject: Self.subject, until: until, end: end))
    }
  }

  /// The call is back: whoever waits looks again.
  func release(_ places: [MarkKey]) {
    guard !places.isEmpty else { return }
    let waiters = state.withLock { state in
      places.flatMap { state.held.removeValue(forKey: $0) ?? [] }
    }
    for waiter in waiters { waiter.cancel(.user) }
  }

  private static let subject = "\nsole place"
}
