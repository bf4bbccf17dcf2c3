extension Parser {
  /// Reads a quoted string; a plain one is copied in one go.
  mutating func string() throws(JSONFault) -> String {
    let opening = at
    let quote = source[at]
    at += 1
    let start = at
    at = source.endOfPlainText(from: start, quote: quote)
    if source[at] == quote {
      at += 1
      return source.string(start..<at - 1)
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity((at - start) * 2 + 16)
    source.append(start..<at, to: &decoded)
    while source[at] != quote {
      try special(opening: opening, into: &decoded)
      let from = at
      at = source.endOfPlainText(from: from, quote: quote)
      source.append(from..<at, to: &decoded)
    }
    at += 1
    return String(decoding: decoded, as: UTF8.self)
  }

  /// Handles what interrupts plain text: an escape, a control character, the end of the source.
  private mutating func special(opening: Int, into decoded: inout [UInt8]) throws(JSONFault) {
    if isAtEnd { throw JSONFault(code: .unterminatedString, offset: opening) }
    switch source[at] {
    case Byte.backslash:
      try escape(into: &decoded)
    case Byte.tab where syntax == .json5:
      decoded.append(Byte.tab)
      at += 1
    case Byte.lineFeed, Byte.carriageReturn:
      throw JSONFault(code: .unterminatedString, offset: opening)
    default:
      throw JSONFault(code: .controlCharacter, offset: at)
    }
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSONFault) {
    let letter = source[at + 1]
    if at + 1 >= source.count { throw JSONFault(code: .unexpectedEnd, offset: at + 1) }
    if letter == Byte.lowerU { return try unicodeEscape(into: &decoded) }
    if let plain = Self.simpleEscape(letter) {
      decoded.append(plain)
      at += 2
      return
    }
    guard syntax == .json5 else { throw JSONFault(code: .invalidEscape, offset: at) }
    try looseEscape(letter, into: &decoded)
  }

  private static func simpleEscape(_ letter: UInt8) -> UInt8? {
    switch letter {
    case Byte.quote, Byte.backslash, Byte.slash: letter
    case 0x62: 0x08
    case 0x66: Byte.formFeed
    case 0x6E: Byte.lineFeed
    case 0x72: Byte.carriageReturn
    case 0x74: Byte.tab
    default: nil
    }
  }

  /// A `\u` escape, with its second half where it is a surrogate pair.
  private mutating func unicodeEscape(into decoded: inout [UInt8]) throws(JSONFault) {
    guard let unit = hexUnit(at: at + 2, digits: 4) else {
      throw JSONFault(code: .invalidEscape, offset: at)
    }
    at += 6
    var value = unit
    if unit & 0xFC00 == 0xD800, source[at] == Byte.backslash, source[at + 1] == Byte.lowerU,
      let low = hexUnit(at: at + 2, digits: 4), low & 0xFC00 == 0xDC00
    {
      value = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
      at += 6
    }
    append(Unicode.Scalar(value) ?? "\u{FFFD}", to: &decoded)
  }

  /// The escapes that only JSON5 has.
  private mutating func looseEscape(
    _ letter: UInt8, into decoded: inout [UInt8]
  ) throws(JSONFault) {
    switch letter {
    case 0x76:
      decoded.append(Byte.verticalTab)
      at += 2
    case Byte.zero where !Byte.isDigit(source[at + 2]):
      decoded.append(0)
      at += 2
    case 0x78:
      guard let value = hexUnit(at: at + 2, digits: 2), let scalar = Unicode.Scalar(value) else {
        throw JSONFault(code: .invalidEscape, offset: at)
      }
      append(scalar, to: &decoded)
      at += 4
    case Byte.carriageReturn:
      at += source[at + 2] == Byte.lineFeed ? 3 : 2
    case Byte.lineFeed:
      at += 2
    case 0x30...0x39, 0x00..<0x20:
      throw JSONFault(code: .invalidEscape, offset: at)
    default:
      let length = max(source.sequenceLength(at: at + 1), 1)
      if !isWideLineEnd(at + 1) { source.append(at + 1..<at + 1 + length, to: &decoded) }
      at += 1 + length
    }
  }

  private func append(_ scalar: Unicode.Scalar, to decoded: inout [UInt8]) {
    decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Reads hexadecimal digits without moving on; nil where one is missing.
  func hexUnit(at offset: Int, digits: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in offset..<offset + digits {
      guard let digit = Byte.hexValue(source[index]) else { return nil }
      value = value << 4 | digit
    }
    return value
  }
}
