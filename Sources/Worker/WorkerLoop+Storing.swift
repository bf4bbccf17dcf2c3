import Fallback
import Platform
import Queue
import Synchronization

/// The end of a job that could not be stored. What it cost is not thrown away while there is hope.
struct UnstoredEnd: Sendable {
  var settlement: Settlement
  var held: Slots.Held
  var span: Milliseconds
  /// On the monotonic clock, in nanoseconds.
  let firstTry: Int64
  var lastTry: Int64

  init(_ settlement: Settlement, _ held: Slots.Held, span: Milliseconds) {
    self.settlement = settlement
    self.held = held
    self.span = span
    firstTry = SystemTime.monotonicNanoseconds()
    lastTry = firstTry
  }
}

/// Between two tries to store an end, in nanoseconds.
private let pause: Int64 = 500_000_000

extension WorkerLoop {
  /// The store has refused the end of a job.
  func notStored(_ end: UnstoredEnd, _ error: StoreError) {
    failed(error)
    guard error.mayPass else { return lose(end) }
    var end = end
    end.lastTry = SystemTime.monotonicNanoseconds()
    state.withLock { $0.unstored.append(end) }
    alarm.ring()
  }

  /// Tries again what was refused, for as long as running jobs would have after a signal.
  func storeAgain() {
    let now = SystemTime.monotonicNanoseconds()
    let isUrgent = stop.level == .now
    let due = state.withLock { state in
      let due = state.unstored.filter { isUrgent || now - $0.lastTry >= pause }
      state.unstored.removeAll { isUrgent || now - $0.lastTry >= pause }
      return due
    }
    for end in due {
      let isLast = isUrgent || now - end.firstTry >= options.grace * 1_000_000
      isLast ? handBackUnstored(end) : store(end)
    }
  }

  private func store(_ end: UnstoredEnd) {
    store.submit([.settle(end.settlement)]) { [self] result in
      switch result {
      case .success(let answers):
        tell(answers.first, end.settlement, end.held, span: end.span)
        forget(end.held)
      case .failure(let error): notStored(end, error)
      }
    }
  }

  /// A hand-back is short: there may be room for that.
  private func handBackUnstored(_ end: UnstoredEnd) {
    let settlement = Settlement(
      lease: end.held.lease, attempt: end.held.job.attemptNumber, outcome: .handBack, trace: [])
    store.submit([.settle(settlement)]) { [self] result in
      if case .failure = result { lose(end) } else { forget(end.held) }
    }
  }

  /// The job is done again by whoever finds its lease: nothing was acknowledged.
  private func lose(_ end: UnstoredEnd) {
    state.withLock { $0.hasLostEnds = true }
    forget(end.held)
  }
}

extension StoreError {
  /// Others may make room, or let us have our turn.
  fileprivate var mayPass: Bool { code == .full || code == .busy }
}
