import Calls
import Fallback
import JSONText
import Kinds
import Testing

@Suite struct PromptTests {
  @Test("sends the text as it is and gives the answer back as it is")
  func verbatim() throws {
    let run = drive(try program("prompt", "  {{text}} & \"quotes\"\n")) { _ in text(" Answer \n") }
    #expect(run.result == " Answer \n")
    let sent = try messages(of: run.steps[0])
    #expect(
      sent.count == 1 && sent[0].role == "user" && sent[0].content == "  {{text}} & \"quotes\"\n")
    let request = run.steps[0].request
    #expect(request.temperature == nil && request.maxOutputTokens == nil && request.schema == nil)
  }

  @Test("applies its variables")
  func variables() throws {
    let run = drive(
      try program("prompt", "hi", ["system": "Be kind.", "temperature": "0.5", "max_tokens": "77"])
    ) { _ in text("ok") }
    #expect(try messages(of: run.steps[0]).map(\.content) == ["Be kind.", "hi"])
    #expect(run.steps[0].request.temperature == 0.5)
    #expect(run.steps[0].request.maxOutputTokens == 77 && run.steps[0].outputTokens == 77)
  }

  @Test(
    "splices messages byte for byte",
    arguments: [
      #"[ {"role":"user", "content":"a","x":1.50} ,{"role":"assistant","content":null,"tool_calls":[]}]"#,
      #"{"model":"m","messages":[ {"role":"user", "content":"a","x":1.50} ,{"role":"assistant","content":null,"tool_calls":[]}]}"#,
    ])
  func splices(input: String) throws {
    let run = drive(try program("prompt", input)) { _ in text("ok") }
    let body = String(decoding: run.steps[0].request.messages, as: UTF8.self)
    #expect(body.contains(#"{"role":"user", "content":"a","x":1.50}"#))
    #expect(try JSONNode.parse(body).elements?.count == 2)
  }

  @Test(
    "takes JSON out of fences and prose, and forgives a trailing comma",
    arguments: [
      (#"{"a": 1}"#, #"{"a": 1}"#), ("```json\n{\"a\": 1}\n```", #"{"a": 1}"#),
      ("Here you are: {\"a\": 1}. Done.", #"{"a": 1}"#), ("{\"a\": 1,}", #"{"a": 1}"#),
      ("<think>{\"a\": 0}</think>{\"a\": 1}", #"{"a": 1}"#),
      ("An example {\"b\": 2} and the answer {\"a\": 1}", #"{"a": 1}"#),
      ("```\n{\"a\": 1}", #"{"a": 1}"#),
    ])
  func json(reply: String, expected: String) throws {
    let schema = #"{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}"#
    let run = drive(try program("prompt", "hi", ["json": schema])) { _ in text(reply) }
    #expect(run.result == expected && run.steps.count == 1)
    #expect(run.steps[0].request.schema == Array(schema.utf8))
  }

  @Test(
    "asks once more where the JSON does not fit, then fails",
    arguments: [
      "no json", #"{"a": "x"}"#, #"{"b": 1}"#, "{'a': 1}",
    ])
  func repairs(reply: String) throws {
    let schema = #"{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}"#
    var replies = [reply, #"{"a": 2}"#]
    let mended = drive(try program("prompt", "hi", ["json": schema])) { _ in
      text(replies.removeFirst())
    }
    #expect(mended.result == #"{"a": 2}"#)
    let failed = drive(try program("prompt", "hi", ["json": schema])) { _ in text(reply) }
    #expect(failed.failure?.class == "check" && failed.steps.count == 2)
  }

  @Test("fails as the provider refused, and has no result without a model")
  func refused() throws {
    let run = drive(try program("prompt", "hi")) { _ in .refused(.contentPolicy) }
    #expect(run.failure?.class == "content_policy" && run.failure?.keepsInput == false)
    #expect(try program("prompt", "hi").builtin() == nil)
  }

  @Test("gives the same key for the same work and another for other work")
  func keys() throws {
    func key(_ input: String, _ variables: [String: String] = [:]) throws -> String {
      drive(try program("prompt", input, variables)) { _ in text("ok") }.steps[0].key
    }
    #expect(try key("a") == key("a"))
    let keys = [
      try key("a"), try key("b"), try key("a", ["system": "s"]), try key("a", ["temperature": "1"]),
    ]
    #expect(Set(keys).count == 4)
  }
}

@Suite struct ExtractTests {
  private let schema =
    #"{"type":"object","properties":{"name":{"type":"string"},"age":{"type":["integer","null"]},"tags":{"type":"array","items":{"enum":["x","y"]},"maxItems":2}},"required":["name"],"additionalProperties":false}"#

  @Test(
    "accepts what fits the schema",
    arguments: [
      #"{"name":"A"}"#, #"{"name":"A","age":null}"#, #"{"name":"A","age":3,"tags":["x","y"]}"#,
    ])
  func fits(reply: String) throws {
    let run = drive(try program("extract", "A is three", ["schema": schema])) { _ in text(reply) }
    #expect(run.result == reply)
    #expect(run.steps[0].request.temperature == 0)
    #expect(try messages(of: run.steps[0])[1].content.contains(schema))
  }

  @Test(
    "fails after one repair where it does not",
    arguments: [
      #"{"age":3}"#, #"{"name":1}"#, #"{"name":"A","age":1.5}"#, #"{"name":"A","tags":["z"]}"#,
      #"{"name":"A","tags":["x","x","x"]}"#, #"{"name":"A","other":1}"#, "[]", "nothing",
    ])
  func misfits(reply: String) throws {
    let run = drive(try program("extract", "A is three", ["schema": schema])) { _ in text(reply) }
    #expect(run.failure?.class == "check" && run.steps.count == 2)
    #expect(try program("extract", "A", ["schema": schema]).builtin() == nil)
  }
}

@Suite struct ClassifyTests {
  private let labels = ["labels": "bug, feature ,question"]

  @Test("labels under the names of other items are not taken by their place")
  func contradiction() throws {
    let swapped = #"[{"item":"fix bug","label":"bug"},{"item":"buy milk","label":"question"}]"#
    let run = drive(try program("classify", "buy milk\nfix bug", labels)) { _ in text(swapped) }
    #expect(run.failure?.class == "check", "\(run)")
    let named = #"[{"item":"Buy milk.","label":"question"},{"item":"fix bug","label":"bug"}]"#
    let good = drive(try program("classify", "buy milk\nfix bug", labels)) { _ in text(named) }
    #expect(good.result?.contains("question") == true, "\(good)")
  }

  @Test(
    "pairs each item with its label, in order",
    arguments: [
      #"["bug","question"]"#, "```json\n[\"bug\", \"question\",]\n```",
      #"[{"item":"x","label":"bug"},{"label":"question"}]"#, #"The labels: ["bug","question"]"#,
    ])
  func labelled(reply: String) throws {
    let run = drive(try program("classify", "It crashes\n\nHow do I log in?\n", labels)) { _ in
      text(reply)
    }
    #expect(
      run.result
        == #"[{"item":"It crashes","label":"bug"},{"item":"How do I log in?","label":"question"}]"#)
  }

  @Test("keeps items of a JSON array as they are")
  func arrayItems() throws {
    let input = #"["a\u0041", {"id": 7.0}]"#
    let run = drive(try program("classify", input, labels)) { _ in text(#"["bug","bug"]"#) }
    #expect(run.result == #"[{"item":"a\u0041","label":"bug"},{"item":{"id": 7.0},"label":"bug"}]"#)
  }

  @Test(
    "asks once more for a wrong count or an unknown label, then fails",
    arguments: [
      #"["bug"]"#, #"["bug","nonsense"]"#, #"["bug","Bug"]"#, "none", #"["bug","bug","bug"]"#,
    ])
  func repairs(reply: String) throws {
    var replies = [reply, #"["bug","feature"]"#]
    let mended = drive(try program("classify", "a\nb", labels)) { _ in text(replies.removeFirst()) }
    #expect(mended.result?.contains("feature") == true)
    let failed = drive(try program("classify", "a\nb", labels)) { _ in text(reply) }
    #expect(failed.failure?.class == "check" && failed.steps.count == 2)
  }

  @Test("goes in batches where the window is small")
  func batches() throws {
    let items = (1...200).map { "item number \($0) with a few words" }
    let run = drive(try program("classify", items.joined(separator: "\n"), labels, window: 2048)) {
      step in
      let prompt = (try? messages(of: step))?.last?.content ?? ""
      let count = prompt.split(separator: "\n").count { $0.contains(". item number") }
      return text("[" + Array(repeating: "\"bug\"", count: count).joined(separator: ",") + "]")
    }
    #expect(run.steps.count > 1 && run.steps.allSatisfy(\.isCheckpoint))
    #expect(try JSONNode.parse(try #require(run.result)).elements?.count == 200)
  }
}
