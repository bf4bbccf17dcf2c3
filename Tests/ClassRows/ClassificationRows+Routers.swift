import Fallback
import JSONText

extension ClassificationRows {
  package static let routers: [ClassRow] = [
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
}
