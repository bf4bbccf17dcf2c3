import Configuration
import Queue

extension ValueKind {
  /// Checks and reads one word.
  ///
  /// - Parameter text: What was typed.
  /// - Returns: nil where it does not fit.
  func read(_ text: String) -> OptionValue? {
    switch self {
    case .text, .file, .kindName, .providerName, .commandName: .text(text)
    case .queueName: ValueKind.isQueueName(text) ? .text(text) : nil
    case .integer(let range): Int(text).flatMap { range.contains($0) ? .integer($0) : nil }
    case .duration: DurationText.parse(text).map { .span($0) }
    case .time: Moment.parse(text).map { .moment($0) }
    case .past:
      (DurationText.parse(text).map { .span($0) } ?? Moment.parse(text)).map { .moment($0) }
    case .pair: ValueKind.pair(text)
    case .suppositions: Supposition.parse(text).map { _ in .text(text) }
    case .jobID: JobID(text).flatMap { $0 > 0 ? .text(String($0)) : nil }
    case .oneOf(let words): words.contains(text) ? .text(text) : nil
    }
  }

  private static func pair(_ text: String) -> OptionValue? {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
    return .pair(
      name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
  }

  /// Names go into tables and messages, so they are short and harmless.
  static func isQueueName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && !text.contains(where: \.isWhitespace)
      && Sanitizer.line(text) == text
  }

  /// What would have been right, after “is not”.
  var expectation: String {
    switch self {
    case .text, .file, .kindName, .providerName, .commandName: "usable"
    case .queueName: "a name of 1 to 64 bytes without spaces and controls"
    case .integer(let range) where range.upperBound == Int.max:
      "a whole number from \(range.lowerBound)"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .duration: "a span of time such as 90s, 5m, 1h30m or 1d"
    case .time: "a time such as 18:30, 2026-11-21 18:30 or 2026-11-21T18:30:00Z"
    case .past: "a span such as 1h or 2d, or a time such as 2026-11-21 or 2026-11-21T18:30:00Z"
    case .pair: "of the form name=value"
    case .suppositions: "of the form provider=status,… with an HTTP status, ok, timeout, dns, …"
    case .jobID: "the number of a job"
    case .oneOf(let words): "one of \(words.joined(separator: ", "))"
    }
  }

  func suggestions(for text: String) -> [String] {
    guard case .oneOf(let words) = self else { return [] }
    return Suggestion.nearest(to: text, among: words)
  }
}
