import Calls
import Fallback
import JSONText
import Platform
import Queue

/// `explain --job`: every recorded event is decided on again, and the decisions are compared.
struct ExplainJob {
  let session: Session
  let id: JobID

  /// What became of one attempt.
  private struct Verdict {
    var attempt: AttemptRecord
    var decisions: Int
    /// nil: every decision is the same.
    var problem: Problem?
  }

  private enum Problem {
    /// The stored bytes are no trace that this version reads.
    case unreadable
    case difference(Replay.Difference)
  }

  func perform() throws(Complaint) -> ExitCode {
    guard let store = try session.existingStore(.read) else { throw session.noSuchJob([id]) }
    defer { store.close() }
    let job = try session.job(id, in: store)
    let records = try storing { () throws(StoreError) in try store.attempts(of: job.id) }
    let verdicts = records.map(verdict)
    if session.invocation.wantsJSON {
      try session.emit(json(verdicts))
    } else {
      try session.emit(text(verdicts))
    }
    return verdicts.contains { $0.problem != nil } ? .jobFailed : .success
  }

  private func verdict(_ attempt: AttemptRecord) -> Verdict {
    // Nothing was decided where nothing was recorded: the attempt ended before its first step.
    guard !attempt.trace.isEmpty else { return Verdict(attempt: attempt, decisions: 0) }
    guard let trace = Trace(attempt.trace) else {
      return Verdict(attempt: attempt, decisions: 0, problem: .unreadable)
    }
    let replay = trace.replay()
    return Verdict(
      attempt: attempt, decisions: replay.decisions,
      problem: replay.difference.map { .difference($0) })
  }

  // MARK: Text

  private func text(_ verdicts: [Verdict]) -> String {
    if verdicts.isEmpty { return "job \(id) has no attempt yet: nothing was decided\n" }
    return verdicts.flatMap(lines).map { Sanitizer.line($0) + "\n" }.joined()
  }

  private func lines(_ verdict: Verdict) -> [String] {
    let count = Quantity.counted(verdict.decisions, "decision")
    let head = "attempt \(verdict.attempt.number)  \(verdict.attempt.path.rawValue)  "
    switch verdict.problem {
    case nil where verdict.decisions == 0: return [head + "nothing was decided"]
    case nil: return [head + "\(count), each the same again"]
    case .unreadable?: return [head + "its record cannot be read by this version"]
    case .difference(let one)?:
      return [
        head + "decision \(verdict.decisions) differs",
        "  step      \(one.step)",
        "  event     \(one.number), \(one.event.name) at \(Timestamp.text(one.event.time))",
        "  recorded  \(one.recorded ?? "nothing")",
        "  now       \(one.replayed)",
      ]
    }
  }

  // MARK: JSON

  private func json(_ verdicts: [Verdict]) -> JSONValue {
    [
      "id": .int(Int(id)),
      "same": .bool(!verdicts.contains { $0.problem != nil }),
      "decisions": .int(verdicts.map(\.decisions).reduce(0, +)),
      "attempts": .array(verdicts.map(json)),
    ]
  }

  private func json(_ verdict: Verdict) -> JSONValue {
    var difference = JSONValue.null
    if case .difference(let one)? = verdict.problem {
      difference = [
        "step": .string(one.step), "number": .int(one.number), "event": .string(one.event.name),
        "at": .time(one.event.time), "recorded": .optional(one.recorded),
        "replayed": .string(one.replayed),
      ]
    }
    return [
      "number": .int(verdict.attempt.number),
      "path": .string(verdict.attempt.path.rawValue),
      "decisions": .int(verdict.decisions),
      "same": .bool(verdict.problem == nil),
      "difference": difference,
    ]
  }
}
