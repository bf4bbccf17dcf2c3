import Platform

/// Takes reasoning out of generated text: `<think>…</think>` and its kin, also when the end tag is
/// missing or the beginning was swallowed by the server.
package enum Reasoning {
  /// Splits text from reasoning.
  ///
  /// - Parameter text: As generated.
  /// - Returns: What is left, trimmed; and whether there was any reasoning.
  package static func split(_ text: String) -> (text: String, hasReasoning: Bool) {
    var finder = ReasoningFinder()
    finder.read(text.utf8Span.span)
    guard finder.found else { return (trimmed(text), false) }
    let utf8 = text.utf8
    var kept = ""
    for range in finder.kept {
      let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
      kept += text[start..<utf8.index(start, offsetBy: range.count)]
    }
    return (trimmed(kept), true)
  }

  private static func trimmed(_ text: String) -> String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    guard let first = text.firstIndex(where: { !isSpace($0) }),
      let last = text.lastIndex(where: { !isSpace($0) })
    else { return "" }
    let end = text.index(after: last)
    return first == text.startIndex && end == text.endIndex ? text : String(text[first..<end])
  }
}

/// Goes through the bytes of a text: answers are long, and most of them hold no tag at all.
private struct ReasoningFinder {
  /// What is no reasoning, in order.
  private(set) var kept: [Range<Int>] = []
  private(set) var found = false

  mutating func read(_ bytes: borrowing Swift.Span<UInt8>) {
    var start = 0
    // Names without an end tag from here on; looked for once, however many begin.
    var endless: Set<Int> = []
    var fences = CodeFences()
    while let tag = ThinkTag.next(in: bytes, from: start) {
      if fences.hold(tag.range.lowerBound, from: start, in: bytes)
        || (tag.isEnd && Self.isSpokenOf(tag, in: bytes))
      {
        keep(start..<tag.range.upperBound)
        start = tag.range.upperBound
      } else if tag.isEnd {
        // An end without a beginning: everything before it was reasoning.
        found = true
        kept = []
        start = tag.range.upperBound
      } else if !endless.contains(tag.name), let after = Self.afterEnd(of: tag, in: bytes) {
        found = true
        keep(start..<tag.range.lowerBound)
        start = after
      } else if isBlockStart(tag.range.lowerBound, from: start, in: bytes) {
        found = true
        keep(start..<tag.range.lowerBound)
        start = bytes.count
      } else {
        // A word about the tag rather than the tag.
        endless.insert(tag.name)
        keep(start..<tag.range.upperBound)
        start = tag.range.upperBound
      }
    }
    keep(start..<bytes.count)
  }

  /// It is part of a sentence: a model that ends its reasoning goes on with a word or a line.
  private static func isSpokenOf(_ tag: ThinkTag, in bytes: borrowing Swift.Span<UInt8>) -> Bool {
    let next = tag.range.upperBound
    return next < bytes.count && Array(",.;:?!)'\"".utf8).contains(bytes[next])
  }

  private mutating func keep(_ range: Range<Int>) {
    if let last = kept.last, last.upperBound == range.lowerBound {
      kept[kept.count - 1] = last.lowerBound..<range.upperBound
    } else if !range.isEmpty {
      kept.append(range)
    }
  }

  /// Nothing stands before it on its line.
  private func isBlockStart(
    _ index: Int, from start: Int, in bytes: borrowing Swift.Span<UInt8>
  ) -> Bool {
    if let tells = Self.endsLine(start..<index, in: bytes) { return tells }
    for range in kept.reversed() {
      if let tells = Self.endsLine(range, in: bytes) { return tells }
    }
    return true
  }

  /// Whether the last thing in a range is the end of a line rather than text; nil where it holds
  /// nothing but space.
  private static func endsLine(_ range: Range<Int>, in bytes: borrowing Swift.Span<UInt8>) -> Bool?
  {
    var end = range.upperBound
    while end > range.lowerBound {
      var start = end - 1
      if bytes[start] == 0x0A { return true }
      while bytes[start] & 0xC0 == 0x80, start > range.lowerBound { start -= 1 }
      guard isSpace(start..<end, in: bytes) else { return false }
      end = start
    }
    return nil
  }

  private static func isSpace(_ range: Range<Int>, in bytes: borrowing Swift.Span<UInt8>) -> Bool {
    let first = bytes[range.lowerBound]
    if first < 0x80 { return first == 0x20 || 0x09...0x0D ~= first }
    var character: [UInt8] = []
    for offset in range { character.append(bytes[offset]) }
    return String(decoding: character, as: UTF8.self).unicodeScalars
      .allSatisfy(\.properties.isWhitespace)
  }

  /// What follows the matching end tag, nested tags of the same name counted. Where one is missing,
  /// what follows the last end tag; nil if there is none at all.
  private static func afterEnd(of tag: ThinkTag, in bytes: borrowing Swift.Span<UInt8>) -> Int? {
    var start = tag.range.upperBound
    var depth = 1
    var last: Int?
    while let next = ThinkTag.next(in: bytes, from: start) {
      start = next.range.upperBound
      guard next.name == tag.name else { continue }
      depth += next.isEnd ? -1 : 1
      if next.isEnd { last = start }
      if depth == 0 { break }
    }
    return last
  }
}

/// The blocks of code of an answer: what stands in one is what was asked for.
private struct CodeFences {
  private var isOpen = false

  /// Whether a tag stands in a block that is closed behind it. What is asked comes in order, and `start` is
  /// where the last answer was given or reasoning ended.
  mutating func hold(
    _ index: Int, from start: Int, in bytes: borrowing Swift.Span<UInt8>
  ) -> Bool {
    var at = start
    while let fence = Self.next(in: bytes, from: at, before: index) {
      isOpen.toggle()
      at = fence + 3
    }
    return isOpen && Self.next(in: bytes, from: index, before: bytes.count) != nil
  }

  /// A line that begins with three backticks.
  private static func next(
    in bytes: borrowing Swift.Span<UInt8>, from start: Int, before end: Int
  ) -> Int? {
    var at = start
    while let tick = ByteScan.first(UInt8(ascii: "`"), in: bytes, from: at), tick + 2 < end {
      if bytes[tick + 1] == bytes[tick], bytes[tick + 2] == bytes[tick],
        beginsLine(tick, in: bytes)
      {
        return tick
      }
      at = tick + 1
    }
    return nil
  }

  private static func beginsLine(_ index: Int, in bytes: borrowing Swift.Span<UInt8>) -> Bool {
    var before = index
    while before > 0, bytes[before - 1] == 0x20 { before -= 1 }
    return before == 0 || bytes[before - 1] == 0x0A
  }
}

/// `<think>` or `</think>`, or one of its kin.
private struct ThinkTag {
  /// Which of the names.
  var name: Int
  var isEnd: Bool
  var range: Range<Int>

  private static let names = ["think", "thinking", "reasoning", "thought", "reasoning_scratchpad"]
    .map { Array($0.utf8) }
  private static let (shortestName, longestName) = (5, 20)

  /// The first one at or after an offset. One in backticks is only spoken of.
  static func next(in bytes: borrowing Swift.Span<UInt8>, from start: Int) -> ThinkTag? {
    var start = start
    while let open = ByteScan.first(UInt8(ascii: "<"), in: bytes, from: start) {
      start = open + 1
      if open > 0, bytes[open - 1] == UInt8(ascii: "`") { continue }
      if let tag = tag(in: bytes, at: open) { return tag }
    }
    return nil
  }

  private static func tag(in bytes: borrowing Swift.Span<UInt8>, at open: Int) -> ThinkTag? {
    let isEnd = open + 1 < bytes.count && bytes[open + 1] == UInt8(ascii: "/")
    let start = open + (isEnd ? 2 : 1)
    var end = start
    while end < bytes.count, end - start <= longestName, isNameByte(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: ">"), end > start else { return nil }
    // Most that stands between brackets is no name of these.
    guard end - start >= shortestName, bytes[start] | 0x20 == 0x74 || bytes[start] | 0x20 == 0x72
    else { return nil }
    var word: [UInt8] = []
    for offset in start..<end { word.append(lower(bytes[offset])) }
    guard let name = names.firstIndex(of: word) else { return nil }
    return ThinkTag(name: name, isEnd: isEnd, range: open..<end + 1)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    0x61...0x7A ~= byte | 0x20 || byte == UInt8(ascii: "_")
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    0x41...0x5A ~= byte ? byte | 0x20 : byte
  }
}
