import Fallback
import JSONText
import Platform
import Queue

extension JobEvent {
  /// A line of `tail --json`.
  var json: JSONValue {
    var pairs = [
      JSONPair("ts", .time(at)), JSONPair("event", .string(kind.rawValue)),
      JSONPair("job", .int(Int(job))), JSONPair("kind", .string(jobKind)),
      JSONPair("queue", .string(queue)), JSONPair("state", .string(state.rawValue)),
      JSONPair("attempt", .optional(attempt)), JSONPair("worker", .optional(worker)),
    ]
    let span = kind == .started ? nil : startedAt.map { Int(max(0, at - $0)) }
    pairs.append(JSONPair("duration_ms", .optional(span)))
    pairs.append(JSONPair("provider", .optional(servedBy?.provider)))
    pairs.append(JSONPair("model", .optional(servedBy?.model)))
    pairs.append(JSONPair("result_bytes", .optional(resultBytes)))
    pairs.append(JSONPair("class", .optional(error?.class)))
    pairs.append(JSONPair("message", .optional(error?.message)))
    pairs.append(JSONPair("run_at", .time(runAt)))
    return .object(pairs)
  }

  /// A line of `tail`, with its line feed.
  func line(_ style: Style) -> String {
    let time = style.dim(Timestamp.text(at))
    let head = "\(time)  \(job)  \(Sanitizer.line(jobKind))  \(word(style))"
    return head + Sanitizer.line(detail) + "\n"
  }

  private func word(_ style: Style) -> String {
    switch kind {
    case .finished: style.state(state)
    case .cancelled: style.state(.cancelled)
    case .retry, .parked, .crashed, .lost, .handedBack:
      style.warning(kind.rawValue.split(separator: "_").joined(separator: " "))
    case .enqueued, .started: style.bold(kind.rawValue)
    }
  }

  private var detail: String {
    var parts: [String] = []
    if kind == .enqueued {
      parts.append("queue \(queue)" + (state == .scheduled ? ", for later" : ""))
    }
    if kind == .started, let attempt { parts.append("attempt \(attempt)") }
    if kind != .started, let startedAt { parts.append(SpanText.text(max(0, at - startedAt))) }
    if let servedBy { parts.append("\(servedBy.provider) (\(servedBy.model))") }
    if let error { parts.append("\(error.class): \(error.message)") }
    if let runAt { parts.append("next try \(Quantity.time(runAt, near: at))") }
    return parts.isEmpty ? "" : "  " + parts.joined(separator: ", ")
  }
}
