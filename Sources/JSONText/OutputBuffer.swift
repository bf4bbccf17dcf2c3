/// Text in the making. The array behind it is longer than what is written, so that a short piece costs
/// one check and one copy.
struct OutputBuffer: Sendable {
  private var storage: [UInt8]
  private var count = 0

  init(capacity: Int) { storage = [UInt8](repeating: 0, count: max(capacity, 32)) }

  /// What is written so far.
  var bytes: [UInt8] { Array(storage[..<count]) }

  /// What is written, with whatever room was left behind it; nothing is copied.
  consuming func finished() -> [UInt8] {
    storage.removeLast(storage.count - count)
    return storage
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if storage.count - count < more { grow(by: more) }
  }

  @inline(never)
  private mutating func grow(by more: Int) {
    let size = storage.count + max(storage.count, more)
    storage = unsafe [UInt8](unsafeUninitializedCapacity: size) { room, filled in
      let end = unsafe room.initialize(fromContentsOf: storage[..<count])
      unsafe room[end...].initialize(repeating: 0)
      filled = size
    }
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
    reserve(piece.count)
    unsafe storage.withUnsafeMutableBufferPointer { room in
      _ = unsafe room[count...].update(fromContentsOf: piece)
    }
    count += piece.count
  }

  mutating func append(contentsOf piece: some Collection<UInt8>) {
    if piece.withContiguousStorageIfAvailable({ unsafe append($0) }) != nil { return }
    reserve(piece.count)
    for byte in piece { append(byte) }
  }

  /// A string with its quotes and escapes and, where it is a key, what comes after it.
  mutating func appendQuoted(_ text: String, then next: UInt8?) {
    var text = text
    // Contiguous by `withUTF8`, so plain runs are copied in one go.
    text.withUTF8 { letters in
      let source = unsafe Source(letters)
      let end = source.endOfPlainText(from: 0, quote: Byte.quote)
      if end == letters.count {
        unsafe appendPlain(letters, then: next)
      } else {
        unsafe appendEscaped(letters, plain: end)
        if let next { append(next) }
      }
    }
  }

  /// Most strings need no escapes: they go down in one piece.
  private mutating func appendPlain(_ letters: UnsafeBufferPointer<UInt8>, then next: UInt8?) {
    let length = letters.count
    reserve(length + 3)
    unsafe storage.withUnsafeMutableBufferPointer { room in
      unsafe room[count] = Byte.quote
      _ = unsafe room[(count + 1)...].update(fromContentsOf: letters)
      unsafe room[count + length + 1] = Byte.quote
      if let next { unsafe room[count + length + 2] = next }
    }
    count += next == nil ? length + 2 : length + 3
  }

  private mutating func appendEscaped(_ letters: UnsafeBufferPointer<UInt8>, plain: Int) {
    // Some room for the escapes as well.
    reserve(letters.count + letters.count / 8 + 16)
    append(Byte.quote)
    let source = unsafe Source(letters)
    var (start, end) = (0, plain)
    while true {
      unsafe append(UnsafeBufferPointer(rebasing: letters[start..<end]))
      if end == source.count { break }
      appendEscape(source[end])
      start = end + 1
      end = source.endOfPlainText(from: start, quote: Byte.quote)
    }
    append(Byte.quote)
  }

  private mutating func appendEscape(_ byte: UInt8) {
    append(Byte.backslash)
    switch byte {
    case Byte.quote, Byte.backslash: append(byte)
    case 0x08: append(0x62)
    case Byte.tab: append(0x74)
    case Byte.lineFeed: append(0x6E)
    case Byte.formFeed: append(0x66)
    case Byte.carriageReturn: append(0x72)
    default:
      append(contentsOf: [Byte.lowerU, Byte.zero, Byte.zero, Byte.zero + byte >> 4])
      let low = byte & 15
      append(low < 10 ? Byte.zero + low : 0x61 + low - 10)
    }
  }

  mutating func append(digitsOf value: Int) {
    if value < 0 { append(Byte.minus) }
    // The digits of the longest, the last one first.
    var digits = InlineArray<20, UInt8>(repeating: Byte.zero)
    var length = 0
    var rest = value.magnitude
    repeat {
      digits[length] += UInt8(truncatingIfNeeded: rest % 10)
      length += 1
      rest /= 10
    } while rest > 0
    while length > 0 {
      length -= 1
      append(digits[length])
    }
  }
}
