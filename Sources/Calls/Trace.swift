package import Fallback

/// Everything that happened in one attempt: the plan and the events of every step. Calls, skips and a
/// replay are read off it.
package struct Trace: Sendable, Hashable {
  /// The events of one completion.
  package struct Step: Sendable, Hashable {
    package var key: String
    package var events: [Event]
    /// What was decided on each event, as `Decision.word` puts it; the replay compares them.
    package var decisions: [String]

    package init(key: String, events: [Event], decisions: [String] = []) {
      self.key = key
      self.events = events
      self.decisions = decisions
    }
  }

  package var plan: Plan
  package var steps: [Step]

  package init(plan: Plan, steps: [Step] = []) {
    self.plan = plan
    self.steps = steps
  }

  /// Folds the events again.
  ///
  /// - Returns: Calls in the order in which they were sent, over all steps, and what was skipped. A
  ///   call without an answer is one whose worker died: its class is `unknown`.
  package func ledger() -> (calls: [CallRecord], skips: [SkipRecord]) {
    var calls: [CallRecord] = []
    var skips: [SkipRecord] = []
    for step in steps {
      var machine = CallMachine(plan: plan)
      for event in step.events { _ = machine.step(event) }
      calls += machine.calls
      skips += machine.skips
    }
    let sorted = calls.enumerated().sorted {
      ($0.element.startedAt, $0.offset) < ($1.element.startedAt, $1.offset)
    }
    return (sorted.map(\.element.closedByCrash), skips)
  }
}

extension CallRecord {
  fileprivate var closedByCrash: CallRecord {
    guard finishedAt == nil else { return self }
    var call = self
    call.failure = Failure(.unknown, scope: .request, rule: "worker-died")
    return call
  }
}
