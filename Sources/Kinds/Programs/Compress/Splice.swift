import JSONText

/// Puts new text into a conversation; every other byte stays as it is.
struct Splice {
  private let transcript: Transcript
  private let plan: CompressionPlan

  init(_ transcript: Transcript, _ plan: CompressionPlan) {
    self.transcript = transcript
    self.plan = plan
  }

  /// - Parameter summary: Content of the one message that stands for all that give way.
  /// - Returns: Nil where the places contradict each other.
  func replacing(with summary: String) -> [UInt8]? {
    var edits: [JSONEdit] = []
    for (position, run) in plan.runs.enumerated() {
      let end = transcript.turns[run.upperBound - 1].message.range.upperBound
      if position == 0 {
        let start = transcript.turns[run.lowerBound].message.range.lowerBound
        edits.append(JSONEdit(start..<end, PromptBuilder.message(role(for: run), summary)))
      } else {
        // With the comma or line end before it.
        let start = transcript.turns[run.lowerBound - 1].message.range.upperBound
        edits.append(JSONEdit(start..<end, []))
      }
    }
    return try? JSONEdit.apply(edits, to: transcript.source)
  }

  /// `user`, which may always come first; `assistant` only where that keeps turns alternating.
  private func role(for run: Range<Int>) -> String {
    let before = transcript.turns[..<run.lowerBound].last { !$0.isSystem }
    let after = transcript.turns.indices.first {
      $0 >= run.upperBound && plan.isKept[$0] && !transcript.turns[$0].isSystem
    }
    let isBetweenRequests =
      before?.message.role == "user"
      && after.map { transcript.turns[$0].message.role } != "assistant"
    return isBetweenRequests ? "assistant" : "user"
  }
}

/// The message that stands for the turns that were taken out.
struct SummaryMessage {
  let marker: String
  private static let introduction =
    "The turns before this point were replaced by this summary. It is background: answer the messages that follow, and do not repeat work that is listed here as done."
  private static let ending = "[End of the summary]"

  func content(_ summary: String) -> String {
    "\(marker)\n\(Self.introduction)\n\n\(summary)\n\n\(Self.ending)"
  }

  static func isOurs(_ message: ChatMessage, marker: String) -> Bool {
    (message.role == "user" || message.role == "assistant") && message.text.hasPrefix(marker)
  }

  /// - Returns: The summary that a message holds; nil where it is no summary of ours.
  func summary(in message: ChatMessage) -> String? {
    guard Self.isOurs(message, marker: marker) else { return nil }
    let body = message.text.dropFirst(marker.count)
    let text = AnswerText.trimmed(String(body)).split(
      separator: "\n", omittingEmptySubsequences: false)
    let lines = text.filter { $0 != Self.introduction && $0 != Self.ending }
    return AnswerText.trimmed(lines.joined(separator: "\n"))
  }
}
