/// Estimates tokens without a tokenizer, on the high side: what is called small enough shall fit.
///
/// Characters cost by script; long runs of letters and digits (hashes, base64) cost more, since no
/// vocabulary holds them.
package enum TokenEstimate {
  /// What a chat message costs beside its text.
  package static let perMessage = 10
  /// What an image costs, whatever its size in bytes.
  package static let perImage = 1600

  /// - Returns: Tokens of a text in UTF-8, rounded up.
  /// - Complexity: O(n).
  package static func tokens(_ bytes: [UInt8]) -> Int { tokens(bytes, in: 0..<bytes.count) }

  /// - Returns: Tokens of a text, rounded up.
  package static func tokens(_ text: String) -> Int { tokens(Array(text.utf8)) }

  /// - Returns: Tokens of a part of a text in UTF-8, rounded up.
  package static func tokens(_ bytes: [UInt8], in range: Range<Int>) -> Int {
    (thousandths(bytes, in: range) + 999) / 1000
  }

  static func thousandths(_ bytes: [UInt8], in range: Range<Int>) -> Int {
    var sum = 0
    var run = 0
    var wasSpace = false
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if isSmallLetter(byte) {
        // Most of most texts, so a word at a time.
        let end = endOfSmallLetters(bytes, from: index, before: range.upperBound)
        sum += cost(ofSmallLetters: end - index, after: run)
        run += end - index
        wasSpace = false
        index = end
      } else if byte < 0x80 {
        sum += cost(ofASCII: byte, run: &run, wasSpace: &wasSpace)
        index += 1
      } else {
        let (value, length) = UTF8Text.scalar(in: bytes, at: index)
        sum += cost(of: Script(value))
        run = 0
        wasSpace = false
        index += length
      }
    }
    return sum
  }

  @inline(__always)
  private static func isSmallLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }

  @inline(__always)
  private static func endOfSmallLetters(
    _ bytes: [UInt8], from start: Int, before end: Int
  ) -> Int {
    var index = start
    while index < end, isSmallLetter(bytes[index]) { index &+= 1 }
    return index
  }

  /// Of so many, where `run` letters and digits stand before them.
  @inline(__always)
  private static func cost(ofSmallLetters count: Int, after run: Int) -> Int {
    let short = min(count, max(0, longestWord - run))
    return short * 250 + (count - short) * 600
  }

  /// Letters and digits in a row that a vocabulary may hold.
  private static let longestWord = 12

  @inline(__always)
  private static func cost(ofASCII byte: UInt8, run: inout Int, wasSpace: inout Bool) -> Int {
    let isSpace = byte == 0x20 || byte == 0x09
    defer { wasSpace = isSpace }
    switch byte {
    case 0x41...0x5A:
      run += 1
      return run > longestWord ? 600 : 400
    case 0x30...0x39:
      run += 1
      return 600
    default:
      run = 0
      if isSpace { return wasSpace ? 60 : 200 }
      return byte == 0x0A ? 300 : 700
    }
  }

  private static func cost(of script: Script) -> Int {
    switch script {
    case .latin: 800
    case .greek, .cyrillic, .hebrew, .arabic: 600
    case .han, .kana: 1300
    case .hangul: 1500
    case .indic, .unspaced, .other: 2000
    case .emoji: 4000
    case .none: 1000
    }
  }
}
