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

  /// Reads a reply of this shape.
  ///
  /// - Parameters:
  ///   - root: The parsed body.
  ///   - allowsLength: A reply that was cut by the output limit is accepted.
  /// - Returns: nil when the body has no choice with a message.
  static func completion(
    in root: JSONNode, allowsLength: Bool
  ) -> (facts: CompletionFacts, completion: Completion)? {
    guard let choice = root["choices"]?.elements?.first, let message = choice["message"],
      message.members != nil
    else { return nil }
    let content = Reasoning.split(text(of: message["content"]))
    let hasField = ["reasoning", "reasoning_content", "reasoning_details"]
      .contains { message[$0].map(isFilled) ?? false }
    let finish = self.finish(choice["finish_reason"]?.string)
    let facts = CompletionFacts(
      hasText: !content.text.isEmpty, hasReasoning: hasField || content.hasReasoning,
      hasToolCalls: message["tool_calls"].map(isFilled) ?? false, finish: finish,
      allowsLength: allowsLength)
    let usage = root["usage"]
    let completion = Completion(
      text: content.text, finish: finish, inputTokens: usage?["prompt_tokens"]?.int,
      outputTokens: usage?["completion_tokens"]?.int, requestID: root["id"]?.string,
      servedModel: root["model"]?.string)
    return (facts, completion)
  }

  /// Content is a string, or a list of parts of which the text ones count.
  private static func text(of content: JSONNode?) -> String {
    if let text = content?.string { return text }
    let parts = content?.elements ?? []
    return
      parts
      .filter { ($0["type"]?.string ?? "text") == "text" }
      .compactMap { $0["text"]?.string }
      .joined()
  }

  private static func isFilled(_ node: JSONNode) -> Bool {
    switch node.kind {
    case .null: false
    case .string(let text): !text.isEmpty
    case .array(let values): !values.isEmpty
    case .object(let members): !members.isEmpty
    case .bool, .number: true
    }
  }

  private static func finish(_ word: String?) -> CompletionFacts.Finish {
    switch word {
    case nil: .missing
    case "stop", "eos", "end_turn", "stop_sequence", "complete", "COMPLETE", "STOP": .stop
    case "length", "max_tokens", "MAX_TOKENS", "model_length": .length
    case "content_filter", "SAFETY", "safety", "refusal": .contentFilter
    case "tool_calls", "function_call", "tool_use": .toolCalls
    case "error": .error
    case .some: .other
    }
  }
}
