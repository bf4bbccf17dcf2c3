extension Behaviour {
  /// A chat completion in OpenAI's shape.
  ///
  /// - Parameters:
  ///   - content: What the model says; nil sends `null`.
  ///   - promptTokens: Of `usage`.
  ///   - completionTokens: Of `usage`.
  ///   - finish: `finish_reason`; nil sends `null`.
  ///   - model: The model that claims to have answered.
  ///   - headers: Beside content type and request id.
  /// - Returns: The behaviour.
  package static func text(
    _ content: String?, promptTokens: Int = 12, completionTokens: Int = 5,
    finish: String? = "stop", model: String = "simulated-model",
    headers: [(String, String)] = []
  ) -> Behaviour {
    let message = "{\"role\":\"assistant\",\"content\":\(quoted(content))}"
    return json(
      """
      {"id":"chatcmpl-simulated","object":"chat.completion","created":1750000000,\
      "model":\(quoted(model)),"choices":[{"index":0,"message":\(message),\
      "finish_reason":\(quoted(finish))}],"usage":{"prompt_tokens":\(promptTokens),\
      "completion_tokens":\(completionTokens),"total_tokens":\(promptTokens + completionTokens)}}
      """, headers: [("x-request-id", "req-simulated")] + headers)
  }

  /// An error in OpenAI's shape.
  ///
  /// - Parameters:
  ///   - status: The HTTP status.
  ///   - message: The sentence for people; a usual one when nil.
  ///   - code: `error.code`; a usual one when nil.
  ///   - type: `error.type`.
  ///   - retryAfter: Value of the header `Retry-After`.
  ///   - headers: Further headers.
  /// - Returns: The behaviour.
  package static func error(
    _ status: Int, _ message: String? = nil, code: String? = nil,
    type: String = "simulated_error", retryAfter: String? = nil,
    headers: [(String, String)] = []
  ) -> Behaviour {
    let usual = usualErrors[status] ?? ("Something went wrong", "error")
    let waits = retryAfter.map { [("Retry-After", $0)] } ?? []
    return json(
      """
      {"error":{"message":\(quoted(message ?? usual.0)),"type":\(quoted(type)),"param":null,\
      "code":\(quoted(code ?? usual.1))}}
      """, status: status, headers: waits + headers)
  }

  private static let usualErrors = [
    400: ("The request is malformed", "invalid_request_error"),
    401: ("Incorrect API key provided", "invalid_api_key"),
    402: ("Insufficient credits", "insufficient_credits"),
    403: ("You do not have access to this resource", "forbidden"),
    404: ("The model does not exist", "model_not_found"),
    413: ("Request too large", "request_too_large"),
    429: ("Rate limit reached, try again later", "rate_limit_exceeded"),
    500: ("The server had an error", "server_error"),
    502: ("Bad gateway", "bad_gateway"),
    503: ("The engine is overloaded", "overloaded"),
    504: ("Gateway timeout", "timeout"),
    529: ("Overloaded", "overloaded_error"),
  ]

  /// A JSON string, or `null`.
  private static func quoted(_ text: String?) -> String {
    guard let text else { return "null" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}":
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
