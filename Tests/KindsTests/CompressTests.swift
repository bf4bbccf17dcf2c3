import Calls
import Fallback
import JSONText
import Kinds
import Testing

/// Makes conversations of every shape that a provider might hand over.
struct TranscriptMaker {
  private var random: Seeded
  private var next = 0
  let shape: Shape

  enum Shape: CaseIterable { case array, object, lines }

  init(seed: Int) {
    random = Seeded(UInt64(seed))
    shape = Shape.allCases[seed % 3]
  }

  private let phrases = [
    "please change the port to 8443 in config/server.yaml", "再试一次，不要删除文件", "Ошибка в модуле оплаты",
    "never touch the \\\"main\\\" branch", "line one\\nline two\\n\\u00e9t\\u00e9",
    "💡 idea: cache it", "const x = () => {}",
  ]

  private mutating func content(_ most: Int) -> String {
    (0..<Int.random(in: 1...most, using: &random))
      .map { _ in phrases.randomElement(using: &random) ?? "" }.joined(separator: " ")
  }

  private mutating func gap() -> String { ["", " ", "\t"].randomElement(using: &random) ?? "" }

  private mutating func turn() -> [String] {
    let (a, b) = (gap(), gap())
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return [#"{"role":\#(a)"system","content":"\#(content(3))"}"#]
    case 1:
      return [
        #"{"role":"user","content":[{"type":"text","text":"\#(content(9))"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}],"name":"x"}"#
      ]
    case 2, 3:
      return [
        #"{\#(a)"content":\#(b)"\#(content(20))","role":"assistant","x_unknown":{"n":1.50,"deep":[1,2]}}"#
      ]
    case 4: return toolUnit(count: 1)
    case 5: return toolUnit(count: Int.random(in: 2...4, using: &random))
    default: return [#"{"role":"user","content":\#(a)"\#(content(20))"}"#]
    }
  }

  /// One assistant message with calls, and its results in any order.
  private mutating func toolUnit(count: Int) -> [String] {
    let ids = (0..<count).map { offset -> String in
      // Some models use the same ids in every turn.
      next += 1
      return Bool.random(using: &random) && count == 1 ? "call_0" : "call_\(next)_\(offset)"
    }
    let calls = ids.map {
      #"{"id":"\#($0)","type":"function","function":{"name":"run","arguments":"{\"cmd\":\"ls\"}"}}"#
    }
    var unit = [
      #"{"role":"assistant","content":null,"tool_calls":[\#(calls.joined(separator: ", "))]}"#
    ]
    for id in ids.shuffled(using: &random) {
      unit.append(#"{"role":"tool","tool_call_id":"\#(id)","content":"\#(content(30))"}"#)
    }
    return unit
  }

  mutating func make() -> String {
    var lines = Bool.random(using: &random) ? [#"{"role":"system","content":"Be brief."}"#] : []
    lines.append(#"{"role":"user","content":"\#(content(5))"}"#)
    for _ in 0..<Int.random(in: 2...40, using: &random) { lines += turn() }
    switch shape {
    case .array: return "[\n  " + lines.joined(separator: ",\n  ") + "\n]\n"
    case .object:
      return #"{"model":"m", "messages":["# + lines.joined(separator: " ,")
        + #"], "tools":[], "n":1.0}"#
    case .lines: return lines.joined(separator: "\n") + "\n"
    }
  }
}

/// Reads a conversation back without any code of the module under test but the JSON reader.
struct Conversation {
  struct Message {
    var role: String
    var raw: String
    var node: JSONNode
  }

  var messages: [Message] = []

  init(_ text: String) throws {
    if let root = try? JSONNode.parse(text), let list = root.elements ?? root["messages"]?.elements
    {
      messages = try list.map { try Self.message($0, Array(text.utf8)) }
    } else {
      messages = try text.split(separator: "\n").map { line in
        try Self.message(try JSONNode.parse(String(line)), Array(line.utf8))
      }
    }
  }

  private static func message(_ node: JSONNode, _ source: [UInt8]) throws -> Message {
    let raw = String(decoding: source[node.range], as: UTF8.self)
    return Message(role: try #require(node["role"]?.string), raw: raw, node: node)
  }

  var lastUser: Int? { messages.lastIndex { $0.role == "user" } }

  /// Every result answers a call before it, and every call but those at the end has its result.
  var hasWholePairs: Bool {
    var open: Set<String> = []
    for message in messages {
      for call in message.node["tool_calls"]?.elements ?? [] {
        guard let id = call["id"]?.string, open.insert(id).inserted else { return false }
      }
      guard message.role == "tool" else { continue }
      guard let id = message.node["tool_call_id"]?.string, open.remove(id) != nil else {
        return false
      }
    }
    return open.isEmpty
  }
}

@Suite struct CompressTests {
  private let summary = "## Goal\nPort 8443.\n## Constraints and preferences\nNever touch main."

  private func compress(
    _ input: String, _ variables: [String: String] = [:], window: Int? = nil,
    _ answer: (Step) -> StepResult
  ) throws -> Run {
    drive(try program("compress", input, variables, window: window), answer)
  }

  @Test(
    "keeps system messages, latest turns and tool units whole, whatever comes in",
    arguments: 1...240)
  func invariants(seed: Int) throws {
    var maker = TranscriptMaker(seed: seed)
    let input = maker.make()
    let before = try Conversation(input)
    let run = try compress(input, ["window": "2000", "threshold": seed % 2 == 0 ? "0.3" : "0.8"]) {
      _ in
      text(summary)
    }
    guard let result = run.result else {
      // Unchanged, and with a reason.
      let failure = try #require(run.failure)
      #expect(failure.keepsInput && !failure.message.isEmpty && failure.class == "check")
      return
    }
    if run.steps.count == 0, result == input { return }
    let after = try Conversation(result)
    #expect(after.hasWholePairs)
    let systems = { (all: Conversation) in all.messages.filter { $0.role == "system" }.map(\.raw) }
    #expect(systems(after) == systems(before))
    #expect(TokenEstimate.tokens(result) < TokenEstimate.tokens(input))
    let (last, lastAfter) = (try #require(before.lastUser), try #require(after.lastUser))
    // System messages are looked at above.
    let tail = before.messages[last...].filter { $0.role != "system" }.map(\.raw)
    let tailAfter = after.messages[lastAfter...].filter { $0.role != "system" }.map(\.raw)
    // The latest turns are whole, or, where they alone are too long, the last message of the
    // person and what is newest of the rest.
    #expect(
      tailAfter == tail
        || (after.messages.contains { $0.raw == tail[0] }
          && tail.suffix(tailAfter.count - 1) == tailAfter.dropFirst())
    )
    #expect(input.prefix { $0 != "{" } == result.prefix { $0 != "{" })
    if maker.shape == .object { #expect(result.hasSuffix(#"], "tools":[], "n":1.0}"#)) }
    let again = try compress(result, ["window": "100000"]) { _ in text("never asked") }
    #expect(again.result == result && again.steps.isEmpty)
  }

  @Test("most generated conversations are really compressed")
  func generatorIsUseful() throws {
    var summarised = 0
    for seed in 1...60 {
      var maker = TranscriptMaker(seed: seed)
      let run = try compress(maker.make(), ["window": "2000", "threshold": "0.3"]) { _ in
        text(summary)
      }
      if run.result != nil, run.steps.count > 0 { summarised += 1 }
    }
    #expect(summarised > 25)
  }

  private func talk(_ count: Int, words: Int = 60) -> String {
    let lines = (1...count).map { number in
      let role = number % 2 == 1 ? "user" : "assistant"
      let content = "Turn \(number): " + String(repeating: "word ", count: words)
      return #"{"role":"\#(role)","content":"\#(content)"}"#
    }
    return "[" + lines.joined(separator: ",") + "]"
  }

  @Test(
    "below the threshold the input comes back byte for byte, without a call",
    arguments: ["array", "lines", "object"])
  func identity(shape: String) throws {
    let message = #"{ "role" : "user","content":"h\u0069" }"#
    let input =
      switch shape {
      case "array": "\u{FEFF}[ \(message) ]\r\n"
      case "lines": "\(message)\r\n\(message)\r\n\r\n"
      default: #"{"messages":[\#(message)],"a":1.0}"#
      }
    let run = try compress(input) { _ in text("never asked") }
    #expect(run.result == input && run.steps.count == 0)
    #expect(try run.report()["method"]?.string == "none")
  }

  @Test("puts one marked summary in place of the earlier turns")
  func summarises() throws {
    let input = talk(21)
    let run = try compress(input, ["force": "true"]) { _ in text(summary) }
    let after = try Conversation(try #require(run.result))
    let before = try Conversation(input)
    #expect(after.messages.count == 2 && after.messages[1].raw == before.messages[20].raw)
    let content = try #require(after.messages[0].node["content"]?.string)
    #expect(
      after.messages[0].role == "user" && content.hasPrefix("[Summary of the earlier conversation]")
    )
    #expect(content.contains(summary))
    let report = try run.report()
    #expect(report["method"]?.string == "summarised" && report["calls"]?.int == 1)
    let tokens = try (#require(report["tokens_after"]?.int), #require(report["tokens_before"]?.int))
    #expect(tokens.0 < tokens.1)
    #expect(report["checks"]?["failed"]?.elements?.isEmpty == true)
    #expect(report["replaced"]?.elements?.first?.elements?.compactMap(\.int) == [0, 19])
    let prompt = try messages(of: run.steps[0])[1].content
    #expect(
      prompt.contains("Turn 1:") && prompt.contains("Turn 20:") && !prompt.contains("Turn 21:"))
  }

  @Test("updates an earlier summary instead of summarising it")
  func updates() throws {
    let first = try compress(talk(21), ["force": "true"]) { _ in text(summary) }
    let result = try #require(first.result)
    let more =
      #",{"role":"assistant","content":"NEW FACT \#(String(repeating: "more ", count: 300))"},{"role":"user","content":"go on"}]"#
    let run = try compress(String(result.dropLast()) + more, ["force": "true"]) { _ in
      text("## Goal\nUpdated.")
    }
    let prompt = try messages(of: run.steps[0])[1].content
    #expect(
      prompt.contains("<memory id=") && prompt.contains(summary) && prompt.contains("NEW FACT"))
    #expect(!prompt.contains("[Summary of the earlier conversation]"))
    let after = try Conversation(try #require(run.result))
    #expect(after.messages.count == 2)
    // The model's text is the new one; what it dropped is at hand as a reference, no more.
    let content = try #require(after.messages[0].node["content"]?.string)
    #expect(content.contains("Updated.") && !content.contains("Port 8443."))
    #expect(content.hasSuffix("## Anchors\n- 8443\n\n[End of the summary]"))
  }

  @Test("does not lose the earlier summary where the new turns have to be split")
  func updatesInParts() throws {
    let first = try compress(talk(21), ["force": "true"]) { _ in text(summary) }
    let more = talk(31).dropFirst()
    let input = String(try #require(first.result).dropLast()) + "," + more
    let run = try compress(input, ["force": "true"]) { step in
      step.label == "the text" ? .overflow : text("Notes.")
    }
    let prompts = try run.steps.dropFirst().map { try messages(of: $0)[1].content }
    #expect(run.result != nil && prompts.contains { $0.contains("Port 8443.") })
  }

  @Test(
    "gives the input back, and a named reason, in any doubt",
    arguments: [
      ("", "empty"), ("<think>only thoughts</think>", "empty"),
      ("I'm sorry, but I can't help with that.", "refusal"),
      (String(repeating: "A very long summary that never ends. ", count: 2000), "no-gain"),
    ])
  func doubts(reply: String, reason: String) throws {
    let run = try compress(talk(21), ["force": "true"]) { _ in text(reply) }
    let failure = try #require(run.failure)
    #expect(failure.class == "check" && failure.keepsInput && failure.message.hasPrefix(reason))
    #expect(try !(run.report()["checks"]?["failed"]?.elements ?? []).isEmpty)
  }

  @Test("asks for a shorter summary once")
  func shortens() throws {
    var replies = [String(repeating: "Long talk. ", count: 700), summary]
    let run = try compress(talk(21), ["force": "true"]) { _ in text(replies.removeFirst()) }
    #expect(run.result?.contains("Never touch main") == true && run.steps.count == 2)
  }

  @Test(
    "fails with the provider's reason and the input",
    arguments: [FailureClass.contentPolicy, .invalidRequest])
  func refused(reason: FailureClass) throws {
    let run = try compress(talk(21), ["force": "true"]) { _ in .refused(reason) }
    #expect(run.failure?.class == reason.rawValue && run.failure?.keepsInput == true)
  }

  @Test(
    "says so where there is nothing to shorten",
    arguments: [
      #"[{"role":"user","content":"hi"}]"#, #"[{"role":"assistant","content":"hi"}]"#,
      #"[{"role":"system","content":"a"},{"role":"user","content":"hi"}]"#,
    ])
  func nothing(input: String) throws {
    let run = try compress(input, ["force": "true"]) { _ in text(summary) }
    #expect(
      run.failure?.class == "check" && run.failure?.keepsInput == true && run.steps.count == 0)
  }

  private func work(results: Int, size: Int, distinct: Bool = true) -> String {
    var lines = [#"{"role":"user","content":"fix the build"}"#]
    for number in 1...results {
      let body = "result \(distinct ? number : 0) " + String(repeating: "data ", count: size)
      lines.append(
        #"{"role":"assistant","content":null,"tool_calls":[{"id":"c\#(number)","type":"function","function":{"name":"read","arguments":"{\"path\":\"f\#(number)\"}"}}]}"#
      )
      lines.append(#"{"role":"tool","tool_call_id":"c\#(number)","content":"\#(body)"}"#)
    }
    return lines.joined(separator: "\n")
  }

  @Test("shortens old tool results first, and asks no model where that is enough")
  func prunes() throws {
    let input = work(results: 20, size: 400) + "\n" + #"{"role":"user","content":"and now?"}"#
    let run = try compress(input, ["window": "9000", "threshold": "0.9"]) { _ in text("never asked")
    }
    let result = try #require(run.result)
    try #require(run.steps.count == 0)
    #expect(try run.report()["method"]?.string == "pruned")
    let (before, after) = (try Conversation(input), try Conversation(result))
    #expect(after.hasWholePairs && after.messages.count == before.messages.count)
    // The newest results stay, the person's words too.
    #expect(after.messages.suffix(6).map(\.raw) == before.messages.suffix(6).map(\.raw))
    #expect(after.messages[2].raw.contains("read({") && after.messages[2].raw.contains("left out"))
  }

  @Test("drops results that a later one repeats")
  func duplicates() throws {
    let input =
      work(results: 10, size: 200, distinct: false) + "\n" + #"{"role":"user","content":"next"}"#
    let run = try compress(input, ["window": "4000", "threshold": "0.7"]) { _ in text("never asked")
    }
    let result = try #require(run.result)
    #expect(run.steps.count == 0 && result.contains("a later result says the same"))
    #expect(result.contains("result 0 data"))
  }

  @Test(
    "where the latest turns alone are too long: the last user message and the newest whole units")
  func longTail() throws {
    let input = #"{"role":"system","content":"rules"}"# + "\n" + work(results: 20, size: 150)
    let run = try compress(input, ["window": "4000", "threshold": "0.3", "force": "true"]) { _ in
      text(summary)
    }
    let (before, after) = (try Conversation(input), try Conversation(try #require(run.result)))
    #expect(after.hasWholePairs)
    #expect(
      after.messages[0].raw == before.messages[0].raw
        && after.messages[1].raw == before.messages[1].raw)
    #expect(after.messages[2].raw.contains("[Summary of the earlier conversation]"))
    let kept = after.messages.dropFirst(3).map(\.raw)
    #expect(
      kept.count >= 2 && kept.count % 2 == 0
        && kept == before.messages.suffix(kept.count).map(\.raw))
    #expect(TokenEstimate.tokens(kept.joined()) <= 2000)
  }

  @Test("keeps a call whose result comes after the last user message")
  func straddling() throws {
    let lines = [
      #"{"role":"user","content":"\#(String(repeating: "old ", count: 400))"}"#,
      #"{"role":"assistant","content":"ok"}"#,
      #"{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}"#,
      #"{"role":"user","content":"wait"}"#, #"{"role":"tool","tool_call_id":"a","content":"late"}"#,
    ]
    let run = try compress(lines.joined(separator: "\n"), ["force": "true"]) { _ in text("Short.") }
    let after = try Conversation(try #require(run.result))
    #expect(after.messages.dropFirst().map(\.raw) == lines[2...].map { $0 })
  }

  @Test("a conversation that is broken already is left alone")
  func brokenInput() throws {
    let lines = [
      #"{"role":"user","content":"\#(String(repeating: "old ", count: 400))"}"#,
      #"{"role":"user","content":"go"}"#,
      #"{"role":"tool","tool_call_id":"nobody","content":"late"}"#,
    ]
    let run = try compress(lines.joined(separator: "\n"), ["force": "true"]) { _ in text("Short.") }
    #expect(run.failure?.message.hasPrefix("tool-pairs") == true && run.failure?.keepsInput == true)
  }

  @Test("works in parts where the turns do not fit the model's window")
  func parts() throws {
    let run = try compress(talk(61, words: 120), ["force": "true"], window: 4096) { step in
      text("Notes \(step.key.prefix(6)).")
    }
    #expect(run.rounds.count >= 2 && run.rounds[0] > 1)
    #expect(run.result != nil && run.steps.allSatisfy { $0.isCheckpoint })
    let prompts = try run.steps.prefix(run.rounds[0]).map { try messages(of: $0)[1].content }
    for turn in 1...60 { #expect(prompts.contains { $0.contains("Turn \(turn):") }) }
  }

  @Test("sends and keeps no secrets of the turns it replaces")
  func secrets() throws {
    let secret = "sk-abcdefghijklmnopqrstuvwxyz012345"
    let input =
      #"[{"role":"user","content":"my key is \#(secret) \#(String(repeating: "x ", count: 600))"},{"role":"assistant","content":"ok"},{"role":"user","content":"go"}]"#
    let run = try compress(input, ["force": "true"]) { _ in text("The key is \(secret).") }
    #expect(!String(decoding: run.steps[0].request.messages, as: UTF8.self).contains(secret))
    #expect(try #require(run.result).contains("The key is [secret]"))
  }

  @Test("has a digest without a model only where that is allowed")
  func digest() throws {
    let input = work(results: 20, size: 120) + "\n" + #"{"role":"user","content":"and now?"}"#
    #expect(try program("compress", input, ["force": "true"]).builtin() == nil)
    let allowed = try program("compress", input, ["force": "true", "degraded": "allow"])
    guard case .succeeded(let result, _, true)? = allowed.builtin() else {
      Issue.record("no degraded result")
      return
    }
    let after = try Conversation(String(decoding: result, as: UTF8.self))
    #expect(after.messages.count == 2 && after.messages[0].raw.contains("fix the build"))
  }

  @Test("counts an image at a flat price, whatever its size")
  func images() throws {
    func tokens(_ bytes: Int) throws -> Int {
      let image = String(repeating: "A", count: bytes)
      let input =
        #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(image)"}}]}]"#
      return try #require(try compress(input) { _ in text("") }.report()["tokens_before"]?.int)
    }
    #expect(try tokens(10) == tokens(200_000))
  }
}
