package import Calls
package import Platform
import Synchronization

/// Wakes asynchronous callers at a time or earlier, from one thread. `Task.sleep` would not do: what
/// ends our waits early is a job's cancellation, not a task's.
package final class Timers: Sendable {
  private struct State: Sendable {
    var waiting: [UInt64: (deadline: Int64, continuation: CheckedContinuation<Void, Never>)] = [:]
    var next: UInt64 = 0
    var isStopping = false
    /// Until when the thread sleeps; nil while it is awake, `Int64.max` for as long as nobody waits.
    var wakesAt: Int64?
  }

  private let state = WaitCondition(State())
  private let thread: OSThread?

  /// Starts the thread.
  package init() throws(OSThread.StartError) {
    let state = self.state
    thread = try OSThread(name: "auxq-timer") { Self.run(state) }
  }

  /// Ends the thread; everybody who still waits is woken.
  package func stop() {
    state.broadcast { $0.isStopping = true }
    thread?.join()
  }

  /// Returns at a time of the monotonic clock (nanoseconds), or when cancelled.
  package func sleep(until deadline: Int64, cancellation: Cancellation) async {
    let ticket = Mutex<(timer: UInt64, cancellation: UInt64)?>(nil)
    await withCheckedContinuation { continuation in
      let timer = add(deadline, continuation)
      let added = cancellation.add { [self] _ in fire(timer) }
      ticket.withLock { $0 = (timer, added) }
    }
    if let ticket = ticket.withLock({ $0 }) { cancellation.remove(ticket.cancellation) }
  }

  /// Registers a waiter.
  func add(_ deadline: Int64, _ continuation: CheckedContinuation<Void, Never>) -> UInt64 {
    let (timer, isEarlier) = state.withLock { state in
      state.next += 1
      state.waiting[state.next] = (deadline, continuation)
      let isEarlier = state.wakesAt.map { deadline < $0 } ?? false
      if isEarlier { state.wakesAt = nil }
      return (state.next, isEarlier)
    }
    if isEarlier { state.signal { _ in } }
    return timer
  }

  /// Wakes a waiter now; nothing happens when it was woken already.
  func fire(_ timer: UInt64) {
    let waiter = state.withLock { $0.waiting.removeValue(forKey: timer) }
    waiter?.continuation.resume()
  }

  private static func run(_ state: WaitCondition<State>) {
    var isOver = false
    while !isOver {
      let earliest = state.withLock { state in
        let earliest = state.waiting.values.map(\.deadline).min() ?? .max
        state.wakesAt = earliest
        return earliest
      }
      // Woken early by a new waiter with an earlier deadline.
      _ = state.wait(until: earliest == .max ? nil : earliest) { state in
        state.isStopping || state.wakesAt == nil ? true : nil
      }
      let now = SystemTime.monotonicNanoseconds()
      let due = state.withLock { state in
        state.wakesAt = nil
        isOver = state.isStopping
        let due = state.waiting.filter { isOver || $0.value.deadline <= now }
        for key in due.keys { state.waiting[key] = nil }
        return due.values.map(\.continuation)
      }
      for continuation in due { continuation.resume() }
    }
  }
}

/// Lets one asynchronous loop sleep until somebody rings or a time has come.
package final class Alarm: Sendable {
  private struct State: Sendable {
    var hasRung = false
    var timer: UInt64?
  }

  private let timers: Timers
  private let state = Mutex(State())

  package init(timers: Timers) { self.timers = timers }

  /// Ends the present wait, or the next one if there is none.
  package func ring() {
    let timer = state.withLock { state -> UInt64? in
      state.hasRung = true
      return state.timer
    }
    if let timer { timers.fire(timer) }
  }

  /// Returns when it has rung since the last wait, or at a time of the monotonic clock.
  package func wait(until deadline: Int64) async {
    if state.withLock({ $0.hasRung }) == false {
      await withCheckedContinuation { continuation in
        let timer = timers.add(deadline, continuation)
        let hasRung = state.withLock { state in
          state.timer = timer
          return state.hasRung
        }
        if hasRung { timers.fire(timer) }
      }
    }
    state.withLock { $0 = State() }
  }
}
