import Fallback

extension ShapeCase {
  /// Whole replies of chat completions:
  /// https://platform.openai.com/docs/api-reference/chat/object and what others make of it.
  static let chat: [ShapeCase] = openAI + reasoners + routers + compatible

  private static let openAI = [
    ShapeCase(
      "openai", "text",
      #"{"id":"chatcmpl-1","object":"chat.completion","created":1741569952,"model":"gpt-5-nano-2025-08-07","choices":[{"index":0,"message":{"role":"assistant","content":"Hello! How can I help?","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"accepted_prediction_tokens":0}},"service_tier":"default"}"#,
      .usable(
        "Hello! How can I help?", input: 19, output: 10, id: "chatcmpl-1",
        model: "gpt-5-nano-2025-08-07")),
    ShapeCase(
      "openai", "cut by the limit",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello! How"},"finish_reason":"length"}],"usage":{"prompt_tokens":19,"completion_tokens":3}}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "openai", "all of the limit thought away",
      #"{"id":"c","model":"gpt-5-nano","choices":[{"index":0,"message":{"role":"assistant","content":"","refusal":null},"finish_reason":"length"}],"usage":{"prompt_tokens":19,"completion_tokens":256,"completion_tokens_details":{"reasoning_tokens":256}}}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "openai", "tool calls only",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_abc","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":82,"completion_tokens":17}}"#,
      .failure(.invalidResponse, "reply-tool-calls-only")),
    ShapeCase(
      "openai", "refusal",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"I'm sorry, I cannot assist with that."},"finish_reason":"stop"}]}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "openai", "refusal as a part",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]},"finish_reason":"stop"}]}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "azure", "filtered",
      #"{"id":"c","model":"m","prompt_filter_results":[],"choices":[{"index":0,"finish_reason":"content_filter","message":{"role":"assistant","content":"Half"},"content_filter_results":{"violence":{"filtered":true,"severity":"high"}}}]}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "openai", "empty",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":0}}"#,
      .failure(.invalidResponse, "reply-empty")),
    ShapeCase(
      "openai", "white space",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"\n \n"},"finish_reason":"stop"}]}"#,
      .failure(.invalidResponse, "reply-empty")),
    ShapeCase(
      "openai", "no finish reason",
      #"{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":null}]}"#,
      .failure(.truncated, "finish-missing")),
    ShapeCase(
      "openai", "error inside a success",
      #"{"error":{"message":"The server is overloaded","type":"server_error","param":null,"code":null}}"#,
      .failure(.overloaded, "overloaded")),
    ShapeCase(
      "openai", "the older completions",
      #"{"id":"cmpl-1","object":"text_completion","model":"gpt-3.5-turbo-instruct","choices":[{"text":"\n\nHello","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7}}"#,
      .usable("Hello", input: 5, output: 7, id: "cmpl-1", model: "gpt-3.5-turbo-instruct")),
  ]

  /// Reasoning beside the content, by its several names.
  private static let reasoners = [
    ShapeCase(
      "deepseek", "reasoning and text",
      #"{"id":"d1","object":"chat.completion","model":"deepseek-reasoner","choices":[{"index":0,"message":{"role":"assistant","content":"9.8 is greater.","reasoning_content":"First, compare…"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":16,"completion_tokens":100,"total_tokens":116,"prompt_cache_hit_tokens":0,"prompt_cache_miss_tokens":16,"completion_tokens_details":{"reasoning_tokens":80}},"system_fingerprint":"fp_1"}"#,
      .usable("9.8 is greater.", input: 16, output: 100, id: "d1", model: "deepseek-reasoner")),
    ShapeCase(
      "deepseek", "reasoning only",
      #"{"id":"d1","model":"deepseek-reasoner","choices":[{"index":0,"message":{"role":"assistant","content":"","reasoning_content":"First, compare…"},"finish_reason":"stop"}]}"#,
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "deepseek", "given up for want of resources",
      #"{"id":"d1","model":"deepseek-chat","choices":[{"index":0,"message":{"role":"assistant","content":"9.8 is"},"finish_reason":"insufficient_system_resource"}]}"#,
      .failure(.serverError, "finish-error")),
    ShapeCase(
      "kimi", "reasoning and text",
      #"{"id":"k1","model":"kimi-k2-thinking","choices":[{"index":0,"message":{"role":"assistant","content":"Yes.","reasoning_content":"Hm."},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":11,"total_tokens":19,"cached_tokens":8}}"#,
      .usable("Yes.", input: 8, output: 11, id: "k1", model: "kimi-k2-thinking")),
    ShapeCase(
      "vllm", "reasoning and text",
      #"{"id":"chatcmpl-v","model":"qwen","choices":[{"index":0,"message":{"role":"assistant","reasoning":"Hm.","content":"\n\nYes.","tool_calls":[]},"logprobs":null,"finish_reason":"stop","stop_reason":null}],"usage":{"prompt_tokens":8,"total_tokens":19,"completion_tokens":11},"prompt_logprobs":null}"#,
      .usable("Yes.", input: 8, output: 11, id: "chatcmpl-v", model: "qwen")),
    ShapeCase(
      "vllm", "reasoning only, under its former name",
      #"{"id":"v","model":"qwen","choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"Hm.","content":null,"tool_calls":[]},"finish_reason":"stop"}]}"#,
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "vllm", "aborted",
      #"{"id":"v","model":"qwen","choices":[{"index":0,"message":{"role":"assistant","content":"Ye"},"finish_reason":"abort"}]}"#,
      .failure(.serverError, "finish-error")),
    ShapeCase(
      "mistral", "thinking and text as parts",
      #"{"id":"m1","object":"chat.completion","model":"magistral-medium-2509","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","tool_calls":null,"content":[{"type":"thinking","thinking":[{"type":"text","text":"The user wants READY."}],"closed":true},{"type":"text","text":"READY"}]}}],"usage":{"prompt_tokens":11,"total_tokens":48,"completion_tokens":37}}"#,
      .usable("READY", input: 11, output: 37, id: "m1", model: "magistral-medium-2509")),
    ShapeCase(
      "mistral", "thinking only, as parts",
      #"{"id":"m1","model":"magistral","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}}]}"#,
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "mistral", "text with references as parts",
      #"{"id":"m1","model":"mistral-small","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":[{"type":"text","text":"Bon"},{"type":"reference","reference_ids":[1]},{"type":"text","text":"jour"}]}}]}"#,
      .usable("Bonjour", id: "m1", model: "mistral-small")),
    ShapeCase(
      "mistral", "cut by the window",
      #"{"id":"m1","model":"m","choices":[{"index":0,"finish_reason":"model_length","message":{"role":"assistant","content":"Bon"}}]}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "groq", "reasoning and text",
      #"{"id":"chatcmpl-g","object":"chat.completion","model":"openai/gpt-oss-20b","choices":[{"index":0,"message":{"role":"assistant","content":"ok","reasoning":"short"},"logprobs":null,"finish_reason":"stop"}],"usage":{"queue_time":0.037,"prompt_tokens":18,"prompt_time":0.0007,"completion_tokens":5,"completion_time":0.46,"total_tokens":23,"total_time":0.46},"usage_breakdown":null,"system_fingerprint":"fp_1","x_groq":{"id":"req_1","seed":1},"service_tier":"on_demand"}"#,
      .usable("ok", input: 18, output: 5, id: "chatcmpl-g", model: "openai/gpt-oss-20b")),
    ShapeCase(
      "zai", "withheld",
      #"{"id":"z","model":"glm-4.5-flash","choices":[{"index":0,"finish_reason":"sensitive","message":{"role":"assistant","content":""}}]}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "zai", "failed inside",
      #"{"id":"z","model":"glm-4.5-flash","choices":[{"index":0,"finish_reason":"network_error","message":{"role":"assistant","content":"Hel"}}]}"#,
      .failure(.serverError, "finish-error")),
    ShapeCase(
      "ollama", "think tags in the text",
      #"{"id":"chatcmpl-5","model":"qwen3:8b","choices":[{"index":0,"message":{"role":"assistant","content":"<think>\nHm.\n</think>\n\nYes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":40,"total_tokens":51}}"#,
      .usable("Yes.", input: 11, output: 40, id: "chatcmpl-5", model: "qwen3:8b")),
  ]

  /// OpenRouter: https://openrouter.ai/docs/api/reference/errors-and-debugging
  private static let routers = [
    ShapeCase(
      "openrouter", "text",
      #"{"id":"gen-1","provider":"Google AI Studio","model":"google/gemini-3-flash-preview","object":"chat.completion","choices":[{"logprobs":null,"finish_reason":"stop","native_finish_reason":"STOP","index":0,"message":{"role":"assistant","content":"pong","refusal":null,"reasoning":null}}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"cost":0.0000012,"is_byok":false}}"#,
      .usable("pong", input: 3, output: 2, id: "gen-1", model: "google/gemini-3-flash-preview")),
    ShapeCase(
      "openrouter", "reasoning only, encrypted",
      #"{"id":"gen-1","model":"x","choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"","reasoning":null,"reasoning_details":[{"type":"reasoning.encrypted","data":"abc","format":"google-gemini-v1","index":0}]}}]}"#,
      .failure(.invalidResponse, "reply-reasoning-only")),
    ShapeCase(
      "openrouter", "an error inside a choice",
      #"{"id":"gen-1","model":"x","choices":[{"finish_reason":"error","native_finish_reason":null,"index":0,"message":{"role":"assistant","content":"Hel"},"error":{"code":429,"message":"Rate limit exceeded"}}]}"#,
      .failure(.rateLimit, "http-429")),
    ShapeCase(
      "openrouter", "an error beside choices",
      #"{"error":{"message":"Insufficient credits","code":402},"user_id":"u"}"#,
      .failure(.payment, "payment")),
    ShapeCase(
      "openrouter", "the upstream gave nothing",
      #"{"id":"gen-1","model":"x","choices":[]}"#, .failure(.invalidResponse, "body-json")),
  ]

  /// https://ai.google.dev/gemini-api/docs/openai and local servers.
  private static let compatible = [
    ShapeCase(
      "gemini", "text",
      #"{"choices":[{"finish_reason":"stop","index":0,"message":{"content":"Hello","role":"assistant","extra_content":{"google":{"thought_signature":"EjQK"}}}}],"created":1757940000,"id":"lJfH","model":"gemini-3.5-flash","object":"chat.completion","usage":{"completion_tokens":1,"prompt_tokens":4,"total_tokens":30}}"#,
      .usable("Hello", input: 4, output: 1, id: "lJfH", model: "gemini-3.5-flash")),
    ShapeCase(
      "gemini", "thoughts in the text",
      #"{"choices":[{"finish_reason":"stop","index":0,"message":{"content":"<thought>**Calculating**\n\nStep one.</thought>391.","role":"assistant"}}],"id":"l","model":"g"}"#,
      .usable("391.", id: "l", model: "g")),
    ShapeCase(
      "gemini", "all of the limit thought away: no content at all",
      #"{"choices":[{"finish_reason":"length","index":0,"message":{"role":"assistant"}}],"id":"l","model":"g","usage":{"completion_tokens":0,"prompt_tokens":4,"total_tokens":260}}"#,
      .failure(.truncated, "finish-length")),
    ShapeCase(
      "gemini", "filtered, with its own word",
      #"{"choices":[{"finish_reason":"content_filter: RECITATION","index":0,"message":{"role":"assistant"}}],"id":"l","model":"g"}"#,
      .failure(.contentPolicy, "finish-content-filter")),
    ShapeCase(
      "gemini", "an error in a list",
      #"[{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}]"#,
      .failure(.overloaded, "overloaded")),
    ShapeCase(
      "llamacpp", "text",
      #"{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"Hello"}}],"created":1750000000,"model":"gpt-3.5-turbo","system_fingerprint":"b5000-abc","object":"chat.completion","usage":{"completion_tokens":2,"prompt_tokens":14,"total_tokens":16},"id":"chatcmpl-x","timings":{"prompt_n":14,"predicted_per_second":50.1}}"#,
      .usable("Hello", input: 14, output: 2, id: "chatcmpl-x", model: "gpt-3.5-turbo")),
    ShapeCase(
      "minimax", "text, with a status that says nothing",
      #"{"id":"mm","choices":[{"finish_reason":"stop","index":0,"message":{"content":"Hello","role":"assistant"}}],"model":"MiniMax-M3","usage":{"total_tokens":12,"prompt_tokens":9,"completion_tokens":3},"base_resp":{"status_code":0,"status_msg":""}}"#,
      .usable("Hello", input: 9, output: 3, id: "mm", model: "MiniMax-M3")),
    ShapeCase(
      "minimax", "an error in its status",
      #"{"id":"mm","choices":null,"base_resp":{"status_code":1002,"status_msg":"rate limit exceeded(RPM)"}}"#,
      .failure(.rateLimit, "rate-window")),
  ]
}
