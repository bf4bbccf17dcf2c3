/// Takes reasoning out of generated text: `<think>…</think>` and its kin, also when the end tag is
/// missing or the beginning was swallowed by the server.
package enum Reasoning {
  private static let names = [
    "think", "thinking", "reasoning", "thought", "reasoning_scratchpad",
  ]

  /// Splits text from reasoning.
  ///
  /// - Parameter text: As generated.
  /// - Returns: What is left, trimmed; and whether there was any reasoning.
  package static func split(_ text: String) -> (text: String, hasReasoning: Bool) {
    guard text.utf8.contains(UInt8(ascii: "<")) else { return (trimmed(text), false) }
    var rest = Substring(text)
    var kept = ""
    var found = false
    // Names without an end tag from here on; looked for once, however many begin.
    var endless: Set<String> = []
    while let tag = nextTag(in: rest) {
      if tag.isEnd {
        // An end without a beginning: everything before it was reasoning.
        found = true
        kept = ""
        rest = rest[tag.range.upperBound...]
      } else if !endless.contains(tag.name),
        let after = afterEnd(of: tag.name, in: rest[tag.range.upperBound...])
      {
        found = true
        kept += rest[..<tag.range.lowerBound]
        rest = after
      } else if isBlockStart(tag.range.lowerBound, in: rest, kept) {
        found = true
        kept += rest[..<tag.range.lowerBound]
        rest = ""
      } else {
        // A word about the tag rather than the tag.
        endless.insert(tag.name)
        kept += rest[..<tag.range.upperBound]
        rest = rest[tag.range.upperBound...]
      }
    }
    kept += rest
    return (trimmed(kept), found)
  }

  /// Nothing stands before it on its line.
  private static func isBlockStart(
    _ index: Substring.Index, in rest: Substring, _ kept: String
  ) -> Bool {
    let isTelling: (Character) -> Bool = { $0 == "\n" || !$0.isWhitespace }
    let last = rest[..<index].last(where: isTelling) ?? kept.last(where: isTelling)
    return last.map { $0 == "\n" } ?? true
  }

  /// What follows the matching end tag, nested tags of the same name counted. Where one is missing,
  /// what follows the last end tag; nil if there is none at all.
  private static func afterEnd(of name: String, in text: Substring) -> Substring? {
    var rest = text
    var depth = 1
    var last: Substring?
    while let tag = nextTag(in: rest) {
      rest = rest[tag.range.upperBound...]
      guard tag.name == name else { continue }
      depth += tag.isEnd ? -1 : 1
      if tag.isEnd { last = rest }
      if depth == 0 { break }
    }
    return last
  }

  private static func nextTag(
    in text: Substring
  ) -> (name: String, isEnd: Bool, range: Range<Substring.Index>)? {
    var start = text.startIndex
    while let open = text[start...].firstIndex(of: "<") {
      var index = text.index(after: open)
      let isEnd = index < text.endIndex && text[index] == "/"
      if isEnd { index = text.index(after: index) }
      let word = text[index...].prefix { $0.isLetter || $0 == "_" }
      let name = word.lowercased()
      let isQuoted = open > text.startIndex && text[text.index(before: open)] == "`"
      if !isQuoted, names.contains(name), word.endIndex < text.endIndex, text[word.endIndex] == ">"
      {
        return (name, isEnd, open..<text.index(after: word.endIndex))
      }
      start = text.index(after: open)
    }
    return nil
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    guard let first = text.firstIndex(where: { !isSpace($0) }),
      let last = text.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(text[first...last])
  }
}
