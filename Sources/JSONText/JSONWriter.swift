/// Writes JSON into bytes. Commas, colons and indentation are its own affair:
///
///     var writer = JSONWriter()
///     writer.beginObject()
///     writer.key("id")
///     writer.int(42)
///     writer.endObject()
///
/// The text is always valid UTF-8 and, as long as begins, keys and ends are paired, valid JSON.
package struct JSONWriter: Sendable {
  package enum Style: Sendable, Hashable {
    case compact
    /// Two spaces a level, one member a line.
    case pretty
  }

  /// What is written so far.
  package private(set) var bytes: [UInt8] = []
  private let style: Style
  /// One entry for every open array or object: whether it has an element.
  private var filled: [Bool] = []
  private var isAfterKey = false

  package init(_ style: Style = .compact, reserving capacity: Int = 0) {
    self.style = style
    bytes.reserveCapacity(capacity)
  }

  package mutating func beginObject() { open(Byte.openBrace) }
  package mutating func endObject() { close(Byte.closeBrace) }
  package mutating func beginArray() { open(Byte.openBracket) }
  package mutating func endArray() { close(Byte.closeBracket) }

  /// Writes a member's key; its value comes next.
  package mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(Byte.colon)
    if style == .pretty { bytes.append(Byte.space) }
    isAfterKey = true
  }

  package mutating func null() { word("null") }
  package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }
  package mutating func int(_ value: Int) { word(String(value)) }

  /// Writes a number by its spelling. JSON5's spellings are turned into plain ones; infinities, NaN
  /// and what is no number at all become null.
  package mutating func number(_ raw: String) {
    if JSONNumber.isStrict(raw) { return word(raw) }
    if let whole = JSONNumber.int(raw) { return int(whole) }
    guard let value = JSONNumber.double(raw), value.isFinite else { return null() }
    word("\(value)")
  }

  package mutating func string(_ text: String) {
    separate()
    quote(text)
  }

  /// Splices one complete JSON value without looking at it; an empty one becomes null.
  package mutating func raw(_ text: some Collection<UInt8>) {
    if text.isEmpty { return null() }
    separate()
    bytes.append(contentsOf: text)
  }

  /// Splices complete members of an object, commas between them, without looking at them; none when
  /// empty.
  package mutating func members(_ text: some Collection<UInt8>) {
    if text.isEmpty { return }
    separate()
    bytes.append(contentsOf: text)
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .int(let value): int(value)
    case .number(let raw): number(raw)
    case .string(let text): string(text)
    case .raw(let text): raw(text)
    case .array(let values):
      beginArray()
      for value in values { self.value(value) }
      endArray()
    case .object(let pairs):
      beginObject()
      for pair in pairs { member(pair.key, pair.value) }
      endObject()
    }
  }

  /// Writes a key and its value.
  package mutating func member(_ name: String, _ value: JSONValue) {
    key(name)
    self.value(value)
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    filled.append(false)
  }

  private mutating func close(_ bracket: UInt8) {
    let wasFilled = filled.popLast() ?? false
    if wasFilled { breakLine() }
    bytes.append(bracket)
  }

  private mutating func word(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes what belongs between the element before and the one that comes now.
  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
      return
    }
    guard let isFilled = filled.last else { return }
    if isFilled { bytes.append(Byte.comma) }
    filled[filled.count - 1] = true
    breakLine()
  }

  private mutating func breakLine() {
    guard style == .pretty else { return }
    bytes.append(Byte.lineFeed)
    bytes.append(contentsOf: repeatElement(Byte.space, count: filled.count * 2))
  }

  private mutating func quote(_ text: String) { JSONWriter.quote(text, into: &bytes) }

  /// Appends a string with its quotes and escapes.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - bytes: Where it goes.
  package static func quote(_ text: String, into bytes: inout [UInt8]) {
    var text = text
    bytes.append(Byte.quote)
    // Contiguous by `withUTF8`, so plain runs are copied in one go.
    text.withUTF8 { letters in
      let source = unsafe Source(letters)
      var start = 0
      while true {
        let end = source.endOfPlainText(from: start, quote: Byte.quote)
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: letters[start..<end]))
        if end == source.count { break }
        escape(source[end], into: &bytes)
        start = end + 1
      }
    }
    bytes.append(Byte.quote)
  }

  private static func escape(_ byte: UInt8, into bytes: inout [UInt8]) {
    bytes.append(Byte.backslash)
    switch byte {
    case Byte.quote, Byte.backslash: bytes.append(byte)
    case 0x08: bytes.append(0x62)
    case Byte.tab: bytes.append(0x74)
    case Byte.lineFeed: bytes.append(0x6E)
    case Byte.formFeed: bytes.append(0x66)
    case Byte.carriageReturn: bytes.append(0x72)
    default:
      bytes.append(contentsOf: [Byte.lowerU, Byte.zero, Byte.zero, Byte.zero + byte >> 4])
      let low = byte & 15
      bytes.append(low < 10 ? Byte.zero + low : 0x61 + low - 10)
    }
  }
}
