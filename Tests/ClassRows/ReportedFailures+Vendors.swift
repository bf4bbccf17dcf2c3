import Fallback

extension ReportedFailures {
  package static let vendors = openAI + azure + github + anthropic + google + bedrock + xai

  /// OpenAI.
  private static let openAI: [ClassRow] = [
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "Your API key has been disabled. Please contact support.", "type": "invalid_request_error", "param": null, "code": "account_deactivated"}}"#,
      .auth),
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "You must be a member of an organization to use the API. Please contact us to ask to get added.", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .auth),
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "Missing bearer authentication in header", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .auth),
    ClassRow(
      "openai", 429,
      #"{"error": {"message": "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 28000, Requested 4000. Please try again in 4s. Visit https://platform.openai.com/account/rate-limits to learn more.", "type": "tokens", "param": null, "code": "rate_limit_exceeded"}}"#,
      .rateLimit, wait: 4000),
    ClassRow(
      "openai", 429,
      #"{"error": {"message": "Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 45000. The input or output tokens must be reduced in order to run successfully.", "type": "tokens", "param": null, "code": "rate_limit_exceeded"}}"#,
      .contextOverflow),
    ClassRow(
      "openai", 429,
      #"{"error": {"message": "Rate limit reached for gpt-4o on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.", "type": "requests", "param": null, "code": "rate_limit_exceeded"}}"#,
      .quota, wait: 432000),
    ClassRow(
      "openai", 429,
      #"{"error": {"message": "Your account is not active, please check your billing details on our website.", "type": "billing_not_active", "param": null, "code": "billing_not_active"}}"#,
      .payment),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.", "type": "invalid_request_error", "param": "messages", "code": "context_length_exceeded"}}"#,
      .contextOverflow),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760, but got a string with length 12000000 instead.", "type": "invalid_request_error", "param": "messages[0].content", "code": "string_above_max_length"}}"#,
      .invalidRequest),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.", "type": "invalid_request_error", "param": "temperature", "code": "unsupported_value"}}"#,
      .unsupportedParameter),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Unrecognized request argument supplied: max_completion_tokens", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .unsupportedParameter),
    ClassRow(
      "openai", 500,
      #"{"error": {"message": "The server had an error while processing your request. Sorry about that!", "type": "server_error", "param": null, "code": null}}"#,
      .serverError),
    ClassRow(
      "openai", 404,
      #"{"error": {"message": "Invalid URL (POST /v1/v1/chat/completions)", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .wrongEndpoint),
    ClassRow(
      "openai", 404,
      #"{"error": {"message": "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?", "type": "invalid_request_error", "param": "model", "code": null}}"#,
      .modelIncompatible),
    ClassRow(
      "openai", 404,
      #"{"error": {"message": "This model is only supported in v1/responses and not in v1/chat/completions.", "type": "invalid_request_error", "param": "model", "code": null}}"#,
      .modelIncompatible),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.", "type": "invalid_request_error", "param": null, "code": "invalid_prompt"}}"#,
      .contentPolicy),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Invalid type for 'messages': expected an array of objects, but got a string instead.", "type": "invalid_request_error", "param": "messages", "code": "invalid_type"}}"#,
      .invalidRequest),
    ClassRow(
      "openai", 409,
      #"{"error": {"message": "The resource was updated by another request.", "type": "conflict_error", "param": null, "code": null}}"#,
      .serverError),
    ClassRow(
      "openai", 403,
      #"{"error": {"message": "You do not have permission to perform this operation.", "type": "permission_error", "param": null, "code": null}}"#,
      .forbidden),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "The requested model 'gpt-9' does not exist.", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}"#,
      .modelNotFound),
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "Incorrect API key provided: sk-pro*******abcd. You can find your API key at https://platform.openai.com/account/api-keys.", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}"#,
      .auth),
    ClassRow(
      "openai", 429,
      #"{"error": {"message": "You've exceeded the rate limit, please slow down and try again after 0.5 seconds.", "type": "requests", "param": null, "code": "slow_down"}}"#,
      .rateLimit, wait: 500),
  ]

  /// Azure.
  private static let azure: [ClassRow] = [
    ClassRow(
      "azure", 401,
      #"{"error": {"code": "401", "message": "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}"#,
      .auth),
    ClassRow(
      "azure", 401,
      #"{"statusCode": 401, "message": "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired."}"#,
      .auth),
    ClassRow(
      "azure", 403,
      #"{"error": {"code": "AccessDenied", "message": "Access denied due to Virtual Network/Firewall rules."}}"#,
      .forbidden),
    ClassRow(
      "azure", 403,
      #"{"error": {"code": "PermissionDenied", "message": "The principal `p` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation."}}"#,
      .forbidden),
    ClassRow(
      "azure", 404, #"{"error": {"code": "404", "message": "Resource not found"}}"#, .wrongEndpoint),
    ClassRow(
      "azure", 429,
      #"{"error": {"code": "429", "message": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-02-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit."}}"#,
      .rateLimit, wait: 26000),
    ClassRow(
      "azure", 429,
      #"{"error": {"code": "RateLimitReached", "message": "Your requests to gpt-4 for gpt-4 in East US have exceeded call rate limit for your current AIServices S0 pricing tier. Please retry after 60 seconds."}}"#,
      .rateLimit, wait: 60000),
    ClassRow(
      "azure", 400,
      #"{"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.", "type": null, "param": "prompt", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {"filtered": true, "severity": "high"}}}}}"#,
      .contentPolicy),
    ClassRow(
      "azure", 400,
      #"{"error": {"code": "OperationNotSupported", "message": "The chatCompletion operation does not work with the specified model, gpt-35-turbo-instruct. Please choose different model and try again."}}"#,
      .modelIncompatible),
    ClassRow(
      "azure", 408, #"{"error": {"code": "Timeout", "message": "The operation was timeout."}}"#,
      .timeout),
    ClassRow(
      "azure", 500,
      #"{"error": {"code": "InternalServerError", "message": "The server had an error while processing your request."}}"#,
      .serverError),
    ClassRow(
      "azure", 403,
      #"{"error": {"code": "403", "message": "Out of call volume quota. Quota will be replenished in 12:05:33."}}"#,
      .quota),
    ClassRow(
      "azure", 429,
      #"{"error": {"code": "NoCapacity", "message": "The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load."}}"#,
      .overloaded),
  ]

  /// GitHub Models and Copilot.
  private static let github: [ClassRow] = [
    ClassRow(
      "github-models", 400,
      #"{"error": {"code": "unavailable_model", "message": "Unavailable model: gpt-x", "details": "Unavailable model: gpt-x"}}"#,
      .modelNotFound),
    ClassRow(
      "github-models", 413,
      #"{"error": {"code": "tokens_limit_reached", "message": "Request body too large for gpt-4o model. Max size: 8000 tokens.", "details": "Request body too large for gpt-4o model. Max size: 8000 tokens."}}"#,
      .contextOverflow),
    ClassRow(
      "github-models", 429,
      #"{"error": {"code": "RateLimitReached", "message": "Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 43200 seconds before retrying.", "details": "Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 43200 seconds before retrying."}}"#,
      .quota, wait: 43200000),
    ClassRow(
      "github-models", 429,
      #"{"error": {"code": "RateLimitReached", "message": "Rate limit of 10 per 60s exceeded for UserByModelByMinute. Please wait 31 seconds before retrying."}}"#,
      .rateLimit, wait: 31000),
    ClassRow(
      "github-models", 401, #"{"error": {"code": "unauthorized", "message": "Bad credentials"}}"#,
      .auth),
    ClassRow(
      "github-models", 403,
      #"{"error": {"code": "no_access", "message": "No access to model: gpt-5"}}"#, .entitlement),
    ClassRow(
      "copilot", 403, "unauthorized: not authorized to use this Copilot feature\n", .forbidden,
      headers: [("content-type", "text/plain")]),
    ClassRow(
      "copilot", 401, "unauthorized: token expired\n", .auth,
      headers: [("content-type", "text/plain")]),
    ClassRow(
      "copilot", 402, #"{"error": {"message": "You have no quota", "code": "quota_exceeded"}}"#,
      .quota),
    ClassRow(
      "copilot", 400,
      #"{"error": {"message": "The requested model is not supported.", "code": "model_not_supported", "param": "model", "type": "invalid_request_error"}}"#,
      .modelIncompatible),
  ]

  /// Anthropic.
  private static let anthropic: [ClassRow] = [
    ClassRow(
      "anthropic", 401,
      #"{"type": "error", "error": {"type": "authentication_error", "message": "OAuth authentication is currently not supported."}, "request_id": "req_1"}"#,
      .auth),
    ClassRow(
      "anthropic", 403,
      #"{"type": "error", "error": {"type": "permission_error", "message": "Your API key does not have permission to use the specified resource."}, "request_id": "req_1"}"#,
      .forbidden),
    ClassRow(
      "anthropic", 403,
      #"{"type": "error", "error": {"type": "forbidden", "message": "Request not allowed"}, "request_id": "req_1"}"#,
      .forbidden),
    ClassRow(
      "anthropic", 404,
      #"{"type": "error", "error": {"type": "not_found_error", "message": "model: claude-3-opus-20240229"}, "request_id": "req_1"}"#,
      .modelNotFound),
    ClassRow(
      "anthropic", 404,
      #"{"type": "error", "error": {"type": "not_found_error", "message": "Not Found"}, "request_id": "req_1"}"#,
      .wrongEndpoint),
    ClassRow(
      "anthropic", 429,
      #"{"type": "error", "error": {"type": "rate_limit_error", "message": "This request would exceed your organization's rate limit of 40,000 input tokens per minute (org: 1234, model: claude-x). For details, refer to: https://docs.claude.com/en/api/rate-limits."}, "request_id": "req_1"}"#,
      .rateLimit),
    ClassRow(
      "anthropic", 429,
      #"{"type": "error", "error": {"type": "rate_limit_error", "message": "Number of concurrent connections has exceeded your rate limit. Please try again later or contact sales."}, "request_id": "req_1"}"#,
      .rateLimit),
    ClassRow(
      "anthropic", 429,
      #"{"type": "error", "error": {"type": "rate_limit_error", "message": "This request would exceed your account's rate limit. Please try again later."}, "request_id": "req_1"}"#,
      .quota,
      headers: [
        ("retry-after", "14400"), ("anthropic-ratelimit-unified-status", "rejected"),
        ("anthropic-ratelimit-unified-reset", "1782878400"),
      ], wait: 14400000),
    ClassRow(
      "anthropic", 500,
      #"{"type": "error", "error": {"type": "api_error", "message": "Internal server error"}, "request_id": "req_1"}"#,
      .serverError),
    ClassRow(
      "anthropic", 529,
      #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"}"#,
      .overloaded),
    ClassRow(
      "anthropic", 504,
      #"{"type": "error", "error": {"type": "timeout_error", "message": "Request timed out"}, "request_id": "req_1"}"#,
      .timeout),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-opus-20240229"}, "request_id": "req_1"}"#,
      .unsupportedParameter),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "input length and `max_tokens` exceed context limit: 198000 + 20000 > 200000, decrease input length or `max_tokens` and try again"}, "request_id": "req_1"}"#,
      .contextOverflow),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "messages.1: all messages must have non-empty content except for the optional final assistant message"}, "request_id": "req_1"}"#,
      .invalidRequest),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "temperature: Input should be less than or equal to 1"}, "request_id": "req_1"}"#,
      .unsupportedParameter),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "This organization has been disabled."}, "request_id": "req_1"}"#,
      .forbidden),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "Output blocked by content filtering policy"}, "request_id": "req_1"}"#,
      .contentPolicy),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "`temperature` and `top_p` cannot both be specified for this model. Please use only one."}, "request_id": "req_1"}"#,
      .unsupportedParameter),
    ClassRow(
      "anthropic", 403,
      #"{"type": "error", "error": {"type": "permission_error", "message": "OAuth token does not meet scope requirement user:inference"}, "request_id": "req_1"}"#,
      .forbidden),
    ClassRow(
      "anthropic", 403,
      #"{"type": "error", "error": {"type": "permission_error", "message": "This organization is not available in your region."}, "request_id": "req_1"}"#,
      .entitlement),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "Your account does not have access to claude-x. Please contact sales."}, "request_id": "req_1"}"#,
      .entitlement),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "You're out of extra usage. Add more at claude.ai/settings/usage and keep going."}, "request_id": "req_1"}"#,
      .payment),
    ClassRow(
      "anthropic", 200,
      #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"}"#,
      .overloaded),
  ]

  /// Gemini and Vertex.
  private static let google: [ClassRow] = [
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}}"#,
      .auth),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "API key expired. Please renew the API key.", "status": "INVALID_ARGUMENT", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}}"#,
      .auth),
    ClassRow(
      "gemini", 403,
      #"{"error": {"code": 403, "message": "Your API key was reported as leaked. Please use another API key.", "status": "PERMISSION_DENIED"}}"#,
      .auth),
    ClassRow(
      "gemini", 403,
      #"{"error": {"code": 403, "message": "Generative Language API has not been used in project 123 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/generativelanguage.googleapis.com/overview?project=123 then retry.", "status": "PERMISSION_DENIED", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com"}]}}"#,
      .forbidden),
    ClassRow(
      "gemini", 429,
      #"{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-3-pro", "status": "RESOURCE_EXHAUSTED"}}"#,
      .entitlement),
    ClassRow(
      "gemini", 429,
      #"{"error": {"code": 429, "message": "Resource has been exhausted (e.g. check quota).", "status": "RESOURCE_EXHAUSTED"}}"#,
      .rateLimit),
    ClassRow(
      "gemini", 429,
      #"[{"error": {"code": 429, "message": "Quota exceeded for quota metric 'Generate Content API requests per minute' and limit 'GenerateContent request limit per minute for a region' of service 'generativelanguage.googleapis.com' for consumer 'project_number:1'.", "status": "RESOURCE_EXHAUSTED"}}]"#,
      .rateLimit),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", "status": "INVALID_ARGUMENT"}}"#,
      .contextOverflow),
    ClassRow(
      "gemini", 500,
      #"{"error": {"code": 500, "message": "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting", "status": "INTERNAL"}}"#,
      .serverError),
    ClassRow(
      "gemini", 503,
      #"{"error": {"code": 503, "message": "The service is currently unavailable.", "status": "UNAVAILABLE"}}"#,
      .overloaded),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "JSON mode is not enabled for models/gemma-3-27b-it", "status": "INVALID_ARGUMENT"}}"#,
      .unsupportedParameter),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting", "status": "INVALID_ARGUMENT"}}"#,
      .invalidRequest),
    ClassRow(
      "gemini", 404,
      #"{"error": {"code": 404, "message": "This model models/gemini-x is no longer available to new users. Please update your code to use a newer model for the latest features and improvements.", "status": "NOT_FOUND"}}"#,
      .modelNotFound),
    ClassRow(
      "vertex", 403,
      #"{"error": {"code": 403, "message": "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p/locations/us-central1/publishers/google/models/gemini-x' (or it may not exist).", "status": "PERMISSION_DENIED", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "IAM_PERMISSION_DENIED", "domain": "googleapis.com"}]}}"#,
      .forbidden),
    ClassRow(
      "vertex", 404,
      #"{"error": {"code": 404, "message": "Publisher Model `projects/p/locations/us-central1/publishers/google/models/gemini-x` was not found or your project does not have access to it.", "status": "NOT_FOUND"}}"#,
      .modelNotFound),
    ClassRow(
      "vertex", 429,
      #"{"error": {"code": 429, "message": "Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project_per_base_model with base model: gemini-x. Please submit a quota increase request.", "status": "RESOURCE_EXHAUSTED"}}"#,
      .rateLimit),
    ClassRow(
      "vertex", 401,
      #"{"error": {"code": 401, "message": "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.", "status": "UNAUTHENTICATED", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_EXPIRED", "domain": "googleapis.com"}]}}"#,
      .auth),
    ClassRow(
      "vertex", 403,
      #"{"error": {"code": 403, "message": "This API method requires billing to be enabled. Please enable billing on project #123 by visiting https://console.developers.google.com/billing/enable?project=123 then retry.", "status": "PERMISSION_DENIED", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "BILLING_DISABLED", "domain": "googleapis.com"}]}}"#,
      .payment),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "User location is not supported for the API use.", "status": "FAILED_PRECONDITION"}}"#,
      .entitlement),
    ClassRow(
      "gemini", 200,
      #"{"candidates": [{"finishReason": "RECITATION", "index": 0}], "usageMetadata": {}}"#,
      .contentPolicy),
    ClassRow(
      "gemini", 200,
      #"{"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}]}"#, .truncated
    ),
  ]

  /// Bedrock.
  private static let bedrock: [ClassRow] = [
    ClassRow(
      "bedrock", 403,
      #"{"message": "You don't have access to the model with the specified model ID."}"#,
      .entitlement, headers: [("x-amzn-errortype", "AccessDeniedException")]),
    ClassRow(
      "bedrock", 400,
      #"{"message": "Invocation of model ID anthropic.claude-x with on-demand throughput isn't supported. Retry your request with the ID or ARN of an inference profile that contains this model."}"#,
      .modelIncompatible,
      headers: [
        (
          "x-amzn-errortype",
          "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        )
      ]),
    ClassRow(
      "bedrock", 429,
      #"{"__type": "ThrottlingException", "message": "Too many requests, please wait before trying again."}"#,
      .rateLimit),
    ClassRow(
      "bedrock", 429,
      #"{"__type": "com.amazon.coral#ThrottlingException", "message": "Too many tokens per day, please wait before trying again."}"#,
      .quota),
    ClassRow(
      "bedrock", 424, #"{"message": "The model returned the following errors: internal failure"}"#,
      .serverError, headers: [("x-amzn-errortype", "ModelErrorException")]),
    ClassRow(
      "bedrock", 408, #"{"message": "The request took too long to process."}"#, .timeout,
      headers: [("x-amzn-errortype", "ModelTimeoutException")]),
    ClassRow(
      "bedrock", 429,
      #"{"message": "Model is not ready for inference. Please wait and try your request again."}"#,
      .overloaded, headers: [("x-amzn-errortype", "ModelNotReadyException")]),
    ClassRow(
      "bedrock", 403, #"{"message": "The security token included in the request is invalid."}"#,
      .auth, headers: [("X-Amzn-ErrorType", "UnrecognizedClientException")]),
    ClassRow(
      "bedrock", 404,
      #"{"message": "Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before using the model."}"#,
      .entitlement, headers: [("x-amzn-errortype", "ResourceNotFoundException")]),
    ClassRow(
      "bedrock", 503, #"{"message": "Bedrock is unable to process your request."}"#, .overloaded,
      headers: [("x-amzn-errortype", "ServiceUnavailableException")]),
    ClassRow(
      "bedrock", 400, #"{"message": "The provided model identifier is invalid."}"#, .modelNotFound,
      headers: [("x-amzn-errortype", "ValidationException")]),
    ClassRow(
      "bedrock", 400,
      #"{"message": "Malformed input request: #: required key [messages] not found, please reformat your input and try again."}"#,
      .invalidRequest, headers: [("x-amzn-errortype", "ValidationException")]),
    ClassRow(
      "bedrock", 404,
      #"{"message": "This Model is marked by provider as Legacy and you have not been actively using the model in the last 15 days. Please upgrade to an active model on Amazon Bedrock"}"#,
      .modelNotFound, headers: [("x-amzn-errortype", "ResourceNotFoundException")]),
  ]

  /// xAI.
  private static let xai: [ClassRow] = [
    ClassRow(
      "xai", 400,
      #"{"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***aB. You can obtain an API key from https://console.x.ai."}"#,
      .auth),
    ClassRow(
      "xai", 403,
      #"{"code": "The caller does not have permission to execute the specified operation", "error": "Your newly created team doesn't have any credits or licenses yet. You can purchase those on https://console.x.ai/team/t."}"#,
      .payment),
    ClassRow(
      "xai", 404,
      #"{"code": "Some requested entity was not found", "error": "The model grok-x does not exist or your team t does not have access to it. Please ensure you're using the correct API key."}"#,
      .modelNotFound),
    ClassRow(
      "xai", 429,
      #"{"code": "Some resource has been exhausted", "error": "Too many requests for team t and model grok-x. Your team's rate limit is Requests per Second (actual/limit): 2/1, Requests per Minute (actual/limit): 30/60."}"#,
      .rateLimit),
    ClassRow(
      "xai", 400,
      #"{"code": "Client specified an invalid argument", "error": "This model's maximum prompt length is 131072 but the request contains 140000 tokens."}"#,
      .contextOverflow),
    ClassRow(
      "xai", 403,
      #"{"code": "The caller does not have permission to execute the specified operation", "error": "Content violates usage guidelines. Team: t, API key ID: k, Model: grok-x, Failed check: SAFETY_CHECK_TYPE_BIO"}"#,
      .contentPolicy),
    ClassRow(
      "xai", 400,
      #"{"code": "Client specified an invalid argument", "error": "Argument not supported on this model: presencePenalty"}"#,
      .unsupportedParameter),
    ClassRow(
      "xai", 403,
      #"{"code": "The caller does not have permission to execute the specified operation", "error": "API key is currently disabled."}"#,
      .auth),
  ]
}
