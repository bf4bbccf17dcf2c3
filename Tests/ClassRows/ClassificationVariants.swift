import Fallback
import JSONText

/// Further wordings of the same failures.
package enum ClassificationVariants {
  package static let all = first + second

  static let first: [ClassRow] = [
    ClassRow("openai", 401, Bodies.openAI(nil, "You didn't provide an API key."), .auth),
    ClassRow(
      "openai", 401, Bodies.openAI("invalid_organization", "No such organization: org-1."), .auth),
    ClassRow(
      "openai", 403,
      Bodies.openAI("model_not_found", "Project `proj_1` does not have access to model `gpt-x`"),
      .modelNotFound),
    ClassRow(
      "openai", 403, Bodies.openAI(nil, "You are not allowed to sample from this model"), .forbidden
    ),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "invalid_value",
        "max_tokens is too large: 32000. This model supports at most 16384 completion tokens, whereas you provided 32000.",
        param: "max_tokens"), .unsupportedParameter),
    ClassRow(
      "openai", 400,
      Bodies.openAI("billing_hard_limit_reached", "Billing hard limit has been reached"), .payment),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Rate limit reached for gpt-4o on tokens per day (TPD): Limit 100000, Used 99000, Requested 2000."
      ), .quota),
    ClassRow(
      "openai", 400, Bodies.openAI("invalid_request_error", "Invalid 'messages': array too short"),
      .invalidRequest),
    ClassRow(
      "openai", 404, Bodies.openAI(nil, "The model 'gpt-3' has been deprecated, learn more here"),
      .modelNotFound),
    ClassRow(
      "openai", 404,
      Bodies.openAI(
        nil, "This model is only supported in v1/responses and not in v1/chat/completions."),
      .modelIncompatible),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        "invalid_prompt",
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy."),
      .contentPolicy),
    ClassRow(
      "openai", 400,
      Bodies.openAI("unknown_parameter", "Unknown parameter: 'temperature'.", param: "temperature"),
      .unsupportedParameter),
    ClassRow(
      "openai", 400, Bodies.openAI("unknown_parameter", "Unknown parameter: 'foo'.", param: "foo"),
      .invalidRequest),
    ClassRow(
      "openai", 400,
      Bodies.openAI(
        nil,
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
      ), .unsupportedParameter),
    ClassRow(
      "openai", 401,
      Bodies.openAI(
        "token_expired", "Provided authentication token is expired. Please try signing in again."),
      .auth),
    ClassRow(
      "openai", 401,
      Bodies.openAI(
        "account_deactivated",
        "The OpenAI account associated with this API key has been deactivated."), .auth),
    ClassRow(
      "openai", 429,
      Bodies.openAI(nil, "You've hit your usage limit. Try again in 3 days 2 hours."), .quota),
    ClassRow("openai", 400, Bodies.openAI("rate_limit_exceeded", "Too many requests"), .rateLimit),
    ClassRow("openai", 503, Bodies.openAI(nil, "Slow Down"), .overloaded),
    ClassRow(
      "anthropic", 429,
      Bodies.anthropic(
        "rate_limit_error",
        "This request would exceed your organization's rate limit of 50,000 input tokens per minute"
      ), .rateLimit),
    ClassRow(
      "anthropic", 429,
      Bodies.anthropic(
        "rate_limit_error",
        "This request would exceed the rate limit for your organization's daily token limit"),
      .quota),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again"
      ), .contextOverflow),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic("invalid_request_error", "temperature: Extra inputs are not permitted"),
      .unsupportedParameter),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error",
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
      .unsupportedParameter),
    ClassRow(
      "anthropic", 403,
      Bodies.anthropic(
        "permission_error", "OAuth authentication is currently not allowed for this organization."),
      .forbidden),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic("invalid_request_error", "Output blocked by content filtering policy"),
      .contentPolicy),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error", "The long context beta is not yet available for this subscription."
      ), .modelIncompatible),
    ClassRow(
      "anthropic", 400,
      Bodies.anthropic(
        "invalid_request_error", "You're out of extra usage. Add more at claude.ai/settings/usage"),
      .payment),
    ClassRow("anthropic", 504, Bodies.anthropic("timeout_error", "timed out"), .timeout),
    ClassRow(
      "gemini", 403,
      Bodies.gemini(
        403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."
      ), .auth),
    ClassRow(
      "gemini", 403,
      Bodies.gemini(
        403, "PERMISSION_DENIED",
        "Generative Language API has not been used in project 1 before or it is disabled."),
      .forbidden),
    ClassRow(
      "gemini", 403,
      Bodies.gemini(
        403, "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity"
      ), .forbidden),
    ClassRow(
      "gemini", 400,
      Bodies.gemini(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."), .auth),
    ClassRow(
      "gemini", 429,
      Bodies.gemini(
        429, "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Generate Content API requests per minute' and limit 'GenerateContent request limit per minute for a region'"
      ), .rateLimit),
    ClassRow(
      "gemini", 400,
      Bodies.gemini(
        400, "INVALID_ARGUMENT",
        "Unable to submit request because the input token count is 2000000 but model only supports up to 1048576"
      ), .contextOverflow),
    ClassRow(
      "gemini", 500, Bodies.gemini(500, "INTERNAL", "An internal error has occurred. Please retry"),
      .serverError),
    ClassRow(
      "gemini", 499, Bodies.gemini(499, "CANCELLED", "The operation was cancelled."),
      .invalidRequest),
    ClassRow(
      "gemini", 200,
      #"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#,
      .overloaded),
    ClassRow(
      "openrouter", 402,
      Bodies.openRouter(
        402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits"),
      .payment),
    ClassRow(
      "openrouter", 403,
      Bodies.openRouter(
        403, "The request was blocked: model requires moderation",
        ["reasons": ["hate"], "flagged_input": "x"]), .contentPolicy),
    ClassRow(
      "openrouter", 404,
      Bodies.openRouter(404, "No allowed providers are available for the selected model."),
      .modelIncompatible),
    ClassRow(
      "openrouter", 404,
      Bodies.openRouter(
        404,
        "No endpoints found matching your data policy (Free model publication). Configure: https://openrouter.ai/settings/privacy"
      ), .entitlement),
    ClassRow(
      "openrouter", 429,
      Bodies.openRouter(
        429, "Rate limit exceeded: free-models-per-min. ",
        [
          "headers": [
            "X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": "1782864030000",
          ]
        ]), .rateLimit),
    ClassRow(
      "openrouter", 400,
      Bodies.openRouter(
        400, "Provider returned error",
        [
          "raw":
            #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213000 tokens > 200000 maximum"}}"#
        ]), .contextOverflow),
    ClassRow(
      "openrouter", 403,
      Bodies.openRouter(
        403, "Provider returned error",
        [
          "raw":
            #"{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}}"#
        ]), .entitlement),
    ClassRow(
      "openrouter", 400,
      Bodies.openRouter(
        400,
        "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens"
      ), .contextOverflow),
    ClassRow(
      "deepseek", 401,
      Bodies.openAI(
        "invalid_request_error", "Authentication Fails, Your api key: ****abcd is invalid"), .auth),
    ClassRow(
      "deepseek", 422,
      Bodies.openAI(
        "invalid_request_error", "Failed to deserialize the JSON body into the target type"),
      .invalidRequest),
    ClassRow(
      "xai", 404,
      Bodies.xAI(
        "Some requested entity was not found",
        "The model grok-9 does not exist or your team does not have access to it."), .modelNotFound),
    ClassRow(
      "xai", 400,
      Bodies.xAI(
        "Client specified an invalid argument",
        "This model's maximum prompt length is 131072 but the request contains 140000 tokens."),
      .contextOverflow),
    ClassRow(
      "xai", 429,
      Bodies.xAI(
        "Some resource has been exhausted",
        "Too many requests for team. Your team has reached its rate limit: requests per minute"),
      .rateLimit),
    ClassRow("mistral", 429, Bodies.message("Requests rate limit exceeded"), .rateLimit),
    ClassRow(
      "mistral", 429, Bodies.mistral("invalid_request_error", "1300", "Rate limit exceeded"),
      .rateLimit),
    ClassRow(
      "groq", 400,
      Bodies.openAI(
        "context_length_exceeded", "Please reduce the length of the messages or completion."),
      .contextOverflow),
    ClassRow("groq", 503, Bodies.openAI(nil, "Service unavailable"), .overloaded),
    ClassRow(
      "groq", 403,
      Bodies.openAI(
        "model_permission_blocked_org", "The model `x` is blocked at the organization level."),
      .entitlement),
    ClassRow(
      "together", 422,
      Bodies.openAI(
        nil, "`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens"),
      .contextOverflow),
    ClassRow(
      "together", 404,
      Bodies.openAI(
        "model_not_available",
        "Unable to access model foo/bar. Please visit https://api.together.ai/models"),
      .modelNotFound),
    ClassRow(
      "together", 402, Bodies.openAI(nil, "Your account has reached its spending limit"), .payment),
    ClassRow(
      "fireworks", 404,
      Bodies.openAI("NOT_FOUND", "Model not found, inaccessible, and/or not deployed"),
      .modelNotFound),
    ClassRow(
      "fireworks", 412,
      Bodies.openAI(
        nil,
        "Account is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices"
      ), .payment),
    ClassRow(
      "cerebras", 429,
      Bodies.text([
        "message": "Requests per day limit exceeded - too many requests sent.",
        "type": "too_many_requests_error", "param": "quota", "code": "request_quota_exceeded",
      ]), .quota),
    ClassRow(
      "cerebras", 429,
      Bodies.text([
        "message": "We're experiencing high traffic right now! Please try again soon.",
        "type": "too_many_requests_error", "param": "queue", "code": "queue_exceeded",
      ]), .overloaded),
    ClassRow(
      "cerebras", 400,
      Bodies.text([
        "message":
          "Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192",
        "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded",
      ]), .contextOverflow),
    ClassRow(
      "github-models", 413,
      Bodies.numbered(
        "tokens_limit_reached", "Request body too large for gpt-4o model. Max size: 8000 tokens."),
      .contextOverflow),
    ClassRow(
      "github-models", 429,
      Bodies.numbered(
        "RateLimitReached",
        "Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 40000 seconds before retrying."
      ), .quota),
    ClassRow(
      "azure", 401,
      Bodies.numbered(
        "401", "Access denied due to invalid subscription key or wrong API endpoint."), .auth),
    ClassRow("azure", 404, Bodies.numbered("404", "Resource not found"), .wrongEndpoint),
    ClassRow(
      "azure", 429,
      Bodies.numbered(
        "429",
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds."
      ), .quota),
    ClassRow(
      "azure", 400,
      Bodies.numbered(
        "OperationNotSupported",
        "The chatCompletion operation does not work with the specified model, gpt-5-pro."),
      .modelIncompatible),
    ClassRow(
      "bedrock", 403,
      Bodies.message("You don't have access to the model with the specified model ID."),
      .entitlement, headers: [("x-amzn-errortype", "AccessDeniedException")]),
    ClassRow(
      "bedrock", 403, Bodies.message("The security token included in the request is invalid."),
      .auth, headers: [("x-amzn-errortype", "UnrecognizedClientException")]),
    ClassRow(
      "bedrock", 400,
      Bodies.message(
        "Your requested model ID anthropic.claude-x isn't supported with on-demand throughput."),
      .modelIncompatible, headers: [("x-amzn-errortype", "ValidationException")]),
    ClassRow(
      "bedrock", 429, Bodies.message("Too many tokens per day, please wait before trying again."),
      .quota, headers: [("x-amzn-errortype", "ThrottlingException")]),
    ClassRow(
      "bedrock", 424, Bodies.message("The model returned an error"), .serverError,
      headers: [("x-amzn-errortype", "ModelErrorException")]),
    ClassRow("ollama", 400, Bodies.plain("\"llama3\" does not support tools"), .modelIncompatible),
    ClassRow("ollama", 401, Bodies.plain("unauthorized"), .auth),
    ClassRow(
      "ollama", 500, Bodies.plain("model requires more system memory (8 GiB) than is available"),
      .serverError),
    ClassRow("ollama", 402, Bodies.plain("you have reached your weekly usage limit"), .quota),
    ClassRow(
      "lmstudio", 404,
      Bodies.openAI(
        "model_not_found",
        "No models loaded. Please load a model in the developer page or use the lms load command."),
      .modelNotFound),
  ]

  static let second: [ClassRow] = [
    ClassRow(
      "lmstudio", 400,
      Bodies.plain(
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"
      ), .contextOverflow),
    ClassRow(
      "vllm", 400,
      Bodies.mistral(
        "BadRequestError", "400",
        "1 validation error for ChatCompletionRequest\nmax_tokens\n  Extra inputs are not permitted"
      ), .unsupportedParameter),
    ClassRow(
      "vllm", 400,
      Bodies.mistral(
        "BadRequestError", "400",
        "The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
      .contextOverflow),
    ClassRow(
      "alibaba", 400,
      Bodies.openAI("data_inspection_failed", "Input data may contain inappropriate content."),
      .contentPolicy),
    ClassRow(
      "alibaba", 403,
      Bodies.openAI(
        "AllocationQuota.FreeTierOnly", "The free tier of the model has been exhausted."), .payment),
    ClassRow(
      "alibaba", 429,
      Bodies.openAI(
        "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."), .rateLimit
    ),
    ClassRow(
      "alibaba", 400,
      Bodies.openAI(
        "Arrearage", "Access denied, please make sure your account is in good standing."), .payment),
    ClassRow(
      "alibaba", 400,
      Bodies.openAI("invalid_parameter_error", "Range of input length should be [1, 30720]"),
      .contextOverflow),
    ClassRow(
      "alibaba", 404,
      Bodies.openAI(
        "model_not_found", "The model `qwen9` does not exist or you do not have access to it."),
      .modelNotFound),
    ClassRow(
      "nvidia", 402, Bodies.detail("Cloud credits expired - Please contact NVIDIA representatives"),
      .payment),
    ClassRow("nvidia", 404, "404 page not found", .wrongEndpoint),
    ClassRow(
      "huggingface", 400,
      Bodies.openAI(
        "model_not_supported",
        "The requested model 'x' is not supported by any provider you have enabled."),
      .modelIncompatible),
    ClassRow("huggingface", 401, Bodies.plain("Invalid username or password."), .auth),
    ClassRow(
      "huggingface", 503,
      Bodies.text(["error": "Model x is currently loading", "estimated_time": 20]), .overloaded),
    ClassRow(
      "huggingface", 429,
      Bodies.plain("You have reached the free monthly usage limit for x. Subscribe to PRO"), .quota),
    ClassRow(
      "copilot", 402, Bodies.openAI("quota_exceeded", "You have exceeded your monthly quota"),
      .quota),
    ClassRow(
      "copilot", 400, Bodies.openAI("model_not_supported", "The requested model is not supported."),
      .modelIncompatible),
    ClassRow(
      "copilot", 400,
      Bodies.openAI(
        "model_max_prompt_tokens_exceeded",
        "prompt token count of 130000 exceeds the limit of 128000"), .contextOverflow),
    ClassRow(
      "zai", 429,
      Bodies.numbered(
        "1310", "Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-07-03 00:00:00"),
      .quota),
    ClassRow(
      "zai", 429,
      Bodies.numbered("1303", "High frequency usage of this API, please reduce frequency"),
      .rateLimit),
    ClassRow("zai", 401, Bodies.numbered("1002", "Authorization Token is invalid"), .auth),
    ClassRow(
      "minimax", 401,
      Bodies.anthropic(
        "authentication_error",
        "login fail: Please carry the API secret key in the 'X-Api-Key' field"), .auth),
    ClassRow("minimax", 200, Bodies.miniMax(2056, "usage limit exceeded"), .quota),
    ClassRow(
      "kimi", 429,
      Bodies.openAI(
        "rate_limit_reached_error",
        "Your account has reached max RPM: 3, please try again after 1 seconds",
        type: "rate_limit_reached_error"), .rateLimit),
    ClassRow(
      "kimi", 401,
      Bodies.openAI(nil, "Invalid Authentication", type: "invalid_authentication_error"), .auth),
    ClassRow(
      "kimi", 404,
      Bodies.openAI(
        nil, "Not found the model moonshot-x or Permission denied", type: "resource_not_found_error"
      ), .modelNotFound),
    ClassRow("nous", 402, Bodies.message("balance_depleted"), .payment),
    ClassRow("nous", 401, Bodies.openAI("token_revoked", "The token has been revoked"), .auth),
    ClassRow(
      "any", 451, Bodies.message("Unavailable for legal reasons in your country"), .entitlement),
    ClassRow("any", 429, Bodies.message("Too Many Requests"), .rateLimit),
    ClassRow("any", 429, Bodies.message("You have run out of credits"), .payment),
    ClassRow("any", 403, Bodies.message("Request not allowed"), .forbidden),
    ClassRow(
      "any", 403, Bodies.message("Your plan does not include access to this model"), .entitlement),
    ClassRow("any", 403, Bodies.message("Rate limit exceeded"), .rateLimit),
    ClassRow("any", 402, Bodies.message("Billing cycle limit reached"), .quota),
    ClassRow("any", 429, Bodies.message("API credits for this billing cycle are used up"), .quota),
    ClassRow(
      "any", 429, Bodies.message("You have exceeded the 5-hour usage window; resets in 3h 12m"),
      .quota),
    ClassRow("any", 429, Bodies.message("Quota of 1000 requests/day exhausted"), .quota),
    ClassRow("any", 429, Bodies.message("Limit: 10 requests/minute"), .rateLimit),
    ClassRow(
      "any", 503, Bodies.message("upstream connect error or disconnect/reset before headers"),
      .overloaded),
    ClassRow("any", 400, Bodies.message("context_length_exceeded"), .contextOverflow),
    ClassRow("any", 413, "<html>413 Request Entity Too Large</html>", .contextOverflow),
    ClassRow("any", 410, Bodies.message("The model x was retired"), .modelNotFound),
    ClassRow("any", 410, Bodies.message("Gone"), .wrongEndpoint),
    ClassRow(
      "any", 200,
      #"{"choices":[{"message":{"role":"assistant","content":"","reasoning":"I think"},"finish_reason":"stop"}]}"#,
      .invalidResponse),
    ClassRow(
      "any", 200, #"data: {"choices":[],"error":{"message":"boom","code":"server_error"}}"#,
      .serverError),
    ClassRow("any", 200, #"[]"#, .invalidResponse),
    ClassRow("any", 200, #"{"detail":"Not authenticated"}"#, .invalidResponse),
    ClassRow("any", 200, #"{"error":"model 'x' not found"}"#, .modelNotFound),
    ClassRow("any", 200, #"{"error":"invalid api key"}"#, .auth),
    ClassRow(
      "any", 200, #"{"error":{"type":"authentication_error","message":"invalid x-api-key"}}"#, .auth
    ),
    ClassRow("any", 200, #"{"status":"error","message":"quota exceeded"}"#, .quota),
    ClassRow(
      "any", 400,
      Bodies.openAI(nil, "Invalid request. Input was: please explain insufficient credits"),
      .invalidRequest),
    ClassRow(
      "any", 422,
      Bodies.openAI(
        nil,
        "1 validation error: messages.0.content Input should be a valid string [type=string_type, input_value=maximum context length, input_type=int]"
      ), .invalidRequest),
    ClassRow(
      "any", 400,
      Bodies.openAI(
        nil,
        "messages[0].content contains invalid characters: 'we were told \"insufficient credits\" and 429 rate limit exceeded, what now'"
      ), .invalidRequest),
    ClassRow(
      "any", 400,
      Bodies.text([
        "error": ["message": "Bad request", "type": "invalid_request_error"],
        "request": ["messages": [["content": "insufficient credits"]]],
      ]), .invalidRequest),
    ClassRow(
      "any", 429,
      Bodies.text([
        "error": [
          "message": "Too many requests", "type": "rate_limit_error",
          "details": ["note": "billing page"],
        ]
      ]), .rateLimit),
    ClassRow(
      "any", 429, Bodies.message("Rate limit exceeded. Upgrade your plan for higher limits."),
      .rateLimit),
    ClassRow(
      "any", 429,
      Bodies.message("Rate limit exceeded, see https://x.example/billing for your plan"), .rateLimit
    ),
    ClassRow(
      "any", 429,
      Bodies.message(
        "Rate limit reached. To increase your rate limit, add a payment method or top up your account."
      ), .rateLimit),
    ClassRow(
      "openai", 429,
      Bodies.openAI(
        "rate_limit_exceeded",
        "Rate limit reached for gpt-x on requests per min. Limit: 3 / min. Please try again in 20s. Visit https://platform.openai.com/account/rate-limits to learn more. You can increase your rate limit by adding a payment method to your account at https://platform.openai.com/account/billing."
      ), .rateLimit),
    ClassRow("any", 429, Bodies.message("Your credit limit for this month is exhausted"), .quota),
    ClassRow("any", 429, Bodies.message("Insufficient credits: monthly limit reached"), .quota),
    ClassRow("any", 404, Bodies.message("Not Found: /v1/chat/completions"), .wrongEndpoint),
    ClassRow("any", 404, Bodies.text(["detail": "Not Found"]), .wrongEndpoint),
    ClassRow("any", 404, "Cannot POST /v1/chat/completions", .wrongEndpoint),
    ClassRow("any", 403, Bodies.message("Forbidden"), .forbidden),
    ClassRow("any", 403, "Forbidden", .forbidden),
    ClassRow(
      "any", 400, Bodies.message("Unsupported value: 'temperature' does not support 0.2"),
      .unsupportedParameter),
    ClassRow(
      "any", 422,
      Bodies.text([
        "detail": [
          [
            "loc": ["body", "temperature"], "msg": "Extra inputs are not permitted",
            "type": "extra_forbidden",
          ]
        ]
      ]), .unsupportedParameter),
    ClassRow("any", 400, Bodies.message("stream_options: unsupported parameter"), .invalidRequest),
    ClassRow(
      "any", 400, Bodies.message("This model does not support image input"), .modelIncompatible),
    ClassRow(
      "any", 400, Bodies.message("Tool calling is not supported by this model"), .modelIncompatible),
    ClassRow("any", 529, "", .overloaded),
    ClassRow("any", 520, "<html>Web server returned an unknown error</html>", .serverError),
    ClassRow("any", 524, "<html>timeout</html>", .serverError),
    ClassRow("any", 504, "<html>Gateway Time-out</html>", .timeout),
    ClassRow(
      "any", 403,
      Bodies.text([
        "error": ["message": "Access denied: your IP is blocked", "type": "access_denied"]
      ]), .forbidden),
    ClassRow(
      "any", 400, Bodies.message("The requested model is currently unavailable in your region"),
      .entitlement),
    ClassRow(
      "any", 403, Bodies.message("This model is not available in your country."), .entitlement),
  ]
}
