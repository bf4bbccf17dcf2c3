/// A borrowed text. Every access is checked, so nothing outside this file sees a pointer; it must
/// not outlive the closure that lends the buffer.
@safe struct Source {
  private let bytes: UnsafeBufferPointer<UInt8>
  let count: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    unsafe self.bytes = bytes
    count = bytes.count
  }

  /// The byte at an offset; 0 at the end and outside. A real NUL is told apart by `offset < count`.
  @inline(__always)
  subscript(_ offset: Int) -> UInt8 {
    guard offset >= 0, offset < count else { return 0 }
    return unsafe bytes[offset]
  }

  /// A part as text. All of the source must be valid UTF-8, and the part must not begin or end inside
  /// a character: it is not looked at again.
  func string(_ range: Range<Int>) -> String {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    let part = unsafe UnsafeBufferPointer(rebasing: bytes[range])
    return unsafe String(
      copying: UTF8Span(unchecked: part.span, isKnownASCII: isASCII(range)))
  }

  private func isASCII(_ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    var seen: UInt64 = 0
    while offset + 8 <= range.upperBound {
      seen |= word(at: offset)
      offset += 8
    }
    while offset < range.upperBound {
      seen |= UInt64(self[offset])
      offset += 1
    }
    return seen & Self.highBits == 0
  }

  static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The first quote, backslash or control character at or after an offset; `count` if there is none.
  /// Eight bytes at a time: most of a reply is plain text.
  func endOfPlainText(from start: Int, quote: UInt8) -> Int {
    var offset = start
    while offset + 8 <= count {
      let run = PlainText.run(word(at: offset), quote: quote)
      offset += run
      if run < 8 { return offset }
    }
    while offset < count {
      let byte = self[offset]
      if byte == quote || byte == Byte.backslash || byte < Byte.space { break }
      offset += 1
    }
    return offset
  }

  /// The closing quote of a string, whatever else is wrong with it; `count` if there is none.
  func endOfString(from start: Int, quote: UInt8) -> Int {
    var offset = endOfPlainText(from: start, quote: quote)
    while offset < count, self[offset] != quote {
      let skipped = self[offset] == Byte.backslash ? 2 : 1
      offset = endOfPlainText(from: offset + skipped, quote: quote)
    }
    return min(offset, count)
  }

  /// Eight bytes, the first one lowest; there must be as many.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset + 8 <= count)
    return unsafe UnsafeRawBufferPointer(bytes).loadUnaligned(
      fromByteOffset: offset, as: UInt64.self
    ).littleEndian
  }

  /// The offset of the first byte that is not part of valid UTF-8; nil when all is valid.
  func firstInvalidUTF8() -> Int? {
    var offset = 0
    while offset < count {
      if offset + 32 <= count {
        let words =
          word(at: offset) | word(at: offset + 8) | word(at: offset + 16) | word(at: offset + 24)
        if words & Self.highBits == 0 {
          offset += 32
          continue
        }
      }
      if offset + 8 <= count {
        let run = (word(at: offset) & Self.highBits).trailingZeroBitCount / 8
        offset += run
        if run == 8 { continue }
      }
      let length = sequenceLength(at: offset)
      if length == 0 { return offset }
      offset += length
    }
    return nil
  }

  /// Bytes of the scalar at an offset, by table 3-7 of the Unicode standard; 0 where it is invalid.
  func sequenceLength(at offset: Int) -> Int {
    let second = self[offset + 1]
    switch self[offset] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return isTail(offset + 1) ? 2 : 0
    case 0xE0: return (0xA0...0xBF).contains(second) && isTail(offset + 2) ? 3 : 0
    case 0xED: return (0x80...0x9F).contains(second) && isTail(offset + 2) ? 3 : 0
    case 0xE1...0xEF: return isTail(offset + 1) && isTail(offset + 2) ? 3 : 0
    case 0xF0:
      return (0x90...0xBF).contains(second) && isTail(offset + 2) && isTail(offset + 3) ? 4 : 0
    case 0xF1...0xF3:
      return isTail(offset + 1) && isTail(offset + 2) && isTail(offset + 3) ? 4 : 0
    case 0xF4:
      return (0x80...0x8F).contains(second) && isTail(offset + 2) && isTail(offset + 3) ? 4 : 0
    default: return 0
    }
  }

  private func isTail(_ offset: Int) -> Bool { self[offset] & 0xC0 == 0x80 }

  /// The scalar at an offset of valid UTF-8, with its length in bytes; nil at the end.
  func scalar(at offset: Int) -> (value: Unicode.Scalar, length: Int)? {
    guard offset < count else { return nil }
    let length = sequenceLength(at: offset)
    guard length > 0, let value = string(offset..<offset + length).unicodeScalars.first else {
      return nil
    }
    return (value, length)
  }
}
