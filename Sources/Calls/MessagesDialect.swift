import Fallback
import JSONText

/// Anthropic messages: https://docs.anthropic.com/en/api/messages
enum MessagesDialect {
  /// Where a request sets no limit of its own; the dialect demands one.
  static let defaultLimit = 4_096

  /// The path below a base URL, with or without the version.
  static func path(below baseURL: String) -> String {
    let last = baseURL.split(separator: "/").last ?? ""
    let isVersion = last.first == "v" && last.count > 1 && last.dropFirst().allSatisfy(\.isNumber)
    return isVersion ? "/messages" : "/v1/messages"
  }

  /// The request body. System messages are lifted to `system`; the others are spliced as they are.
  static func body(
    _ request: CompletionRequest, model: String, adjustments: [Adjustment], wire: WireSettings,
    quirks: Quirks
  ) -> [UInt8] {
    let adjustments = quirks.adjustments + adjustments
    let (system, messages) = split(request.messages)
    let budget = wire.effort.flatMap(budget) ?? 0
    var writer = JSONWriter(reserving: request.messages.count + 512)
    writer.beginObject()
    writer.key("model")
    writer.string(model)
    writer.key("max_tokens")
    // What is thought counts as output too.
    writer.int((request.maxOutputTokens ?? defaultLimit) + budget)
    if let instructions = instructions(system, request, adjustments) {
      writer.key("system")
      writer.string(instructions)
    }
    writer.key("messages")
    writer.raw(messages)
    // A temperature cannot be set for a model that thinks.
    if let temperature = request.temperature, budget == 0, !adjustments.contains(.dropTemperature) {
      writer.key("temperature")
      // OpenAI's scale goes to 2, this one to 1.
      writer.value(.double(min(temperature, 1)))
    }
    if wire.effort != nil {
      writer.key("thinking")
      writer.value(
        budget == 0 ? ["type": "disabled"] : ["type": "enabled", "budget_tokens": .int(budget)])
    }
    if wire.streaming != nil {
      writer.key("stream")
      writer.bool(true)
    }
    writer.members(wire.extraMembers)
    writer.endObject()
    return writer.finished()
  }

  /// Tokens for thinking; 1,024 is the least that is taken.
  private static func budget(_ effort: WireSettings.Effort) -> Int? {
    switch effort {
    case .none: nil
    case .minimal: 1_024
    case .low: 2_048
    case .medium: 8_192
    case .high: 16_384
    }
  }

  /// The dialect has no response format: the schema goes with the instructions.
  private static func instructions(
    _ system: [String], _ request: CompletionRequest, _ adjustments: [Adjustment]
  ) -> String? {
    var parts = system
    if let schema = request.schema, !adjustments.contains(.dropResponseFormat) {
      parts.append(
        "Answer with JSON alone that fits this JSON Schema:\n"
          + String(decoding: schema, as: UTF8.self))
    }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  /// Texts of the system messages, and an array of the other ones.
  private static func split(_ messages: [UInt8]) -> (system: [String], rest: [UInt8]) {
    guard let nodes = try? JSONNode.parse(messages, as: .strict, maxDepth: 512).elements else {
      return ([], messages)
    }
    let isSystem: (JSONNode) -> Bool = {
      ["system", "developer"].contains($0["role"]?.string ?? "")
    }
    let texts = nodes.filter(isSystem).compactMap { $0["content"]?.contentText }
    let system = texts.filter { !$0.isEmpty }
    let turns = nodes.filter { !isSystem($0) }
    var writer = JSONWriter(reserving: messages.count)
    writer.beginArray()
    guard !turns.isEmpty else {
      // At least one turn is demanded: then the instructions are the question.
      writer.value(["role": "user", "content": .string(system.joined(separator: "\n\n"))])
      writer.endArray()
      return ([], writer.finished())
    }
    if turns.count == nodes.count, !turns.contains(where: ToolTurns.isOne) { return ([], messages) }
    var results: [JSONNode] = []
    for turn in turns {
      if ToolTurns.isResult(turn) {
        results.append(turn)
        continue
      }
      ToolTurns.write(results, into: &writer)
      results = []
      ToolTurns.write(turn, of: messages, into: &writer)
    }
    ToolTurns.write(results, into: &writer)
    writer.endArray()
    return (system, writer.finished())
  }

  /// Some servers give the window's name as the reason where they have nothing to say.
  static func finish(_ word: String?, hasText: Bool) -> CompletionFacts.Finish {
    if word == "model_context_window_exceeded" { return hasText ? .length : .other }
    return CompletionDraft.finish(word)
  }
}
