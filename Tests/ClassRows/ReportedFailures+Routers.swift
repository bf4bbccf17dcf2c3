import Fallback

extension ReportedFailures {
  package static let routers = aggregators + fastHosts + europe

  /// OpenRouter, LiteLLM, Nous.
  private static let aggregators: [ClassRow] = [
    ClassRow(
      "openrouter", 401, #"{"error": {"message": "No auth credentials found", "code": 401}}"#, .auth
    ),
    ClassRow(
      "openrouter", 401, #"{"error": {"message": "User not found.", "code": 401}, "user_id": "u"}"#,
      .auth),
    ClassRow(
      "openrouter", 402,
      #"{"error": {"message": "Insufficient credits. Add more using https://openrouter.ai/settings/credits", "code": 402}}"#,
      .payment),
    ClassRow(
      "openrouter", 429,
      #"{"error": {"message": "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day", "code": 429, "metadata": {"headers": {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1782907200000"}, "provider_name": null}}, "user_id": "u"}"#,
      .quota, wait: 43200000),
    ClassRow(
      "openrouter", 429,
      #"{"error": {"message": "Rate limit exceeded: free-models-per-min. ", "code": 429, "metadata": {"headers": {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1782864030000"}}}}"#,
      .rateLimit, wait: 30000),
    ClassRow(
      "openrouter", 404,
      #"{"error": {"message": "No endpoints found matching your data policy (Free model publication). Configure: https://openrouter.ai/settings/privacy", "code": 404}}"#,
      .entitlement),
    ClassRow(
      "openrouter", 404,
      #"{"error": {"message": "No endpoints found for google/gemini-x.", "code": 404}}"#,
      .modelNotFound),
    ClassRow(
      "openrouter", 400,
      #"{"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": "{\"error\":{\"message\":\"Unsupported parameter: 'temperature' is not supported with this model.\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"unsupported_parameter\"}}", "provider_name": "OpenAI"}}}"#,
      .unsupportedParameter),
    ClassRow(
      "openrouter", 502,
      #"{"error": {"message": "Provider returned error", "code": 502, "metadata": {"raw": "{\"error\":{\"message\":\"Internal server error\",\"type\":\"api_error\"}}", "provider_name": "X"}}}"#,
      .serverError),
    ClassRow(
      "openrouter", 429,
      #"{"error": {"message": "Provider returned error", "code": 429, "metadata": {"raw": "google/gemini-x:free is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: https://openrouter.ai/settings/integrations", "provider_name": "Google"}}}"#,
      .overloaded),
    ClassRow(
      "openrouter", 408, #"{"error": {"message": "Request timed out", "code": 408}}"#, .timeout),
    ClassRow(
      "openrouter", 402,
      #"{"error": {"message": "Prompt tokens limit exceeded: 15000 > 10234. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account", "code": 402}}"#,
      .payment),
    ClassRow(
      "openrouter", 503, #"{"error": {"message": "No instances available", "code": 503}}"#,
      .overloaded),
    ClassRow(
      "openrouter", 200, #"{"error": {"message": "Rate limit exceeded", "code": 429}}"#, .rateLimit),
    ClassRow(
      "openrouter", 200,
      #"{"id": "g", "choices": [{"error": {"code": 502, "message": "Upstream error from Chutes: connection refused"}, "message": {"role": "assistant", "content": ""}, "finish_reason": "error"}]}"#,
      .serverError),
    ClassRow(
      "openrouter", 403,
      #"{"error": {"message": "This key has reached its weekly limit. Manage it using https://openrouter.ai/settings/keys", "code": 403}}"#,
      .quota),
    ClassRow(
      "openrouter", 403,
      #"{"error": {"message": "openai/gpt-x requires moderation on OpenAI. Your input was flagged for \"violence\". No credits were charged.", "code": 403, "metadata": {"reasons": ["violence"], "flagged_input": "…", "provider_name": "OpenAI"}}}"#,
      .contentPolicy),
    ClassRow(
      "litellm", 401,
      #"{"error": {"message": "Authentication Error, Invalid proxy server token passed. Received API Key = sk-...abcd, Key Hash (Token) =ab12. Unable to find token in cache or `LiteLLM_VerificationTokenTable`", "type": "token_not_found_in_db", "param": "key", "code": "401"}}"#,
      .auth),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "Budget has been exceeded! Current cost: 12.5, Max budget: 10.0", "type": "budget_exceeded", "param": null, "code": "400"}}"#,
      .payment),
    ClassRow(
      "litellm", 429,
      #"{"error": {"message": "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 2s.", "type": "throttling_error", "param": null, "code": "429"}}"#,
      .rateLimit),
    ClassRow(
      "litellm", 429,
      #"{"error": {"message": "No deployments available for selected model, Try again in 60 seconds. Passed model=gpt-4. pre-call-checks=False", "type": "None", "param": "None", "code": "429"}}"#,
      .rateLimit, wait: 60000),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "/chat/completions: Invalid model name passed in model=foo. Call `/v1/models` to view available models for your key.", "type": "invalid_request_error", "param": "model", "code": "400"}}"#,
      .modelNotFound),
    ClassRow(
      "litellm", 401,
      #"{"error": {"message": "key not allowed to access model. This key can only access models=['a']. Tried to access gpt-4", "type": "key_model_access_denied", "param": "model", "code": "401"}}"#,
      .entitlement),
    ClassRow(
      "litellm", 500,
      #"{"error": {"message": "litellm.InternalServerError: AnthropicException - Overloaded. Received Model Group=claude", "type": null, "param": null, "code": "500"}}"#,
      .overloaded),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: OpenAIException - This model's maximum context length is 8192 tokens.", "type": null, "param": null, "code": "400"}}"#,
      .contextOverflow),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "litellm.ContentPolicyViolationError: litellm.BadRequestError: AzureException - The response was filtered", "type": null, "param": null, "code": "400"}}"#,
      .contentPolicy),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "litellm.UnsupportedParamsError: openai does not support parameters: ['temperature'], for model=o1-mini. To drop these, set `litellm.drop_params=True`", "type": "None", "param": null, "code": "400"}}"#,
      .unsupportedParameter),
    ClassRow(
      "litellm", 408,
      #"{"error": {"message": "litellm.Timeout: APITimeoutError - Request timed out.", "type": null, "param": null, "code": "408"}}"#,
      .timeout),
    ClassRow(
      "nous", 402,
      #"{"error": {"message": "Insufficient credits. Please top up your account.", "type": "insufficient_credits", "code": 402}}"#,
      .payment),
    ClassRow("nous", 401, #"{"status": 401, "message": "Invalid or expired agent key"}"#, .auth),
    ClassRow(
      "nous", 429,
      #"{"status": 429, "message": "Too many requests: you have exceeded the rate limit on your API key."}"#,
      .rateLimit,
      headers: [
        ("x-ratelimit-remaining-requests-1h", "0"), ("x-ratelimit-reset-requests-1h", "1800"),
      ], wait: 1800000),
  ]

  /// Groq, Together, Fireworks, Cerebras.
  private static let fastHosts: [ClassRow] = [
    ClassRow(
      "groq", 401,
      #"{"error": {"message": "Invalid API Key", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}"#,
      .auth),
    ClassRow(
      "groq", 429,
      #"{"error": {"message": "Rate limit reached for model `llama-x` in organization `org_1` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Used 5300, Requested 900. Please try again in 2.1s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing", "type": "tokens", "param": null, "code": "rate_limit_exceeded"}}"#,
      .rateLimit, wait: 2100),
    ClassRow(
      "groq", 429,
      #"{"error": {"message": "Rate limit reached for model `llama-x` in organization `org_1` service tier `on_demand` on tokens per day (TPD): Limit 100000, Used 99800, Requested 900. Please try again in 10m4s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing", "type": "tokens", "param": null, "code": "rate_limit_exceeded"}}"#,
      .quota, wait: 604000),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "The model `mixtral-8x7b-32768` has been decommissioned and is no longer supported. Please refer to https://console.groq.com/docs/deprecations for a recommendation on which model to use instead.", "type": "invalid_request_error", "param": null, "code": "model_decommissioned"}}"#,
      .modelNotFound),
    ClassRow(
      "groq", 403, #"{"error": {"message": "Access denied. Please check your network settings."}}"#,
      .forbidden),
    ClassRow(
      "groq", 403,
      #"{"error": {"message": "The model `llama-x` is blocked at the project level. Please have a project admin enable this model.", "type": "permissions_error", "param": null, "code": "model_permission_blocked_project"}}"#,
      .entitlement),
    ClassRow(
      "groq", 503,
      #"{"error": {"message": "Service Unavailable", "type": "internal_server_error", "param": null, "code": null}}"#,
      .overloaded),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "Please reduce the length of the messages or completion.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}"#,
      .contextOverflow),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model", "type": "invalid_request_error", "param": "max_tokens", "code": null}}"#,
      .unsupportedParameter),
    ClassRow(
      "together", 402,
      #"{"error": {"message": "Credit limit exceeded, please navigate to https://api.together.ai/settings/billing to update your billing", "type": "credit_limit", "param": null, "code": null}}"#,
      .payment),
    ClassRow(
      "together", 404,
      #"{"error": {"message": "Unable to access model foo/bar. Please visit https://api.together.ai/models to view the list of supported models.", "type": "invalid_request_error", "param": null, "code": "model_not_available"}}"#,
      .modelNotFound),
    ClassRow(
      "together", 422,
      #"{"error": {"message": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 3900 `inputs` tokens and 512 `max_new_tokens`", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .contextOverflow),
    ClassRow(
      "together", 429,
      #"{"error": {"message": "You have been rate limited. Your rate limit is 60 queries per minute. Please navigate to https://www.together.ai/forms/rate-limit-increase to request an increase.", "type": "rate_limit", "param": null, "code": "rate_limit"}}"#,
      .rateLimit),
    ClassRow(
      "together", 400,
      #"{"error": {"message": "Unable to access non-serverless model foo/bar. Please visit https://api.together.ai/models/foo/bar to create and start a new dedicated endpoint for the model.", "type": "invalid_request_error", "param": null, "code": "model_not_available"}}"#,
      .modelNotFound),
    ClassRow(
      "fireworks", 401,
      #"{"error": {"object": "error", "type": "invalid_request_error", "code": "invalid_request_error", "message": "The API key you provided is invalid."}}"#,
      .auth),
    ClassRow("fireworks", 403, #"{"error": "unauthorized"}"#, .auth),
    ClassRow(
      "fireworks", 404,
      #"{"error": {"message": "Model not found, inaccessible, and/or not deployed", "code": "NOT_FOUND", "object": "error", "type": "invalid_request_error"}}"#,
      .modelNotFound),
    ClassRow(
      "fireworks", 412,
      #"{"error": {"message": "Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices. Update your billing information.", "code": "PRECONDITION_FAILED", "object": "error", "type": "error"}}"#,
      .payment),
    ClassRow(
      "fireworks", 429,
      #"{"error": {"message": "rate limit exceeded, please try again later", "code": "RATE_LIMIT_EXCEEDED", "object": "error", "type": "rate_limit_exceeded"}}"#,
      .rateLimit),
    ClassRow(
      "fireworks", 400,
      #"{"error": {"object": "error", "type": "invalid_request_error", "message": "The prompt is too long: 140000, model maximum context length: 131071"}}"#,
      .contextOverflow),
    ClassRow(
      "fireworks", 503,
      #"{"error": {"object": "error", "type": "error", "code": "DEPLOYMENT_SCALING_UP", "message": "Deployment is currently scaled to zero and is scaling up. Please retry your request in a few minutes."}}"#,
      .overloaded),
    ClassRow(
      "cerebras", 429,
      #"{"message": "Tokens per day limit exceeded - too many tokens processed.", "type": "too_many_tokens_error", "param": "quota", "code": "token_quota_exceeded"}"#,
      .quota),
    ClassRow(
      "cerebras", 429,
      #"{"message": "We're experiencing high traffic right now! Please try again soon.", "type": "too_many_requests_error", "param": "queue", "code": "queue_exceeded"}"#,
      .overloaded),
    ClassRow(
      "cerebras", 404,
      #"{"message": "Model llama-x does not exist or you do not have access to it.", "type": "not_found_error", "param": "model", "code": "model_not_found"}"#,
      .modelNotFound),
    ClassRow(
      "cerebras", 401,
      #"{"message": "Wrong API Key", "type": "invalid_request_error", "param": "api_key", "code": "wrong_api_key"}"#,
      .auth),
    ClassRow(
      "cerebras", 400,
      #"{"message": "Please reduce the length of the messages or completion. Current length is 9013 while limit is 8192", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}"#,
      .contextOverflow),
  ]

  /// Mistral and Cohere.
  private static let europe: [ClassRow] = [
    ClassRow("mistral", 401, #"{"message": "Unauthorized", "request_id": "abc"}"#, .auth),
    ClassRow("mistral", 401, #"{"detail": "Unauthorized"}"#, .auth),
    ClassRow("mistral", 429, #"{"message": "Requests rate limit exceeded"}"#, .rateLimit),
    ClassRow(
      "mistral", 429,
      #"{"object": "error", "message": "Rate limit exceeded", "type": "rate_limited", "param": null, "code": "1300"}"#,
      .rateLimit),
    ClassRow(
      "mistral", 400,
      #"{"object": "error", "message": "Invalid model: mistral-foo", "type": "invalid_model", "param": null, "code": "1500"}"#,
      .modelNotFound),
    ClassRow(
      "mistral", 400,
      #"{"object": "error", "message": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", "type": "invalid_request_prompt", "param": null, "code": "3051"}"#,
      .contextOverflow),
    ClassRow(
      "mistral", 422,
      #"{"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted", "input": 400}]}, "type": "invalid_request_error", "param": null, "code": null}"#,
      .unsupportedParameter),
    ClassRow("mistral", 402, #"{"detail": "Payment required"}"#, .payment),
    ClassRow(
      "mistral", 429,
      #"{"object": "error", "message": "Monthly usage limit exceeded. You can raise it in the console.", "type": "usage_limit", "param": null, "code": "1400"}"#,
      .quota),
    ClassRow(
      "mistral", 503,
      #"{"object": "error", "message": "Service unavailable.", "type": "unreachable_backend", "param": null, "code": "1100"}"#,
      .overloaded),
    ClassRow(
      "mistral", 500,
      #"{"object": "error", "message": "Service unavailable.", "type": "internal_server_error", "param": null, "code": "1000"}"#,
      .serverError),
    ClassRow("cohere", 401, #"{"message": "invalid api token"}"#, .auth),
    ClassRow(
      "cohere", 429,
      #"{"message": "You are using a Trial key, which is limited to 10 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. Contact us on 'https://discord.gg/x' or email us at support@cohere.com with any questions"}"#,
      .rateLimit),
    ClassRow(
      "cohere", 429,
      #"{"message": "You are using a Trial key, which is limited to 1000 API calls / month. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'."}"#,
      .quota),
    ClassRow(
      "cohere", 400,
      #"{"message": "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received 130000. Try using a shorter prompt, or enabling prompt truncating."}"#,
      .contextOverflow),
    ClassRow(
      "cohere", 404,
      #"{"message": "model 'command-x' not found, make sure the correct model ID was used and that you have access to the model."}"#,
      .modelNotFound),
    ClassRow(
      "cohere", 402,
      #"{"message": "Please add or update your payment method at https://dashboard.cohere.com/billing?tab=payment to continue"}"#,
      .payment),
    ClassRow(
      "cohere", 422,
      #"{"message": "invalid request: message must be at least 1 token long or tool results must be specified."}"#,
      .invalidRequest),
  ]
}
