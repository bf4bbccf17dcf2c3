/// Makes one clean line out of whatever a model called a title.
struct TitleCleaner {
  /// Characters (Unicode scalars, so that every counter agrees) of a title.
  var limit = 80
  /// Words like `Title` that models put in front, in lower case.
  var prefixes: [String] = []

  /// - Returns: Nil where nothing is left.
  func clean(_ reply: String) -> String? {
    let lines = Self.lines(of: ThinkTags.stripped(from: reply))
    for (index, line) in lines.enumerated() {
      let isLeadIn = line.hasSuffix(":") || line.hasSuffix("：")
      if isLeadIn, index + 1 < lines.count { continue }
      if let title = cleanLine(line) { return title }
    }
    return nil
  }

  /// The lines that say something: no fences, no rules, no hidden characters.
  private static func lines(of reply: String) -> [String] {
    reply.unicodeScalars.split(whereSeparator: isLineEnd).compactMap { line in
      let kept = line.lazy.filter { !isHidden($0) }.map { $0.properties.isWhitespace ? " " : $0 }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: kept)
      let trimmed = trim(String(text)) { $0 == " " }
      return trimmed.isEmpty || trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") ? nil : trimmed
    }
  }

  private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Control, bidirectional, zero-width and tag characters. Joiners inside emoji and words stay.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E,
      0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  private func cleanLine(_ line: String) -> String? {
    var title = line
    var before: String
    repeat {
      before = title
      title = Self.withoutMarkdown(title)
      title = withoutPrefix(title)
      title = Self.withoutQuotes(title)
      title = Self.withoutEnd(title)
    } while title != before
    title = Self.withoutEnd(cut(title))
    return title.unicodeScalars.contains(where: Self.isSubstance) ? title : nil
  }

  private static func isSubstance(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) }
    return Script(scalar.value) != .none || scalar.properties.numericType != nil
  }

  // MARK: Markdown

  private static func withoutMarkdown(_ line: String) -> String {
    var text = withoutLeadingMarks(line)
    for mark in ["***", "**", "__", "~~", "`"] { text = text.removingAll(mark) }
    text = withoutLinks(text)
    text = unwrapped(text, in: [("*", "*"), ("_", "_"), ("<title>", "</title>")])
    return trim(withoutLooseStars(text)) { $0 == " " || $0 == "\\" }
  }

  /// `#`, `>`, bullets and numbers such as `1.` in front.
  private static func withoutLeadingMarks(_ line: String) -> String {
    var rest = Substring(line)
    while let first = rest.first {
      let word = rest.prefix { $0 != " " }
      let isHeading = first == "#" && word.allSatisfy { $0 == "#" }
      let isNumber =
        word.count > 1 && word.count <= 3 && (word.hasSuffix(".") || word.hasSuffix(")"))
        && word.dropLast().allSatisfy { ("0"..."9").contains($0) }
      guard isHeading || isNumber || ["-", "*", "+", "•", "–", "—", ">"].contains(word) else {
        break
      }
      rest = rest.dropFirst(word.count).drop { $0 == " " }
    }
    return String(rest)
  }

  /// `[text](address)` becomes its text.
  private static func withoutLinks(_ line: String) -> String {
    guard let open = line.firstIndex(of: "["),
      let middle = line[open...].firstRange(of: "]("),
      let close = line[middle.upperBound...].firstIndex(of: ")")
    else { return line }
    let start = line[..<open].last == "!" ? line.index(before: open) : open
    return String(line[..<start]) + line[line.index(after: open)..<middle.lowerBound]
      + withoutLinks(String(line[line.index(after: close)...]))
  }

  /// Stars of `*emphasis*`; a lone star (`2 * 3`, `*.swift`) stays.
  private static func withoutLooseStars(_ line: String) -> String {
    let stars = line.indices.filter { line[$0] == "*" }
    guard stars.count >= 2, stars.count % 2 == 0 else { return line }
    for (open, close) in zip(stars, stars.dropFirst()) {
      let inner = line[line.index(after: open)..<close]
      guard let first = inner.first, let last = inner.last, first != " ", last != " " else {
        continue
      }
      return String(line[..<open]) + inner
        + withoutLooseStars(String(line[line.index(after: close)...]))
    }
    return line
  }

  // MARK: Quotes and prefixes

  private static let quotes: Set<Character> = [
    "\"", "“", "”", "„", "‟", "«", "»", "「", "」", "『", "』", "〝", "〞", "〟", "＂", "″",
  ]

  /// Double quotes go everywhere; single ones only around the whole, since `don't` needs its own.
  private static func withoutQuotes(_ line: String) -> String {
    var text = line
    text.removeAll { quotes.contains($0) }
    let single: Set<Character> = ["'", "‘", "’", "‚", "‛", "‹", "›", "`", "´"]
    if let first = text.first, let last = text.last, text.count > 1, single.contains(first),
      single.contains(last)
    {
      text = String(text.dropFirst().dropLast())
    }
    return trim(text) { $0 == " " }
  }

  /// `Title:`, `Titre :`, `标题：` and a lead-in such as `Here is a title:`.
  private func withoutPrefix(_ line: String) -> String {
    guard let mark = line.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return line }
    let head = Self.trim(line[..<mark].lowercased()) { " *_#`\"'".contains($0) }
    let rest = Self.trim(String(line[line.index(after: mark)...])) { " *_".contains($0) }
    guard !rest.isEmpty else { return line }
    let isPrefix = prefixes.contains(head) || prefixes.contains { isLeadIn(head, endingWith: $0) }
    return isPrefix ? rest : line
  }

  /// `here is a suggested title`, `sure, here's the title`.
  private func isLeadIn(_ head: String, endingWith word: String) -> Bool {
    head.hasSuffix(" " + word)
      && ["here", "sure", "certainly", "of course", "okay", "ok", "the ", "a ", "my ", "your "]
        .contains { head.hasPrefix($0) }
  }

  private static func withoutEnd(_ line: String) -> String {
    var text = Substring(line)
    while let last = text.last, " .。．｡।۔…,;:、，；：".contains(last) { text.removeLast() }
    return String(text)
  }

  // MARK: Length

  /// Cuts after a word; where there is none early enough, between user-perceived characters.
  private func cut(_ title: String) -> String {
    guard title.unicodeScalars.count > limit else { return title }
    var kept = ""
    var length = 0
    var next: Character?
    for character in title {
      length += character.unicodeScalars.count
      guard length <= limit else {
        next = character
        break
      }
      kept.append(character)
    }
    guard next != " ", let space = kept.lastIndex(of: " ") else { return kept }
    let isEarly = kept.distance(from: kept.startIndex, to: space) * 2 < kept.count
    let breaksAnywhere =
      kept.last.map { Script($0.unicodeScalars.first?.value ?? 0).isUnspaced } ?? false
    return isEarly || breaksAnywhere ? kept : String(kept[..<space])
  }

  // MARK: Ends

  private static func unwrapped(_ line: String, in pairs: [(String, String)]) -> String {
    for (open, close) in pairs
    where line.hasPrefix(open) && line.hasSuffix(close) && line.count > open.count + close.count {
      return String(line.dropFirst(open.count).dropLast(close.count))
    }
    return line
  }

  private static func trim(_ text: String, _ isDropped: (Character) -> Bool) -> String {
    var rest = Substring(text).drop(while: isDropped)
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return String(rest)
  }
}

extension String {
  fileprivate func removingAll(_ mark: String) -> String {
    guard let range = firstRange(of: mark) else { return self }
    return self[..<range.lowerBound] + String(self[range.upperBound...]).removingAll(mark)
  }
}
