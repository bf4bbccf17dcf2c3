package import Calls
import Fallback
import Kinds
import Platform
package import Queue
import Synchronization

/// Runs a claimed job on the calling thread; where several steps do not depend on each other, on a few
/// threads of its own beside it.
package struct BlockingRunner: Sendable {
  private let context: RunnerContext
  private let caller: BlockingCaller
  private let width: Int

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - context: What jobs need.
  ///   - caller: Carries out the steps.
  ///   - width: Steps at the same time, at most.
  package init(context: RunnerContext, caller: BlockingCaller, width: Int = 16) {
    self.context = context
    self.caller = caller
    self.width = max(1, width)
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
        context.plan(steps, attempt)
        var results: [StepResult] = []
        for end in runAll(steps, attempt) {
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
  private func runAll(_ steps: [Step], _ attempt: Attempt) -> [Attempt.StepEnd] {
    let round = Shared(Round())
    let work: @Sendable () -> Void = {
      while let index = round.value.withLock({ $0.take(of: steps.count) }) {
        let end = run(steps[index], attempt)
        round.value.withLock { $0.note(end, of: index) }
      }
    }
    let others = min(width, steps.count) - 1
    // Where the system has no room for threads, fewer do it too.
    let threads = (0..<max(0, others)).compactMap { _ in
      try? OSThread(name: "auxq-part", body: work)
    }
    work()
    for thread in threads { thread.join() }
    let ends = round.value.withLock { $0.ends }
    return steps.indices.compactMap { ends[$0] }
  }

  private func run(_ step: Step, _ attempt: Attempt) -> Attempt.StepEnd {
    if let stored = context.stored(step, attempt) { return .result(stored) }
    let run = caller.run(
      context.script(step, attempt), facts: context.facts(step, attempt),
      cancellation: attempt.cancellation)
    let (end, operations) = context.note(run, step, attempt)
    if !operations.isEmpty { _ = try? context.store.transact(operations) }
    return end
  }
}

/// Steps that are handed out one by one to whoever has time.
private struct Round {
  private var next = 0
  private var isOver = false
  private(set) var ends: [Int: Attempt.StepEnd] = [:]

  mutating func take(of count: Int) -> Int? {
    guard !isOver, next < count else { return nil }
    defer { next += 1 }
    return next
  }

  mutating func note(_ end: Attempt.StepEnd, of index: Int) {
    ends[index] = end
    if case .end = end { isOver = true }
  }
}

/// A value that several threads hold.
private final class Shared<Value: Sendable>: Sendable {
  let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }
}
