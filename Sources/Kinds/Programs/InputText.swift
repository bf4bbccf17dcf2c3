import Platform

/// Turns the bytes of an input into clean UTF-8 text.
enum InputText {
  /// - Parameters:
  ///   - input: UTF-8, or UTF-16 with a byte order mark.
  ///   - maxBytes: More than that is refused.
  /// - Returns: UTF-8 without byte order mark, lines ended by LF.
  /// - Throws: `InputError` for what is no text, holds NUL, or is empty.
  static func decoded(_ input: [UInt8], maxBytes: Int) throws(InputError) -> [UInt8] {
    try checkSize(input, maxBytes)
    var text = input
    if input.starts(with: [0xFF, 0xFE]) || input.starts(with: [0xFE, 0xFF]) {
      text = try fromUTF16(input)
    } else {
      try checkUTF8(input)
      if input.starts(with: [0xEF, 0xBB, 0xBF]) { text = Array(input.dropFirst(3)) }
    }
    if ByteScan.first(0x0D, in: text.span) != nil { text = withLineFeeds(text) }
    if isBlank(text) { throw InputError(.empty, "is empty: there is nothing but white space") }
    return text
  }

  static func checkSize(_ input: [UInt8], _ maxBytes: Int) throws(InputError) {
    if input.isEmpty { throw InputError(.empty, "there is nothing in it") }
    guard input.count <= maxBytes else {
      throw InputError(
        .tooLarge, "has \(input.count) bytes; this kind takes at most \(maxBytes)")
    }
  }

  static func checkUTF8(_ input: [UInt8]) throws(InputError) {
    let zero = ByteScan.first(0, in: input.span)
    let invalid = UTF8Text.firstInvalidOffset(in: input)
    if let zero, zero <= invalid ?? zero {
      throw InputError(.binary, "holds a NUL byte, so it is no text", offset: zero)
    }
    if let invalid {
      throw InputError(.notText, "is not UTF-8 at byte \(invalid)", offset: invalid)
    }
  }

  private static func fromUTF16(_ input: [UInt8]) throws(InputError) -> [UInt8] {
    let isLittle = input[0] == 0xFF
    guard input.count % 2 == 0 else {
      throw InputError(.notText, "ends in the middle of a UTF-16 unit", offset: input.count - 1)
    }
    let units = stride(from: 2, to: input.count, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(input[index]), UInt16(input[index + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    if let zero = units.firstIndex(of: 0) {
      throw InputError(.binary, "holds a NUL character, so it is no text", offset: zero * 2 + 2)
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw InputError(.notText, "holds half of a surrogate pair", offset: 0)
    }
    return Array(text.utf8)
  }

  /// CRLF and a lone CR become LF.
  private static func withLineFeeds(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for index in text.indices {
      guard text[index] == 0x0D else {
        result.append(text[index])
        continue
      }
      if index + 1 < text.count, text[index + 1] == 0x0A { continue }
      result.append(0x0A)
    }
    return result
  }

  /// White space in any script, and characters that show nothing.
  private static func isBlank(_ text: [UInt8]) -> Bool {
    if text.contains(where: { $0 > 0x20 && $0 < 0x7F }) { return false }
    return String(decoding: text, as: UTF8.self).unicodeScalars.allSatisfy {
      $0.properties.isWhitespace || TitleCleaner.isHidden($0) || $0.value == 0x200C
        || $0.value == 0x200D
    }
  }
}
