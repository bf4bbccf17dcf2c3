import Fallback
import Platform

/// Refreshes under way in this process: one for each credential, whose result everybody gets who asks
/// meanwhile. Each runs on a thread of its own to its own end, whoever stops waiting.
final class RefreshFlights: Sendable {
  struct Key: Hashable, Sendable {
    var provider: String
    var credential: String
    var purpose: RefreshPurpose
  }

  /// Told once: the result, and whether it was this caller who set it off.
  typealias Waiter = @Sendable (RefreshReport, _ isFirst: Bool) -> Void

  private let flights = WaitCondition<[Key: [Waiter]]>([:])

  /// Joins the refresh of a credential, or starts one.
  ///
  /// - Parameters:
  ///   - key: Which.
  ///   - waiter: Called once, on another thread.
  ///   - work: What to do; may block.
  /// - Returns: Whether it was started.
  func join(
    _ key: Key, _ waiter: @escaping Waiter, work: @escaping @Sendable () -> RefreshReport
  ) -> Bool {
    let isFirst = flights.withLock { flights in
      flights[key, default: []].append(waiter)
      return flights[key]?.count == 1
    }
    guard isFirst else { return false }
    let thread = try? OSThread(name: "auxq-refresh") { [self] in land(key, work()) }
    if thread == nil {
      let detail = "no thread could be started"
      land(
        key, RefreshReport(outcome: .failed(isTerminal: false), startedAt: 0, detail: detail))
    }
    return true
  }

  private func land(_ key: Key, _ report: RefreshReport) {
    let waiters = flights.broadcast { $0.removeValue(forKey: key) } ?? []
    for (index, waiter) in waiters.enumerated() {
      waiter(report, index == 0)
    }
  }

  /// Some refresh is under way.
  var areUnderWay: Bool { flights.withLock { !$0.isEmpty } }

  /// Waits until none is under way: each has a time limit of its own.
  func wait() {
    let _: Bool? = flights.wait { $0.isEmpty ? true : nil }
  }
}
