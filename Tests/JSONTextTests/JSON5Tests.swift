import JSONText
import Testing

@Suite("JSON5")
struct JSON5Tests {
  static let valid: [(String, JSONValue)] = [
    ("// only a comment\n{}", [:]), ("{} // end", [:]), ("/* a\n * b */ [ /**/ ]", []),
    ("[1,]", [.number("1")]), ("{a:1,}", ["a": .number("1")]),
    ("{$_é9: 'x'}", ["$_é9": "x"]), ("{\\u0061b: 1}", ["ab": .number("1")]),
    (
      "{null: 1, true: 2, Infinity: 3}",
      ["null": .number("1"), "true": .number("2"), "Infinity": .number("3")]
    ),
    ("'it\\'s \"so\"'", "it's \"so\""), ("\"it's\"", "it's"),
    ("'a\\\nb\\\r\nc\\\u{2028}d'", "abcd"), ("'a\tb'", "a\tb"),
    ("'\\v\\0\\x41\\q\\é'", .string("\u{0B}\0Aqé")),
    ("+1", .number("+1")), ("-.5e3", .number("-.5e3")), ("5.", .number("5.")),
    ("0xC0fe", .number("0xC0fe")),
    ("+Infinity", .number("+Infinity")), ("[NaN,-NaN]", [.number("NaN"), .number("-NaN")]),
    ("\u{A0}\u{FEFF}\u{0B}\u{0C}\u{2028}\u{3000}1\u{2029}", .number("1")),
    ("[1, // one\u{2028}2]", [.number("1"), .number("2")]),
    ("// cr\r[]", []), ("'\u{2028}'", .string("\u{2028}")),
  ]

  @Test("JSON5 is read as it is meant", arguments: valid)
  func reads(text: String, expected: JSONValue) throws {
    #expect(JSONValue(try JSONNode.parse(text, as: .json5)) == expected)
  }

  static let invalid: [(String, JSONError.Code, Int)] = [
    ("", .empty, 0), ("// c", .empty, 4), ("/* c", .unterminatedComment, 0),
    ("[/]", .unexpectedCharacter, 1),
    ("[,]", .unexpectedCharacter, 1), ("[1,,2]", .unexpectedCharacter, 3),
    ("{,}", .unexpectedCharacter, 1),
    ("{1a: 1}", .unexpectedCharacter, 1), ("{a-b: 1}", .unexpectedCharacter, 2),
    ("{\\u0031: 1}", .invalidEscape, 1),
    ("'a\nb'", .unterminatedString, 0), ("'a", .unterminatedString, 0),
    ("'\\1'", .invalidEscape, 1),
    ("'\\01'", .invalidEscape, 1), ("'\\xg0'", .invalidEscape, 1), ("0x", .invalidNumber, 0),
    ("0xg", .invalidNumber, 0), (".", .invalidNumber, 0), ("+", .invalidNumber, 0),
    ("010", .invalidNumber, 0),
    ("Infinityx", .unexpectedCharacter, 0), ("'\u{01}'", .controlCharacter, 1),
    ("{a: 1} b", .trailingContent, 7),
    ("undefined", .unexpectedCharacter, 0), ("#c\n1", .unexpectedCharacter, 0),
  ]

  @Test("what is not JSON5 is refused", arguments: invalid)
  func refuses(text: String, code: JSONError.Code, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONNode.parse(text, as: .json5) }
    #expect(error?.code == code)
    #expect(error?.offset == offset)
  }

  @Test("strings cut and changed anywhere are read or refused, never worse", arguments: 0..<20)
  func mutatedStrings(seed: Int) {
    var generator = SplitMix(state: UInt64(seed))
    let original = Array(
      "['a\\\r\nb\\u00e9\\x41\\ud800\\udc00 plain text\\\u{2028}',\"\\\"q\\\\\"]".utf8)
    for _ in 0..<200 {
      var bytes = original
      for _ in 0..<1 + generator.next() % 3 {
        let pool = Array("\\'\"\r\nux0\t]".utf8)
        bytes[Int(generator.next() % UInt64(bytes.count))] =
          pool[Int(generator.next() % UInt64(pool.count))]
      }
      bytes.removeLast(Int(generator.next() % 4))
      do throws(JSONError) {
        let node = try JSONNode.parse(bytes, as: .json5)
        #expect(node.range.upperBound <= bytes.count)
      } catch {
        #expect((0...bytes.count).contains(error.offset))
      }
    }
  }
}
