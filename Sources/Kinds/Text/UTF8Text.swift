/// Reads scalars out of UTF-8 that has been checked before; offsets and ranges count bytes.
enum UTF8Text {
  /// The scalar that starts at `index`, and its length in bytes.
  ///
  /// - Complexity: O(1).
  @inline(__always)
  static func scalar(in bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(bytes[index])
    if first < 0x80 { return (first, 1) }
    let left = bytes.count - index
    if first < 0xE0, left > 1 {
      return ((first & 0x1F) << 6 | tail(bytes, index + 1), 2)
    }
    if first < 0xF0, left > 2 {
      return ((first & 0x0F) << 12 | tail(bytes, index + 1) << 6 | tail(bytes, index + 2), 3)
    }
    guard left > 3 else { return (0xFFFD, left) }
    let high = (first & 0x07) << 18 | tail(bytes, index + 1) << 12
    return (high | tail(bytes, index + 2) << 6 | tail(bytes, index + 3), 4)
  }

  @inline(__always)
  private static func tail(_ bytes: [UInt8], _ index: Int) -> UInt32 { UInt32(bytes[index] & 0x3F) }

  /// The scalar that ends right before `index`, and its length in bytes; nil at the start.
  static func scalar(in bytes: [UInt8], before index: Int) -> (value: UInt32, length: Int)? {
    guard index > 0 else { return nil }
    var start = index - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(in: bytes, at: start)
  }

  /// Whether a part stands at this place.
  static func stands(_ part: [UInt8], in text: [UInt8], at start: Int) -> Bool {
    guard start + part.count <= text.count else { return false }
    for offset in part.indices where text[start + offset] != part[offset] { return false }
    return true
  }

  static func string(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// Offset of the first byte that is not UTF-8; nil where all of it is.
  ///
  /// - Complexity: O(n).
  static func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      index = endOfASCII(in: bytes, from: index)
      guard index < bytes.count else { return nil }
      guard let length = multibyteLength(bytes, at: index) else { return index }
      index += length
    }
    return nil
  }

  /// Eight bytes at a time: most texts hold little else.
  private static func endOfASCII(in bytes: [UInt8], from start: Int) -> Int {
    unsafe bytes.withUnsafeBytes { buffer in
      var index = start
      while index + 8 <= buffer.count {
        let word = unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let high = word.littleEndian & 0x8080_8080_8080_8080
        if high != 0 { return index + high.trailingZeroBitCount / 8 }
        index += 8
      }
      while index < buffer.count, unsafe buffer[index] < 0x80 { index += 1 }
      return index
    }
  }

  /// Length of a well-formed sequence of two to four bytes; nil where it is malformed.
  private static func multibyteLength(_ bytes: [UInt8], at index: Int) -> Int? {
    let lead = bytes[index]
    let length: Int
    var allowed: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, allowed) = (3, 0xA0...0xBF)
    case 0xED: (length, allowed) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, allowed) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, allowed) = (4, 0x80...0x8F)
    default: return nil
    }
    guard index + length <= bytes.count, allowed.contains(bytes[index + 1]) else { return nil }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xC0 != 0x80 { return nil }
    return length
  }
}
