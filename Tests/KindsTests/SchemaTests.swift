import Calls
import JSONText
import Kinds
import Testing

@Suite("Schemas") struct SchemaTests {
  @Test(
    "a schema that is none is refused before anything is asked for",
    arguments: [
      (#"{"type":"strng"}"#, "/type", "string"),
      (#"{"type":"object","properties":{"a":{"type":"int"}}}"#, "/properties/a/type", "integer"),
      (#"{"type":["string","nul"]}"#, "/type", "null"), (#"{"type":7}"#, "/type", nil),
      (#"{"properties":[]}"#, "/properties", nil), (#"{"required":"a"}"#, "/required", nil),
      (#"{"enum":[]}"#, "/enum", nil), (#"{"minLength":"x"}"#, "/minLength", nil),
      (#"{"items":{"type":"aray"}}"#, "/items/type", "array"),
      (##"{"$ref":"#/$defs/none"}"##, "/$ref", nil), (#"{"items":3}"#, "/items", nil),
    ] as [(String, String, String?)])
  func refused(schema: String, pointer: String, suggestion: String?) throws {
    let error = #expect(throws: InputError.self) {
      _ = try program("extract", "text", ["schema": schema])
    }
    #expect(error?.code == .badVariable && error?.variable == "schema")
    #expect(error?.detail.contains(pointer) == true && error?.line == 1)
    #expect(error?.suggestion == suggestion)
  }

  @Test(
    "checks values",
    arguments: [
      (#"{"type":"integer"}"#, "3.0", true), (#"{"type":"integer"}"#, "3.5", false),
      (#"{"type":"array","uniqueItems":true}"#, "[1,1]", false),
      (#"{"type":"number","multipleOf":0.5}"#, "1.5", true),
      (#"{"type":"number","multipleOf":0.5}"#, "1.6", false),
      (#"{"oneOf":[{"type":"number"},{"type":"integer"}]}"#, "1", false),
      (#"{"anyOf":[{"type":"number"},{"type":"integer"}]}"#, "1", true),
      (#"{"not":{"type":"null"}}"#, "null", false),
      (#"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, #"["a",1,2]"#, true),
      (#"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, #"["a","b"]"#, false),
      (##"{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}"##, "1", false),
    ])
  func values(schema: String, value: String, fits: Bool) throws {
    let run = drive(try program("extract", "text", ["schema": schema])) { _ in text(value) }
    #expect((run.result != nil) == fits)
  }

  @Test("several different values are never taken by the first: asked once more, then failed")
  func several() throws {
    let schema = #"{"type":"object","required":["a"]}"#
    let two = "Either {\"a\": 1} or {\"a\": 2}."
    var replies = [two, #"{"a": 2}"#]
    let mended = drive(try program("extract", "text", ["schema": schema])) { _ in
      text(replies.removeFirst())
    }
    #expect(mended.result == #"{"a": 2}"# && mended.steps.count == 2)
    let failed = drive(try program("extract", "text", ["schema": schema])) { _ in text(two) }
    #expect(failed.failure?.message.contains("2 different JSON values") == true)
    let same = drive(try program("extract", "text", ["schema": schema])) { _ in
      text("{\"a\": 1}\n{\"a\":1}")
    }
    #expect(same.result != nil && same.steps.count == 1)
    let labels = drive(try program("classify", "x\ny", ["labels": "a,b"])) { _ in
      text(#"["a","b"] or ["b","a"]"#)
    }
    #expect(labels.failure?.class == "check")
  }

  @Test("tells which keywords were not checked")
  func unchecked() throws {
    let schema = #"{"type":"string","pattern":"^a"}"#
    let run = drive(try program("extract", "text", ["schema": schema])) { _ in text("\"b\"") }
    #expect(try run.report()["schema_not_checked"]?.elements?.compactMap(\.string) == ["pattern"])
  }
}

@Suite("Estimates") struct CalibrationTests {
  @Test("what a provider counted corrects estimates, and stays on the high side")
  func factor() {
    #expect(TokenCalibration.factor(estimated: 100, counted: 60) == 1)
    let low = TokenCalibration.factor(estimated: 10_000, counted: 6_000)
    #expect(low > 0.6 && low < 0.8)
    let high = TokenCalibration.factor(estimated: 10_000, counted: 15_000)
    #expect(high > 1.5 && TokenCalibration.window(32_768, by: high) < 32_768)
    #expect(TokenCalibration.factor(estimated: 10_000, counted: 10) >= 0.5)
    #expect(TokenCalibration.tokens(100, by: 1.5) == 150)
    #expect(!TokenCalibration.isPlausible(estimated: 1_000, counted: 0))
    #expect(!TokenCalibration.isPlausible(estimated: 1_000, counted: 90_000))
    #expect(TokenCalibration.isPlausible(estimated: 1_000, counted: 700))
  }

  @Test(
    "reads the window out of what providers say",
    arguments: [
      (
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
        8192
      ), ("prompt is too long: 210000 tokens > 200000 maximum", 200_000),
      ("the request exceeds the available context size (4096 tokens), try increasing it", 4096),
      (
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        1_048_576
      ), ("Input is too long for a context window of 32,768 tokens", 32_768),
      ("context length exceeded", nil), ("maximum context length is many", nil), ("", nil),
    ] as [(String, Int?)])
  func limits(text: String, limit: Int?) {
    #expect(ContextLimit.parse(text) == limit)
  }
}
