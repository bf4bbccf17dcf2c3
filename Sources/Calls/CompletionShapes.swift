import Fallback
import JSONText

/// Reads a whole reply of any provider's shape. Every shape is tried, since gateways answer in others
/// than they are asked in.
enum CompletionShapes {
  /// Reads a reply.
  ///
  /// - Parameter root: The parsed body.
  /// - Returns: nil where it has the shape of no reply.
  static func draft(in root: JSONNode) -> CompletionDraft? {
    guard root.members != nil else { return nil }
    var draft =
      chat(root) ?? messages(root) ?? gemini(root) ?? responses(root) ?? converse(root)
      ?? ollama(root)
    draft?.read(usage: root["usage"] ?? root["usageMetadata"])
    draft?.requestID = root["id"]?.string ?? root["responseId"]?.string
    draft?.servedModel = root["model"]?.string ?? root["modelVersion"]?.string
    return draft
  }

  /// OpenAI chat completions, and the older completions.
  private static func chat(_ root: JSONNode) -> CompletionDraft? {
    guard let choice = root["choices"]?.elements?.first else { return nil }
    var draft = CompletionDraft()
    draft.finish = CompletionDraft.finish(choice["finish_reason"]?.string)
    draft.read(usage: choice["usage"])
    if let message = choice["message"], message.members != nil {
      draft.read(message: message)
    } else if let text = choice["text"]?.string {
      draft.text = text
    } else {
      return nil
    }
    return draft
  }

  /// Anthropic messages: https://docs.anthropic.com/en/api/messages
  private static func messages(_ root: JSONNode) -> CompletionDraft? {
    guard root["stop_reason"] != nil || root["type"]?.string == "message",
      let parts = root["content"]?.elements
    else { return nil }
    var draft = CompletionDraft()
    for part in parts { draft.read(part: part) }
    draft.finish = MessagesDialect.finish(root["stop_reason"]?.string, hasText: !draft.text.isEmpty)
    return draft
  }

  /// Gemini's own: https://ai.google.dev/api/generate-content
  private static func gemini(_ root: JSONNode) -> CompletionDraft? {
    var draft = CompletionDraft()
    guard let candidate = root["candidates"]?.elements?.first else {
      guard root["promptFeedback"]?["blockReason"]?.string != nil else { return nil }
      draft.finish = .contentFilter
      return draft
    }
    let parts = candidate["content"]?["parts"]
    draft.text = parts?.contentText ?? ""
    draft.hasReasoning = parts?.elements?.contains { $0["thought"]?.bool == true } ?? false
    draft.hasToolCalls = parts?.elements?.contains { $0["functionCall"] != nil } ?? false
    draft.finish = CompletionDraft.finish(candidate["finishReason"]?.string)
    return draft
  }

  /// OpenAI responses: https://platform.openai.com/docs/api-reference/responses
  private static func responses(_ root: JSONNode) -> CompletionDraft? {
    guard let items = root["output"]?.elements else { return nil }
    var draft = CompletionDraft()
    for item in items {
      switch item["type"]?.string {
      case "message": draft.text += item["content"]?.contentText ?? ""
      case "reasoning": draft.hasReasoning = true
      case "function_call": draft.hasToolCalls = true
      default: break
      }
    }
    if draft.text.isEmpty { draft.text = root["output_text"]?.string ?? "" }
    draft.finish = CompletionDraft.finish(
      root["incomplete_details"]?["reason"]?.string ?? root["status"]?.string ?? "completed")
    return draft
  }

  /// Bedrock Converse.
  private static func converse(_ root: JSONNode) -> CompletionDraft? {
    guard let message = root["output"]?["message"] else { return nil }
    var draft = CompletionDraft()
    draft.text = message["content"]?.contentText ?? ""
    draft.finish = CompletionDraft.finish(root["stopReason"]?.string)
    return draft
  }

  /// Ollama's own, and Cohere's, which look alike.
  private static func ollama(_ root: JSONNode) -> CompletionDraft? {
    guard let message = root["message"], message.members != nil,
      root["done"] != nil || root["finish_reason"] != nil
    else { return nil }
    var draft = CompletionDraft()
    draft.read(message: message)
    let end = root["done"]?.bool == true ? "stop" : nil
    draft.finish = CompletionDraft.finish(
      root["done_reason"]?.string ?? root["finish_reason"]?.string ?? end)
    draft.inputTokens = root["prompt_eval_count"]?.int.map(CompletionDraft.bounded)
    draft.outputTokens = root["eval_count"]?.int.map(CompletionDraft.bounded)
    return draft
  }
}

extension CompletionDraft {
  /// A message, or a piece of one, of the chat dialect.
  mutating func read(message: JSONNode) {
    let content = message["content"]
    text += content?.contentText ?? ""
    let reasoning = ["reasoning", "reasoning_content", "reasoning_details", "thinking"]
    if reasoning.contains(where: { message[$0]?.isFilled ?? false })
      || content?.hasPart("thinking", "reasoning") ?? false
    {
      hasReasoning = true
    }
    if ["tool_calls", "function_call"].contains(where: { message[$0]?.isFilled ?? false }) {
      hasToolCalls = true
    }
    if message["refusal"]?.isFilled ?? false || content?.hasPart("refusal") ?? false {
      hasRefusal = true
    }
  }

  /// A part of the content of the messages dialect.
  mutating func read(part: JSONNode) {
    switch part["type"]?.string {
    case "text", "text_delta": text += part["text"]?.string ?? ""
    case "thinking", "redacted_thinking", "thinking_delta": hasReasoning = true
    case "tool_use", "server_tool_use", "mcp_tool_use": hasToolCalls = true
    default: break
    }
  }
}
