import Calls
import Fallback
import Foundation
import JSONText
import Kinds
import Testing

/// Conversations as agents hand them over, with what must never get out and what must never get lost.
struct AgentTranscript {
  private var random: Seeded
  private var calls = 0
  let seed: Int
  /// Planted where it is to give way.
  private(set) var secrets: [String] = []
  /// What the person ruled, word for word.
  private(set) var rules: [String] = []

  init(seed: Int) {
    self.seed = seed
    random = Seeded(UInt64(seed))
  }

  private mutating func pick<T>(_ values: [T]) -> T {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private mutating func digits(_ count: Int) -> String {
    (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
  }

  private mutating func letters(_ count: Int) -> String {
    let all = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    return String((0..<count).map { _ in all[Int.random(in: 0..<all.count, using: &random)] })
  }

  private mutating func secret() -> String {
    let (value, text): (String, String)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: value = "sk-" + letters(32); text = "the key is \(value)"
    case 1: value = "ghp_" + letters(36); text = "export GITHUB_TOKEN=\(value)"
    case 2: value = letters(12) + digits(4); text = "password: \(value)"
    case 3: value = "AKIA" + letters(16).uppercased(); text = "aws id \(value) here"
    case 4: value = letters(14) + digits(4); text = "postgres://admin:\(value)@db.example/app"
    case 5: value = "eyJ" + letters(40); text = "Authorization: Bearer \(value)"
    case 6: value = letters(36) + digits(4); text = "aws_secret_access_key = \(value)"
    default: value = "xoxb-" + digits(12) + "-" + letters(20); text = "slack \(value)"
    }
    secrets.append(value)
    return text
  }

  private mutating func rule() -> String {
    let rule =
      switch Int.random(in: 0..<6, using: &random) {
      case 0: "Never touch the table accounts_\(digits(4))."
      case 1: "The port must be \(digits(4)) on every host."
      case 2: "Stop, undo the change to parser\(digits(3)).swift!"
      case 3: "不要删除文件 data\(digits(3)).json。"
      case 4: "Никогда не меняй модуль pay\(digits(3))."
      default: "Always run the suite t\(digits(3)) before you push."
      }
    rules.append(rule)
    return rule
  }

  private mutating func prose() -> String {
    pick([
      "please look at the failing build and tell me what you think of it",
      "منذ الأمس لا يعمل تسجيل الدخول في التطبيق", "התוכנה קורסת בכל הפעלה",
      "登录页面从昨天开始就打不开了", "line one\\nline two with \\\"quotes\\\" and a \\\\ backslash",
      "👩‍👩‍👧 a family and some 💡", "const value = items.map(item => item.id)",
    ])
  }

  private mutating func long() -> String {
    (0..<Int.random(in: 1...20, using: &random)).map { _ in prose() }.joined(separator: ". ")
  }

  private mutating func message() -> [String] {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return [#"{"role":"user","content":"\#(long()). \#(rule()) \#(prose())"}"#]
    case 1: return [#"{"role":"user","content":"\#(secret())"}"#]
    case 2:
      return [
        #"{"role":"user","content":[{"type":"text","text":"\#(prose())"},{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(letters(200))"}}],"x-id":{"deep":[1.50,null]}}"#
      ]
    case 3:
      return [#"{"role":"assistant","content":"\#(long())","refusal":null,"annotations":[]}"#]
    case 4: return [#"{"role":"system","content":"Note \#(digits(3))"}"#]
    default: return unit(Int.random(in: 1...4, using: &random))
    }
  }

  /// An assistant message with parallel calls and their results in any order.
  private mutating func unit(_ count: Int) -> [String] {
    let ids = (0..<count).map { _ -> String in
      calls += 1
      return "call_\(calls)"
    }
    let list = ids.map {
      #"{"id":"\#($0)","type":"function","function":{"name":"run","arguments":"{\"path\":\"src/f\#(digits(3)).swift\"}"}}"#
    }
    let content = pick(["null", "\"\"", "\"let me see\""])
    var lines = [
      #"{"role":"assistant","content":\#(content),"tool_calls":[\#(list.joined(separator: ","))]}"#
    ]
    for id in ids.shuffled(using: &random) {
      let text = pick([true, false, false]) ? secret() : long()
      lines.append(#"{"role":"tool","tool_call_id":"\#(id)","content":"\#(text) \#(long())"}"#)
    }
    return lines
  }

  mutating func make() -> String {
    var lines = [#"{"role":"system","content":"You are careful.","name":"root"}"#]
    for _ in 0..<Int.random(in: 6...30, using: &random) { lines += message() }
    lines.append(#"{"role":"user","content":"the last wish \#(digits(6)): \#(prose())"}"#)
    if pick([true, false]) { lines.append(#"{"role":"assistant","content":"on it"}"#) }
    switch seed % 3 {
    case 0: return "[" + lines.joined(separator: ",\n ") + "]\n"
    case 1:
      return #"{"model":"m","messages":["# + lines.joined(separator: ",")
        + #"],"tools":[{"type":"function","function":{"name":"run"}}],"seed":7}"#
    default: return lines.joined(separator: "\n") + "\n"
    }
  }
}

@Suite("Compression, whatever comes in") struct CompressInvariantTests {
  /// A model that repeats whatever it reads, secrets included, and adds one that it was never shown.
  private func leaky(_ step: Step, _ extra: String) -> StepResult {
    let prompt = String(decoding: step.request.messages, as: UTF8.self)
    return text("## Goal\nThe build. \(extra) \(prompt.prefix(300).filter { $0 != "\\" })")
  }

  private func check(seed: Int) throws {
    var maker = AgentTranscript(seed: seed)
    let input = maker.make()
    let settings = ["window": "3000", "threshold": seed % 2 == 0 ? "0.2" : "0.6"]
    let planted = maker.secrets.last ?? "sk-abcdefghijklmnopqrstuvwxyz0123"
    let run = drive(try program("compress", input, settings)) { step in
      // Every fifth model answers in one short line.
      seed % 5 == 0 ? text("Nothing of note.") : leaky(step, "password: \(planted)")
    }
    for step in run.steps {
      let request = String(decoding: step.request.messages, as: UTF8.self)
      for secret in maker.secrets { #expect(!request.contains(secret), "seed \(seed)") }
    }
    guard let result = run.result else {
      let failure = try #require(run.failure)
      #expect(failure.keepsInput && failure.class == "check" && !failure.message.isEmpty)
      return
    }
    if run.steps.isEmpty, result == input { return }
    try compare(input, result, run, maker)
  }

  private func compare(
    _ input: String, _ result: String, _ run: Run, _ maker: AgentTranscript
  ) throws {
    let (before, after) = (try Conversation(input), try Conversation(result))
    let seed = maker.seed
    #expect(after.hasWholePairs, "seed \(seed)")
    #expect(TokenEstimate.tokens(result) < TokenEstimate.tokens(input), "seed \(seed)")
    let systems = { (all: Conversation) in all.messages.filter { $0.role == "system" }.map(\.raw) }
    #expect(systems(after) == systems(before), "seed \(seed)")
    #expect(after.messages.first { $0.role != "system" }?.role != "tool", "seed \(seed)")
    #expect(
      after.messages.allSatisfy { ["system", "user", "assistant", "tool"].contains($0.role) })
    // The last request and all that follows it, byte for byte.
    let last = try #require(before.lastUser)
    let tail = before.messages[last...].map(\.raw)
    #expect(Array(after.messages.suffix(tail.count).map(\.raw)) == tail, "seed \(seed)")
    #expect(after.messages.first { $0.raw == tail[0] } != nil)
    for secret in maker.secrets { #expect(!result.contains(secret), "seed \(seed): \(secret)") }
    #expect(result.prefix { $0 != "{" } == input.prefix { $0 != "{" })
    if seed % 3 == 1 { #expect(result.hasSuffix(#","seed":7}"#)) }
    guard !run.steps.isEmpty else { return }
    // The rules of the person are in the summary word for word, or the report says how many are not.
    let kept = maker.rules.count { result.contains($0) }
    let leftOut = try run.report()["directives"]?["left_out"]?.int ?? 0
    #expect(kept + leftOut >= Set(maker.rules).count, "seed \(seed)")
  }

  /// `AUXQ_CONVERSATIONS=50` makes it the full thousand, which takes minutes in a debug build.
  private static let blockSize =
    ProcessInfo.processInfo.environment["AUXQ_CONVERSATIONS"].flatMap { Int($0) } ?? 6

  @Test("generated conversations keep their shape, and no secret gets out", arguments: 0..<20)
  func invariants(block: Int) throws {
    for seed in (block * 50 + 1)...(block * 50 + Self.blockSize) { try check(seed: seed) }
  }

  @Test("most of them really are compressed")
  func isUseful() throws {
    var summarised = 0
    for seed in 1...20 {
      var maker = AgentTranscript(seed: seed)
      let run = drive(
        try program("compress", maker.make(), ["window": "3000", "threshold": "0.2"])
      ) {
        leaky($0, "")
      }
      if run.result != nil, !run.steps.isEmpty { summarised += 1 }
    }
    #expect(summarised > 12)
  }

  @Test("five compressions in a row keep the rules, the pairs and the last request")
  func inARow() throws {
    var history = #"[{"role":"system","content":"Be careful."},"#
    history += #"{"role":"user","content":"Never touch the table accounts_7731."}"#
    for round in 1...5 {
      for turn in 1...12 {
        history +=
          #",{"role":"assistant","content":null,"tool_calls":[{"id":"c\#(round)_\#(turn)","type":"function","function":{"name":"read","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c\#(round)_\#(turn)","content":"\#(String(repeating: "data of the file ", count: 60))"}"#
      }
      let request = #"{"role":"user","content":"Round \#(round): always use port 90\#(round)0."}"#
      let run = drive(try program("compress", history + "," + request + "]", ["force": "true"])) {
        _ in
        text("## Goal\nRound \(round) of the work.")
      }
      let result = try #require(run.result)
      let after = try Conversation(result)
      #expect(after.hasWholePairs && after.messages.last?.raw == request)
      #expect(result.contains("Never touch the table accounts_7731."), "round \(round)")
      #expect(
        after.messages.count { $0.raw.contains("[Summary of the earlier conversation]") } == 1)
      if round > 1 { #expect(result.contains("always use port 90\(round - 1)0")) }
      history = String(result.dropLast())
    }
  }
}

@Suite("Models that misbehave") struct BadModelTests {
  private static let rule = "Never write to config/prod.yaml."

  private var talk: String {
    let lines = (1...30).map { number -> String in
      let role = number % 2 == 1 ? "user" : "assistant"
      let text =
        "Turn \(number): the parser and the lexer of the project have to be looked at, and it is not clear which of the two is wrong. "
      return #"{"role":"\#(role)","content":"\#(String(repeating: text, count: 4))"}"#
    }
    return #"[{"role":"user","content":"\#(Self.rule)"},{"role":"assistant","content":"ok"},"#
      + lines.joined(separator: ",") + #",{"role":"user","content":"go on"}]"#
  }

  private static let secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"

  @Test(
    "leave the input as it is, with a named reason",
    arguments: [
      ("", "empty"), ("   \n\t", "empty"), ("<think>all of it is thought</think>", "empty"),
      ("<think>never closed, and on it goes", "empty"),
      ("<think>a <think>nested</think> b</think>", "empty"),
      ("I'm sorry, but I can't help with that.", "refusal"),
      ("As an AI language model, I cannot summarise this.", "refusal"),
      ("我无法总结这段对话。", "refusal"),
      (String(repeating: "A very long summary that never ends. ", count: 3000), "no-gain"),
      ("## Goal\n" + String(repeating: "这是一个关于解析器的对话，用户希望修复错误。", count: 6), "language"),
      (
        "## Ziel\n"
          + String(
            repeating:
              "Der Parser ist nicht in Ordnung und die Datei wird von dem Programm nicht gelesen. ",
            count: 3), "language"
      ),
    ])
  func doubts(reply: String, reason: String) throws {
    let input = talk
    let run = drive(try program("compress", input, ["force": "true"])) { _ in text(reply) }
    let failure = try #require(run.failure)
    #expect(failure.class == "check" && failure.keepsInput)
    #expect(failure.message.hasPrefix(reason + ":"), "\(failure.message)")
    #expect(run.steps.count == 2, "asked once more")
    #expect(try !(run.report()["checks"]?["failed"]?.elements ?? []).isEmpty)
  }

  @Test(
    "are mended where that is safe",
    arguments: [
      "<think>a</think>\n## Goal\nFix the parser.", "```markdown\n## Goal\nFix the parser.\n```",
      "thoughts that were never opened</think>## Goal\nFix the parser.",
      "<think>a <think>b</think> c</think>## Goal\nFix the parser.",
      "Fix the parser.", "## Goal\nFix the parser. The token is \(secret).",
      "## Goal\nFix the parser.\n## Said by the person, word for word\n- A rule that nobody gave.",
    ])
  func mended(reply: String) throws {
    let run = drive(try program("compress", talk, ["force": "true"])) { _ in text(reply) }
    let result = try #require(run.result, "\(String(describing: run.failure))")
    #expect(run.steps.count == 1 && result.contains("Fix the parser."))
    #expect(!result.contains("think>") && !result.contains(Self.secret))
    #expect(!result.contains("A rule that nobody gave"))
    // Every heading is there, and the rule whatever the model made of it.
    for heading in ["Goal", "Constraints and preferences", "Open points"] {
      #expect(result.contains("## \(heading)"))
    }
    #expect(result.contains(Self.rule))
  }

  @Test("are asked once more, with what is wrong")
  func askedAgain() throws {
    var replies = ["I'm sorry, but I can't help with that.", "## Goal\nFix the parser."]
    let run = drive(try program("compress", talk, ["force": "true"])) { _ in
      text(replies.removeFirst())
    }
    #expect(run.result != nil && run.steps.count == 2)
    let again = try messages(of: run.steps[1])
    #expect(again.map(\.role) == ["system", "user", "assistant", "user"])
    #expect(again[3].content.contains("it declines the task"))
  }

  @Test("what the model drops comes back by code: paths, identifiers, numbers, exact errors")
  func anchors() throws {
    let lines = [
      #"{"role":"user","content":"The build of Sources/App/Login.swift fails since ticket OPS-4711, budget is 12500 EUR."}"#,
      #"{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"run","arguments":"{\"cmd\":\"swift build\"}"}}]}"#,
      #"{"role":"tool","tool_call_id":"a","content":"compiling\nerror: cannot find 'Sessoin' in scope\n\#(String(repeating: "more output of the build ", count: 120))"}"#,
      #"{"role":"assistant","content":"It is a typo: \#(String(repeating: "the name of the type was misspelled in that file. ", count: 12))"}"#,
      #"{"role":"user","content":"go on"}"#,
    ]
    let run = drive(
      try program("compress", "[" + lines.joined(separator: ",") + "]", ["force": "true"])
    ) {
      _ in text("## Goal\nMend the build.")
    }
    let result = try #require(run.result)
    let after = try Conversation(result)
    let content = try #require(after.messages[0].node["content"]?.string)
    for anchor in [
      "Sources/App/Login.swift", "OPS-4711", "12500", "error: cannot find 'Sessoin' in scope",
    ] {
      #expect(content.contains(anchor), "\(anchor)")
    }
    let appended = try run.report()["anchors"]?["appended"]?.elements?.compactMap(\.string) ?? []
    #expect(appended.contains("OPS-4711"))
  }
}
