import Foundation

/// A fact that was said at some depth of a conversation, and how to tell whether it is still there.
struct Needle {
  enum Class: String, CaseIterable {
    case constraint, decision, path, error, number, todo, reversal
    /// The newer of two values.
    case current
    /// Must be gone.
    case secret
  }

  var `class`: Class
  /// Percent of the conversation.
  var depth: Int
  /// What must be there letter by letter (for a secret: must not).
  var text: String
}

/// Conversations with planted facts, made from a seed. The wordings vary, so that knowing one form of
/// them is of no use.
struct NeedleTranscript {
  private(set) var messages: [[String: Any]] = []
  private(set) var needles: [Needle] = []
  private var random: SeededGenerator
  private var calls = 0

  static let depths = [5, 25, 50, 75, 95]

  init(seed: Int, turns: Int) {
    random = SeededGenerator(UInt64(seed + 1))
    messages = [["role": "system", "content": "You are a careful engineer."]]
    addFiller(turns)
    for depth in Self.depths {
      for kind in Needle.Class.allCases { plant(kind, depth: depth) }
    }
    messages.append(["role": "user", "content": "Now go on with the next step."])
  }

  /// More work after a compression.
  mutating func goOn(_ compressed: [[String: Any]], turns: Int) {
    messages = compressed
    addFiller(turns)
    messages.append(["role": "user", "content": "And now the next step, please."])
  }

  private mutating func pick(_ values: [String]) -> String {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private mutating func code(_ length: Int) -> String {
    let all = Array("bcdfghjkmnpqrstvwxz")
    return String((0..<length).map { _ in all[Int.random(in: 0..<all.count, using: &random)] })
  }

  private mutating func digits(_ count: Int) -> String {
    String(Int.random(in: 1...9, using: &random))
      + (1..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
  }

  private mutating func addFiller(_ turns: Int) {
    let prose = [
      "The module reads the file and keeps what it needs, which takes a while on large inputs.",
      "I looked at it again, and the test that we wrote yesterday still covers the main path.",
      "There is nothing unusual in the output, so the next thing is to look at the other part.",
      "It compiles, the warnings are gone, and the reviewers had no further remarks about it.",
    ]
    for turn in 0..<turns {
      let text = (0..<Int.random(in: 2...6, using: &random)).map { _ in pick(prose) }
        .joined(separator: " ")
      switch turn % 4 {
      case 0: messages.append(["role": "user", "content": text])
      case 1, 3: messages.append(["role": "assistant", "content": text])
      default: addToolUse(text)
      }
    }
  }

  private mutating func addToolUse(_ text: String) {
    calls += 1
    let id = "call_\(calls)"
    let function = ["name": "read", "arguments": "{\"n\":\(calls)}"]
    messages.append([
      "role": "assistant", "content": NSNull(),
      "tool_calls": [["id": id, "type": "function", "function": function] as [String: Any]],
    ])
    messages.append([
      "role": "tool", "tool_call_id": id,
      "content": Array(repeating: text, count: 6).joined(separator: "\n"),
    ])
  }

  /// Puts a message in at a depth, never between a call and its result.
  private mutating func insert(_ role: String, _ text: String, depth: Int) {
    var index = 1 + (messages.count - 1) * depth / 100
    while index < messages.count, messages[index]["role"] as? String == "tool" { index += 1 }
    messages.insert(["role": role, "content": text], at: index)
  }

  private mutating func plant(_ kind: Needle.Class, depth: Int) {
    let name = code(6)
    let (role, text, needle) = wording(kind, name)
    insert(role, text, depth: depth)
    needles.append(Needle(class: kind, depth: depth, text: needle))
  }

  private mutating func wording(
    _ kind: Needle.Class, _ name: String
  ) -> (role: String, text: String, needle: String) {
    switch kind {
    case .constraint:
      let rule = pick([
        "Under no circumstances may \(name) be restarted.", "Keep \(name) below 40 percent load.",
        "\(name) has to stay on the old protocol.", "Leave \(name) alone until I say otherwise.",
      ])
      return ("user", rule, rule)
    case .decision:
      let reason = "we settled on \(name) since the alternative lost writes"
      return ("assistant", pick(["After all, ", "In the end ", "So "]) + reason + ".", reason)
    case .path:
      let path = "services/\(name)/handler_\(digits(2)).go"
      return ("assistant", pick(["The culprit is ", "Have a look at ", "Changed: "]) + path, path)
    case .error:
      let error = "error E\(digits(4)): stream \(name) closed unexpectedly"
      return ("assistant", "It printed this:\n\(error)\nand nothing else.", error)
    case .number:
      let number = digits(5)
      return ("user", "The limit for \(name) comes to \(number) requests a minute.", number)
    case .todo:
      let todo = "\(name) still lacks a migration"
      return ("assistant", pick(["Open: ", "Note to self, ", "Left over: "]) + todo + ".", todo)
    case .reversal:
      let wish = "scrap the rewrite of \(name)"
      return ("user", pick(["On second thought, ", "Hm, no: ", "Wait, "]) + wish + ".", wish)
    case .current:
      let (old, new) = (digits(4), digits(4))
      return ("user", "Not \(old) after all, \(name) listens on \(new) from today.", new)
    case .secret:
      let secret = "sk-" + code(24) + digits(6)
      return ("user", "By the way, the key of \(name) reads \(secret), put it in.", secret)
    }
  }
}
