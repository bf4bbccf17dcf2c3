package import Fallback

/// Where marks are kept so that other processes and later starts know them. Implemented over the queue
/// database by the worker; a dry run has one that forgets.
package protocol MarkStore: Sendable {
  /// All marks; empty when they cannot be read: a mark is an advice, not a promise.
  func marks() -> [Mark]
  /// Grows with every change by any process; a few microseconds.
  func epoch() -> Int64
  /// Stores marks soon; nobody waits.
  func write(_ marks: [Mark])
  /// Lifts marks made before a time, soon; nobody waits.
  func lift(_ keys: [MarkKey], madeBefore: Milliseconds)
  /// Remembers an adjustment that was accepted.
  func remember(
    provider: String, baseURL: String, model: String, _ adjustment: Adjustment, at: Milliseconds)
  /// Adjustments accepted at this place in the last seven days.
  func adjustments(provider: String, baseURL: String, model: String) -> [Adjustment]
}
