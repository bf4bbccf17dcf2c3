import Fallback

extension ReportedFailures {
  package static let furtherRouters: [ClassRow] =
    furtherCohere + furtherFireworks + furtherCloudflare + furtherNvidia + furtherLitellm
    + furtherCerebras + furtherSambanova + furtherPerplexity + furtherOpenrouter + furtherGroq
    + furtherTogether + furtherGithubmodels + furtherCopilot + furtherHuggingface + furtherOpencode
    + furtherVercel

  private static let furtherCohere: [ClassRow] = [
    ClassRow(
      "cohere", 429,
      #"{"message": "You are using a Trial key, which is limited to 1000 API calls / month. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits at 'https://dashboard.cohere.com/api-keys'. Contact us on 'https://discord.gg/XW44jPfYJu' or email us at support@cohere.com with any questions"}"#,
      .quota),
    ClassRow(
      "cohere", 429,
      #"{"id": "x", "message": "Your API key has exceeded its monthly spend limit. Raise it in your dashboard."}"#,
      .payment),
    ClassRow(
      "cohere", 498,
      #"{"message": "blocked output: the generated text was blocked for violating our usage guidelines"}"#,
      .contentPolicy),
    ClassRow(
      "cohere", 499,
      #"{"message": "request cancelled"}"#,
      .invalidRequest),
    ClassRow(
      "cohere", 422,
      #"{"message": "invalid request: all elements in history must have a message."}"#,
      .invalidRequest),
    ClassRow(
      "cohere", 404,
      #"{"message": "model 'command' was removed on September 15, 2025. See https://docs.cohere.com/docs/deprecations for more details"}"#,
      .modelNotFound),
  ]

  private static let furtherFireworks: [ClassRow] = [
    ClassRow(
      "fireworks", 412,
      #"{"error": "Account suspended, please check your billing"}"#,
      .payment),
    ClassRow(
      "fireworks", 412,
      #"{"error": {"message": "Account suspended, please check your billing", "code": "PRECONDITION_FAILED", "object": "error", "type": "error"}}"#,
      .payment),
    ClassRow(
      "fireworks", 404,
      #"{"error": {"object": "error", "type": "invalid_request_error", "code": "NOT_FOUND", "message": "Model accounts/x/models/y does not exist or is not available"}}"#,
      .modelNotFound),
    ClassRow(
      "fireworks", 403,
      #"{"error": {"message": "Access to model accounts/x/models/y is not allowed for your account", "code": "FORBIDDEN", "type": "invalid_request_error"}}"#,
      .entitlement),
    ClassRow(
      "fireworks", 429,
      #"{"error": {"object": "error", "type": "rate_limit_exceeded", "code": "RATE_LIMIT_EXCEEDED", "message": "Request didn't generate first token before the given deadline"}}"#,
      .rateLimit),
    ClassRow(
      "fireworks", 402,
      #"{"error": {"message": "Your account has no credits. Add a payment method", "type": "error"}}"#,
      .payment),
  ]

  private static let furtherCloudflare: [ClassRow] = [
    ClassRow(
      "cloudflare", 429,
      #"{"errors": [{"message": "AiError: AiError: you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's Workers Paid plan if you would like to continue usage. (deadbeef)", "code": 4006}], "success": false, "result": {}, "messages": []}"#,
      .quota),
    ClassRow(
      "cloudflare", 429,
      #"{"errors": [{"message": "Capacity temporarily exceeded, please try again.", "code": 3040}], "success": false, "result": {}, "messages": []}"#,
      .overloaded),
    ClassRow(
      "cloudflare", 400,
      #"{"errors": [{"message": "AiError: No such model @cf/meta/nope or task", "code": 5007}], "success": false, "result": {}, "messages": []}"#,
      .modelNotFound),
    ClassRow(
      "cloudflare", 401,
      #"{"success": false, "errors": [{"code": 10000, "message": "Authentication error"}], "messages": [], "result": null}"#,
      .auth),
    ClassRow(
      "cloudflare", 403,
      #"{"result": null, "success": false, "errors": [{"code": 9109, "message": "Invalid access token"}], "messages": []}"#,
      .auth),
    ClassRow(
      "cloudflare", 400,
      #"{"success": false, "errors": [{"code": 7003, "message": "Could not route to /client/v4/accounts/x/ai/v1/chat/completions, perhaps your object identifier is invalid?"}], "messages": [], "result": null}"#,
      .wrongEndpoint),
    ClassRow(
      "cloudflare", 408,
      #"{"errors": [{"message": "AiError: Request timeout", "code": 3007}], "success": false}"#,
      .timeout),
    ClassRow(
      "cloudflare", 413,
      #"{"errors": [{"message": "AiError: Request too large", "code": 3006}], "success": false}"#,
      .contextOverflow),
    ClassRow(
      "cloudflare", 403,
      #"{"errors": [{"message": "AiError: Account is not allowed to access this model", "code": 3041}], "success": false}"#,
      .entitlement),
    ClassRow(
      "cloudflare", 400,
      #"{"errors": [{"message": "AiError: Bad input: Error: oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', Type mismatch of '/messages/0/content'", "code": 5006}], "success": false}"#,
      .invalidRequest),
    ClassRow(
      "cloudflare", 400,
      #"{"errors": [{"message": "AiError: The estimated number of input and maximum output tokens (33000) exceeded this model context window limit (24000).", "code": 5021}], "success": false}"#,
      .contextOverflow),
    ClassRow(
      "cloudflare", 429,
      #"{"errors": [{"code": 2003, "message": "Rate limited"}], "success": false}"#,
      .rateLimit),
  ]

  private static let furtherNvidia: [ClassRow] = [
    ClassRow(
      "nvidia", 404,
      #"{"status": 404, "title": "Not Found", "detail": "Function '23d4f03a-b8a6-4adb-a183-7daa083a09cc': Not found for account 'Qaw'"}"#,
      .modelNotFound),
    ClassRow(
      "nvidia", 400,
      #"{"type": "urn:inference-service:problem-details:bad-request", "title": "Bad Request", "status": 400, "detail": "Function id 'x' version id 'y': DEGRADED function cannot be invoked"}"#,
      .overloaded),
    ClassRow(
      "nvidia", 400,
      #"{"error": {"message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion. None", "type": "BadRequestError", "param": null, "code": 400}}"#,
      .contextOverflow),
    ClassRow(
      "nvidia", 429,
      #"{"status": 429, "title": "Too Many Requests", "detail": "Rate limit exceeded for function"}"#,
      .rateLimit),
    ClassRow(
      "nvidia", 500,
      #"{"type": "about:blank", "status": 500, "title": "Internal Server Error", "detail": "Inference connection error"}"#,
      .serverError),
    ClassRow(
      "nvidia", 503,
      #"{"status": 503, "title": "Service Unavailable", "detail": "Worker local total request limit reached (32/32)"}"#,
      .overloaded),
    ClassRow(
      "nvidia", 429,
      #"{"error": {"message": "ResourceExhausted: Worker local total request limit reached (48/32)", "type": "too_many_requests", "code": 429}}"#,
      .rateLimit),
    ClassRow(
      "nvidia", 401,
      #"{"status": 401, "title": "Unauthorized", "detail": "Bearer token is malformed"}"#,
      .auth),
    ClassRow(
      "nvidia", 402,
      #"{"status": 402, "title": "Payment Required", "detail": "You have exceeded your trial credits. Please contact sales."}"#,
      .payment),
  ]

  private static let furtherLitellm: [ClassRow] = [
    ClassRow(
      "litellm", 429,
      #"{"error": {"message": "LiteLLM User: engineer-1, exceeded budget for model=claude-opus-4-8", "type": "budget_exceeded", "param": null, "code": "429"}}"#,
      .payment),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "ExceededBudget: End User=ishaan3 over budget. Spend=0.00088, Budget=0.0001", "type": "auth_error", "param": null, "code": "400"}}"#,
      .payment),
    ClassRow(
      "litellm", 429,
      #"{"error": {"message": "No deployments available - crossed budget: Exceeded budget for deployment model_name: xxx, litellm_params.model: xxx, model_id: xxx: 0.363 >= 0.1", "type": "None", "param": null, "code": "429"}}"#,
      .payment),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "Budget has been exceeded! Team=99c74652 Current cost: 3.2, Max budget: 3.0", "type": "budget_exceeded", "param": null, "code": "400"}}"#,
      .payment),
    ClassRow(
      "litellm", 401,
      #"{"error": {"message": "Authentication Error, Expired Key. Key Expiry time 2025-06-02 and current time 2025-06-03", "type": "expired_key", "param": "x", "code": "401"}}"#,
      .auth),
    ClassRow(
      "litellm", 429,
      #"{"error": {"message": "Rate limit exceeded for api_key: 88dc28. Limit type: requests. Current limit: 1, Remaining: 0. Limit resets at: 2025-06-12 20:00:00 UTC", "type": "throttling_error", "param": null, "code": "429"}}"#,
      .rateLimit),
    ClassRow(
      "litellm", 429,
      #"{"error": {"message": "Max parallel request limit reached Crossed TPM / RPM / Max Parallel Request Limit. Hit limit for api_key: x, tpm_limit: 10, current_tpm: 12", "type": "None", "param": null, "code": "429"}}"#,
      .rateLimit),
    ClassRow(
      "litellm", 401,
      #"{"error": {"message": "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: sk-xxx. Received Model Group=gpt-4", "type": "None", "param": null, "code": "401"}}"#,
      .auth),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "litellm.BadRequestError: LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You passed model=foo", "type": "None", "param": null, "code": "400"}}"#,
      .modelNotFound),
    ClassRow(
      "litellm", 503,
      #"{"error": {"message": "litellm.ServiceUnavailableError: AnthropicException - {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}. Handle with `litellm.InternalServerError`.", "type": "None", "param": null, "code": "503"}}"#,
      .overloaded),
    ClassRow(
      "litellm", 404,
      #"{"error": {"message": "litellm.NotFoundError: AzureException NotFoundError - The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.", "type": "None", "param": null, "code": "404"}}"#,
      .modelNotFound),
    ClassRow(
      "litellm", 400,
      #"{"error": {"message": "litellm.BadRequestError: VertexAIException BadRequestError - {\"error\": {\"code\": 400, \"message\": \"API key not valid. Please pass a valid API key.\", \"status\": \"INVALID_ARGUMENT\", \"details\": [{\"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\", \"reason\": \"API_KEY_INVALID\"}]}}", "type": "None", "param": null, "code": "400"}}"#,
      .auth),
    ClassRow(
      "litellm", 500,
      #"{"error": {"message": "litellm.APIError: APIError: OpenrouterException - {\"error\":{\"message\":\"This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 2666.\",\"code\":402,\"metadata\":{\"provider_name\":null}},\"user_id\":\"u\"}", "type": "None", "param": null, "code": "500"}}"#,
      .payment),
  ]

  private static let furtherCerebras: [ClassRow] = [
    ClassRow(
      "cerebras", 429,
      #"{"message": "Requests per minute limit exceeded - too many requests sent.", "type": "too_many_requests_error", "param": "quota", "code": "request_quota_exceeded"}"#,
      .rateLimit),
    ClassRow(
      "cerebras", 429,
      #"{"message": "Tokens per minute limit exceeded - too many tokens processed.", "type": "too_many_tokens_error", "param": "quota", "code": "token_quota_exceeded"}"#,
      .rateLimit),
    ClassRow(
      "cerebras", 429,
      #"{"message": "Requests per hour limit exceeded - too many requests sent.", "type": "too_many_requests_error", "param": "quota", "code": "request_quota_exceeded"}"#,
      .rateLimit),
    ClassRow(
      "cerebras", 402,
      #"{"message": "Payment required to access this resource. Please visit https://cloud.cerebras.ai/billing.", "type": "payment_required_error", "param": "quota", "code": "payment_required"}"#,
      .payment),
    ClassRow(
      "cerebras", 422,
      #"{"message": "body.messages.0.content: Input should be a valid string", "type": "invalid_request_error", "param": "validation_error", "code": "wrong_api_format"}"#,
      .invalidRequest),
    ClassRow(
      "cerebras", 503,
      #"{"message": "Service temporarily unavailable", "type": "server_error", "param": null, "code": "service_unavailable"}"#,
      .overloaded),
  ]

  private static let furtherSambanova: [ClassRow] = [
    ClassRow(
      "sambanova", 429,
      #"{"error": {"code": "rate_limit_exceeded", "message": "Rate limit exceeded", "param": null, "type": "rate_limit_error"}}"#,
      .rateLimit),
    ClassRow(
      "sambanova", 410,
      #"{"error": {"code": null, "message": "The requested model Foo has been removed", "param": null, "type": "invalid_request_error"}}"#,
      .modelNotFound),
    ClassRow(
      "sambanova", 402,
      #"{"error": {"code": null, "message": "A payment method is required to use this model. Please add a payment method to your account at https://cloud.sambanova.ai/plans/billing.", "param": null, "type": "payment_method_required"}}"#,
      .payment),
    ClassRow(
      "sambanova", 400,
      #"{"error": {"code": null, "message": "Input exceeded max sequence length. Max 8192, got 9000", "param": null, "type": "invalid_request_error"}}"#,
      .contextOverflow),
    ClassRow(
      "sambanova", 400,
      #"{"error": "requested model not found: Foo-8B", "error_model_output": null}"#,
      .modelNotFound),
    ClassRow(
      "sambanova", 403,
      #"{"error": {"code": null, "message": "You don't have access to this model. Please upgrade to the developer tier.", "param": null, "type": "permission_error"}}"#,
      .entitlement),
  ]

  private static let furtherPerplexity: [ClassRow] = [
    ClassRow(
      "perplexity", 400,
      #"{"error": {"message": "Invalid model 'llama-3.1-sonar-small-128k-online'. Permitted models can be found in the documentation at https://docs.perplexity.ai/guides/model-cards.", "type": "invalid_model", "code": 400}}"#,
      .modelNotFound),
    ClassRow(
      "perplexity", 400,
      #"{"error": {"message": "Last message must have role `user`.", "type": "invalid_message", "code": 400}}"#,
      .invalidRequest),
    ClassRow(
      "perplexity", 429,
      #"{"error": {"message": "Request rate limit exceeded, please try again later.", "type": "request_rate_limit_exceeded", "code": 429}}"#,
      .rateLimit),
    ClassRow(
      "perplexity", 401,
      "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n<center><h1>401 Authorization Required</h1></center>\r\n<hr><center>openresty/1.25.3.1</center>\r\n</body></html>",
      .forbidden, headers: [("content-type", "text/html")]),
  ]

  private static let furtherOpenrouter: [ClassRow] = [
    ClassRow(
      "openrouter", 404,
      #"{"error": {"message": "No endpoints found that support image input", "code": 404}, "user_id": "u"}"#,
      .modelIncompatible),
    ClassRow(
      "openrouter", 404,
      #"{"error": {"message": "No endpoints found that can handle the requested parameters. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing", "code": 404}, "user_id": "u"}"#,
      .modelIncompatible),
    ClassRow(
      "openrouter", 404,
      #"{"error": {"message": "No endpoints available matching your guardrail restrictions and data policy. Configure: https://openrouter.ai/settings/privacy", "code": 404}, "user_id": "u"}"#,
      .entitlement),
    ClassRow(
      "openrouter", 401,
      #"{"error": {"message": "Missing Authentication header", "code": 401}, "user_id": "u"}"#,
      .auth),
    ClassRow(
      "openrouter", 401,
      #"{"error": {"message": "API key has expired", "code": 401}, "user_id": "u"}"#,
      .auth),
    ClassRow(
      "openrouter", 402,
      #"{"error": {"message": "This account never purchased credits. Make sure your key is on the correct account or org, and if so, purchase more at https://openrouter.ai/settings/credits", "code": 402}, "user_id": "u"}"#,
      .payment),
    ClassRow(
      "openrouter", 402,
      #"{"error": {"message": "Insufficient credits. This account never purchased credits.", "code": 402}, "user_id": "u"}"#,
      .payment),
    ClassRow(
      "openrouter", 403,
      #"{"error": {"message": "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys", "code": 403}, "user_id": "u"}"#,
      .quota),
    ClassRow(
      "openrouter", 429,
      #"{"error": {"message": "Rate limit exceeded: limit_rpm/google/gemini-2.0-flash-exp/x. High demand for google/gemini-2.0-flash-exp:free on OpenRouter - limited to 20 requests per minute. Please retry shortly.", "code": 429}, "user_id": "u"}"#,
      .rateLimit),
    ClassRow(
      "openrouter", 429,
      #"{"error": {"message": "Rate limit exceeded: limit_rpd/x. free-models-per-day-high-balance. ", "code": 429}, "user_id": "u"}"#,
      .quota),
    ClassRow(
      "openrouter", 400,
      #"{"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": "{\"error\":{\"message\":\"The parameter `response_format.type` specified in the request are not valid: `json_schema` is not supported by this model.\",\"code\":\"InvalidParameter\"}}", "provider_name": "Seed"}}, "user_id": "u"}"#,
      .unsupportedParameter),
    ClassRow(
      "openrouter", 403,
      #"{"error": {"message": "Provider returned error", "code": 403, "metadata": {"raw": "{\"error\":{\"message\":\"Country, region, or territory not supported\",\"code\":\"unsupported_country_region_territory\"}}", "provider_name": "OpenAI"}}, "user_id": "u"}"#,
      .entitlement),
    ClassRow(
      "openrouter", 403,
      #"{"error": {"message": "The request is prohibited due to a violation of provider Terms Of Service.", "code": 403, "metadata": {"provider_name": "Anthropic"}}, "user_id": "u"}"#,
      .contentPolicy),
    ClassRow(
      "openrouter", 503,
      #"{"error": {"message": "Provider returned error", "code": 503, "metadata": {"raw": "no healthy upstream", "provider_name": "X"}}, "user_id": "u"}"#,
      .overloaded),
    ClassRow(
      "openrouter", 502,
      #"{"error": {"message": "Network connection lost.", "code": 502}, "user_id": "u"}"#,
      .serverError),
    ClassRow(
      "openrouter", 500,
      #"{"error": {"message": "Internal Server Error", "code": 500}, "user_id": "u"}"#,
      .serverError),
    ClassRow(
      "openrouter", 524,
      #"{"error": {"message": "Provider timed out", "code": 524}, "user_id": "u"}"#,
      .serverError),
    ClassRow(
      "openrouter", 400,
      #"{"error": {"message": "deepseek/deepseek-r1:free is not a valid model ID", "code": 400}, "user_id": "u"}"#,
      .modelNotFound),
    ClassRow(
      "openrouter", 400,
      #"{"error": {"message": "This endpoint's maximum context length is 131072 tokens. However, you requested about 150000 tokens (140000 of text input, 10000 in the output). Please reduce the length of either one, or use the \"middle-out\" transform to compress your prompt automatically.", "code": 400}, "user_id": "u"}"#,
      .contextOverflow),
    ClassRow(
      "openrouter", 404,
      #"{"error": {"message": "The free period for this model has ended. To continue using this model, please migrate to the paid slug: x/y", "code": 404}, "user_id": "u"}"#,
      .modelNotFound),
  ]

  private static let furtherGroq: [ClassRow] = [
    ClassRow(
      "groq", 429,
      #"{"error": {"message": "Rate limit reached for model `llama-3.3-70b-versatile` in organization `org_x` service tier `on_demand` on requests per day (RPD): Limit 1000, Used 1000, Requested 1. Please try again in 1m26.4s.", "type": "requests", "param": null, "code": "rate_limit_exceeded"}}"#,
      .quota),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "Organization has been restricted. Please reach out to support if you believe this was in error.", "type": "invalid_request_error", "param": null, "code": "organization_restricted"}}"#,
      .forbidden),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "property 'reasoning_effort' is unsupported", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .unsupportedParameter),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "The model `x` requires terms acceptance. Please have the org admin accept the terms at https://console.groq.com/playground?model=x", "type": "invalid_request_error", "param": null, "code": "model_terms_required"}}"#,
      .entitlement),
    ClassRow(
      "groq", 404,
      #"{"error": {"message": "The model `x` does not exist or you do not have access to it.", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}"#,
      .modelNotFound),
    ClassRow(
      "groq", 503,
      #"{"error": {"message": "x is currently over capacity. Please try again and back off exponentially. Visit https://groqstatus.com to see if there is an active incident.", "type": "internal_server_error", "param": null, "code": null}}"#,
      .overloaded),
    ClassRow(
      "groq", 400,
      #"{"error": {"message": "max completion tokens exceeds limit", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .unsupportedParameter),
    ClassRow(
      "groq", 403,
      #"{"error": {"message": "Spend limit reached for organization", "type": "invalid_request_error", "param": null, "code": "spend_limit_reached"}}"#,
      .payment),
    ClassRow(
      "groq", 429,
      #"{"error": {"message": "Spend alert threshold reached: organization monthly spend limit of $10", "type": "invalid_request_error", "param": null, "code": "blocked_api_access"}}"#,
      .payment),
  ]

  private static let furtherTogether: [ClassRow] = [
    ClassRow(
      "together", 429,
      #"{"error": {"message": "Due to capacity constraints, we have enacted rate limits on this model. You have reached the rate limit specific to this model deepseek-ai/DeepSeek-R1. The maximum rate limit for this model is 6.0 queries and 180000 tokens per minute.", "type": "model_rate_limit", "param": null, "code": null}}"#,
      .rateLimit),
    ClassRow(
      "together", 402,
      #"{"error": {"message": "Your account has reached its spending limit or is past due. Please update your billing", "type": "payment_required", "param": null, "code": null}}"#,
      .payment),
    ClassRow(
      "together", 401,
      #"{"error": {"message": "Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}"#,
      .auth),
    ClassRow(
      "together", 503,
      #"{"error": {"message": "The server is overloaded or not ready yet.", "type": "service_unavailable", "param": null, "code": null}}"#,
      .overloaded),
    ClassRow(
      "together", 422,
      #"{"error": {"message": "Input validation error: `max_new_tokens` must be strictly positive. Given: 0", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .invalidRequest),
    ClassRow(
      "together", 404,
      #"{"error": {"message": "Model foo/bar does not exist", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}"#,
      .modelNotFound),
  ]

  private static let furtherGithubmodels: [ClassRow] = [
    ClassRow(
      "github-models", 429,
      #"{"error": {"code": "RateLimitReached", "message": "Rate limit of 10 per 60s exceeded for UserByModelByMinute. Please wait 12 seconds before retrying."}}"#,
      .rateLimit),
    ClassRow(
      "github-models", 429,
      #"{"error": {"code": "RateLimitReached", "message": "Rate limit of 2 per 0s exceeded for UserConcurrentRequests. Please wait 0 seconds before retrying."}}"#,
      .rateLimit),
    ClassRow(
      "github-models", 401,
      #"{"error": {"code": "unauthorized", "message": "Bad credentials", "details": "Bad credentials"}}"#,
      .auth),
    ClassRow(
      "github-models", 401,
      #"{"error": {"code": "unauthorized", "message": "The `models` permission is required to access this endpoint", "details": "x"}}"#,
      .auth),
    ClassRow(
      "github-models", 400,
      #"{"error": {"code": "unknown_model", "message": "Unknown model: foo", "details": "Unknown model: foo"}}"#,
      .modelNotFound),
    ClassRow(
      "github-models", 400,
      #"{"error": {"code": "unavailable_model", "message": "Unavailable model: o1-preview"}}"#,
      .modelNotFound),
    ClassRow(
      "github-models", 403,
      #"{"error": {"code": "no_access", "message": "No access to model: o3"}}"#,
      .entitlement),
  ]

  private static let furtherCopilot: [ClassRow] = [
    ClassRow(
      "copilot", 429,
      "rate limit exceeded\n",
      .rateLimit, headers: [("content-type", "text/plain")]),
    ClassRow(
      "copilot", 429,
      #"{"error": {"message": "Sorry, you have exceeded your Copilot token usage. Please review our Terms of Service.", "code": "rate_limited"}}"#,
      .rateLimit),
    ClassRow(
      "copilot", 402,
      #"{"error": {"message": "You have exceeded your premium request allowance. Upgrade your plan", "code": "quota_exceeded"}}"#,
      .quota),
    ClassRow(
      "copilot", 401,
      "unauthorized: token expired\n",
      .auth, headers: [("content-type", "text/plain")]),
    ClassRow(
      "copilot", 403,
      #"{"error": {"message": "Access to this endpoint is forbidden. Please review our Terms of Service."}}"#,
      .forbidden),
    ClassRow(
      "copilot", 400,
      #"{"error": {"message": "prompt token count of 140000 exceeds the limit of 128000", "code": "model_max_prompt_tokens_exceeded"}}"#,
      .contextOverflow),
  ]

  private static let furtherHuggingface: [ClassRow] = [
    ClassRow(
      "huggingface", 402,
      #"{"error": "You have depleted your monthly included credits. Purchase pre-paid credits to continue using Inference Providers. Alternatively, subscribe to PRO to get 20x more included usage."}"#,
      .payment),
    ClassRow(
      "huggingface", 429,
      #"{"error": "Rate limit reached. You reached free usage limit (reset hourly). Please subscribe to a plan at https://huggingface.co/pricing to use the API at this rate"}"#,
      .rateLimit),
    ClassRow(
      "huggingface", 400,
      #"{"error": {"message": "The requested model 'x/y' is not a chat model.", "type": "invalid_request_error", "param": "model", "code": "model_not_supported"}}"#,
      .modelIncompatible),
    ClassRow(
      "huggingface", 422,
      #"{"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 9000 `inputs` tokens and 500 `max_new_tokens`", "error_type": "validation"}"#,
      .contextOverflow),
    ClassRow(
      "huggingface", 503,
      #"{"error": "Service Unavailable"}"#,
      .overloaded),
    ClassRow(
      "huggingface", 400,
      #"{"error": "Model x/y is not supported by provider hf-inference"}"#,
      .modelIncompatible),
  ]

  private static let furtherOpencode: [ClassRow] = [
    ClassRow(
      "opencode", 401,
      #"{"type": "error", "error": {"type": "CreditsError", "message": "Insufficient balance. Manage your billing here: https://opencode.ai/workspace/x/billing"}}"#,
      .payment),
    ClassRow(
      "opencode", 429,
      #"{"type": "error", "error": {"type": "FreeUsageLimitError", "message": "Rate limit exceeded. Please try again later."}}"#,
      .rateLimit),
    ClassRow(
      "opencode", 401,
      #"{"type": "error", "error": {"type": "ModelError", "message": "Model x is not supported"}}"#,
      .modelIncompatible),
    ClassRow(
      "opencode", 429,
      #"{"type": "error", "error": {"type": "GoUsageLimitError", "message": "Weekly usage limit reached. Resets in 3 days."}}"#,
      .quota),
  ]

  private static let furtherVercel: [ClassRow] = [
    ClassRow(
      "vercel", 402,
      #"{"error": {"message": "Insufficient funds. Please add credits to your account to continue using AI services.", "type": "insufficient_funds"}}"#,
      .payment),
    ClassRow(
      "vercel", 403,
      #"{"error": {"message": "AI Gateway requires a valid credit card on file to service requests. Please visit https://vercel.com/d?to=x to add a card and unlock your free credits.", "type": "customer_verification_required"}}"#,
      .payment),
    ClassRow(
      "vercel", 429,
      #"{"error": {"message": "Free credits temporarily have rate limits in place due to abuse. We are working on a resolution. Try again later, or pay for credits", "type": "rate_limit_exceeded"}}"#,
      .rateLimit),
  ]
}
