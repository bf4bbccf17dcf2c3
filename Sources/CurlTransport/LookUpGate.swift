import Calls
import Fallback

/// Lets one request at a time look up a name that is not known yet. libcurl takes a thread for each
/// look-up, so that a thousand requests to one new name would take a thousand of them.
///
/// The others wait here, within their own limits, until that one has the address. Where it fails or is
/// ended, the next one looks.
final class LookUpGate {
  /// libcurl keeps addresses for 60 s.
  private static let lifetime: Milliseconds = 50_000
  /// A kept connection was used, so that nobody knows how old the address is.
  private static let shortLifetime: Milliseconds = 5_000
  /// Names remembered; forgetting costs a look-up.
  private static let memory = 1_024

  private enum State {
    case asked(by: UInt64, waiting: [UInt64])
    case known(until: Instant)
  }

  private let clock: LoopClock
  private var names: [Origin: State] = [:]
  /// They may go on, since the last look.
  private var released: [UInt64] = []

  init(clock: LoopClock) { self.clock = clock }

  /// A request begins.
  ///
  /// - Returns: False when it has to wait until `takeReleased` names it.
  func enter(_ transfer: Transfer) -> Bool {
    guard transfer.checked.hasName else { return true }
    let origin = transfer.checked.origin
    switch names[origin] {
    case .known(let until) where clock.now < until: return true
    case .asked(let first, var waiting):
      // The only one that holds the list appends in place.
      names[origin] = nil
      waiting.append(transfer.id)
      names[origin] = .asked(by: first, waiting: waiting)
      return false
    case .known, nil:
      if names.count >= Self.memory { forget() }
      names[origin] = .asked(by: transfer.id, waiting: [])
      return true
    }
  }

  /// A request has its address, or needs none.
  func passed(_ transfer: Transfer, isFresh: Bool) {
    guard transfer.checked.hasName,
      case .asked(transfer.id, let waiting) = names[transfer.checked.origin]
    else { return }
    let lifetime = isFresh ? Self.lifetime : Self.shortLifetime
    names[transfer.checked.origin] = .known(until: clock.now.advanced(by: lifetime))
    released += waiting
  }

  /// A request is over, wherever it was.
  func ended(_ transfer: Transfer) {
    let origin = transfer.checked.origin
    guard transfer.checked.hasName, case .asked(let first, var waiting) = names[origin] else {
      return
    }
    if first == transfer.id {
      names[origin] = waiting.first.map { .asked(by: $0, waiting: Array(waiting.dropFirst())) }
      released += waiting.prefix(1)
    } else {
      let count = waiting.count
      waiting.removeAll { $0 == transfer.id }
      // It did not wait, so that its connection may be free now: that needs no address.
      if waiting.count == count, !waiting.isEmpty { released.append(waiting.removeFirst()) }
      names[origin] = .asked(by: first, waiting: waiting)
    }
  }

  /// Requests that may go on now; those that are over meanwhile are among them.
  func takeReleased() -> [UInt64] {
    defer { if !released.isEmpty { released.removeAll() } }
    return released
  }

  /// What is known; what is being looked up stays.
  private func forget() {
    names = names.filter { if case .asked = $0.value { true } else { false } }
  }
}
