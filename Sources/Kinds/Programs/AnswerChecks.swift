/// Takes off what models put around an answer.
enum AnswerText {
  /// - Returns: The text without think tags, white space at its ends and a fence around the whole.
  static func cleaned(_ reply: String) -> String {
    let text = trimmed(ThinkTags.stripped(from: reply))
    guard text.hasPrefix("```"), text.hasSuffix("```"), text.count > 6,
      let lineEnd = text.firstIndex(of: "\n")
    else { return text }
    let inner = text[text.index(after: lineEnd)...].dropLast(3)
    let language = text[..<lineEnd].dropFirst(3)
    let isWrapper = ["", "markdown", "md", "text", "txt", "plaintext"].contains(
      language.lowercased())
    return isWrapper && !inner.contains("```") ? trimmed(String(inner)) : text
  }

  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}

/// Runs a definition's checks over an answer.
struct AnswerChecks {
  struct Failure {
    var message: String
    /// May be asked for once more.
    var isRepairable: Bool
  }

  private let definition: KindDefinition
  /// That was asked for; nil: the input's own.
  private let language: String?

  init(_ definition: KindDefinition, language: String? = nil) {
    self.definition = definition
    self.language = language
  }

  /// Some check compares the answer with the input.
  var needInput: Bool {
    definition.checks.contains { $0.id == .shorter || $0.id == .script && language == nil }
  }

  /// - Parameters:
  ///   - answer: Cleaned.
  ///   - input: What it answers; may be empty where no check needs it.
  ///   - report: Every check is noted there.
  /// - Returns: The first failure that counts.
  func failure(of answer: String, input: [UInt8], report: inout Report) -> Failure? {
    report = report.withoutChecks()
    var failure: Failure?
    func note(
      _ id: String, _ isPassed: Bool, _ severity: KindDefinition.Check.Severity, _ message: String
    ) {
      report.note(id, passed: isPassed)
      guard !isPassed, severity != .warn, failure == nil else { return }
      failure = Failure(message: message, isRepairable: severity == .repair)
    }
    let asksAgain = definition.checks.contains { $0.severity == .repair }
    note("not-empty", !answer.isEmpty, asksAgain ? .repair : .fail, "the answer is empty")
    if let limit = definition.output.maxChars {
      note(
        "max-chars", answer.unicodeScalars.count <= limit, .repair,
        "the answer has more than \(limit) characters")
    }
    for check in definition.checks {
      let (isPassed, message) = result(of: check.id, answer, input)
      note(check.id.rawValue, isPassed, check.severity, message)
    }
    return failure
  }

  private func result(
    of check: KindDefinition.Check.ID, _ answer: String, _ input: [UInt8]
  ) -> (isPassed: Bool, message: String) {
    switch check {
    case .notRefusal: return (!Refusal.isLikely(answer), "the answer declines the task")
    case .shorter:
      return (answer.utf8.count < input.count, "the answer is not shorter than the input")
    case .script:
      let expected = language.map { LanguageScript.scripts(of: $0) } ?? ScriptShares(input).main
      return (
        ScriptShares(answer).isWritten(in: expected),
        "the answer is not written in the script of the input"
      )
    }
  }
}
