import JSONText

/// Shortens old tool results without a model: often that is enough.
struct Pruning {
  private let transcript: Transcript
  private let plan: CompressionPlan
  private let keptResults: Int

  init(_ transcript: Transcript, _ plan: CompressionPlan, keptResults: Int) {
    self.transcript = transcript
    self.plan = plan
    self.keptResults = keptResults
  }

  /// - Parameter goal: Tokens of the whole conversation.
  /// - Returns: New contents by message, as few as are needed; nil where all would not be enough.
  func contents(reaching goal: Int) -> [Int: String]? {
    var contents: [Int: String] = [:]
    var total = transcript.tokens
    for (index, content) in duplicates() + thoughts() + largeResults() {
      if total <= goal { break }
      guard contents[index] == nil else { continue }
      let old = transcript.turns[index].message.node["content"]?.range ?? 0..<0
      let saved =
        TokenEstimate.tokens(transcript.source, in: old) - TokenEstimate.tokens(content) - 2
      guard saved > 20 else { continue }
      contents[index] = content
      total -= saved
    }
    return total <= goal && !contents.isEmpty ? contents : nil
  }

  private var results: [Int] {
    plan.replaced.filter { index in
      let message = transcript.turns[index].message
      return (message.role == "tool" || message.role == "function")
        && message.node["content"] != nil
    }
  }

  /// Results that a later message repeats word for word.
  private func duplicates() -> [(Int, String)] {
    var seen: Set<String> = []
    var found: [(Int, String)] = []
    let candidates = Set(results)
    for index in transcript.turns.indices.reversed() {
      let message = transcript.turns[index].message
      guard message.role == "tool" || message.role == "function" else { continue }
      let text = message.text
      guard text.utf8.count >= 200 else { continue }
      if !seen.insert(text).inserted, candidates.contains(index) {
        found.append((index, "[left out: a later result says the same]"))
      }
    }
    return found.reversed()
  }

  private func thoughts() -> [(Int, String)] {
    plan.replaced.compactMap { index in
      let message = transcript.turns[index].message
      guard message.role == "assistant", let text = message.node["content"]?.string,
        text.contains("</")
      else { return nil }
      let stripped = ThinkTags.stripped(from: text)
      return stripped.utf8.count < text.utf8.count && !stripped.isEmpty ? (index, stripped) : nil
    }
  }

  private func largeResults() -> [(Int, String)] {
    results.dropLast(keptResults).compactMap { index in
      let text = transcript.turns[index].message.text
      return text.utf8.count > 400 ? (index, oneLine(index, text)) : nil
    }
  }

  /// Tool, target, size, and the line that most likely matters.
  private func oneLine(_ index: Int, _ text: String) -> String {
    let call = transcript.call(answeredBy: index)
    let target = call.map { "\($0.name)(\(String($0.arguments.prefix(80))))" } ?? "a tool"
    let lines = text.split(whereSeparator: \.isNewline)
    let line = lines.first(where: ErrorLine.isLikely) ?? lines.first ?? ""
    return "[result of \(target), \(text.utf8.count) bytes, left out: \(String(line.prefix(160)))]"
  }
}

/// Knows lines that report a failure.
enum ErrorLine {
  private static let words = [
    "error", "fail", "exception", "traceback", "panic", "fatal", "denied",
  ]

  static func isLikely(_ line: Substring) -> Bool {
    let lower = line.prefix(400).lowercased()
    return words.contains { lower.contains($0) }
  }
}
