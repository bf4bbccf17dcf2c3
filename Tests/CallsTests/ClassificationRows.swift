import Fallback
import JSONText

/// Failures as providers report them, in their own shapes.
enum ClassificationRows {
  static let all = vendors + routers + others + inside + general

  static let vendors: [ClassRow] = [
    ClassRow(
      "openai", 401, Bodies.openAI("invalid_api_key", "Incorrect API key provided: sk-***"), .auth,
      .credential),
    ClassRow(
      "openai", 403,
      Bodies.openAI(
        "unsupported_country_region_territory", "Country, region, or territory not supported",
        type: "request_forbidden"), .entitlement, .route),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota"), .payment, .credential),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "organization_spend_limit_exceeded", "Organization monthly spend limit reached"), .payment,
      .credential),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Rate limit reached for gpt-x in organization org-1 on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.",
        type: "requests"), .rateLimit, .credential, wait: 20_000),
    ClassRow(
      "openai", 429, Bodies.openAI("slow_down", "Request rate increased too quickly"), .rateLimit,
      .credential),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Request too large for gpt-x on tokens per min (TPM): Limit 30000, Requested 40012.",
        type: "tokens"), .contextOverflow, .request),
    ClassRow(
      "openai", 503,
      Bodies.openAI(
        "server_is_overloaded", "The engine is currently overloaded, please try again later",
        type: "server_error"), .overloaded, .model),
    ClassRow(
      "openai", 500,
      Bodies.openAI(
        nil, "The server had an error processing your request. Sorry about that!",
        type: "server_error"), .serverError, .route),
    ClassRow(
      "openai", 404,
      Bodies.openAI(
        "model_not_found", "The model `gpt-x` does not exist or you do not have access to it."),
      .modelNotFound, .credentialModel),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "unsupported_parameter",
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        param: "max_tokens"), .unsupportedParameter, .request),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "unsupported_value",
        "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
        param: "temperature"), .unsupportedParameter, .request),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "content_policy_violation", "Your request was rejected: violates our usage policies"),
      .contentPolicy, .request),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "invalid_encrypted_content", "The encrypted content for item rs_1 could not be verified"),
      .unsupportedParameter, .request),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "context_length_exceeded",
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. Please reduce the length of the messages."
      ), .contextOverflow, .request),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "string_above_max_length",
        "Invalid 'user': string too long. Expected a string with maximum length 64, but got a string with length 90 instead."
      ), .invalidRequest, .request),
    ClassRow(
      "openai", 404, Bodies.openAI(nil, "Invalid URL (POST /v1/chat/completionz)"), .wrongEndpoint,
      .route),
    ClassRow(
      "openai", 404,
      Bodies.openAI(
        nil,
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?"
      ), .modelIncompatible, .model),
    ClassRow(
      "openai", 400,
      Bodies.openAI(nil, "Your organization must be verified to use the model `o3`."), .entitlement,
      .credentialModel),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "billing_not_active",
        "Your account is not active, please check your billing details on our website."), .payment,
      .credential),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Rate limit reached for gpt-x on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.",
        type: "requests"), .quota, .credential, wait: 432_000),

    ClassRow(
      "anthropic", 401, Bodies.anthropic("authentication_error", "invalid x-api-key"), .auth,
      .credential),
    ClassRow(
      "anthropic", 401,
      Bodies.anthropic(
        "authentication_error",
        "OAuth token has expired. Please obtain a new token or refresh your existing token."),
      .auth, .credential),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
      ), .payment, .credential),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error",
        "You have reached your specified API usage limits. You will regain access on 2026-07-09 at 00:00 UTC."
      ), .quota, .credential, wait: 8 * 86_400_000),
    ClassRow(
      "anthropic", 402,
      Bodies.anthropic(
        "billing_error", "There is an issue with your billing or payment information."), .payment,
      .credential),
    ClassRow(
      "anthropic", 429,
      Bodies.anthropic(
        "rate_limit_error", "Number of request tokens has exceeded your per-minute rate limit"),
      .rateLimit, .credential, headers: [("retry-after", "12")], wait: 12_000),
    ClassRow(
      "anthropic", 429,
      Bodies.anthropic("credits_required", "Usage credits are required for this model"), .payment,
      .credential),
    ClassRow(
      "anthropic", 429,
      Bodies.anthropic("rate_limit_error", "Extra usage is required for long context requests."),
      .modelIncompatible, .model),
    ClassRow(
      "anthropic", 413, Bodies.anthropic("request_too_large", "Request exceeds the maximum size"),
      .contextOverflow, .request),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error", "prompt is too long: 213000 tokens > 200000 maximum"),
      .contextOverflow, .request),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error",
        "messages.1.content.0: thinking blocks cannot be modified: Invalid signature in thinking block"
      ), .unsupportedParameter, .request),
    ClassRow(
      "anthropic", 404, Bodies.anthropic("not_found_error", "model: claude-nope"), .modelNotFound,
      .credentialModel),
    ClassRow(
      "anthropic", 529, Bodies.anthropic("overloaded_error", "Overloaded"), .overloaded, .model),
    ClassRow(
      "anthropic", 500, Bodies.anthropic("api_error", "Internal server error"), .serverError, .route
    ),
    ClassRow(
      "anthropic", 403,
      Bodies.anthropic(
        "permission_error", "Your API key does not have permission to use the specified resource."),
      .forbidden, .credential),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error",
        "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for claude-x"
      ), .unsupportedParameter, .request),

    ClassRow(
      "gemini", 400,
      Bodies.gemini(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
      .entitlement, .route),
    ClassRow(
      "gemini", 400,
      Bodies.gemini(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
      .auth, .credential),
    ClassRow(
      "gemini", 402,
      Bodies.gemini(402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."), .payment,
      .credential),
    ClassRow(
      "gemini", 429,
      Bodies.gemini(
        429, "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details. Please retry in 22s.",
        quotaID: "GenerateRequestsPerMinutePerProjectPerModel", delay: "22s"), .rateLimit,
      .credential, wait: 22_000),
    ClassRow(
      "gemini", 429,
      Bodies.gemini(
        429, "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details. Please retry in 8.9s.",
        quotaID: "GenerateRequestsPerDayPerProjectPerModel-FreeTier", delay: "8.9s"), .quota,
      .credential, wait: .some(nil)),
    ClassRow(
      "gemini", 429,
      Bodies.gemini(
        429, "RESOURCE_EXHAUSTED",
        "You exceeded your current quota. Quota exceeded for metric: generate_content_free_tier_requests, limit: 0, model: gemini-x",
        quotaID: "GenerateRequestsPerDayPerProjectPerModel-FreeTier"), .entitlement,
      .credentialModel),
    ClassRow(
      "gemini", 429,
      "["
        + Bodies.gemini(
          429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).") + "]",
      .rateLimit, .credential),
    ClassRow(
      "gemini", 404,
      Bodies.gemini(
        404, "NOT_FOUND",
        "models/gemini-x is not found for API version v1beta, or is not supported for generateContent."
      ), .modelNotFound, .credentialModel),
    ClassRow(
      "gemini", 503,
      Bodies.gemini(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
      .overloaded, .model),
    ClassRow(
      "gemini", 504,
      Bodies.gemini(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
      .timeout, .route),
    ClassRow(
      "gemini", 400,
      Bodies.gemini(
        400, "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
      .contextOverflow, .request),
    ClassRow(
      "gemini", 200, #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}"#, .contentPolicy,
      .request),
    ClassRow(
      "gemini", 200, #"{"candidates":[{"finishReason":"SAFETY","index":0}]}"#, .contentPolicy,
      .request),
  ]

  static let routers: [ClassRow] = [
    ClassRow(
      "openrouter", 402,
      Bodies.openRouter(
        402,
        "This request requires more credits, or fewer max_tokens. You requested up to 32000 tokens, but can only afford 812"
      ), .payment, .credential),
    ClassRow(
      "openrouter", 402,
      Bodies.openRouter(
        402, "in_flight_budget_exhausted", ["limit_source": "openrouter_in_flight_budget"]),
      .rateLimit, .credential, headers: [("retry-after", "3")], wait: 3_000),
    ClassRow(
      "openrouter", 403,
      Bodies.openRouter(
        403, "Input was flagged by moderation",
        ["reasons": ["violence"], "flagged_input": "…", "provider_name": "OpenAI"]), .contentPolicy,
      .request),
    ClassRow(
      "openrouter", 403,
      Bodies.openRouter(
        403,
        "Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys",
        ["limit_source": "openrouter_key_limit", "resets_at": "2026-07-01T02:00:00Z"]), .quota,
      .credential, wait: 7_200_000),
    ClassRow(
      "openrouter", 404,
      Bodies.openRouter(
        404,
        "No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs"
      ), .modelIncompatible, .model),
    ClassRow(
      "openrouter", 404, Bodies.openRouter(404, "No endpoints found for foo/bar."), .modelNotFound,
      .credentialModel),
    ClassRow(
      "openrouter", 404, Bodies.openRouter(404, "No endpoints found matching your data policy."),
      .entitlement, .credentialModel),
    ClassRow(
      "openrouter", 400, Bodies.openRouter(400, "foo/bar is not a valid model ID"), .modelNotFound,
      .credentialModel),
    ClassRow(
      "openrouter", 429,
      Bodies.openRouter(
        429, "Provider returned error",
        [
          "provider_name": "Chutes",
          "raw": "foo/bar is temporarily rate-limited upstream. Please retry shortly",
        ]), .overloaded, .model),
    ClassRow(
      "openrouter", 429,
      Bodies.openRouter(
        429, "Provider returned error",
        ["raw": #"{"error":{"message":"Rate limit reached on tokens per min"}}"#]), .overloaded,
      .model),
    ClassRow(
      "openrouter", 429,
      Bodies.openRouter(
        429,
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
        [
          "headers": [
            "X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": "1782867600000",
          ]
        ]), .quota, .credential, wait: 3_600_000),
    ClassRow(
      "openrouter", 400,
      Bodies.openRouter(
        400, "Provider returned error",
        [
          "raw":
            #"{"error":{"message":"This endpoint's maximum context length is 32768 tokens.","code":400}}"#,
          "provider_name": "X",
        ]), .contextOverflow, .request),
    ClassRow(
      "openrouter", 503,
      Bodies.openRouter(503, "No available model provider that meets your routing requirements"),
      .modelIncompatible, .model),
    ClassRow(
      "openrouter", 503,
      Bodies.openRouter(
        503, "Upstream provider temporarily overloaded", ["error_type": "provider_overloaded"]),
      .overloaded, .model),
    ClassRow(
      "openrouter", 502, Bodies.openRouter(502, "Provider returned error"), .serverError, .route),
    ClassRow(
      "openrouter", 401, Bodies.openRouter(401, "No auth credentials found"), .auth, .credential),
    ClassRow("openrouter", 408, Bodies.openRouter(408, "Request timed out"), .timeout, .route),
    ClassRow(
      "nous", 404,
      Bodies.openAI("model_not_supported_on_free_tier", "Model is not available on the free tier"),
      .payment, .credential),
    ClassRow(
      "nous", 429, Bodies.message("You have exceeded the rate limit on your API key"), .rateLimit,
      .credential,
      headers: [
        ("x-ratelimit-remaining-requests-1h", "0"), ("x-ratelimit-reset-requests-1h", "1800"),
        ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "60"),
      ], wait: 1_800_000),
    ClassRow(
      "nous", 404,
      Bodies.message(
        "Model 'x' not found. The requested model does not exist in our configuration or OpenRouter catalog."
      ), .modelNotFound, .credentialModel),
    ClassRow(
      "huggingface", 402,
      Bodies.plain(
        "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits."
      ), .payment, .credential),
    ClassRow(
      "litellm", 400,
      Bodies.openAI(
        "400",
        #"litellm.ContextWindowExceededError: OpenAIException - {"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}"#
      ), .contextOverflow, .request),
    ClassRow(
      "litellm", 500,
      Bodies.openAI(
        "401",
        "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided",
        type: "auth_error"), .auth, .credential),
  ]

  static let others: [ClassRow] = [
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

  /// HTTP 200 that is no success, and some that is.
  static let inside: [ClassRow] = [
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

  static let general: [ClassRow] = [
    ClassRow("any", 500, Bodies.openAI(nil, "Unknown parameter: foo"), .invalidRequest, .request),
    ClassRow(
      "any", 403, "<html>Just a moment... challenge</html>", .forbidden, .route,
      headers: [("content-type", "text/html")]),
    ClassRow("any", 401, "<html>Log in to the portal</html>", .forbidden, .route),
    ClassRow("any", 408, Bodies.openAI(nil, "Request timeout"), .timeout, .route),
    ClassRow("any", 408, "", .timeout, .route),
    ClassRow(
      "any", 404, "404 page not found", .wrongEndpoint, .route,
      headers: [("content-type", "text/plain")]),
    ClassRow("any", 404, Bodies.detail("Not Found"), .wrongEndpoint, .route),
    ClassRow(
      "any", 400,
      Bodies.openAI(
        nil,
        #"Validation failed for messages[1].content: "please explain 429 rate limit and insufficient credits and maximum context length""#
      ), .invalidRequest, .request),
    ClassRow(
      "any", 400, "Validation failed for echoed prompt text containing \"429 rate limit\"",
      .invalidRequest),
    ClassRow("any", nil, "", .tls, .route, fault: .tls),
    ClassRow("any", nil, "", .connection, .route, fault: .reset),
    ClassRow("any", nil, "", .connection, .route, fault: .dns),
    ClassRow("any", nil, "", .connection, .route, fault: .refused),
    ClassRow("any", nil, "", .timeout, .route, fault: .timeout),
    ClassRow("any", nil, "", .redirect, .route, fault: .redirect),
    ClassRow("any", nil, "", .invalidResponse, .model, fault: .tooLarge),
    ClassRow("any", nil, "", .connection, .route),
    ClassRow(
      "any", 307, "", .redirect, .route, headers: [("location", "https://elsewhere.example/")]),
    ClassRow("any", 502, "<html>Bad Gateway</html>", .serverError, .route),
    ClassRow("any", 522, "<html>Connection timed out</html>", .serverError, .route),
    ClassRow("any", 503, "<html>Service Unavailable</html>", .overloaded, .route),
    ClassRow("any", 429, "<html>error 1015 you are being rate limited</html>", .rateLimit, .route),
    ClassRow("any", 402, "Payment Required", .payment, .route),
    ClassRow("any", 401, "", .auth, .credential),
    ClassRow("any", 401, "Unauthorized", .auth, .route),
    ClassRow("any", 407, "", .connection, .route),
    ClassRow("any", 511, "<html>portal</html>", .connection, .route),
    ClassRow("any", 409, Bodies.message("conflict"), .serverError, .route),
    ClassRow("any", 425, "", .overloaded, .model),
    ClassRow("any", 405, "", .wrongEndpoint, .route),
    ClassRow("any", 418, Bodies.message("I'm a teapot"), .invalidRequest, .request),
    ClassRow("any", 999, "", .invalidResponse, .route),
    ClassRow("any", -1, "", .invalidResponse, .route),
    ClassRow(
      "any", 500, Bodies.openAI("429", "upstream said too many requests"), .rateLimit, .credential),
    ClassRow("any", 400, Bodies.openAI("invalid_grant", "revoked"), .auth, .credential),
    ClassRow(
      "any", 402, Bodies.plain("Usage limit hit, try again in 5 minutes"), .rateLimit, .credential,
      wait: 300_000),
    ClassRow(
      "any", 429, Bodies.plain("slow down"), .quota, .credential, headers: [("retry-after", "301")],
      wait: 301_000),
    ClassRow(
      "any", 429, Bodies.plain("slow down"), .rateLimit, .credential,
      headers: [("retry-after", "300")], wait: 300_000),
  ]
}
