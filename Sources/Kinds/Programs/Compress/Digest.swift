/// A summary by rules alone, for where no model answers and the person allows it: what they said, what
/// was done, which files, which errors.
struct Digest {
  private let transcript: Transcript
  private let indices: [Int]
  private static let maxBytes = 8_000

  init(_ transcript: Transcript, replacing indices: [Int]) {
    self.transcript = transcript
    self.indices = indices
  }

  /// - Parameters:
  ///   - previous: The summary so far.
  ///   - tokens: At most about so many.
  /// - Returns: Markdown.
  func text(previous: String?, tokens: Int) -> String {
    var budget = min(Self.maxBytes, max(tokens * 3, 400))
    let note = "This digest was made by rules, not by a model; details of the turns are missing."
    var parts = [note]
    budget -= note.utf8.count
    // What a model wrote is worth more than these rules: it is not shortened.
    if let previous { parts.append("## Before\n" + previous) }
    add("What the person said", requests, &parts, &budget, share: 2)
    add("Errors", unique(errors), &parts, &budget, share: 3)
    add("Files and references", unique(references), &parts, &budget, share: 2)
    add("Done", actions, &parts, &budget)
    return parts.joined(separator: "\n\n")
  }

  /// The newest lines that fit a share of what is left, in their order.
  private func add(
    _ title: String, _ lines: [String], _ parts: inout [String], _ budget: inout Int, share: Int = 1
  ) {
    var left = budget / share
    var kept: [String] = []
    for line in lines.reversed() {
      left -= line.utf8.count + 3
      guard left >= 0 else { break }
      kept.append("- " + line)
    }
    guard !kept.isEmpty else { return }
    let part = "## \(title)\n" + kept.reversed().joined(separator: "\n")
    parts.append(part)
    budget -= part.utf8.count
  }

  private var requests: [String] {
    indices.filter { transcript.turns[$0].isRequest }.map {
      let text = transcript.turns[$0].message.text
      return TranscriptText.shortened(text, 700).split(whereSeparator: \.isNewline).joined(
        separator: " ")
    }
  }

  private var actions: [String] {
    indices.flatMap { transcript.turns[$0].calls }.map { call in
      "\(call.name) \(call.arguments.prefix(100))".split(whereSeparator: \.isNewline).joined(
        separator: " ")
    }
  }

  private var errors: [String] {
    indices.filter { !transcript.turns[$0].answers.isEmpty }.flatMap { index in
      transcript.turns[index].message.text.split(whereSeparator: \.isNewline)
        .filter { ErrorLine.isLikely($0) }.prefix(2)
        .map { AnswerText.trimmed(String($0.prefix(240))) }
    }
  }

  /// Paths and addresses.
  private var references: [String] {
    indices.flatMap { index -> [String] in
      let turn = transcript.turns[index]
      let text =
        turn.message.text.prefix(20_000) + " " + turn.calls.map(\.arguments).joined(separator: " ")
      return text.split { $0.isWhitespace || "\"'`(),;<>[]{}".contains($0) }.filter { word in
        word.contains("/") && word.count > 4 && word.count < 160
          && word.contains { $0.isLetter } && !word.hasPrefix("</")
      }.prefix(40).map(String.init)
    }
  }

  private func unique(_ lines: [String]) -> [String] {
    var seen: Set<String> = []
    return lines.filter { seen.insert($0).inserted }
  }
}
