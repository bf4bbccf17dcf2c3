import Fallback
import JSONText

/// What a reply holds, whatever its shape was.
struct CompletionDraft {
  var text = ""
  /// Reasoning in a field of its own.
  var hasReasoning = false
  var hasToolCalls = false
  /// The model says no in a field of its own, which comes with finish reason `stop`.
  var hasRefusal = false
  var finish = CompletionFacts.Finish.missing
  var inputTokens: Int?
  var outputTokens: Int?
  var requestID: String?
  var servedModel: String?

  /// The reply as the classifier and the caller see it: reasoning taken off.
  func finished(allowsLength: Bool) -> (facts: CompletionFacts, completion: Completion) {
    let content = Reasoning.split(text)
    let finish = hasRefusal && text.isEmpty ? .contentFilter : finish
    let facts = CompletionFacts(
      hasText: !content.text.isEmpty, hasReasoning: hasReasoning || content.hasReasoning,
      hasToolCalls: hasToolCalls, finish: finish, allowsLength: allowsLength)
    let completion = Completion(
      text: content.text, finish: finish, inputTokens: inputTokens, outputTokens: outputTokens,
      requestID: requestID, servedModel: servedModel)
    return (facts, completion)
  }

  /// Takes the counts out of a usage object of any dialect.
  ///
  /// A stream may count several times, and each later count is of the whole; some gateways end with
  /// zeros for what they have said before.
  mutating func read(usage: JSONNode?) {
    guard let usage, usage.members != nil else { return }
    let input = ["prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount"]
    let output = ["completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount"]
    if let count = input.lazy.compactMap({ usage[$0]?.int }).first {
      // Anthropic counts what was cached apart.
      let cached = ["cache_creation_input_tokens", "cache_read_input_tokens"]
      let sum = cached.reduce(Self.bounded(count)) { Self.sum($0, usage[$1]?.int) }
      if sum > 0 || inputTokens == nil { inputTokens = sum }
    }
    if let count = output.lazy.compactMap({ usage[$0]?.int }).first {
      // Gemini counts what was thought apart.
      let sum = Self.sum(count, usage["thoughtsTokenCount"]?.int)
      if sum > 0 || outputTokens == nil { outputTokens = sum }
    }
  }

  /// Counts from outside are neither negative nor so large that the sum of many could overflow.
  private static func sum(_ left: Int, _ right: Int?) -> Int {
    min(bounded(left) + bounded(right ?? 0), mostTokens)
  }

  static func bounded(_ count: Int) -> Int { min(max(0, count), mostTokens) }

  private static let mostTokens = 1_000_000_000_000

  /// A finish marker in any dialect's word. Gemini adds its own word after a colon.
  static func finish(_ word: String?) -> CompletionFacts.Finish {
    // Nearly always.
    if word == "stop" || word == "end_turn" { return .stop }
    return switch word?.lowercased().prefix(while: { $0 != ":" }) {
    case nil: .missing
    // The turn is not over: it would have to be sent back to be gone on with.
    case "pause_turn": .missing
    case "stop", "eos", "eos_token", "end", "end_turn", "stop_sequence", "complete", "completed":
      .stop
    case "length", "max_tokens", "max_output_tokens", "model_length", "token_limit": .length
    case "content_filter", "content_filtered", "safety", "refusal", "recitation", "blocklist",
      "prohibited_content", "spii", "guardrail_intervened", "sensitive":
      .contentFilter
    case "tool_calls", "function_call", "tool_use", "tool_call": .toolCalls
    case "error", "network_error", "abort", "insufficient_system_resource": .error
    case .some: .other
    }
  }
}

extension JSONNode {
  /// Something other than null, an empty text, list or object.
  var isFilled: Bool {
    switch kind {
    case .null: false
    case .string(let text): !text.isEmpty
    case .array(let values): !values.isEmpty
    case .object(let members): !members.isEmpty
    case .bool, .number: true
    }
  }

  /// A list of parts has one of these types.
  func hasPart(_ types: String...) -> Bool {
    (elements ?? []).contains { types.contains($0["type"]?.string ?? "") }
  }

  /// Content as text: a string, or a list of parts of which the text ones count.
  var contentText: String {
    if let text = string { return text }
    return (elements ?? [])
      .filter { ["text", "output_text"].contains($0["type"]?.string ?? "text") }
      .filter { $0["thought"]?.bool != true }
      .compactMap { $0["text"]?.string }
      .joined()
  }
}
