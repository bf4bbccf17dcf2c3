/// Which grammar a text is held to.
package enum JSONSyntax: Sendable, Hashable {
  /// RFC 8259.
  case strict
  /// https://spec.json5.org, except that control characters other than tab are refused in strings.
  case json5
}

extension JSONNode {
  /// Reads a whole text. Linear in its length.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8; a byte order mark at the start is skipped.
  ///   - syntax: Strict JSON or JSON5.
  ///   - maxDepth: Levels of nesting at most, 512 whatever is asked, so that no input can exhaust
  ///     the stack.
  ///   - maxValues: Values in the whole tree at most: a value of one byte costs up to a hundred in
  ///     memory, so whoever reads what strangers write has to bound them.
  /// - Returns: The root.
  /// - Throws: `JSONError` for anything that is not one value of that syntax.
  package static func parse(
    _ bytes: [UInt8], as syntax: JSONSyntax = .strict, maxDepth: Int = 64,
    maxValues: Int = .max
  ) throws(JSONError) -> JSONNode {
    do throws(JSONFault) {
      return try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(JSONFault) -> JSONNode in
        var parser = unsafe Parser(
          source: Source(buffer), syntax: syntax, maxDepth: min(max(maxDepth, 1), 512),
          valuesLeft: maxValues)
        return try parser.document()
      }
    } catch {
      let place = LineMap.position(at: error.offset, in: bytes)
      throw JSONError(
        code: error.code, offset: error.offset, line: place.line, column: place.column)
    }
  }

  /// Reads a whole text; see `parse(_:as:maxDepth:)` for bytes.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - syntax: Strict JSON or JSON5.
  ///   - maxDepth: Levels of nesting at most.
  ///   - maxValues: Values at most.
  /// - Returns: The root.
  /// - Throws: `JSONError` for anything that is not one value of that syntax.
  package static func parse(
    _ text: String, as syntax: JSONSyntax = .strict, maxDepth: Int = 64, maxValues: Int = .max
  ) throws(JSONError) -> JSONNode {
    try parse(Array(text.utf8), as: syntax, maxDepth: maxDepth, maxValues: maxValues)
  }
}

/// A recursive descent; the depth is checked before it goes down.
struct Parser {
  let source: Source
  let syntax: JSONSyntax
  let maxDepth: Int
  /// How many values may still come.
  private var valuesLeft: Int
  /// Until then objects get room for several members at once: what comes later may be thousands of
  /// small ones, whose memory has to stay in proportion.
  private let spaciousUntil: Int
  /// Where strings with escapes are put together; the first one makes it long enough for all.
  var scratch: Scratch?
  /// Offset of the next byte.
  var at = 0

  init(source: Source, syntax: JSONSyntax, maxDepth: Int, valuesLeft: Int) {
    self.source = source
    self.syntax = syntax
    self.maxDepth = maxDepth
    self.valuesLeft = valuesLeft
    spaciousUntil = valuesLeft - 200
  }

  var isAtEnd: Bool { at >= source.count }

  /// The fault for what stands here.
  func unexpected() -> JSONFault {
    JSONFault(code: isAtEnd ? .unexpectedEnd : .unexpectedCharacter, offset: at)
  }

  mutating func document() throws(JSONFault) -> JSONNode {
    if let offset = source.firstInvalidUTF8() {
      throw JSONFault(code: .invalidUTF8, offset: offset)
    }
    if source[0] == 0xEF, source[1] == 0xBB, source[2] == 0xBF { at = 3 }
    try skipSpace()
    if isAtEnd { throw JSONFault(code: .empty, offset: at) }
    let root = try value(depth: 0)
    try skipSpace()
    if !isAtEnd { throw JSONFault(code: .trailingContent, offset: at) }
    return root
  }

  private mutating func value(depth: Int) throws(JSONFault) -> JSONNode {
    let start = at
    valuesLeft -= 1
    if valuesLeft < 0 { throw JSONFault(code: .tooMany, offset: at) }
    let kind: JSONNode.Kind
    switch source[at] {
    case Byte.openBrace: kind = .object(try members(depth: depth + 1))
    case Byte.openBracket: kind = .array(try elements(depth: depth + 1))
    case Byte.quote: kind = .string(try string())
    case Byte.apostrophe where syntax == .json5: kind = .string(try string())
    case 0x6E where take("null"): kind = .null
    case 0x74 where take("true"): kind = .bool(true)
    case 0x66 where take("false"): kind = .bool(false)
    default: kind = .number(try number())
    }
    return JSONNode(kind: kind, range: start..<at)
  }

  /// Goes past a word, if it stands here and ends here.
  mutating func take(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { letters in
      for index in 0..<length where unsafe source[at + index] != letters[index] { return false }
      return true
    }
    guard matches, !isWordByte(source[at + length]) else { return false }
    at += length
    return true
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x24, 0x5F, 0x80...: true
    default: false
    }
  }

  private mutating func enter(depth: Int) throws(JSONFault) {
    if depth > maxDepth { throw JSONFault(code: .tooDeep, offset: at) }
    at += 1
    try skipSpace()
  }

  /// After an element: true when another one follows.
  private mutating func another(before close: UInt8) throws(JSONFault) -> Bool {
    try skipSpace()
    if source[at] == Byte.comma {
      at += 1
      try skipSpace()
      return !(syntax == .json5 && source[at] == close)
    }
    guard source[at] == close else { throw unexpected() }
    return false
  }

  private mutating func elements(depth: Int) throws(JSONFault) -> [JSONNode] {
    try enter(depth: depth)
    var values: [JSONNode] = []
    if source[at] != Byte.closeBracket {
      repeat {
        values.append(try value(depth: depth))
      } while try another(
        before: Byte.closeBracket)
    }
    at += 1
    return values
  }

  private mutating func members(depth: Int) throws(JSONFault) -> [JSONMember] {
    try enter(depth: depth)
    var members: [JSONMember] = []
    if source[at] != Byte.closeBrace {
      if valuesLeft > spaciousUntil { members.reserveCapacity(7) }
      repeat {
        members.append(try member(depth: depth))
      } while try another(
        before: Byte.closeBrace)
    }
    at += 1
    return members
  }

  private mutating func member(depth: Int) throws(JSONFault) -> JSONMember {
    let start = at
    let key = try key()
    let range = start..<at
    try skipSpace()
    guard source[at] == Byte.colon else { throw unexpected() }
    at += 1
    try skipSpace()
    return JSONMember(key: key, keyRange: range, value: try value(depth: depth))
  }

  private mutating func key() throws(JSONFault) -> String {
    if source[at] == Byte.quote { return try string() }
    guard syntax == .json5 else { throw unexpected() }
    return source[at] == Byte.apostrophe ? try string() : try identifier()
  }
}
