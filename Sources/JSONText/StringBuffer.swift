/// Tells plain text from what needs a look, eight bytes at once.
enum PlainText {
  /// How many of the eight bytes come before the first quote, backslash or control character. The
  /// borrow of a subtraction can only disturb bytes above a true hit, so the lowest hit is exact.
  @inline(__always)
  static func run(_ word: UInt64, quote: UInt8) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quoted = word ^ (ones &* UInt64(quote))
    let escaped = word ^ (ones &* UInt64(Byte.backslash))
    let hits =
      ((quoted &- ones) & ~quoted) | ((escaped &- ones) & ~escaped)
      | ((word &- ones &* 0x20) & ~word)
    return (hits & 0x8080_8080_8080_8080).trailingZeroBitCount / 8
  }
}

/// The storage of a string in the making. Every write is checked; it must not outlive the closure
/// that lends the storage.
@safe struct StringBuffer {
  private let storage: UnsafeMutableBufferPointer<UInt8>
  private let capacity: Int
  private(set) var count = 0

  init(_ storage: UnsafeMutableBufferPointer<UInt8>) {
    unsafe self.storage = storage
    capacity = storage.count
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    precondition(count < capacity)
    unsafe storage[count] = byte
    count += 1
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
  }

  /// Copies plain text up to the next quote, backslash or control character, and returns its offset.
  mutating func appendPlain(_ source: Source, from start: Int, quote: UInt8) -> Int {
    var offset = start
    while offset + 8 <= source.count, count + 8 <= capacity {
      let word = source.word(at: offset)
      let run = PlainText.run(word, quote: quote)
      // All eight bytes are written; what does not belong is overwritten by what comes next.
      unsafe UnsafeMutableRawBufferPointer(storage).storeBytes(
        of: word.littleEndian, toByteOffset: count, as: UInt64.self)
      count += run
      offset += run
      if run < 8 { return offset }
    }
    while offset < source.count {
      let byte = source[offset]
      if byte == quote || byte == Byte.backslash || byte < Byte.space { break }
      append(byte)
      offset += 1
    }
    return offset
  }
}
