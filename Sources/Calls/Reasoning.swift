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
    while let tag = nextTag(in: rest) {
      found = true
      if tag.isEnd {
        // An end without a beginning: everything before it was reasoning.
        kept = ""
        rest = rest[tag.range.upperBound...]
        continue
      }
      kept += rest[..<tag.range.lowerBound]
      rest = afterEnd(of: tag.name, in: rest[tag.range.upperBound...])
    }
    kept += rest
    return (trimmed(kept), found)
  }

  /// What follows the matching end tag, nested tags of the same name counted; empty if there is none.
  private static func afterEnd(of name: String, in text: Substring) -> Substring {
    var rest = text
    var depth = 1
    while let tag = nextTag(in: rest) {
      rest = rest[tag.range.upperBound...]
      guard tag.name == name else { continue }
      depth += tag.isEnd ? -1 : 1
      if depth == 0 { return rest }
    }
    return ""
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
      if names.contains(name), word.endIndex < text.endIndex, text[word.endIndex] == ">" {
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
