import JSONText

/// Finds the JSON value in an answer: out of think tags, fences and prose, with trailing commas
/// forgiven. Nothing else is guessed.
enum JSONExtraction {
  struct Found {
    var text: [UInt8]
    var node: JSONNode
  }

  /// - Returns: Values in the order in which they deserve to be tried.
  static func candidates(in reply: String) -> [Found] {
    let text = Array(AnswerText.trimmed(ThinkTags.stripped(from: reply)).utf8)
    if let whole = parsed(text) { return [whole] }
    let fenced = fences(in: text).compactMap { parsed($0) }
    return fenced.isEmpty ? brackets(in: text).compactMap { parsed($0) } : fenced
  }

  private static func parsed(_ text: [UInt8]) -> Found? {
    let trimmed = Array(AnswerText.trimmed(String(decoding: text, as: UTF8.self)).utf8)
    if let node = try? JSONNode.parse(trimmed) { return Found(text: trimmed, node: node) }
    let forgiven = withoutTrailingCommas(trimmed)
    guard forgiven.count < trimmed.count, let node = try? JSONNode.parse(forgiven) else {
      return nil
    }
    return Found(text: forgiven, node: node)
  }

  /// What stands between fence lines.
  private static func fences(in text: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var open: [UInt8]?
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let isFence = line.drop(while: isSpace).starts(with: Array("```".utf8))
      if isFence, let content = open {
        found.append(content)
        open = nil
      } else if isFence {
        open = []
      } else {
        open?.append(contentsOf: line + [0x0A])
      }
    }
    // A fence that the model forgot to close.
    return found + (open.map { [$0] } ?? [])
  }

  /// Balanced objects and arrays, outermost first.
  private static func brackets(in text: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var index = 0
    while index < text.count, found.count < 64 {
      let isOpening = text[index] == UInt8(ascii: "{") || text[index] == UInt8(ascii: "[")
      guard isOpening, let end = end(of: text, from: index) else {
        index += 1
        continue
      }
      let part = Array(text[index..<end])
      found.append(part)
      index = parsed(part) == nil ? index + 1 : end
    }
    return found
  }

  /// The end of the bracket that opens at `start`; brackets in strings do not count.
  private static func end(of text: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var isInString = false
    var index = start
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
      case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString:
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  private static func withoutTrailingCommas(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var isInString = false
    var wasEscape = false
    for byte in text {
      if !isInString, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        dropComma(&result)
      }
      if byte == UInt8(ascii: "\""), !wasEscape { isInString.toggle() }
      wasEscape = isInString && byte == UInt8(ascii: "\\") && !wasEscape
      result.append(byte)
    }
    return result
  }

  private static func dropComma(_ text: inout [UInt8]) {
    guard let last = text.lastIndex(where: { !isSpace($0) }), text[last] == UInt8(ascii: ",") else {
      return
    }
    text.remove(at: last)
  }
}
