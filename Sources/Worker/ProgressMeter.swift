import Fallback
import Kinds
import Queue
import Synchronization

/// Counts what an attempt has done so far; steps of it may end on any thread.
final class ProgressMeter: Sendable {
  private let state: Mutex<JobProgress>
  /// Price of a provider, per million tokens.
  private let price: @Sendable (_ provider: String) -> TokenPrice?

  init(price: @escaping @Sendable (_ provider: String) -> TokenPrice?) {
    state = Mutex(JobProgress(startedAt: 0))
    self.price = price
  }

  /// A round of steps begins.
  ///
  /// - Returns: What is known now; nil where the work is a single step.
  func plan(_ steps: Int, _ forecast: Forecast?, at now: Milliseconds) -> JobProgress? {
    state.withLock { progress in
      if progress.done == 0 { progress.startedAt = now }
      progress.total = progress.done + max(steps, forecast?.calls ?? 0)
      return progress.total > 1 ? progress : nil
    }
  }

  /// A step is over.
  ///
  /// - Parameters:
  ///   - calls: The requests that it made.
  ///   - wasStored: An earlier attempt has paid for it.
  /// - Returns: What is known now; nil where the work is a single step.
  func finish(_ calls: [CallRecord], wasStored: Bool = false) -> JobProgress? {
    state.withLock { progress in
      progress.done += 1
      progress.total = max(progress.total, progress.done)
      if wasStored { progress.doneBefore += 1 }
      for call in calls where call.purpose == .completion {
        progress.calls += 1
        progress.inputTokens += call.inputTokens ?? 0
        progress.outputTokens += call.outputTokens ?? 0
        guard let price = price(call.provider) else { continue }
        let cost =
          price.input * Double(call.inputTokens ?? 0)
          + price.output * Double(call.outputTokens ?? 0)
        // Per million tokens, so the sum is in millionths.
        progress.cost = (progress.cost ?? 0) + Int(cost.rounded())
      }
      return progress.total > 1 ? progress : nil
    }
  }
}

/// What a million tokens cost.
package struct TokenPrice: Sendable, Hashable {
  package var input: Double
  package var output: Double

  package init(input: Double, output: Double) {
    self.input = input
    self.output = output
  }
}
