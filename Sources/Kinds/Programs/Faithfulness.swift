import JSONText

/// Finds what a summary says that its source does not: numbers, quotations, names, addresses. No
/// judgement, only a pointer for whoever relies on it.
struct Faithfulness {
  private(set) var numbers: [String] = []
  private(set) var quotes: [String] = []
  private(set) var names: [String] = []
  private(set) var references: [String] = []

  private static let most = 20

  /// - Parameters:
  ///   - answer: The summary.
  ///   - source: UTF-8.
  /// - Complexity: O(n), and once more for each quotation.
  init(of answer: String, in source: [UInt8]) {
    let facts = SourceFacts(source)
    numbers = Self.unique(Self.numbers(in: answer).filter { !facts.holds(number: $0) })
    references = Self.unique(Self.references(in: answer).filter { !facts.holds(text: $0) })
    quotes = Self.unique(Self.quotes(in: answer).filter { !Self.isQuoted($0, facts) })
    let sample = UTF8Text.string(source, 0..<min(source.count, 200_000))
    guard Self.canCompareNames(answer, sample) else { return }
    names = Self.unique(Self.names(in: answer).filter { !facts.holds(word: $0) })
  }

  private static func unique(_ found: [String]) -> [String] {
    var seen: Set<String> = []
    return Array(found.filter { seen.insert($0).inserted }.prefix(most))
  }

  /// In another language names are spelled otherwise, and German writes every noun like one.
  private static func canCompareNames(_ answer: String, _ source: String) -> Bool {
    let (own, other) = (LatinLanguage.guess(answer), LatinLanguage.guess(source))
    if own == .german || other == .german { return false }
    if let own, let other, own != other { return false }
    return ScriptShares(answer).isWritten(in: ScriptShares(source).main)
  }

  func note(in report: inout Report) {
    let found = [
      ("numbers", numbers), ("quotes", quotes), ("names", names), ("references", references),
    ]
    for (kind, values) in found {
      report.note("\(kind)-in-source", passed: values.isEmpty)
    }
    let pairs = found.filter { !$0.1.isEmpty }.map { kind, values in
      JSONPair(kind, .array(values.map { .string($0) }))
    }
    if !pairs.isEmpty { report.set("not_in_source", .object(pairs)) }
  }

  // MARK: In the answer

  /// Those of one digit are mostly counts that the model made itself.
  private static func numbers(in answer: String) -> [String] {
    var found: [String] = []
    var isLineStart = true
    for line in answer.split(whereSeparator: \.isNewline) {
      isLineStart = true
      for word in line.split(whereSeparator: \.isWhitespace) {
        defer { isLineStart = false }
        // `12.` in front of a line counts lines.
        if isLineStart, word.last == "." || word.last == ")", Int(word.dropLast()) != nil {
          continue
        }
        if word.contains("://") { continue }
        found += NumberText.numbers(in: Array(word.utf8)).filter { $0.digits.count > 1 }.map(\.text)
      }
    }
    return found
  }

  private static func references(in answer: String) -> [String] {
    answer.split { $0.isWhitespace || "\"'`()<>[]{}|,;，。、；「」“”".contains($0) }.compactMap {
      var word = $0
      while let last = word.last, ".:!?*_".contains(last) { word.removeLast() }
      return word.contains("://") || word.contains("@") && word.contains(".") ? String(word) : nil
    }
  }

  private static let marks: [(open: Character, close: Character)] = [
    ("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("『", "』"), ("\"", "\""),
  ]

  /// Two words at least: one alone is emphasis or irony.
  private static func quotes(in answer: String) -> [String] {
    marks.flatMap { open, close -> [String] in
      var found: [String] = []
      var rest = answer[...]
      while let start = rest.firstIndex(of: open) {
        let inner = rest[rest.index(after: start)...]
        guard let end = inner.firstIndex(of: close) else { break }
        let quote = inner[..<end]
        let isLong = quote.contains(" ") || ScriptShares(String(quote)).total > 12
        if isLong, quote.count < 600, !quote.contains("\n\n") { found.append(String(quote)) }
        rest = inner[inner.index(after: end)...]
      }
      return found
    }
  }

  /// What is left out of a quotation is left out of the comparison.
  private static func isQuoted(_ quote: String, _ facts: SourceFacts) -> Bool {
    let parts = quote.replacing("[...]", with: "…").replacing("[…]", with: "…")
      .replacing("...", with: "…").split(separator: "…")
    return parts.allSatisfy { facts.holds(text: String($0)) }
  }

  /// Words with a capital inside a sentence.
  private static func names(in answer: String) -> [String] {
    var found: [String] = []
    for line in answer.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      var startsSentence = true
      for part in line.split(whereSeparator: \.isWhitespace) {
        let word = part.drop { !$0.isLetter && !$0.isNumber }
        let core = word.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        if !startsSentence, core.count > 1, core.first?.isUppercase == true,
          core.contains(where: \.isLetter)
        {
          found.append(String(core))
        }
        if core.isEmpty { continue }
        startsSentence = part.last.map { ".!?:。！？\"”".contains($0) } ?? false
      }
    }
    return found
  }
}
