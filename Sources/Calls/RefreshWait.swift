import Fallback
import Platform
import Synchronization

/// Waiting for a refresh, no longer than the caller wants to: until the deadline of its step, or until
/// it is cancelled. The refresh itself goes on.
extension CallScript {
  /// Waits on the calling thread.
  func refresh(
    _ order: RefreshOrder, until deadline: Milliseconds?, cancellation: Cancellation
  ) -> Event {
    let start = now()
    let end = WaitCondition<RefreshReport?>(nil)
    let isOurs = begin(order, start) { report in end.broadcast { $0 = $0 ?? report } }
    let ticket = cancellation.add { _ in
      end.broadcast { $0 = $0 ?? .notWaitedFor(since: start, isOurs: isOurs) }
    }
    defer { cancellation.remove(ticket) }
    let limit = deadline.map {
      SystemTime.monotonicNanoseconds() + max(0, $0 - start) * 1_000_000
    }
    let report = end.wait(until: limit) { $0 }
    return .refreshed(now(), report ?? .notWaitedFor(since: start, isOurs: isOurs))
  }

  /// Waits without holding a thread.
  func refresh(
    _ order: RefreshOrder, until deadline: Milliseconds?, cancellation: Cancellation,
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) async -> Void
  ) async -> Event {
    let start = now()
    let answer = FirstAnswer()
    let isOurs = begin(order, start) { answer.give($0) }
    let giveUp: @Sendable () -> Void = {
      answer.give(.notWaitedFor(since: start, isOurs: isOurs))
    }
    let ticket = cancellation.add { _ in giveUp() }
    defer { cancellation.remove(ticket) }
    guard let deadline else {
      // The time is that of the answer: arguments are evaluated in their order.
      let report = await answer.value()
      return .refreshed(now(), report)
    }
    let isOver = Cancellation()
    let report = await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await sleep(deadline, isOver)
        giveUp()
      }
      let report = await answer.value()
      isOver.cancel(.user)
      return report
    }
    return .refreshed(now(), report)
  }

  private func begin(
    _ order: RefreshOrder, _ start: Milliseconds,
    told: @escaping @Sendable (RefreshReport) -> Void
  ) -> Bool {
    source.refresh(order, route: plan.routes[order.route], now: start, told: told)
  }
}

extension RefreshReport {
  /// The caller's time is over; a request that it set off is on record all the same.
  fileprivate static func notWaitedFor(since start: Milliseconds, isOurs: Bool) -> RefreshReport {
    RefreshReport(
      outcome: .failed(isTerminal: false), startedAt: start,
      detail: "still under way when the job stopped waiting; what it brings is saved",
      didSend: isOurs)
  }
}

extension StepFacts {
  /// The end of the step, or of the job if that comes first.
  var deadline: Milliseconds? { [jobDeadline, stepDeadline].compactMap(\.self).min() }
}

/// The first of several answers, for one task that waits for it.
private final class FirstAnswer: Sendable {
  private struct State {
    var answer: RefreshReport?
    var continuation: CheckedContinuation<RefreshReport, Never>?
  }

  private let state = Mutex(State())

  func give(_ report: RefreshReport) {
    let continuation = state.withLock { state -> CheckedContinuation<RefreshReport, Never>? in
      guard state.answer == nil else { return nil }
      state.answer = report
      return state.continuation.take()
    }
    continuation?.resume(returning: report)
  }

  func value() async -> RefreshReport {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> RefreshReport? in
        if state.answer == nil { state.continuation = continuation }
        return state.answer
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
