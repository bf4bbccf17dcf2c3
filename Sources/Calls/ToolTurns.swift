import JSONText

/// Turns of a chat that call tools or answer with what a tool gave, in the shape of the messages
/// dialect: https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
enum ToolTurns {
  /// Whether a turn has another shape there than in a chat.
  static func isOne(_ turn: JSONNode) -> Bool { isResult(turn) || isCall(turn) }

  static func isResult(_ turn: JSONNode) -> Bool {
    ["tool", "function"].contains(turn["role"]?.string ?? "")
  }

  private static func isCall(_ turn: JSONNode) -> Bool {
    turn["tool_calls"]?.elements?.isEmpty == false
  }

  /// What several tools gave goes into one turn of the user.
  static func write(_ results: [JSONNode], into writer: inout JSONWriter) {
    guard !results.isEmpty else { return }
    writer.value([
      "role": "user",
      "content": .array(
        results.map { result in
          [
            "type": "tool_result",
            "tool_use_id": .string(result["tool_call_id"]?.string ?? result["name"]?.string ?? ""),
            "content": .string(result["content"]?.contentText ?? ""),
          ]
        }),
    ])
  }

  /// Any other turn; one without calls is spliced as it is.
  static func write(_ turn: JSONNode, of messages: [UInt8], into writer: inout JSONWriter) {
    guard isCall(turn), let calls = turn["tool_calls"]?.elements else {
      return writer.raw(messages[turn.range])
    }
    var parts: [JSONValue] = []
    let text = turn["content"]?.contentText ?? ""
    if !text.isEmpty { parts.append(["type": "text", "text": .string(text)]) }
    for call in calls {
      let arguments = Array((call["function"]?["arguments"]?.string ?? "").utf8)
      let isObject = (try? JSONNode.parse(arguments))?.members != nil
      parts.append([
        "type": "tool_use", "id": .string(call["id"]?.string ?? ""),
        "name": .string(call["function"]?["name"]?.string ?? ""),
        "input": isObject ? .raw(arguments) : .object([]),
      ])
    }
    writer.value(["role": "assistant", "content": .array(parts)])
  }
}
