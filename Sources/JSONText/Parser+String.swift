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
    return try escapedString(opening: opening)
  }

  /// Decodes a string that has escapes.
  private mutating func escapedString(opening: Int) throws(JSONFault) -> String {
    at = opening + 1
    let quote = source[opening]
    // No escape is shorter than what it stands for; a word more is written than is needed.
    let most = source.count - opening + 8
    guard most <= Self.longestScratch else { return try longString(opening: opening, quote: quote) }
    let scratch = self.scratch ?? Scratch(capacity: most)
    self.scratch = scratch
    var decoded = scratch.buffer()
    try decode(opening: opening, quote: quote, into: &decoded)
    at += 1
    return decoded.string
  }

  /// In longer texts than this no string is written down twice.
  private static let longestScratch = 1 << 20

  /// Decodes a string straight into its storage.
  private mutating func longString(opening: Int, quote: UInt8) throws(JSONFault) -> String {
    let capacity = source.endOfString(from: opening + 1, quote: quote) - opening
    var fault: JSONFault?
    let text = unsafe String(unsafeUninitializedCapacity: capacity + 8) { storage in
      var decoded = unsafe StringBuffer(storage)
      do throws(JSONFault) {
        try decode(opening: opening, quote: quote, into: &decoded)
      } catch {
        fault = error
      }
      return decoded.count
    }
    if let fault { throw fault }
    at += 1
    return text
  }

  /// Goes up to the closing quote.
  private mutating func decode(
    opening: Int, quote: UInt8, into decoded: inout StringBuffer
  ) throws(JSONFault) {
    at = decoded.appendPlain(source, from: at, quote: quote)
    while source[at] != quote {
      try special(opening: opening, into: &decoded)
      at = decoded.appendPlain(source, from: at, quote: quote)
    }
  }

  /// Handles what interrupts plain text: an escape, a control character, the end of the source.
  private mutating func special(opening: Int, into decoded: inout StringBuffer) throws(JSONFault) {
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

  private mutating func escape(into decoded: inout StringBuffer) throws(JSONFault) {
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
  private mutating func unicodeEscape(into decoded: inout StringBuffer) throws(JSONFault) {
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
    decoded.append(Unicode.Scalar(value) ?? "\u{FFFD}")
  }

  /// The escapes that only JSON5 has.
  private mutating func looseEscape(
    _ letter: UInt8, into decoded: inout StringBuffer
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
      decoded.append(scalar)
      at += 4
    case Byte.carriageReturn:
      at += source[at + 2] == Byte.lineFeed ? 3 : 2
    case Byte.lineFeed:
      at += 2
    case 0x30...0x39, 0x00..<0x20:
      throw JSONFault(code: .invalidEscape, offset: at)
    default:
      let length = max(source.sequenceLength(at: at + 1), 1)
      if !isWideLineEnd(at + 1) {
        for offset in at + 1..<at + 1 + length { decoded.append(source[offset]) }
      }
      at += 1 + length
    }
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
