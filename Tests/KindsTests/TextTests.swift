import Kinds
import Testing

private func string(_ bytes: [UInt8], _ range: Range<Int>) -> String {
  String(decoding: bytes[range], as: UTF8.self)
}

@Suite struct TokenEstimateTests {
  @Test(
    "stays on the high side of what tokenizers give, without going far beyond",
    arguments: [
      ("The quick brown fox jumps over the lazy dog and runs away into the forest.", 16, 26),
      ("func add(_ a: Int, _ b: Int) -> Int { return a + b }", 18, 32),
      ("0123456789abcdef0123456789abcdef", 16, 24),
      ("今天天气很好我们去公园散步吧", 12, 20), ("오늘은 날씨가 좋습니다", 10, 20), ("👨‍👩‍👧‍👦", 4, 24), ("", 0, 0),
    ])
  func range(text: String, low: Int, high: Int) {
    #expect((low...high).contains(TokenEstimate.tokens(text)))
  }

  @Test("never counts less for a whole than for a part")
  func monotone() {
    let text = Array("Some words, 12 numbers; と 日本語 ПРИВЕТ abcdefABCDEF0123456789".utf8)
    var last = 0
    for end in 0...text.count where end == text.count || text[end] & 0xC0 != 0x80 {
      let tokens = TokenEstimate.tokens(text, in: 0..<end)
      #expect(tokens >= last)
      last = tokens
    }
  }
}

@Suite struct SentenceTests {
  @Test(
    "ends sentences where readers do",
    arguments: [
      ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
      ("Dr. Smith met J. R. Ewing. They spoke.", ["Dr. Smith met J. R. Ewing. ", "They spoke."]),
      (
        "It costs 3.50 euros. See e.g. Section 4.",
        ["It costs 3.50 euros. ", "See e.g. Section 4."]
      ),
      ("他来了。她走了！真的吗？是", ["他来了。", "她走了！", "真的吗？", "是"]),
      ("He said \"stop.\" Then left.", ["He said \"stop.\" ", "Then left."]),
      ("Version 1.2.3 of foo.bar is out. ok", ["Version 1.2.3 of foo.bar is out. ok"]),
      ("「はい。」と言った。次", ["「はい。」", "と言った。", "次"]),
    ])
  func ends(text: String, expected: [String]) {
    let bytes = Array(text.utf8)
    let found = Sentences.ranges(in: bytes, 0..<bytes.count).map { string(bytes, $0) }
    #expect(found == expected)
  }
}

@Suite struct BlockTests {
  private let document = """

    # Title
    A paragraph
    of two lines.

    Setext
    ------
    - one
      more of one
    - two

    ```swift
    # no heading

    let x = 1
    ```
    | a | b |
    |---|---|
    > quoted

        indented
    1. first
    """

  @Test("knows headings, lists, tables and code, and covers every byte")
  func kinds() {
    let bytes = Array(document.utf8)
    let blocks = BlockScanner.blocks(of: bytes)
    #expect(
      blocks.map(\.kind) == [
        .blank, .heading(level: 1), .paragraph, .heading(level: 2), .listItem, .listItem, .fence,
        .table, .quote, .code, .listItem,
      ])
    #expect(blocks.flatMap { bytes[$0.range] } == bytes)
  }
}

@Suite struct ChunkerTests {
  private func document(_ seed: UInt64) -> String {
    var random = Seeded(seed)
    let words = [
      "alpha", "beta", "gamma.", "日本語です。", "наука", "x_y(z)", "👩‍🚀", "end!", "https://a.b/c",
    ]
    var lines: [String] = []
    for _ in 0..<Int.random(in: 1...60, using: &random) {
      let line = (0..<Int.random(in: 0...40, using: &random))
        .map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
      switch Int.random(in: 0..<9, using: &random) {
      case 0:
        lines.append(
          String(repeating: "#", count: Int.random(in: 1...4, using: &random)) + " " + line)
      case 1: lines += ["```", line, line, "```"]
      case 2: lines += ["| \(line) |", "| \(line) |"]
      case 3: lines.append("- " + line)
      case 4: lines.append("")
      case 5: lines.append(line.replacing(" ", with: ""))
      default: lines.append(line)
      }
    }
    return lines.joined(separator: "\n")
  }

  @Test("covers every byte in order and keeps to the budget", arguments: 1...60)
  func covers(seed: Int) {
    let bytes = Array(document(UInt64(seed)).utf8)
    for budget in [8, 40, 300] {
      let chunks = Chunker.chunks(of: bytes, budget: budget)
      #expect(chunks.flatMap { bytes[$0.range] } == bytes)
      for chunk in chunks {
        // A single character may cost more than the budget; nothing else may.
        let tokens = TokenEstimate.tokens(bytes, in: chunk.range)
        let isOneCharacter = string(bytes, chunk.range).count == 1
        #expect(tokens <= budget + 1 || isOneCharacter)
        #expect(String(validating: bytes[chunk.range], as: UTF8.self) != nil)
      }
    }
  }

  @Test("does not cut a fence, table or list item that fits")
  func keepsBlocksWhole() {
    let fence = "```\n" + (1...10).map { "line \($0) of code" }.joined(separator: "\n") + "\n```\n"
    let prose = String(repeating: "Some words that fill the space before it. ", count: 6)
    let bytes = Array((prose + "\n\n" + fence + "\n" + prose).utf8)
    let budget = TokenEstimate.tokens(fence) + 10
    let chunks = Chunker.chunks(of: bytes, budget: budget)
    #expect(chunks.count > 1)
    #expect(chunks.contains { string(bytes, $0.range).contains(fence) })
  }

  @Test("starts a section that does not fit in a new chunk, under its breadcrumb")
  func headings() {
    let section = String(repeating: "A sentence of this section. ", count: 12)
    let text = "# Book\n\n## One\n\n\(section)\n\n## Two\n\n\(section)\n\n### Inner\n\n\(section)\n"
    let bytes = Array(text.utf8)
    let chunks = Chunker.chunks(of: bytes, budget: TokenEstimate.tokens(section) + 30)
    #expect(chunks.map(\.breadcrumb) == [[], ["Book"], ["Book", "Two"]])
    #expect(string(bytes, chunks[1].range).hasPrefix("## Two"))
    #expect(string(bytes, chunks[2].range).hasPrefix("### Inner"))
  }

  @Test("cuts text without spaces between characters, never inside one")
  func clusters() {
    let bytes = Array(String(repeating: "👨‍👩‍👧‍👦", count: 40).utf8)
    for chunk in Chunker.chunks(of: bytes, budget: 60) {
      #expect(string(bytes, chunk.range).allSatisfy { $0 == "👨‍👩‍👧‍👦" })
    }
  }

  @Test("halves a chunk near its middle, and gives up on a single character")
  func halves() throws {
    let bytes = Array(
      String(repeating: "Ten words stand in this sentence, or nearly so. ", count: 10).utf8)
    let whole = Chunk(range: 0..<bytes.count, breadcrumb: ["A"])
    let halves = try #require(Chunker.halves(of: whole, in: bytes))
    #expect(halves.count == 2 && halves.allSatisfy { $0.breadcrumb == ["A"] })
    #expect(halves[0].range.upperBound == halves[1].range.lowerBound)
    #expect(halves.allSatisfy { abs($0.range.count * 2 - bytes.count) < bytes.count / 2 })
    #expect(Chunker.halves(of: Chunk(range: 0..<1, breadcrumb: []), in: Array("a".utf8)) == nil)
  }
}

@Suite struct TemplateTests {
  @Test(
    "fills placeholders in one pass",
    arguments: [
      ("a {{x}} b {{y}}", ["x": "{{y}}", "y": "2"], "a {{y}} b 2"),
      ("{{{{x}} is literal", ["x": "1"], "{{x}} is literal"),
      ("} }} { {x}", [:], "} }} { {x}"),
      ("{{x}}{{x}}", ["x": "ab"], "abab"),
      ("{{missing}}.", [:], "."),
    ])
  func expands(source: String, values: [String: String], expected: String) throws {
    #expect(try Template(Array(source.utf8)).expanded(values) == expected)
  }

  @Test(
    "refuses braces that are no placeholder, and says where",
    arguments: [
      ("ab {{ x }}", 3), ("{{x", 0), ("{{}}", 0), ("ok {{a}} {{b", 9), ("{{a.b}}", 0),
    ])
  func refuses(source: String, offset: Int) {
    let mistake = #expect(throws: Template.Mistake.self) { try Template(Array(source.utf8)) }
    #expect(mistake?.offset == offset)
  }
}

@Suite struct ThinkTagTests {
  @Test(
    "takes reasoning out, however it is closed",
    arguments: [
      ("<think>a</think>b", "b"), ("a<THINK>b</THINK>c", "ac"), ("<think>open", ""),
      ("thoughts</think>answer", "answer"),
      ("<think>a<think>b</think>c</think>d", "d"), ("no tags < here >", "no tags < here >"),
    ])
  func strips(text: String, expected: String) {
    #expect(ThinkTags.stripped(from: text) == expected)
  }
}

@Suite struct SecretShapeTests {
  @Test(
    "takes out what looks like a secret and leaves the rest",
    arguments: [
      ("key sk-abcdefghijklmnop1234 end", "key [secret] end"),
      ("password: hunter2hunter", "password: [secret]"),
      ("{\"api_key\": \"abcdef123456\"}", "{\"api_key\": \"[secret]\"}"),
      (
        "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nnext",
        "[secret]\nnext"
      ),
      ("x-api-key: abcdef123, DB_PASSWORD=hunter22", "x-api-key: [secret], DB_PASSWORD=[secret]"),
      ("task-force and risk-averse", "task-force and risk-averse"),
      ("the password is long", "the password is long"),
    ])
  func redacts(text: String, expected: String) {
    #expect(SecretShapes.redacted(text) == expected)
  }
}
