import Kinds
import Testing

@Suite struct InputTests {
  private func error(
    _ kindName: String, _ input: [UInt8], _ variables: [String: String] = [:]
  ) throws -> InputError? {
    let kind = try kind(kindName)
    do throws(InputError) {
      try kind.validate(input: input, variables: variables)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "refuses what is no text",
    arguments: [
      ([0x61, 0xFF, 0x62], InputError.Code.notText, 1), ([0x61, 0x00, 0x62], .binary, 1),
      ([0xC3], .notText, 0), ([0xED, 0xA0, 0x80], .notText, 0), ([0xFF, 0xFE, 0x61], .notText, 2),
      ([0xFF, 0xFE, 0x00, 0x00], .binary, 2), ([0xF4, 0x90, 0x80, 0x80], .notText, 0),
    ] as [([UInt8], InputError.Code, Int)])
  func binary(bytes: [UInt8], code: InputError.Code, offset: Int) throws {
    let error = try error("summarise", bytes)
    #expect(error?.code == code && error?.offset == offset)
  }

  @Test("refuses empty input", arguments: ["", " \n\t", "\u{FEFF}", "\u{3000}\u{200B}"])
  func empty(text: String) throws {
    #expect(try error("summarise", Array(text.utf8))?.code == .empty)
  }

  @Test("takes UTF-16 with a byte order mark, and ends lines with LF")
  func decodes() throws {
    let text = "Grüße\r\nan alle\rhier"
    for isLittle in [true, false] {
      let units = [0xFEFF] + Array(text.utf16)
      let bytes = units.flatMap { unit -> [UInt8] in
        let pair = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        return isLittle ? pair : pair.reversed()
      }
      let program = try kind("prompt").makeProgram(input: bytes)
      let run = drive(program) { _ in Tests.ok }
      #expect(try messages(of: run.steps[0])[0].content == "Grüße\nan alle\nhier")
    }
  }

  private enum Tests { static let ok = text("ok") }

  @Test("refuses more than the kind takes")
  func tooLarge() throws {
    let bytes = [UInt8](repeating: 0x61, count: 10_485_761)
    #expect(try error("prompt", bytes)?.code == .tooLarge)
  }

  @Test(
    "checks variables",
    arguments: [
      (["wrods": "3"], InputError.Code.unknownVariable, "wrods", "words"),
      (["words": "abc"], .badVariable, "words", nil), (["words": "5"], .badVariable, "words", nil),
      (["format": "bulets"], .badVariable, "format", "bullets"),
      (["words": "1e3"], .badVariable, "words", nil),
    ] as [([String: String], InputError.Code, String, String?)])
  func variables(
    given: [String: String], code: InputError.Code, variable: String, suggestion: String?
  ) throws {
    let error = try error("summarise", Array("text".utf8), given)
    #expect(error?.code == code && error?.variable == variable && error?.suggestion == suggestion)
  }

  @Test("says which required variable is missing, and what the range is")
  func details() throws {
    #expect(try error("classify", Array("a".utf8))?.code == .missingVariable)
    #expect(
      try error("summarise", Array("a".utf8), ["words": "5"])?.detail
        == "must be between 10 and 20000")
    let schema = try error("extract", Array("a".utf8), ["schema": "{\n  \"type\": }"])
    #expect(schema?.code == .badVariable && schema?.line == 2)
  }

  @Test(
    "says where messages are malformed",
    arguments: [
      ("[{\"role\":\"user\",\"content\":\"a\"},\n {\"role\":\"user\" \"content\":\"b\"}]", 2, 17),
      ("[\n{\"content\":\"a\"}]", 2, 1), ("[{\"role\":\"usr\",\"content\":\"a\"}]", 1, 10),
      ("{\"role\":\"user\",\"content\":\"a\"}\n{\"role\":\"user\",\"content\":}", 2, 26),
      ("{\"messages\": 3}", 1, 14), ("[1]", 1, 2), ("\"x\"", 1, 1),
      ("[{\"role\":\"user\",\"content\":3}]", 1, 27),
    ])
  func badMessages(input: String, line: Int, column: Int) throws {
    let error = try error("compress", Array(input.utf8))
    #expect(error?.code == .badMessages)
    #expect(error?.line == line && error?.column == column)
  }

  @Test(
    "takes text that merely looks a little like JSON as text",
    arguments: ["[TODO] fix this", "[1, 2]", "{\"a\": 1}", "{oops"])
  func looksLikeJSON(input: String) throws {
    let run = drive(try program("prompt", input)) { _ in text("ok") }
    #expect(try messages(of: run.steps[0])[0].content == input)
  }

  @Test("never shows the input in an error")
  func privacy() throws {
    let error = try error("compress", Array("[{\"role\":\"user\",\"content\":TOPSECRET}]".utf8))
    #expect(!"\(try #require(error))".contains("TOPSECRET"))
  }
}
