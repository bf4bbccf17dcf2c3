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
  static func body(_ request: CompletionRequest, model: String, adjustments: [Adjustment])
    -> [UInt8]
  {
    let (system, messages) = split(request.messages)
    var writer = JSONWriter(reserving: request.messages.count + 256)
    writer.beginObject()
    writer.key("model")
    writer.string(model)
    writer.key("max_tokens")
    writer.int(request.maxOutputTokens ?? defaultLimit)
    if let instructions = instructions(system, request, adjustments) {
      writer.key("system")
      writer.string(instructions)
    }
    writer.key("messages")
    writer.raw(messages)
    if let temperature = request.temperature, !adjustments.contains(.dropTemperature) {
      writer.key("temperature")
      // OpenAI's scale goes to 2, this one to 1.
      writer.value(.double(min(temperature, 1)))
    }
    writer.endObject()
    return writer.bytes
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
    let system = nodes.filter(isSystem).compactMap { $0["content"]?.contentText }
    guard !system.isEmpty else { return ([], messages) }
    var writer = JSONWriter(reserving: messages.count)
    writer.beginArray()
    for node in nodes where !isSystem(node) { writer.raw(messages[node.range]) }
    writer.endArray()
    return (system.filter { !$0.isEmpty }, writer.bytes)
  }

  /// Some servers give the window's name as the reason where they have nothing to say.
  static func finish(_ word: String?, hasText: Bool) -> CompletionFacts.Finish {
    if word == "model_context_window_exceeded" { return hasText ? .length : .other }
    return CompletionDraft.finish(word)
  }
}
