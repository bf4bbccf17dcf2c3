package import Calls
import Fallback
import Kinds
package import Queue

/// Runs a claimed job on the calling thread.
package struct BlockingRunner: Sendable {
  private let context: RunnerContext
  private let caller: BlockingCaller

  package init(context: RunnerContext, caller: BlockingCaller) {
    self.context = context
    self.caller = caller
  }

  /// Runs one attempt to its end; the caller stores the settlement.
  ///
  /// - Parameters:
  ///   - job: A job leased to this process.
  ///   - cancellation: Ends it early.
  ///   - pulse: Told whenever the job moves.
  /// - Returns: Its end; the store refuses it where the lease was lost.
  package func run(
    _ job: ClaimedJob, cancellation: Cancellation, pulse: Pulse = Pulse()
  ) -> Settlement {
    switch context.begin(job, path: .blocking, cancellation: cancellation, pulse: pulse) {
    case .failure(let end): return end.settlement
    case .success(var attempt):
      if attempt.hasNoRoute, let outcome = attempt.builtin() { return attempt.settlement(outcome) }
      let outcome = drive(&attempt)
      return attempt.settlement(outcome)
    }
  }

  private func drive(_ attempt: inout Attempt) -> Settlement.Outcome {
    var event = KindEvent.start
    while true {
      switch attempt.program.next(event) {
      case .finish(let outcome): return attempt.outcome(of: outcome)
      case .run(let steps):
        var results: [StepResult] = []
        for (index, step) in steps.enumerated() {
          context.progress(
            attempt.job.id, .started(label: step.label, index: index, count: steps.count))
          switch run(step, attempt) {
          case .result(let result): results.append(result)
          case .end(let outcome): return outcome
          }
        }
        event = .completed(results)
      }
    }
  }

  private func run(_ step: Step, _ attempt: Attempt) -> Attempt.StepEnd {
    if let stored = context.stored(step, attempt) { return .result(stored) }
    let run = caller.run(
      context.script(step, attempt), facts: context.facts(step, attempt),
      cancellation: attempt.cancellation)
    let (end, checkpoint) = context.note(run, step, attempt)
    if let checkpoint { _ = try? context.store.transact([checkpoint]) }
    return end
  }
}
