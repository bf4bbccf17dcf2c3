import Foundation

/// Documents whose authors wrote a summary of them: a section of that name is the reference, the rest
/// is the body.
struct SummaryPairs {
  struct Pair {
    var file: String
    var reference: String
    var body: String
  }

  private(set) var pairs: [Pair] = []
  private(set) var files = 0

  private static let titles: Set<String> = ["abstract", "summary", "executive summary", "overview"]

  /// Reads every Markdown, reStructuredText and text file below some folders.
  init(folders: [String], limit: Int) {
    for folder in folders {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
      for name in names.sorted() where [".md", ".rst", ".txt"].contains(where: name.hasSuffix) {
        guard pairs.count < limit, let text = Self.text(folder + "/" + name) else { continue }
        files += 1
        if let pair = Self.pair(text, file: name) { pairs.append(pair) }
      }
    }
  }

  private static func text(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path), data.count < 2_000_000 else {
      return nil
    }
    return String(data: data, encoding: .utf8)
  }

  /// The filter of the figures that the engine was chosen by: a reference of 30 to 350 words, a body
  /// of 500 words at least and four times the reference.
  private static func pair(_ text: String, file: String) -> Pair? {
    let lines = withoutFrontMatter(text.split(separator: "\n", omittingEmptySubsequences: false))
    var reference: [Substring] = []
    var body: [Substring] = []
    var isInReference = false
    for index in lines.indices {
      if let title = heading(lines, index) {
        isInReference = titles.contains(title) && reference.isEmpty
        continue
      }
      if isInReference { reference.append(lines[index]) } else { body.append(lines[index]) }
    }
    let (short, long) = (prose(reference), prose(body))
    let (few, many) = (RougeScore.words(short).count, RougeScore.words(long).count)
    guard (30...350).contains(few), many >= 500, many >= few * 4 else { return nil }
    return Pair(file: file, reference: short, body: long)
  }

  private static func withoutFrontMatter(_ lines: [Substring]) -> [Substring] {
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      return lines
    }
    return Array(lines[(end + 1)...])
  }

  /// `## Title`, or a title with a line of marks below it.
  private static func heading(_ lines: [Substring], _ index: Int) -> String? {
    let line = lines[index]
    if line.hasPrefix("#") {
      return line.drop { $0 == "#" || $0 == " " }.lowercased()
        .trimmingCharacters(in: .whitespaces)
    }
    guard index + 1 < lines.count, !line.isEmpty, line.first != " " else { return nil }
    let below = lines[index + 1]
    guard below.count >= 3, let mark = below.first, "=-~".contains(mark),
      below.allSatisfy({ $0 == mark })
    else { return nil }
    return line.lowercased().trimmingCharacters(in: .whitespaces)
  }

  /// Without code, comments and lines of marks.
  private static func prose(_ lines: [Substring]) -> String {
    var isCode = false
    var isComment = false
    let kept = lines.filter { line in
      let trimmed = line.drop { $0 == " " }
      if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
        isCode.toggle()
        return false
      }
      if trimmed.hasPrefix("<!--") { isComment = true }
      defer { if trimmed.contains("-->") { isComment = false } }
      // A table of contents is nobody's opening words.
      if isCode || isComment || trimmed.hasPrefix("|") || trimmed.contains("](#") { return false }
      return trimmed.isEmpty || trimmed.contains(where: \.isLetter)
    }
    return kept.joined(separator: "\n")
  }
}
