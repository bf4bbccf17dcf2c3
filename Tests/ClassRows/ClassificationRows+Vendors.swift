import Fallback
import JSONText

extension ClassificationRows {
  package static let vendors: [ClassRow] = [
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
}
