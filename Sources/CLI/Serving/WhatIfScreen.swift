import Fallback
import JSONText
import Platform

/// The calls that would follow, as `chain --what-if` tells them.
struct WhatIfScreen {
  let story: AttemptStory
  let outcome: StepOutcome
  let start: Milliseconds

  private enum Step {
    case call(CallRecord, number: Int)
    case skip(SkipRecord)
  }

  // MARK: JSON

  var json: JSONValue {
    var end = Milliseconds?.none
    if case .parked(let until, _, _) = outcome { end = until }
    let calls = story.calls.enumerated().map { index, call -> JSONValue in
      guard case .object(let pairs) = CallJSON.object(call, number: index + 1, of: story) else {
        return .null
      }
      return .object(pairs + [JSONPair("wait_s", .seconds(wait(before: index)))])
    }
    let skips = AttemptJSON.object(story).member("skips")
    return [
      "outcome": .string(outcome.word), "until": .time(end), "calls": .array(calls),
      "skips": skips,
    ]
  }

  /// How long the machine would wait before it makes a call; nothing takes time here but waits.
  private func wait(before index: Int) -> Milliseconds {
    let previous = index > 0 ? story.calls[index - 1].startedAt : start
    return max(0, story.calls[index].startedAt - previous)
  }

  // MARK: Text

  func text(style: Style, width: Int?) -> String {
    var table = Table([
      Table.Column(title: "#", isRightAligned: true), Table.Column(title: "PROVIDER/MODEL"),
      Table.Column(title: "KEY"), Table.Column(title: "AFTER"), Table.Column(title: "ANSWER"),
      Table.Column(title: "CLASS"), Table.Column(title: "THEN"), Table.Column(title: "WHY"),
    ])
    for step in steps {
      switch step {
      case .call(let call, let number): add(call, number, to: &table)
      case .skip(let skip): add(skip, to: &table)
      }
    }
    let rows =
      table.rows.isEmpty ? "nothing would be asked\n" : table.text(style: style, width: width)
    return rows + "end: \(outcome.sentence)\n"
  }

  /// What was skipped was looked at before the call that began at the same millisecond, unless it was
  /// looked at because of a call.
  private var steps: [Step] {
    let skips = story.skips.map { (time: $0.at, rank: 0, step: Step.skip($0)) }
    let calls = story.calls.enumerated().map {
      (time: $1.startedAt, rank: 1, step: Step.call($1, number: $0 + 1))
    }
    return (skips + calls).enumerated().sorted {
      ($0.element.time, $0.element.rank, $0.offset) < ($1.element.time, $1.element.rank, $1.offset)
    }.map(\.element.step)
  }

  private func add(_ call: CallRecord, _ number: Int, to table: inout Table) {
    let wait = wait(before: number - 1)
    let rule = call.failure.map { " (\($0.rule))" } ?? ""
    table.add(
      "\(number)", "\(call.provider)/\(call.model)", call.credential?.label ?? "no key",
      wait > 0 ? SpanText.text(wait) : "at once",
      call.status.map { "\($0)" } ?? call.transport?.rawValue ?? "-",
      story.failureClass(of: call)?.rawValue ?? "ok", call.disposition?.rawValue ?? "-",
      (story.reason(of: call) ?? "answered") + rule)
  }

  private func add(_ skip: SkipRecord, to table: inout Table) {
    let until = skip.until.map { " until \(Quantity.time($0, near: skip.at))" } ?? ""
    table.add(
      "-", "\(skip.provider)/\(skip.model)", skip.credential ?? "", "", "",
      skip.class?.rawValue ?? "", "skipped", skip.reason.rawValue + until)
  }
}

extension JSONValue {
  fileprivate func member(_ key: String) -> JSONValue {
    guard case .object(let pairs) = self else { return .null }
    return pairs.first { $0.key == key }?.value ?? .null
  }
}

extension StepOutcome {
  /// The end in a word.
  fileprivate var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .overflow: "overflow"
    case .parked: "parked"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }

  /// The end for people.
  fileprivate var sentence: String {
    switch self {
    case .succeeded: "succeeded"
    case .overflow: "too long for the window"
    case .parked(let until, let reason, _):
      "parked until \(Timestamp.text(until)): \(reason.phrase)"
    case .failed(let failure): "failed: \(failure.class.phrase)"
    case .cancelled: "cancelled"
    }
  }
}
