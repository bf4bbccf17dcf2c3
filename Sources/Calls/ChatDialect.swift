import Fallback
import JSONText

/// OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat
enum ChatDialect {
  static let path = "/chat/completions"

  /// The request body. Messages are spliced as they are stored, never re-encoded.
  static func body(
    _ request: CompletionRequest, model: String, adjustments: [Adjustment], wire: WireSettings,
    quirks: Quirks
  ) -> [UInt8] {
    let adjustments = quirks.adjustments + adjustments
    var writer = JSONWriter(reserving: request.messages.count + 512)
    writer.beginObject()
    writer.key("model")
    writer.string(model)
    writer.key("messages")
    writer.raw(request.messages)
    write(request, adjustments, quirks, into: &writer)
    if let effort = wire.effort { write(effort, as: quirks.effort, into: &writer) }
    if wire.streaming != nil {
      writer.key("stream")
      writer.bool(true)
      if !quirks.omitsStreamOptions {
        writer.key("stream_options")
        writer.value(["include_usage": true])
      }
    }
    writer.members(wire.extraMembers)
    writer.endObject()
    return writer.finished()
  }

  private static func write(
    _ request: CompletionRequest, _ adjustments: [Adjustment], _ quirks: Quirks,
    into writer: inout JSONWriter
  ) {
    let limit = request.maxOutputTokens ?? quirks.defaultLimit
    if let limit, !adjustments.contains(.dropMaxTokens) {
      writer.key(adjustments.contains(.renameMaxTokens) ? "max_completion_tokens" : "max_tokens")
      writer.int(limit)
    }
    if let temperature = request.temperature, !adjustments.contains(.dropTemperature) {
      writer.key("temperature")
      writer.value(.double(temperature))
    }
    if let schema = request.schema, !adjustments.contains(.dropResponseFormat) {
      writer.key("response_format")
      writer.value([
        "type": "json_schema",
        "json_schema": ["name": "result", "schema": .raw(schema)],
      ])
    }
  }

  private static func write(
    _ effort: WireSettings.Effort, as field: Quirks.EffortField, into writer: inout JSONWriter
  ) {
    let isOff = effort == .none
    switch field {
    case .effort:
      writer.key("reasoning_effort")
      writer.string(effort.rawValue)
    case .object:
      writer.key("reasoning")
      writer.value(isOff ? ["enabled": false] : ["effort": .string(effort.rawValue)])
    case .thinking, .budget:
      writer.key("thinking")
      writer.value(["type": .string(isOff ? "disabled" : "enabled")])
    case .flag:
      writer.key("enable_thinking")
      writer.bool(!isOff)
    case .template:
      writer.key("chat_template_kwargs")
      writer.value(["enable_thinking": .bool(!isOff)])
    }
  }
}
