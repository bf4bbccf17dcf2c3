/// Cuts running text into sentences.
package enum Sentences {
  /// - Returns: Ranges in order that cover all of `range`; white space belongs to the sentence
  ///   before it.
  /// - Complexity: O(n).
  package static func ranges(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = range.lowerBound
    var index = start
    while index < range.upperBound {
      let (value, length) = UTF8Text.scalar(in: bytes, at: index)
      guard let ender = Ender(value) else {
        index += length
        continue
      }
      let end = skipEnders(bytes, from: index + length, to: range.upperBound)
      if ends(bytes, mark: index, ender: ender, after: end, limit: range.upperBound) {
        index = skipSpaces(bytes, from: end, to: range.upperBound)
        result.append(start..<index)
        start = index
      } else {
        index = end
      }
    }
    if start < range.upperBound { result.append(start..<range.upperBound) }
    return result
  }

  private enum Ender {
    /// Ends a sentence only where a space follows.
    case period, mark
    /// Ends a sentence in scripts without spaces.
    case full

    init?(_ value: UInt32) {
      switch value {
      case 0x2E: self = .period
      case 0x21, 0x3F, 0x2026: self = .mark
      case 0x3002, 0xFF01, 0xFF1F, 0xFF61, 0x964, 0x965, 0x61F, 0x6D4: self = .full
      default: return nil
      }
    }
  }

  private static func isCloser(_ value: UInt32) -> Bool {
    switch value {
    case 0x22, 0x27, 0x29, 0x5D, 0x7D, 0x2A, 0x5F, 0xBB, 0x201D, 0x2019, 0x300D, 0x300F, 0xFF09,
      0x3011:
      true
    default: false
    }
  }

  private static func skipEnders(_ bytes: [UInt8], from start: Int, to limit: Int) -> Int {
    var index = start
    while index < limit {
      let (value, length) = UTF8Text.scalar(in: bytes, at: index)
      guard Ender(value) != nil || isCloser(value) else { break }
      index += length
    }
    return index
  }

  private static func skipSpaces(_ bytes: [UInt8], from start: Int, to limit: Int) -> Int {
    var index = start
    while index < limit {
      let (value, length) = UTF8Text.scalar(in: bytes, at: index)
      guard value == 0x3000 || value == 0xA0 || (length == 1 && isSpace(bytes[index])) else {
        break
      }
      index += length
    }
    return index
  }

  private static func ends(
    _ bytes: [UInt8], mark: Int, ender: Ender, after end: Int, limit: Int
  ) -> Bool {
    guard end < limit, ender != .full else { return true }
    guard isSpace(bytes[end]) || bytes[end] >= 0x80 && Script.isWide(bytes, at: end) else {
      return false
    }
    let next = skipSpaces(bytes, from: end, to: limit)
    if next < limit, case 0x61...0x7A = bytes[next] { return false }
    return ender != .period || !isAbbreviation(bytes, before: mark)
  }

  /// Whether the letters before a period are an initial or a known abbreviation.
  private static func isAbbreviation(_ bytes: [UInt8], before mark: Int) -> Bool {
    var start = mark
    while start > 0, mark - start <= 6, case 0x61...0x7A = bytes[start - 1] | 0x20 { start -= 1 }
    let isWholeWord = start == 0 || bytes[start - 1] < 0x80
    guard start < mark, isWholeWord else { return false }
    if mark - start == 1 {
      let isInitial = bytes[start] < 0x61
      return isInitial || (start > 0 && bytes[start - 1] == UInt8(ascii: "."))
    }
    return abbreviations.contains(
      String(decoding: bytes[start..<mark].map { $0 | 0x20 }, as: UTF8.self))
  }

  private static let abbreviations: Set<String> = [
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "cf", "fig", "eq", "sec", "ch", "vol",
    "pp", "al", "inc", "ltd", "corp", "approx", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec", "bzw", "usw", "ca", "nr", "mme", "mlle", "sra", "ing",
  ]
}

extension Script {
  /// Whether a script without spaces stands at `index`.
  fileprivate static func isWide(_ bytes: [UInt8], at index: Int) -> Bool {
    Script(UTF8Text.scalar(in: bytes, at: index).value).isUnspaced
  }
}
