/// Knows a word that must stay as it is.
enum AnchorShape {
  /// - Returns: What stands between white space, brackets, quotation marks and commas, as ranges of
  ///   `bytes`.
  /// - Complexity: O(n).
  static func words(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start = range.lowerBound
    var index = start
    while index < range.upperBound {
      let (scalar, length) = UTF8Text.scalar(in: bytes, at: index)
      if isBorder(scalar) {
        if start < index { words.append(start..<index) }
        start = index + length
      }
      index += length
    }
    if start < range.upperBound { words.append(start..<range.upperBound) }
    return words
  }

  /// Passes over most ordinary words before anything is made of them: no anchor lacks a digit, a
  /// sign of a path or name, and a capital letter behind its first.
  static func isPossible(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 3, let first = word.first else { return false }
    if isTelling(first) { return true }
    return word.dropFirst().contains { isTelling($0) || (0x41...0x5A).contains($0) }
  }

  private static func isTelling(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func isBorder(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    // " ' ( ) , ; < > [ ] ` { | }
    case 0x22, 0x27, 0x28, 0x29, 0x2C, 0x3B, 0x3C, 0x3E, 0x5B, 0x5D, 0x60, 0x7B, 0x7C, 0x7D: true
    // ‘ ’ “ ” 、 。 「 」 『 』 ， ；
    case 0x2018, 0x2019, 0x201C, 0x201D, 0x3001, 0x3002, 0x300C...0x300F, 0xFF0C, 0xFF1B: true
    default: false
    }
  }

  /// - Parameters:
  ///   - word: Without the white space and brackets around it.
  ///   - isTool: Out of the output of a tool, whose numbers say nothing by themselves.
  /// - Returns: The word without the punctuation at its end; nil where it is an ordinary one.
  static func anchor(_ word: Substring, isTool: Bool) -> String? {
    var word = word
    while let last = word.last, ".:!?*_-=".contains(last) { word.removeLast() }
    while let first = word.first, "*=:!".contains(first) { word.removeFirst() }
    let count = word.utf8.count
    guard count >= 3, count <= 200, !word.hasPrefix("--") || count > 4 else { return nil }
    guard isPath(word) || isIdentifier(word) || (!isTool && isNumber(word)) else { return nil }
    return String(word)
  }

  private static func isPath(_ word: Substring) -> Bool {
    guard word.utf8.count >= 4, word.contains(where: \.isLetter) else { return false }
    if word.contains("/") {
      return word.utf8.allSatisfy { $0 > 0x20 } && !word.hasPrefix("//") && !isAlternative(word)
    }
    guard let dot = word.lastIndex(of: "."), dot != word.startIndex else {
      return word.hasPrefix(".")
    }
    let ending = word[word.index(after: dot)...]
    return (1...5).contains(ending.utf8.count) && ending.first?.isLetter == true
      && ending.utf8.allSatisfy(isAlphanumeric) && word[..<dot].utf8.count >= 2
  }

  /// `and/or`, `yes/no`: short words on both sides, not a path.
  private static func isAlternative(_ word: Substring) -> Bool {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        (1...6).contains(part.utf8.count) && part.allSatisfy { $0.isLetter && $0.isLowercase }
      }
  }

  private static func isIdentifier(_ word: Substring) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count >= 4, bytes.allSatisfy({ isAlphanumeric($0) || "_-.#@:$%".utf8.contains($0) })
    else { return false }
    let digits = bytes.count { (0x30...0x39).contains($0) }
    let upper = bytes.count { (0x41...0x5A).contains($0) }
    let letters = bytes.count { (0x41...0x5A).contains($0 & 0xDF) }
    if digits > 0, letters > 0 { return true }
    if word.contains("_"), letters >= 4 { return true }
    // `ECONNREFUSED`, `camelCase`
    if upper == bytes.count, upper >= 6 { return true }
    return upper > 0 && letters == bytes.count
      && bytes.dropFirst().contains { (0x41...0x5A).contains($0) } && upper < letters
      && letters >= 6
  }

  private static func isNumber(_ word: Substring) -> Bool {
    let digits = word.utf8.count { (0x30...0x39).contains($0) }
    let rest = word.unicodeScalars.allSatisfy {
      ("0"..."9").contains($0) || ".,:%€$£¥+-xX°".unicodeScalars.contains($0)
    }
    return rest && digits >= 3
      || rest && digits >= 2 && word.contains(where: { ".%€$£¥".contains($0) })
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
