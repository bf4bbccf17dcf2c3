import Fallback
import Queue

/// One attempt of `show`: its calls and skips in the order in which they happened.
struct AttemptScreen {
  let story: AttemptStory
  /// Only the newest attempt says why it moved on; earlier ones ended.
  let isLast: Bool
  let style: Style

  /// A call or a skip.
  private enum Step {
    case call(CallRecord, number: Int)
    case skip(SkipRecord)
  }

  var lines: [String] {
    let rows = steps.map { cells($0) }
    let widths = (0..<columnCount).map { column in
      rows.map { DisplayWidth.of($0[column]) }.max() ?? 0
    }
    var lines = [head]
    for (step, row) in zip(steps, rows) {
      lines.append(line(row, widths))
      if case .call(let call, _) = step { lines += excerpt(call) }
    }
    if steps.isEmpty { lines.append("  " + style.dim("nothing was asked")) }
    return lines + movedOn
  }

  private var head: String {
    let record = story.record
    var parts = [record.outcome?.rawValue ?? "running", record.path.rawValue]
    parts.append("started \(Quantity.time(record.startedAt))")
    if let finished = record.finishedAt {
      parts.append("took \(SpanText.text(finished - record.startedAt))")
    }
    parts.append("worker \(Sanitizer.line(record.worker))")
    return style.bold("Attempt \(record.number)") + "  " + parts.joined(separator: "  ")
  }

  // MARK: Rows

  private let columnCount = 8

  private var steps: [Step] {
    let calls = story.calls.enumerated().map {
      (time: $1.startedAt, rank: 1, step: Step.call($1, number: $0 + 1))
    }
    let skips = story.skips.map { (time: $0.at, rank: 0, step: Step.skip($0)) }
    // What was skipped was looked at before the call that began at the same millisecond.
    return (skips + calls).enumerated().sorted {
      ($0.element.time, $0.element.rank, $0.offset) < ($1.element.time, $1.element.rank, $1.offset)
    }.map(\.element.step)
  }

  private func cells(_ step: Step) -> [String] {
    switch step {
    case .call(let call, let number): callCells(call, number).map { Sanitizer.line($0) }
    case .skip(let skip): skipCells(skip).map { Sanitizer.line($0) }
    }
  }

  private func callCells(_ call: CallRecord, _ number: Int) -> [String] {
    let ok = call.finishedAt == nil ? "under way" : "ok"
    let duration = call.finishedAt.map { SpanText.text($0 - call.startedAt) } ?? "-"
    let status = call.status.map { String($0) } ?? call.transport?.rawValue ?? "-"
    return [
      "\(number)", target(call), call.credential?.label ?? "no key", status,
      story.failureClass(of: call)?.rawValue ?? ok, call.disposition?.rawValue ?? "-",
      words(call), duration,
    ]
  }

  private func target(_ call: CallRecord) -> String {
    let target = "\(call.provider)/\(call.model)"
    return call.purpose == .completion ? target : "\(target) \(call.purpose.rawValue)"
  }

  private func words(_ call: CallRecord) -> String {
    guard let reason = story.reason(of: call) else { return tokens(call) }
    guard let failure = call.failure else { return reason }
    let wait = failure.wait.map { ", wait \(SpanText.text($0))" } ?? ""
    return "\(reason) (\(failure.rule)\(wait))"
  }

  private func tokens(_ call: CallRecord) -> String {
    let counts = [(call.inputTokens, "in"), (call.outputTokens, "out")].compactMap { count, name in
      count.map { "\(Quantity.count($0)) \(name)" }
    }
    return counts.isEmpty ? "" : counts.joined(separator: " / ") + " tokens"
  }

  private func skipCells(_ skip: SkipRecord) -> [String] {
    let failure = skip.class.map { " (\($0.rawValue))" } ?? ""
    let until = skip.until.map { " until \(Quantity.time($0, near: skip.at))" } ?? ""
    return [
      "-", "\(skip.provider)/\(skip.model)", skip.credential ?? "", "", "skipped", "",
      skip.reason.rawValue + failure + until, "",
    ]
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = " "
    for (index, cell) in cells.enumerated() where widths[index] > 0 {
      let gap = String(repeating: " ", count: widths[index] - DisplayWidth.of(cell))
      text += " " + (index == 4 ? paint(cell) : cell) + gap + " "
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  private func paint(_ word: String) -> String {
    switch word {
    case "ok": style.good(word)
    case "skipped": style.dim(word)
    case "under way": style.bold(word)
    default: style.bad(word)
    }
  }

  private func excerpt(_ call: CallRecord) -> [String] {
    guard call.failure != nil, let excerpt = call.excerpt, !excerpt.isEmpty else { return [] }
    return Sanitizer.text(excerpt).split(separator: "\n").map { style.dim("       \($0)") }
  }

  // MARK: Why

  /// The routes that were left, and where it went in the end.
  private var movedOn: [String] {
    let left = steps.compactMap { leftRoute($0) }
    guard !left.isEmpty else { return [] }
    let text = "why it moved on: " + left.joined(separator: ", ") + " → " + destination
    return Columns.wrap(Sanitizer.line(text), width: Columns.width - 4).enumerated().map {
      ($0 == 0 ? "  " : "    ") + $1
    }
  }

  private func leftRoute(_ step: Step) -> String? {
    switch step {
    case .call(let call, _):
      guard let disposition = call.disposition, [.fallback, .rotate].contains(disposition) else {
        return nil
      }
      let name = disposition == .rotate ? call.credential?.label : nil
      let reason = story.reason(of: call) ?? disposition.rawValue
      return "\(call.provider)/\(call.model)\(name.map { " \($0)" } ?? ""): \(reason)"
    case .skip(let skip):
      let name = skip.credential.map { " \($0)" } ?? ""
      return "\(skip.provider)/\(skip.model)\(name): \(skip.reason.rawValue)"
    }
  }

  private var destination: String {
    guard let last = story.calls.last(where: { $0.purpose == .completion }) else {
      return "nothing left to ask"
    }
    let name = "\(last.provider)/\(last.model)"
    switch last.disposition {
    case .succeed: return "\(name) answered"
    case .park: return "nothing left to ask now, parked"
    case .fail, .fallback, .rotate, .retry, .refresh, .adjust: return "nothing left to ask"
    case .cancel: return "cancelled"
    case nil: return story.isUnknown(last) ? "the worker died" : "\(name) is being asked"
    }
  }
}
