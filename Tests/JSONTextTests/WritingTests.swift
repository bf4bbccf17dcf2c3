import JSONText
import Testing

@Suite("Writing")
struct WritingTests {
  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  static let encoded: [(JSONValue, String)] = [
    (nil, "null"), (true, "true"), (.int(.min), "-9223372036854775808"), ([], "[]"), ([:], "{}"),
    (
      .string("a\"b\\c/\u{08}\u{0C}\n\r\t\u{00}\u{1F}\u{7F}é\u{2028}"),
      "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é\u{2028}\""
    ),
    (["b": 1, "a": [nil, false]], "{\"b\":1,\"a\":[null,false]}"),
    (.raw(Array("{\"x\": 1}".utf8)), "{\"x\": 1}"), (.raw([]), "null"),
    ([.raw([]), 1], "[null,1]"),
    (.number("1.50"), "1.50"), (.number("0x10"), "16"), (.number("+.5"), "0.5"),
    (.number("Infinity"), "null"),
    (.number("no number"), "null"), (.number("1e999"), "1e999"), (.double(0.25), "0.25"),
    (.double(3), "3"),
    (.double(.nan), "null"), (.double(1e300), "1e+300"), (.optional(nil as String?), "null"),
    (.optional(3), "3"),
  ]

  @Test("values become compact JSON", arguments: encoded)
  func compact(value: JSONValue, expected: String) throws {
    #expect(Self.text(value.encoded()) == expected)
    _ = try JSONNode.parse(value.encoded())
  }

  @Test("pretty output is indented by two spaces and empty containers stay short")
  func pretty() {
    let value: JSONValue = ["a": [1, ["b": nil]], "c": [], "d": [:]]
    let expected = """
      {
        "a": [
          1,
          {
            "b": null
          }
        ],
        "c": [],
        "d": {}
      }
      """
    #expect(Self.text(value.encoded(.pretty)) == expected)
  }

  @Test("what is written is read back the same, whatever it is", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var generator = SplitMix(state: UInt64(seed))
    let value = generator.value(depth: 5)
    for style in [JSONWriter.Style.compact, .pretty] {
      let bytes = value.encoded(style)
      #expect(JSONValue(try JSONNode.parse(bytes)) == value.spelled)
      #expect(JSONValue(try JSONNode.parse(bytes, as: .json5)) == value.spelled)
    }
  }

  @Test("a change of any one byte is read or refused, never worse", arguments: 0..<50)
  func mutations(seed: Int) {
    var generator = SplitMix(state: UInt64(seed) &+ 1_000)
    let original = generator.value(depth: 4).encoded()
    for _ in 0..<50 {
      var bytes = original
      bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(
        truncatingIfNeeded: generator.next())
      for syntax in [JSONSyntax.strict, .json5] {
        do throws(JSONError) {
          let node = try JSONNode.parse(bytes, as: syntax)
          #expect(node.range.upperBound <= bytes.count)
        } catch {
          #expect((0...bytes.count).contains(error.offset))
        }
      }
    }
  }
}

/// A small seeded generator, so that a failure can be repeated.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func text() -> String {
    let pool: [Unicode.Scalar] = [
      "a", "\"", "\\", "\n", "\0", "é", "€", "😀", "/", "\u{7F}", "\u{2028}", " ",
    ]
    var text = ""
    for _ in 0..<next() % 20 { text.unicodeScalars.append(pool[Int(next() % UInt64(pool.count))]) }
    return text
  }

  mutating func value(depth: Int) -> JSONValue {
    switch next() % (depth > 0 ? 8 : 5) {
    case 0: return .null
    case 1: return .bool(next() % 2 == 0)
    case 2: return .int(Int(truncatingIfNeeded: next()))
    case 3: return .number("\(Int32(truncatingIfNeeded: next())).\(next() % 1000)e-3")
    case 4: return .string(text())
    case 5, 6: return .array((0..<next() % 5).map { _ in value(depth: depth - 1) })
    default:
      return .object((0..<next() % 5).map { JSONPair("\($0)" + text(), value(depth: depth - 1)) })
    }
  }
}

extension JSONValue {
  /// Integers as a parser gives them: by their spelling.
  var spelled: JSONValue {
    switch self {
    case .int(let value): .number(String(value))
    case .array(let values): .array(values.map(\.spelled))
    case .object(let pairs): .object(pairs.map { JSONPair($0.key, $0.value.spelled) })
    default: self
    }
  }
}
