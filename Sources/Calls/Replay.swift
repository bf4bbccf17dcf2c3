package import Fallback

/// What folding a recorded trace again has shown.
package struct Replay: Sendable, Hashable {
  /// The first decision that is not the recorded one.
  package struct Difference: Sendable, Hashable {
    /// Key of the step.
    package var step: String
    /// From 1, within the step.
    package var number: Int
    package var event: Event
    /// nil: nothing was recorded for this event.
    package var recorded: String?
    package var replayed: String
  }

  /// Decisions that were compared.
  package var decisions: Int
  package var difference: Difference?
}

extension Trace {
  /// Folds every event through the machine again and compares what it decides with what was recorded
  /// when it ran.
  ///
  /// - Returns: The number of decisions, up to the first that differs.
  package func replay() -> Replay {
    var count = 0
    for step in steps {
      var machine = CallMachine(plan: plan)
      for (index, event) in step.events.enumerated() {
        count += 1
        let replayed = machine.step(event).word(in: plan)
        let recorded = step.decisions.indices.contains(index) ? step.decisions[index] : nil
        guard recorded != replayed else { continue }
        let difference = Replay.Difference(
          step: step.key, number: index + 1, event: event, recorded: recorded, replayed: replayed)
        return Replay(decisions: count, difference: difference)
      }
    }
    return Replay(decisions: count, difference: nil)
  }
}

extension Event {
  /// Its name as in a stored trace.
  package var name: String {
    switch self {
    case .begin: "begin"
    case .acquired: "acquired"
    case .unavailable: "unavailable"
    case .refreshed: "refreshed"
    case .answered: "answered"
    case .woke: "woke"
    case .cancelled: "cancelled"
    }
  }
}
