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
  /// All bytes so far, one over the other.
  private var seen: UInt64 = 0

  init(_ storage: UnsafeMutableBufferPointer<UInt8>) {
    unsafe self.storage = storage
    capacity = storage.count
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    precondition(count < capacity)
    unsafe storage[count] = byte
    count += 1
    seen |= UInt64(byte)
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
      if run < 8 {
        seen |= word & (1 << UInt64(run * 8) &- 1)
        return offset
      }
      seen |= word
    }
    while offset < source.count {
      let byte = source[offset]
      if byte == quote || byte == Byte.backslash || byte < Byte.space { break }
      append(byte)
      offset += 1
    }
    return offset
  }

  /// What was written as text. It is not looked at again: whole characters of a checked source and
  /// whole scalars are all that anybody writes.
  var string: String {
    let written = unsafe UnsafeBufferPointer(rebasing: storage[..<count])
    return unsafe String(
      copying: UTF8Span(unchecked: written.span, isKnownASCII: seen & Source.highBits == 0))
  }
}

/// Room for one string after another, none of which lasts.
@safe final class Scratch {
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  init(capacity: Int) { unsafe bytes = .allocate(capacity: capacity) }

  deinit { unsafe bytes.deallocate() }

  /// The whole of it; must not outlive this object.
  func buffer() -> StringBuffer { unsafe StringBuffer(bytes) }
}
