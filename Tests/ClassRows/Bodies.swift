package import JSONText

/// Error bodies in the shapes of their providers.
package enum Bodies {
  package static func openAI(
    _ code: String?, _ message: String, type: String = "invalid_request_error", param: String? = nil
  ) -> String {
    text([
      "error": [
        "message": .string(message), "type": .string(type), "param": .optional(param),
        "code": .optional(code),
      ]
    ])
  }

  package static func anthropic(_ type: String, _ message: String) -> String {
    text([
      "type": "error", "error": ["type": .string(type), "message": .string(message)],
      "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy",
    ])
  }

  package static func gemini(
    _ code: Int, _ status: String, _ message: String, quotaID: String? = nil, delay: String? = nil
  ) -> String {
    var details: [JSONValue] = []
    if let quotaID {
      details.append([
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [["quotaMetric": "generate_content_requests", "quotaId": .string(quotaID)]],
      ])
    }
    if let delay {
      details.append([
        "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string(delay),
      ])
    }
    return text([
      "error": [
        "code": .int(code), "message": .string(message), "status": .string(status),
        "details": .array(details),
      ]
    ])
  }

  package static func openRouter(_ code: Int, _ message: String, _ metadata: JSONValue? = nil)
    -> String
  {
    var error: [JSONPair] = [
      JSONPair("message", .string(message)), JSONPair("code", .int(code)),
    ]
    if let metadata { error.append(JSONPair("metadata", metadata)) }
    return text(["error": .object(error), "user_id": "user_1"])
  }

  /// Code and sentence as two plain strings.
  package static func xAI(_ code: String, _ message: String) -> String {
    text(["code": .string(code), "error": .string(message)])
  }

  package static func numbered(_ code: String, _ message: String) -> String {
    text(["error": ["code": .string(code), "message": .string(message)]])
  }

  package static func mistral(_ type: String, _ code: String, _ message: String) -> String {
    text([
      "object": "error", "message": .string(message), "type": .string(type), "param": nil,
      "code": .string(code),
    ])
  }

  package static func miniMax(_ code: Int, _ message: String) -> String {
    text(["base_resp": ["status_code": .int(code), "status_msg": .string(message)]])
  }

  package static func plain(_ message: String) -> String { text(["error": .string(message)]) }
  package static func detail(_ message: String) -> String { text(["detail": .string(message)]) }
  package static func message(_ message: String) -> String { text(["message": .string(message)]) }

  package static func llamaCpp(_ code: Int, _ type: String, _ message: String) -> String {
    text(["error": ["code": .int(code), "message": .string(message), "type": .string(type)]])
  }

  /// A reply of the chat dialect.
  package static func chat(_ content: String?, finish: String? = "stop") -> String {
    text([
      "id": "gen-1", "model": "m",
      "choices": [
        [
          "index": 0, "message": ["role": "assistant", "content": .optional(content)],
          "finish_reason": .optional(finish),
        ]
      ],
      "usage": ["prompt_tokens": 7, "completion_tokens": 3],
    ])
  }

  package static func text(_ value: JSONValue) -> String {
    String(decoding: value.encoded(), as: UTF8.self)
  }
}
