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

  private var output: OutputBuffer
  private let style: Style
  /// Open arrays and objects.
  private var depth = 0
  /// Whether the innermost of them has an element; those around it have one, since they hold it.
  private var hasElement = false
  private var isAfterKey = false

  package init(_ style: Style = .compact, reserving capacity: Int = 240) {
    self.style = style
    output = OutputBuffer(capacity: capacity)
  }

  /// What is written so far.
  package var bytes: [UInt8] { output.bytes }

  /// The same at the end, without a copy: for what is large and soon gone.
  package consuming func finished() -> [UInt8] { output.finished() }

  package mutating func beginObject() { open(Byte.openBrace) }
  package mutating func endObject() { close(Byte.closeBrace) }
  package mutating func beginArray() { open(Byte.openBracket) }
  package mutating func endArray() { close(Byte.closeBracket) }

  /// Writes a member's key; its value comes next.
  package mutating func key(_ name: String) {
    separate()
    output.appendQuoted(name, then: Byte.colon)
    if style == .pretty { output.append(Byte.space) }
    isAfterKey = true
  }

  package mutating func null() { word("null") }
  package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }

  package mutating func int(_ value: Int) {
    separate()
    output.append(digitsOf: value)
  }

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
    output.appendQuoted(text, then: nil)
  }

  /// Splices one complete JSON value without looking at it; an empty one becomes null.
  package mutating func raw(_ text: some Collection<UInt8>) {
    if text.isEmpty { return null() }
    separate()
    output.append(contentsOf: text)
  }

  /// Splices complete members of an object, commas between them, without looking at them; none when
  /// empty.
  package mutating func members(_ text: some Collection<UInt8>) {
    if text.isEmpty { return }
    separate()
    output.append(contentsOf: text)
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
    output.append(bracket)
    depth += 1
    hasElement = false
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    if hasElement { breakLine() }
    output.append(bracket)
    hasElement = true
  }

  private mutating func word(_ text: String) {
    separate()
    output.append(contentsOf: text.utf8)
  }

  /// Writes what belongs between the element before and the one that comes now.
  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
      return
    }
    guard depth > 0 else { return }
    if hasElement { output.append(Byte.comma) }
    hasElement = true
    breakLine()
  }

  private mutating func breakLine() {
    guard style == .pretty else { return }
    output.append(Byte.lineFeed)
    output.append(contentsOf: repeatElement(Byte.space, count: depth * 2))
  }
}
