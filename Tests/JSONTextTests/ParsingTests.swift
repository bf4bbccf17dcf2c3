import JSONText
import Testing

@Suite("Parsing")
struct ParsingTests {
  static let valid: [(String, JSONValue)] = [
    ("null", nil), (" true ", true), ("false\n", false), ("\"\"", ""), ("[]", []), ("{}", [:]),
    ("0", .number("0")), ("-0", .number("-0")), ("-0.0e-0", .number("-0.0e-0")),
    ("1E400", .number("1E400")),
    ("123456789012345678901234567890", .number("123456789012345678901234567890")),
    ("[1,2 , 3]", [.number("1"), .number("2"), .number("3")]),
    ("{\"a\":{\"b\":[null]}}", ["a": ["b": [nil]]]),
    ("{\"\":0}", ["": .number("0")]),
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{08}\u{0C}\n\r\t")),
    ("\"\\u0000\\u00e9\\uD834\\udd1e\"", .string("\0é𝄞")),
    ("\"\\ud800\"", .string("\u{FFFD}")), ("\"\\ud800x\"", .string("\u{FFFD}x")),
    ("\"\\udc00\\ud800\"", .string("\u{FFFD}\u{FFFD}")),
    ("\"\\ud800\\u0041\"", .string("\u{FFFD}A")),
    ("\"\u{7F}\u{2028}€𝄞\"", .string("\u{7F}\u{2028}€𝄞")),
    ("\u{FEFF}[]", []),
    (
      "\"plain text that is longer than eight bytes\"", "plain text that is longer than eight bytes"
    ),
    ("\"1234567\\n90123456789\"", "1234567\n90123456789"),
  ]

  @Test("strict JSON is read as it is meant", arguments: valid)
  func reads(text: String, expected: JSONValue) throws {
    #expect(JSONValue(try JSONNode.parse(text)) == expected)
  }

  @Test("strings are the same text in a short source and in a long one", arguments: [0, 2 << 20])
  func strings(padding: Int) throws {
    let pieces = [
      "", "a", "1234567", "12345678", "123456789", "é", "e\u{301}", "日本語", "𝄞", "\n", "\"", "\\/\\",
      "plain text that is longer than eight bytes", "\u{1}\u{7F}\u{80}\u{7FF}\u{FFFF}",
    ]
    var texts = pieces
    for first in pieces { for second in pieces { texts.append(first + second + "x" + first) } }
    texts.append(String(repeating: "0123456789é\n", count: 5_000))
    let written = JSONValue.array(texts.map { .string($0) }).encoded()
    let source = written + [UInt8](repeating: UInt8(ascii: " "), count: padding)
    let read = try #require(try JSONNode.parse(source).elements?.compactMap(\.string))
    #expect(read == texts)
    // The same as keys, whatever the strings know about their own bytes.
    #expect(Set(read) == Set(texts))
    #expect(zip(read, texts).allSatisfy { $0.utf8.elementsEqual($1.utf8) && $0.count == $1.count })
  }

  static let invalid: [(String, JSONError.Code, Int, Int)] = [
    ("", .empty, 1, 1), (" \n ", .empty, 2, 2), ("nul", .unexpectedCharacter, 1, 1),
    ("nullx", .unexpectedCharacter, 1, 1), ("[1", .unexpectedEnd, 1, 3),
    ("[", .unexpectedEnd, 1, 2), ("{", .unexpectedEnd, 1, 2), ("]", .unexpectedCharacter, 1, 1),
    ("[1,]", .unexpectedCharacter, 1, 4), ("{\"a\":1,}", .unexpectedCharacter, 1, 8),
    ("[1 2]", .unexpectedCharacter, 1, 4), ("{\"a\" 1}", .unexpectedCharacter, 1, 6),
    ("{a:1}", .unexpectedCharacter, 1, 2), ("{'a':1}", .unexpectedCharacter, 1, 2),
    ("{1:1}", .unexpectedCharacter, 1, 2), ("[,1]", .unexpectedCharacter, 1, 2),
    ("1 2", .trailingContent, 1, 3), ("{}\n}", .trailingContent, 2, 1),
    ("[] // c", .trailingContent, 1, 4), ("/* c */ []", .unexpectedCharacter, 1, 1),
    ("01", .invalidNumber, 1, 1), ("-", .invalidNumber, 1, 1), ("-01", .invalidNumber, 1, 1),
    ("1.", .invalidNumber, 1, 1), (".5", .unexpectedCharacter, 1, 1),
    ("+1", .unexpectedCharacter, 1, 1),
    ("1e", .invalidNumber, 1, 1), ("1e+", .invalidNumber, 1, 1), ("0x10", .invalidNumber, 1, 1),
    ("1.2.3", .invalidNumber, 1, 1), ("1a", .invalidNumber, 1, 1), ("--1", .invalidNumber, 1, 1),
    ("NaN", .unexpectedCharacter, 1, 1), ("-Infinity", .invalidNumber, 1, 1),
    ("\"abc", .unterminatedString, 1, 1), ("[\"a\nb\"]", .unterminatedString, 1, 2),
    ("\"a\\", .unexpectedEnd, 1, 4), ("\"\\x41\"", .invalidEscape, 1, 2),
    ("\"\\u12\"", .invalidEscape, 1, 2), ("\"\\u12G4\"", .invalidEscape, 1, 2),
    ("\"\\'\"", .invalidEscape, 1, 2), ("\"é\u{01}\"", .controlCharacter, 1, 3),
    ("\"a\tb\"", .controlCharacter, 1, 3), ("'a'", .unexpectedCharacter, 1, 1),
    ("[\"\0\"]", .controlCharacter, 1, 3), ("\0", .unexpectedCharacter, 1, 1),
    ("\u{0B}1", .unexpectedCharacter, 1, 1), ("\u{A0}1", .unexpectedCharacter, 1, 1),
  ]

  @Test("what is not strict JSON is refused, with its place", arguments: invalid)
  func refuses(text: String, code: JSONError.Code, line: Int, column: Int) {
    let error = #expect(throws: JSONError.self) { try JSONNode.parse(text) }
    #expect(error?.code == code)
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test("escapes are decoded wherever they fall, whatever the length of the text around")
  func escapePositions() throws {
    let escapes = [
      ("\\n", "\n"), ("\\\"", "\""), ("\\u20ac", "€"), ("\\ud83d\\ude00", "😀"), ("é", "é"),
    ]
    for length in 0..<30 {
      for position in 0...length {
        for (written, meant) in escapes {
          let before = String(repeating: "a", count: position)
          let after = String(repeating: "z", count: length - position)
          let node = try JSONNode.parse("[\"\(before)\(written)\(after)\",1]")
          #expect(node.elements?.first?.string == before + meant + after)
          #expect(node.elements?.last?.int == 1)
        }
      }
    }
  }

  static let badUTF8: [([UInt8], Int)] = [
    ([0x22, 0xFF, 0x22], 1), ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xE0, 0x80, 0x80, 0x22], 1),
    ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
    ([0x22, 0xF0, 0x8F, 0xBF, 0xBF, 0x22], 1), ([0x22, 0xC3, 0x22], 1),
    ([0x22, 0x61, 0xE2, 0x82], 2),
    (Array("\"12345678901234567890".utf8) + [0x80, 0x22], 21), ([0x31, 0x20, 0x80], 2),
  ]

  @Test("invalid UTF-8 is refused wherever it is", arguments: badUTF8)
  func refusesBadUTF8(bytes: [UInt8], offset: Int) {
    for syntax in [JSONSyntax.strict, .json5] {
      let error = #expect(throws: JSONError.self) { try JSONNode.parse(bytes, as: syntax) }
      #expect(error?.code == .invalidUTF8)
      #expect(error?.offset == offset)
    }
  }

  @Test("nesting up to the limit is read, one level more is refused, 10,000 levels do no harm")
  func limitsDepth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try JSONNode.parse(nested(64))
    for (depth, limit) in [(65, 64), (10_000, 64), (10_000, 100_000), (1_000_000, 64)] {
      let error = #expect(throws: JSONError.self) {
        try JSONNode.parse(nested(depth), maxDepth: limit)
      }
      #expect(error?.code == .tooDeep)
      #expect(error?.offset == min(limit, 512))
    }
    let objects = String(repeating: "{\"a\":", count: 10_000)
    #expect(throws: JSONError.self) { try JSONNode.parse(objects) }
  }

  @Test("ranges point at the source of keys and values")
  func ranges() throws {
    let text = "{ \"é\" : [ 1.5 , \"\\ud800\" ],\n \"b\":{ } }"
    let bytes = Array(text.utf8)
    let root = try JSONNode.parse(bytes)
    func source(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    let members = try #require(root.members)
    #expect(source(root.range) == text)
    #expect(members.map { source($0.keyRange) } == ["\"é\"", "\"b\""])
    #expect(source(members[0].value.range) == "[ 1.5 , \"\\ud800\" ]")
    #expect(members[0].value.elements?.map { source($0.range) } == ["1.5", "\"\\ud800\""])
    #expect(source(members[1].value.range) == "{ }")
  }

  @Test("the first of two equal keys is read, and the second reported")
  func duplicates() throws {
    let root = try JSONNode.parse("{\"a\":1,\"x/y\":[{\"k\":1,\"k\":2,\"k\":3}],\"a\":2}")
    #expect(root["a"]?.int == 1)
    #expect(root.duplicateKeys.map(\.key) == ["k", "k", "a"])
    #expect(root.duplicateKeys.map(\.pointer) == ["/x~1y/0", "/x~1y/0", ""])
    #expect(root.duplicateKeys.last?.range == 35..<38)
  }

  static let numbers: [(String, Int?, Double?)] = [
    ("0", 0, 0), ("-0", 0, -0.0), ("1.0", 1, 1), ("1e3", 1000, 1000), ("1.5", nil, 1.5),
    ("9223372036854775807", .max, 9.223372036854775807e18),
    ("9223372036854775808", nil, 9.223372036854775808e18),
    ("1e400", nil, nil), ("0xFf", 255, 255), ("-0x10", -16, -16), ("+7", 7, 7), (".5", nil, 0.5),
    ("5.", 5, 5), ("5.e2", 500, 500), ("-Infinity", nil, -.infinity), ("1e-400", 0, 0),
  ]

  @Test("numbers are read by value, and never trap", arguments: numbers)
  func readsNumbers(text: String, int: Int?, double: Double?) throws {
    let node = try JSONNode.parse(text, as: .json5)
    #expect(node.int == int)
    #expect(node.double == double)
    #expect(node.number == text)
  }

  @Test("content is compared without order, spelling and place")
  func sameContent() throws {
    let left = try JSONNode.parse("{\"a\":1.0,\"b\":[true,null]}")
    #expect(left.hasSameContent(as: try JSONNode.parse(" { \"b\": [true, null], \"a\": 1 }")))
    for other in ["{\"a\":1}", "{\"a\":1,\"b\":[null,true]}", "{\"a\":2,\"b\":[true,null]}", "[]"] {
      #expect(!left.hasSameContent(as: try JSONNode.parse(other)))
    }
  }

  @Test("positions count lines of every ending and columns in scalars")
  func lineMap() {
    let map = LineMap(Array("a\r\né€x\rb\n\nc".utf8))
    let expected = [
      (0, 1, 1), (1, 1, 2), (3, 2, 1), (5, 2, 2), (8, 2, 3), (10, 3, 1), (12, 4, 1), (13, 5, 1),
      (99, 5, 2), (-1, 1, 1),
    ]
    for (offset, line, column) in expected {
      #expect(map.position(at: offset) == (line, column), "offset \(offset)")
    }
  }

  @Test("no more values are read than are asked for")
  func bounded() {
    #expect((try? JSONNode.parse("[1,2,[3]]", maxValues: 5)) != nil)
    #expect(throws: JSONError(code: .tooMany, offset: 6, line: 1, column: 7)) {
      try JSONNode.parse("[1,2,[3]]", maxValues: 4)
    }
  }

  @Test("a place that is looked up without an index is the same")
  func places() {
    let text = Array("\u{FEFF}a\r\n\u{E9}\u{20AC}x\rb\n\nc".utf8)
    let map = LineMap(text)
    for offset in 0...text.count {
      #expect(map.position(at: offset) == LineMap.position(at: offset, in: text))
    }
  }
}
