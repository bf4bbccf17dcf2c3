import Fallback

extension ShapeCase {
  /// Streams of chat completions:
  /// https://platform.openai.com/docs/api-reference/chat-streaming and what others make of it.
  static let chatStreams: [ShapeCase] = [
    ShapeCase(
      "openai", "text, counted at the end",
      stream(
        #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-5-nano","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}"#,
        #"{"id":"chatcmpl-1","model":"gpt-5-nano","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"usage":null}"#,
        #"{"id":"chatcmpl-1","model":"gpt-5-nano","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}],"usage":null}"#,
        #"{"id":"chatcmpl-1","model":"gpt-5-nano","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}"#,
        #"{"id":"chatcmpl-1","model":"gpt-5-nano","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}"#
      ), .usable("Hello", input: 7, output: 3, id: "chatcmpl-1", model: "gpt-5-nano")),
    ShapeCase(
      "openai", "cut by the limit",
      stream(
        #"{"id":"c","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#),
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "openai", "tool calls only",
      stream(
        #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get_weather","arguments":""}}]},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#),
      .failure(.invalidResponse, "reply-tool-calls-only")),
    ShapeCase(
      "openai", "refusal, piece by piece",
      stream(
        #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":null,"refusal":""},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{"refusal":"I'm sorry"},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{"refusal":", no."},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "azure", "filtered on the way",
      stream(
        #"{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}"#,
        #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"content_filter_results":{},"finish_reason":null}]}"#,
        #"{"id":"c","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}"#
      ),
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "openai", "empty",
      stream(
        #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
      .failure(.invalidResponse, "reply-empty")),
    ShapeCase(
      "openai", "nothing but the end", stream(), .failure(.invalidResponse, "body-json")),
    ShapeCase(
      "openai", "an end without a reason",
      stream(#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hello"}}]}"#),
      .usable("Hello", id: "c", model: "m")),
    ShapeCase(
      "openai", "a reason without an end",
      stream(
        #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}"#,
        isDone: false), .usable("Hello", id: "c", model: "m")),
    ShapeCase(
      "openai", "neither",
      stream(
        #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}"#,
        isDone: false), .failure(.truncated, "finish-missing")),
    ShapeCase(
      "openai", "cut within an event",
      stream(
        #"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}"#,
        isDone: false) + #"data: {"id":"c","choices":[{"index":0,"del"#,
      .failure(.truncated, "finish-missing")),
    ShapeCase(
      "deepseek", "reasoning, then text, between comments",
      ": keep-alive\n\n"
        + stream(
          #"{"id":"d","model":"deepseek-reasoner","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"Hm"},"finish_reason":null}]}"#,
          #"{"id":"d","choices":[{"index":0,"delta":{"content":"Yes.","reasoning_content":null},"finish_reason":null}]}"#,
          #"{"id":"d","choices":[{"index":0,"delta":{"content":"","reasoning_content":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":16,"completion_tokens":9,"prompt_cache_hit_tokens":0}}"#
        ), .usable("Yes.", input: 16, output: 9, id: "d", model: "deepseek-reasoner")),
    ShapeCase(
      "deepseek", "reasoning only",
      stream(
        #"{"id":"d","choices":[{"index":0,"delta":{"content":null,"reasoning_content":"Hm"},"finish_reason":null}]}"#,
        #"{"id":"d","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}"#),
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "kimi", "counted beside the reason",
      stream(
        #"{"id":"k","model":"kimi-k2-turbo-preview","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"system_fingerprint":"fp"}"#,
        #"{"id":"k","model":"kimi-k2-turbo-preview","choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":null}]}"#,
        #"{"id":"k","model":"kimi-k2-turbo-preview","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":39,"completion_tokens":211,"total_tokens":250}}]}"#
      ), .usable("Yes.", input: 39, output: 211, id: "k", model: "kimi-k2-turbo-preview")),
    ShapeCase(
      "vllm", "reasoning, then text",
      stream(
        #"{"id":"v","model":"qwen","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}"#,
        #"{"id":"v","model":"qwen","choices":[{"index":0,"delta":{"reasoning":"Hm."},"finish_reason":null}]}"#,
        #"{"id":"v","model":"qwen","choices":[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop","stop_reason":null}]}"#,
        #"{"id":"v","model":"qwen","choices":[],"usage":{"prompt_tokens":8,"total_tokens":19,"completion_tokens":11}}"#
      ), .usable("Yes.", input: 8, output: 11, id: "v", model: "qwen")),
    ShapeCase(
      "mistral", "thinking and text as parts",
      stream(
        #"{"id":"m","model":"magistral","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        #"{"id":"m","model":"magistral","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]}]},"finish_reason":null}]}"#,
        #"{"id":"m","model":"magistral","choices":[{"index":0,"delta":{"content":[{"type":"text","text":"REA"}]},"finish_reason":null}]}"#,
        #"{"id":"m","model":"magistral","choices":[{"index":0,"delta":{"content":"DY"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"total_tokens":48,"completion_tokens":37}}"#
      ), .usable("READY", input: 11, output: 37, id: "m", model: "magistral")),
    ShapeCase(
      "mistral", "thinking only",
      stream(
        #"{"id":"m","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]}]},"finish_reason":null}]}"#,
        #"{"id":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}"#),
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "groq", "counted in its own place",
      stream(
        #"{"id":"g","model":"llama","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"x_groq":{"id":"req_1"}}"#,
        #"{"id":"g","model":"llama","choices":[{"index":0,"delta":{"content":"ok"},"finish_reason":null}]}"#,
        #"{"id":"g","model":"llama","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.06,"prompt_tokens":18,"completion_tokens":439,"total_tokens":457}}}"#
      ), .usable("ok", input: 18, output: 439, id: "g", model: "llama")),
    ShapeCase(
      "groq", "given up",
      stream(
        #"{"id":"g","choices":[{"index":0,"delta":{"content":"o"},"finish_reason":null}]}"#,
        #"{"id":"g","choices":[],"x_groq":{"id":"req_1","error":"over capacity"}}"#),
      .failure(.overloaded, "overloaded")),
    ShapeCase(
      "openrouter", "text, between comments, counted behind the reason",
      ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"
        + stream(
          #"{"id":"gen-1","provider":"Alibaba","model":"qwen/qwen3","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":null,"native_finish_reason":null}]}"#,
          #"{"id":"gen-1","provider":"Alibaba","model":"qwen/qwen3","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop","native_finish_reason":"stop"}]}"#,
          #"{"id":"gen-1","provider":"Alibaba","model":"qwen/qwen3","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"prompt_tokens":14,"completion_tokens":2,"total_tokens":16}}"#
        ), .usable("Hello", input: 14, output: 2, id: "gen-1", model: "qwen/qwen3")),
    ShapeCase(
      "openrouter", "an error on the way",
      stream(
        #"{"id":"gen-1","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}"#,
        #"{"id":"gen-1","provider":"x","error":{"code":"server_error","message":"Provider disconnected unexpectedly"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#,
        isDone: false), .failure(.serverError, "http-500")),
    ShapeCase(
      "openrouter", "an error inside a choice",
      stream(
        #"{"id":"gen-1","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":429,"message":"Rate limit exceeded"}}]}"#
      ), .failure(.rateLimit, "http-429")),
    ShapeCase(
      "gemini", "thoughts in the text",
      stream(
        #"{"choices":[{"delta":{"role":"assistant","content":"<thought>Step one.","extra_content":{"google":{"thought":true}}},"index":0}],"id":"l","model":"g","object":"chat.completion.chunk"}"#,
        #"{"choices":[{"delta":{"content":"</thought>The answer is "},"index":0}],"id":"l","model":"g"}"#,
        #"{"choices":[{"delta":{"content":"391.","role":"assistant"},"finish_reason":"stop","index":0}],"id":"l","model":"g","usage":{"completion_tokens":9,"prompt_tokens":4,"total_tokens":30}}"#
      ), .usable("The answer is 391.", input: 4, output: 9, id: "l", model: "g")),
    ShapeCase(
      "minimax", "the whole once more at the end",
      stream(
        #"{"id":"mm","model":"M","choices":[{"index":0,"delta":{"content":"Hel","role":"assistant"}}],"object":"chat.completion.chunk"}"#,
        #"{"id":"mm","model":"M","choices":[{"index":0,"delta":{"content":"lo","role":"assistant"}}],"object":"chat.completion.chunk"}"#,
        #"{"id":"mm","model":"M","choices":[{"finish_reason":"stop","index":0,"message":{"content":"Hello","role":"assistant"}}],"object":"chat.completion","usage":{"total_tokens":12,"prompt_tokens":9,"completion_tokens":3}}"#,
        isDone: false), .usable("Hello", input: 9, output: 3, id: "mm", model: "M")),
    ShapeCase(
      "openai", "the older completions",
      stream(
        #"{"id":"cmpl-1","object":"text_completion","model":"m","choices":[{"text":"Hel","index":0,"finish_reason":null}]}"#,
        #"{"id":"cmpl-1","object":"text_completion","model":"m","choices":[{"text":"lo","index":0,"finish_reason":"stop"}]}"#
      ), .usable("Hello", id: "cmpl-1", model: "m")),
  ]
}
