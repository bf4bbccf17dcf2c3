/// Writes turns out as text for a model to read.
struct TranscriptText {
  private let transcript: Transcript
  /// Longer messages lose their middle.
  private static let limit = (user: 12_000, other: 6_000, arguments: 1_500)

  init(_ transcript: Transcript) { self.transcript = transcript }

  func text(of indices: some Sequence<Int>) -> String {
    indices.map(turn).joined(separator: "\n\n")
  }

  private func turn(_ index: Int) -> String {
    let turn = transcript.turns[index]
    let limit = turn.message.role == "user" ? Self.limit.user : Self.limit.other
    let text = Self.shortened(ThinkTags.stripped(from: turn.message.text), limit)
    var lines = ["[\(index + 1)] \(speaker(index)):"]
    if !text.isEmpty { lines.append(text) }
    for call in turn.calls {
      lines.append("-> calls \(call.name) \(Self.shortened(call.arguments, Self.limit.arguments))")
    }
    return lines.joined(separator: "\n")
  }

  private func speaker(_ index: Int) -> String {
    let turn = transcript.turns[index]
    guard !turn.answers.isEmpty else { return turn.message.role }
    return "result of \(transcript.call(answeredBy: index)?.name ?? "a tool")"
  }

  /// Keeps two thirds from the start and the rest from the end.
  static func shortened(_ text: String, _ limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    let scalars = text.unicodeScalars
    let head = scalars.prefix(limit * 2 / 3)
    let tail = scalars.suffix(limit / 4)
    guard head.count + tail.count < scalars.count else { return text }
    let left = scalars.count - head.count - tail.count
    return "\(String(head))\n[… \(left) characters left out …]\n\(String(tail))"
  }
}
