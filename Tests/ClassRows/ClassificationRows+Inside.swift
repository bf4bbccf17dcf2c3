import Fallback
import JSONText

extension ClassificationRows {
  /// HTTP 200 that is no success, and some that is.
  package static let inside: [ClassRow] = [
    ClassRow(
      "anthropic", 200,
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
      .overloaded, .model, headers: [("content-type", "text/event-stream")]),
    ClassRow(
      "anthropic", 200,
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":{\"input_tokens\":3}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
      .overloaded, .model),
    ClassRow(
      "openrouter", 200,
      #"{"id":"gen-1","choices":[{"finish_reason":"error","message":{"role":"assistant","content":"Hel"},"error":{"code":502,"message":"Provider disconnected"}}]}"#,
      .serverError, .route),
    ClassRow(
      "openrouter", 200,
      #"{"error":{"code":429,"message":"Rate limit exceeded"},"choices":[{"finish_reason":"error","message":{"content":""}}]}"#,
      .rateLimit, .credential),
    ClassRow(
      "openrouter", 200, #"{"error":{"code":402,"message":"Insufficient credits"}}"#, .payment,
      .credential),
    ClassRow(
      "openrouter", 200, #"{"error":{"code":401,"message":"User not found."}}"#, .auth, .credential),
    ClassRow(
      "openrouter", 200, #"{"choices":[{"finish_reason":"error","message":{"content":"x"}}]}"#,
      .serverError, .route),
    ClassRow(
      "openrouter", 200,
      ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" + Bodies.chat("Hello"), nil),
    ClassRow(
      "openrouter", 200,
      ": OPENROUTER PROCESSING\n\ndata: {\"id\":\"g\",\"choices\":[{\"delta\":{\"content\":\"Hel\"},\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
      nil),
    ClassRow(
      "openrouter", 200,
      "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"},\"finish_reason\":null}]}\n\n",
      .truncated, .model),
    ClassRow(
      "openrouter", 200,
      "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\ndata: {\"error\":{\"code\":429,\"message\":\"Provider returned error\"}}\n\n",
      .overloaded, .model),
    ClassRow("openrouter", 200, ": OPENROUTER PROCESSING\n\n", .invalidResponse, .model),
    ClassRow("deepseek", 200, "\n\n\n" + Bodies.chat("Hello"), nil),
    ClassRow("deepseek", 200, ": keep-alive\n\n" + Bodies.chat("Hello"), nil),
    ClassRow("minimax", 200, Bodies.miniMax(1002, "rate limit"), .rateLimit, .credential),
    ClassRow(
      "minimax", 200, Bodies.miniMax(1004, "not authorized / token not match group"), .auth,
      .credential),
    ClassRow("minimax", 200, Bodies.miniMax(1008, "insufficient balance"), .payment, .credential),
    ClassRow(
      "minimax", 200, Bodies.miniMax(1027, "output new_sensitive"), .contentPolicy, .request),
    ClassRow("minimax", 200, Bodies.miniMax(2013, "invalid params"), .invalidRequest, .request),
    ClassRow(
      "minimax", 200,
      #"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"base_resp":{"status_code":0,"status_msg":""}}"#,
      nil),
    ClassRow(
      "proxy", 200, #"{"success":false,"code":1113,"msg":"Insufficient balance"}"#, .payment,
      .credential),
    ClassRow(
      "proxy", 200,
      #"{"object":"error","message":"Too many requests","type":"rate_limit_error","code":429}"#,
      .rateLimit, .credential),
    ClassRow("proxy", 200, #"{"error":{"message":"something broke"}}"#, .serverError, .route),
    ClassRow(
      "any", 200, "<!DOCTYPE html><html>Welcome</html>", .invalidResponse, .route,
      headers: [("content-type", "text/html")]),
    ClassRow("any", 200, "{}", .invalidResponse, .model),
    ClassRow("any", 200, #"{"choices":[]}"#, .invalidResponse, .model),
    ClassRow("any", 200, "null", .invalidResponse, .model),
    ClassRow("any", 200, "", .invalidResponse, .model),
    ClassRow("any", 200, "42", .invalidResponse),
    ClassRow("any", 200, #"{"choices":[{"message":{"cont"#, .invalidResponse, .model),
    ClassRow("any", 200, #"{"choices":[{"message":{"cont"#, .truncated, .model, fault: .truncated),
    ClassRow("any", 200, Bodies.chat(""), .invalidResponse, .model),
    ClassRow("any", 200, Bodies.chat(nil), .invalidResponse, .model),
    ClassRow("any", 200, Bodies.chat("<think>only thoughts</think>"), .invalidResponse, .model),
    ClassRow("any", 200, Bodies.chat("half", finish: "length"), .truncated, .model),
    ClassRow("any", 200, Bodies.chat("half", finish: nil), .truncated, .model),
    ClassRow("any", 200, Bodies.chat("no", finish: "content_filter"), .contentPolicy, .request),
    ClassRow(
      "any", 200,
      #"{"choices":[{"message":{"content":null,"refusal":"I can't help."},"finish_reason":"stop"}]}"#,
      .contentPolicy, .request),
    ClassRow(
      "any", 200,
      #"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"1"}]},"finish_reason":"tool_calls"}]}"#,
      .invalidResponse, .model),
    ClassRow(
      "any", 200,
      #"{"choices":[{"message":{"content":"insufficient credits, 429 rate limit, invalid api key"},"finish_reason":"stop"}]}"#,
      nil),
    ClassRow(
      "anthropic", 200,
      #"{"type":"message","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":4,"output_tokens":2}}"#,
      nil),
    ClassRow(
      "anthropic", 200,
      #"{"type":"message","content":[{"type":"text","text":"Hi"}],"stop_reason":"max_tokens"}"#,
      .truncated, .model),
    ClassRow(
      "anthropic", 200, #"{"type":"message","content":[],"stop_reason":"refusal"}"#, .contentPolicy,
      .request),
    ClassRow(
      "gemini", 200,
      #"{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}"#, nil),
    ClassRow(
      "ollama", 200,
      #"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop"}"#,
      nil),
    ClassRow(
      "openai", 200,
      #"{"object":"response","status":"completed","error":null,"output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}"#,
      nil),
    ClassRow(
      "openai", 200,
      #"{"object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}"#,
      .truncated, .model),
  ]
}
