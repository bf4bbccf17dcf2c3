import Credentials
import Fallback
import Queue

/// Keeps marks and adjustments in the queue database. Reading failures are silent here: the queue
/// itself reports a database that cannot be read.
struct QueueMarkStore: MarkStore {
  let store: any QueueStore
  /// Adjustments are believed for a week.
  private static let memory: Milliseconds = 7 * 86_400_000
  let now: @Sendable () -> Milliseconds

  func marks() -> [Mark] { (try? store.marks()) ?? [] }
  func epoch() -> Int64 { (try? store.healthEpoch()) ?? 0 }
  func write(_ marks: [Mark]) { store.submitLazily([.mark(marks)]) }

  func lift(_ keys: [MarkKey], madeBefore time: Milliseconds) {
    store.submitLazily([.unmark(keys, madeBefore: time)])
  }

  func remember(
    provider: String, baseURL: String, model: String, _ adjustment: Adjustment,
    at time: Milliseconds
  ) {
    store.submitLazily([
      .remember(
        Adaptation(
          provider: provider, baseURL: baseURL, model: model, adjustment: adjustment.rawValue,
          learntAt: time))
    ])
  }

  func adjustments(provider: String, baseURL: String, model: String) -> [Adjustment] {
    let oldest = now() - Self.memory
    return ((try? store.adaptations()) ?? [])
      .filter {
        $0.provider == provider && $0.baseURL == baseURL && $0.model == model
          && $0.learntAt >= oldest
      }
      .compactMap { Adjustment(rawValue: $0.adjustment) }
  }
}
