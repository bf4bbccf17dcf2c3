package import Calls
import Fallback
import Kinds
package import Queue

/// Runs a claimed job without holding a thread; independent steps run side by side.
package struct AsyncRunner: Sendable {
  private let context: RunnerContext
  private let caller: AsyncCaller
  private let slots: CallSlots

  package init(context: RunnerContext, caller: AsyncCaller, slots: CallSlots) {
    self.context = context
    self.caller = caller
    self.slots = slots
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
  ) async -> Settlement {
    switch context.begin(job, path: .async, cancellation: cancellation, pulse: pulse) {
    case .failure(let end): return end.settlement
    case .success(var attempt):
      if attempt.hasNoRoute, let outcome = attempt.builtin() { return attempt.settlement(outcome) }
      let outcome = await drive(&attempt)
      return attempt.settlement(outcome)
    }
  }

  private func drive(_ attempt: inout Attempt) async -> Settlement.Outcome {
    var event = KindEvent.start
    while true {
      switch attempt.program.next(event) {
      case .finish(let outcome): return attempt.outcome(of: outcome)
      case .run(let steps):
        context.plan(steps, attempt)
        let ends = await runAll(steps, attempt)
        var results: [StepResult] = []
        for end in ends {
          switch end {
          case .result(let result): results.append(result)
          case .end(let outcome): return outcome
          }
        }
        event = .completed(results)
      }
    }
  }

  /// Steps under way are waited for even if one ends the attempt: what they cost is not thrown away.
  private func runAll(_ steps: [Step], _ attempt: Attempt) async -> [Attempt.StepEnd] {
    guard steps.count > 1 else {
      guard let step = steps.first else { return [] }
      return [await run(step, attempt)]
    }
    return await withTaskGroup(of: (Int, Attempt.StepEnd).self) { group in
      var ends: [Int: Attempt.StepEnd] = [:]
      var next = 0
      var isOver = false
      while (!isOver && next < steps.count) || ends.count < next {
        if !isOver, next < steps.count, next - ends.count < slots.limit {
          let (index, step) = (next, steps[next])
          group.addTask { (index, await run(step, attempt)) }
          next += 1
        } else if let (index, end) = await group.next() {
          ends[index] = end
          if case .end = end { isOver = true }
        }
      }
      return steps.indices.compactMap { ends[$0] }
    }
  }

  private func run(_ step: Step, _ attempt: Attempt) async -> Attempt.StepEnd {
    if let stored = context.stored(step, attempt) { return .result(stored) }
    // However long others need, this one is not stuck; the loop's own beat tells if all are.
    attempt.pulse.move(step.key, nextWithin: .max)
    await slots.take()
    let run = await caller.run(
      context.script(step, attempt), facts: context.facts(step, attempt),
      cancellation: attempt.cancellation)
    slots.give()
    let (end, operations) = context.note(run, step, attempt)
    if !operations.isEmpty { _ = try? await context.store.transact(operations) }
    return end
  }
}
