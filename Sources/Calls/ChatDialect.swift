import Fallback
import JSONText

/// OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat
enum ChatDialect {
  static let path = "/chat/completions"

  /// The request body. Messages are spliced as they are stored, never re-encoded.
  static func body(_ request: CompletionRequest, model: String, adjustments: [Adjustment])
    -> [UInt8]
  {
    var writer = JSONWriter(reserving: request.messages.count + 256)
    writer.beginObject()
    writer.key("model")
    writer.string(model)
    writer.key("messages")
    writer.raw(request.messages)
    if let limit = request.maxOutputTokens, !adjustments.contains(.dropMaxTokens) {
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
    writer.endObject()
    return writer.bytes
  }
}
