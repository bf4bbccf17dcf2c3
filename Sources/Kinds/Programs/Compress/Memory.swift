/// A summary with what code adds to the model's text. Both lists are found again by their headings
/// when the summary is compressed itself, so they outlive every later rewriting.
struct Memory {
  /// The model's own text.
  var body: String
  /// What the person ruled, word for word, oldest first.
  var directives: [String] = []
  var anchors: [String] = []

  private static let directivesHeading = "## Said by the person, word for word"
  private static let directivesNote = "Later lines replace earlier ones."
  private static let anchorsHeading = "## Anchors"

  init(body: String) { self.body = body }

  /// Takes a summary apart.
  init(parsing text: String) {
    body = ""
    var kept: [Substring] = []
    var part = Part.body
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let opened = Self.part(opening: line)
      part = opened ?? part
      if opened == nil || opened == .body { take(line, part, &kept) }
    }
    body = AnswerText.trimmed(kept.joined(separator: "\n"))
  }

  private enum Part { case body, directives, anchors }

  /// Any other heading ends a list of ours.
  private static func part(opening line: Substring) -> Part? {
    guard line.hasPrefix("## ") else { return nil }
    return switch AnswerText.trimmed(String(line)) {
    case directivesHeading: .directives
    case anchorsHeading: .anchors
    default: .body
    }
  }

  private mutating func take(_ line: Substring, _ part: Part, _ kept: inout [Substring]) {
    switch part {
    case .body: kept.append(line)
    case .directives: if line.hasPrefix("- ") { directives.append(String(line.dropFirst(2))) }
    case .anchors: if line.hasPrefix("- ") { anchors.append(String(line.dropFirst(2))) }
    }
  }

  var text: String {
    var parts = [body]
    if !directives.isEmpty {
      parts.append(
        "\(Self.directivesHeading)\n\(Self.directivesNote)\n" + Self.list(directives))
    }
    if !anchors.isEmpty { parts.append("\(Self.anchorsHeading)\n" + Self.list(anchors)) }
    return parts.joined(separator: "\n\n")
  }

  private static func list(_ lines: [String]) -> String {
    lines.map { "- " + $0 }.joined(separator: "\n")
  }

  /// Adds what was ruled since. Where there is no room, passing wishes go before standing rules, older
  /// before newer.
  ///
  /// - Parameters:
  ///   - found: Sentences, oldest first; earlier ones that are said again move to the end.
  ///   - budget: Tokens.
  /// - Returns: How many did not fit.
  mutating func addDirectives(_ found: [String], budget: Int) -> Int {
    var seen: Set<String> = []
    let all = found.reversed().filter { seen.insert($0.lowercased()).inserted }
    var left = budget
    var taken: Set<String> = []
    for isStanding in [true, false] {
      for sentence in all where Directives.isStanding(sentence) == isStanding {
        let cost = TokenEstimate.tokens(sentence) + 3
        guard cost <= left else { continue }
        left -= cost
        taken.insert(sentence)
      }
    }
    directives = all.reversed().filter(taken.contains)
    return all.count - taken.count
  }
}
