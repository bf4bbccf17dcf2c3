import Fallback
import JSONText

extension ClassificationRows {
  package static let others: [ClassRow] = [
    ClassRow(
      "deepseek", 402,
      Bodies.openAI("invalid_request_error", "Insufficient Balance", type: "unknown_error"),
      .payment, .credential),
    ClassRow(
      "deepseek", 503,
      Bodies.openAI(nil, "Server overloaded due to high traffic", type: "service_unavailable"),
      .overloaded, .model),
    ClassRow(
      "deepseek", 400, Bodies.openAI("invalid_request_error", "Model Not Exist"), .modelNotFound,
      .credentialModel),
    ClassRow(
      "deepseek", 400, Bodies.openAI("invalid_request_error", "Content Exists Risk"),
      .contentPolicy, .request),
    ClassRow(
      "deepseek", 400,
      Bodies.openAI("invalid_request_error", "This response_format type is unavailable now"),
      .unsupportedParameter, .request),
    ClassRow(
      "xai", 403,
      Bodies.xAI(
        "permission-denied",
        "Your team has either used all available credits or reached its monthly spending limit."),
      .payment, .credential),
    ClassRow(
      "xai", 429,
      Bodies.xAI(
        "Some resource has been exhausted",
        "Your team 1234 has either used all available credits or reached its monthly spending limit."
      ), .payment, .credential),
    ClassRow(
      "xai", 403,
      Bodies.xAI(
        "The caller does not have permission", "You do not have an active Grok subscription"),
      .entitlement, .credentialModel),
    ClassRow(
      "xai", 400,
      Bodies.xAI(
        "Client specified an invalid argument",
        "Incorrect API key provided: xa***. You can obtain an API key from https://console.x.ai."),
      .auth, .credential),
    ClassRow(
      "xai", 403,
      Bodies.xAI(
        "unauthenticated:bad-credentials", "The OAuth2 access token could not be validated."),
      .auth, .credential),
    ClassRow(
      "mistral", 429,
      Bodies.mistral(
        "service_tier_capacity_exceeded", "3505", "Service tier capacity exceeded for this model."),
      .overloaded, .model),
    ClassRow(
      "mistral", 422,
      #"{"object":"error","message":{"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required"}]},"type":"invalid_request_error","param":null,"code":null}"#,
      .invalidRequest, .request),
    ClassRow(
      "mistral", 422,
      #"{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"value_error.missing","input":"429 rate limit, insufficient credits"}]}"#,
      .invalidRequest, .request),
    ClassRow(
      "mistral", 400, Bodies.mistral("invalid_model", "1500", "Invalid model: mistral-nope"),
      .modelNotFound, .credentialModel),
    ClassRow("mistral", 401, Bodies.detail("Unauthorized"), .auth, .credential),
    ClassRow(
      "groq", 413,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Request too large for model `x` in organization `org` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 16008, please reduce your message size and try again.",
        type: "tokens"), .contextOverflow, .request),
    ClassRow(
      "groq", 498, Bodies.openAI("capacity_exceeded", "Flex tier capacity exceeded"), .overloaded,
      .model),
    ClassRow(
      "groq", 400,
      Bodies.text([
        "error": [
          "message":
            "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
          "type": "invalid_request_error", "code": "tool_use_failed",
          "failed_generation": "<function=x>",
        ]
      ]), .invalidResponse, .model),
    ClassRow(
      "groq", 400,
      Bodies.openAI(
        "model_decommissioned", "The model `x` has been decommissioned and is no longer supported."),
      .modelNotFound, .credentialModel),
    ClassRow(
      "groq", 429,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Rate limit reached for model `x` on tokens per minute (TPM): Limit 6000, Used 5800, Requested 900. Please try again in 6.5s.",
        type: "tokens"), .rateLimit, .credential, wait: 6_500),
    ClassRow(
      "together", 403,
      Bodies.openAI(
        nil,
        "Input token count + max_tokens must be less than the context length of the model being queried."
      ), .contextOverflow, .request),
    ClassRow(
      "zai", 429,
      Bodies.numbered("1113", "Insufficient balance or no resource package. Please recharge."),
      .payment, .credential),
    ClassRow(
      "zai", 429,
      Bodies.numbered("1305", "The service may be temporarily overloaded, please try again later"),
      .overloaded, .model),
    ClassRow(
      "zai", 429,
      Bodies.numbered(
        "1308", "Usage limit reached for 5 hour. Your limit will reset at 2026-07-01 05:38:28"),
      .quota, .credential, wait: 20_308_000),
    ClassRow(
      "zai", 429,
      Bodies.numbered("1302", "High concurrency usage of this API, please reduce concurrency"),
      .rateLimit, .credential),
    ClassRow(
      "zai", 400,
      Bodies.numbered(
        "1301", "System detected potentially unsafe or sensitive content in input or generation."),
      .contentPolicy, .request),
    ClassRow(
      "zai", 400, Bodies.numbered("1211", "Unknown Model, please check the model code."),
      .modelNotFound, .credentialModel),
    ClassRow(
      "zai", 200,
      #"{"type":"message","role":"assistant","content":[],"stop_reason":"model_context_window_exceeded"}"#,
      .invalidResponse, .model),
    ClassRow(
      "kimi", 429,
      Bodies.openAI(
        "exceeded_current_quota_error",
        "You exceeded your current token quota: 0, please check your account balance",
        type: "exceeded_current_quota_error"), .payment, .credential),
    ClassRow(
      "kimi", 429,
      Bodies.openAI(
        nil,
        "Your account org-1 request reached max organization concurrency: 1, please try again after 1 seconds",
        type: "rate_limit_reached_error"), .rateLimit, .credential, wait: 1_000),
    ClassRow(
      "kimi", 429,
      Bodies.openAI(
        nil, "The engine is currently overloaded, please try again later",
        type: "engine_overloaded_error"), .overloaded, .model),
    ClassRow(
      "kimi", 403,
      Bodies.openAI(
        nil, "Kimi For Coding is currently only available for Coding Agents",
        type: "access_terminated_error"), .entitlement, .credentialModel),
    ClassRow(
      "kimi", 400,
      Bodies.openAI(
        nil, "Invalid request: Your request exceeded model token limit: 262144 (requested: 269030)"),
      .contextOverflow, .request),
    ClassRow(
      "kimi", 400,
      Bodies.openAI(
        nil, "The request was rejected because it was considered high risk", type: "content_filter"),
      .contentPolicy, .request),
    ClassRow(
      "xiaomi", 400, Bodies.numbered("400", "Param Incorrect"), .unsupportedParameter, .request),
    ClassRow(
      "azure", 404,
      Bodies.numbered(
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."
      ), .modelNotFound, .credentialModel),
    ClassRow(
      "azure", 400,
      Bodies.text([
        "error": [
          "message":
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          "type": nil, "param": "prompt", "code": "content_filter", "status": 400,
          "innererror": ["code": "ResponsibleAIPolicyViolation"],
        ]
      ]), .contentPolicy, .request),
    ClassRow(
      "azure", 429,
      Bodies.numbered(
        "429",
        "Requests to the ChatCompletions_Create Operation have exceeded call rate limit. Please retry after 26 seconds."
      ), .rateLimit, .credential, wait: 26_000),
    ClassRow(
      "bedrock", 400, Bodies.message("Input is too long for requested model."), .contextOverflow,
      .request, headers: [("x-amzn-errortype", "ValidationException")]),
    ClassRow(
      "bedrock", 403, Bodies.message("The security token included in the request is expired"),
      .auth, .credential, headers: [("x-amzn-errortype", "ExpiredTokenException")]),
    ClassRow(
      "bedrock", 429,
      #"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Too many tokens, please wait before trying again."}"#,
      .rateLimit, .credential),
    ClassRow(
      "bedrock", 400, Bodies.message("The provided model identifier is invalid."), .modelNotFound,
      .credentialModel),
    ClassRow(
      "ollama", 503,
      Bodies.plain("server busy, please try again. maximum pending requests exceeded"), .overloaded,
      .model),
    ClassRow(
      "ollama", 404, Bodies.plain("model 'llama9' not found, try pulling it first"), .modelNotFound,
      .credentialModel),
    ClassRow(
      "ollama-cloud", 429,
      Bodies.plain("you have reached your session usage limit, upgrade for higher limits"), .quota,
      .credential),
    ClassRow(
      "llama.cpp", 500, Bodies.llamaCpp(500, "server_error", "Context size has been exceeded."),
      .contextOverflow, .request),
    ClassRow(
      "llama.cpp", 400,
      Bodies.llamaCpp(
        400, "exceed_context_size_error",
        "the request exceeds the available context size, try increasing it"), .contextOverflow,
      .request),
    ClassRow(
      "llama.cpp", 503, Bodies.llamaCpp(503, "unavailable_error", "Loading model"), .overloaded,
      .model),
    ClassRow(
      "llama.cpp", 400, Bodies.llamaCpp(400, "invalid_request_error", "Failed to parse grammar"),
      .unsupportedParameter, .request),
    ClassRow(
      "vllm", 400,
      Bodies.mistral(
        "BadRequestError", "400",
        "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens. Please reduce the length of the messages."
      ), .contextOverflow, .request),
    ClassRow(
      "vllm", 404, Bodies.mistral("NotFoundError", "404", "The model `x` does not exist."),
      .modelNotFound, .credentialModel),
    ClassRow(
      "codex", 429,
      Bodies.text([
        "error": [
          "type": "usage_limit_reached", "message": "The usage limit has been reached",
          "plan_type": "plus", "resets_at": 1_782_871_200, "resets_in_seconds": 7200,
        ]
      ]), .quota, .credential, wait: 7_200_000),
  ]
}
