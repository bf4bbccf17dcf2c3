import Fallback

extension ReportedFailures {
  package static let furtherVendors: [ClassRow] =
    furtherGemini + furtherAnthropic + furtherMistral + furtherXai + furtherZai + furtherKimi
    + furtherMinimax + furtherDeepseek + furtherOpenai + furtherAzure + furtherBedrock
    + furtherSiliconflow + furtherVolcengine + furtherAlibaba

  private static let furtherGemini: [ClassRow] = [
    ClassRow(
      "gemini", 429,
      #"[{"error": {"code": 429, "message": "Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.", "status": "RESOURCE_EXHAUSTED"}}]"#,
      .rateLimit),
    ClassRow(
      "gemini", 429,
      #"{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 20, model: gemini-2.5-flash\nPlease retry in 38.1s.", "status": "RESOURCE_EXHAUSTED", "details": [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests", "quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "quotaDimensions": {"location": "global", "model": "gemini-2.5-flash"}, "quotaValue": "20"}]}, {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38s"}]}}"#,
      .quota),
    ClassRow(
      "gemini", 429,
      #"{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_input_token_count, limit: 0, model: gemini-3-pro", "status": "RESOURCE_EXHAUSTED", "details": [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_input_token_count", "quotaId": "GenerateContentInputTokensPerModelPerMinute-FreeTier"}]}]}}"#,
      .entitlement),
    ClassRow(
      "gemini", 403,
      #"{"error": {"code": 403, "message": "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.", "status": "PERMISSION_DENIED"}}"#,
      .forbidden),
    ClassRow(
      "gemini", 403,
      #"{"error": {"code": 403, "message": "Consumer 'api_key:AIza***' has been suspended.", "status": "PERMISSION_DENIED", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "CONSUMER_SUSPENDED"}]}}"#,
      .forbidden),
    ClassRow(
      "gemini", 403,
      #"{"error": {"code": 403, "message": "Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.", "status": "PERMISSION_DENIED", "details": [{"reason": "API_KEY_SERVICE_BLOCKED"}]}}"#,
      .forbidden),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \"max_completion_tokens\": Cannot find field.", "status": "INVALID_ARGUMENT"}}"#,
      .unsupportedParameter),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "Billing is disabled for project; please enable billing to use this model.", "status": "FAILED_PRECONDITION"}}"#,
      .payment),
    ClassRow(
      "gemini", 499,
      #"{"error": {"code": 499, "message": "The operation was cancelled.", "status": "CANCELLED"}}"#,
      .invalidRequest),
    ClassRow(
      "gemini", 400,
      #"{"error": {"code": 400, "message": "User location is not supported for the API use without a billing account linked.", "status": "INVALID_ARGUMENT"}}"#,
      .entitlement),
    ClassRow(
      "gemini", 404,
      #"{"error": {"code": 404, "message": "This model models/gemini-2.0-flash is no longer available to new users. Please update your code to use a newer model for the latest features and improvements.", "status": "NOT_FOUND"}}"#,
      .modelNotFound),
    ClassRow(
      "gemini", 200,
      #"{"candidates": [{"finishReason": "RECITATION", "index": 0}], "usageMetadata": {"promptTokenCount": 5}}"#,
      .contentPolicy),
    ClassRow(
      "gemini", 200,
      #"{"choices": [{"finish_reason": "content_filter: PROHIBITED_CONTENT", "index": 0, "message": {"role": "assistant"}}]}"#,
      .contentPolicy),
    ClassRow(
      "gemini", 200,
      #"{"choices": [{"finish_reason": "MALFORMED_FUNCTION_CALL", "index": 0, "message": {"role": "assistant"}}]}"#,
      .invalidResponse),
  ]

  private static let furtherAnthropic: [ClassRow] = [
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low to access the Claude API. Please go to Plans & Billing to upgrade or purchase credits."}}"#,
      .payment),
    ClassRow(
      "anthropic", 404,
      #"{"type": "error", "error": {"type": "not_found_error", "message": "model: claude-3-opus-20240229"}}"#,
      .modelNotFound),
    ClassRow(
      "anthropic", 429,
      #"{"type": "error", "error": {"type": "rate_limit_error", "message": "This request would exceed your organization's rate limit of 30,000 input tokens per minute (org: x, model: claude-sonnet-4-5). For details, refer to: https://docs.claude.com/en/api/rate-limits."}}"#,
      .rateLimit),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "input length and `max_tokens` exceed context limit: 198000 + 8192 > 200000, decrease input length or `max_tokens` and try again"}}"#,
      .contextOverflow),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku-20241022"}}"#,
      .unsupportedParameter),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "This model does not support assistant message prefill. The conversation must end with a user message."}}"#,
      .modelIncompatible),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "messages: text content blocks must be non-empty"}}"#,
      .invalidRequest),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "Third-party apps now draw from your extra usage, not your plan limits. We've added a $200 credit to get you started. Claim it at claude.ai/settings/usage and keep going."}}"#,
      .payment),
    ClassRow(
      "anthropic", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "This credential is only authorized for use with Claude Code and cannot be used for other API requests."}}"#,
      .entitlement),
    ClassRow(
      "anthropic", 504,
      #"{"type": "error", "error": {"type": "timeout_error", "message": "The request timed out while processing."}}"#,
      .timeout),
    ClassRow(
      "anthropic", 500,
      #"{"type": "error", "error": {"type": "api_error", "message": "Internal server error"}}"#,
      .serverError),
    ClassRow(
      "anthropic", 529,
      #"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#,
      .overloaded),
    ClassRow(
      "anthropic", 403,
      #"{"type": "error", "error": {"type": "forbidden", "message": "Request not allowed"}}"#,
      .forbidden),
    ClassRow(
      "anthropic", 401,
      #"{"type": "error", "error": {"type": "authentication_error", "message": "OAuth token has been revoked. Please obtain a new token or refresh your existing token."}}"#,
      .auth),
  ]

  private static let furtherMistral: [ClassRow] = [
    ClassRow(
      "mistral", 400,
      #"{"object": "error", "message": "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant", "type": "invalid_request_message_order", "param": null, "code": "3230"}"#,
      .invalidRequest),
    ClassRow(
      "mistral", 402,
      #"{"object": "error", "message": "You have reached the usage limit of your plan. Please upgrade", "type": "payment_required", "param": null, "code": "1401"}"#,
      .payment),
    ClassRow(
      "mistral", 403,
      #"{"object": "error", "message": "This model is only available on paid plans", "type": "forbidden", "param": null, "code": "1910"}"#,
      .entitlement),
    ClassRow(
      "mistral", 422,
      #"{"object": "error", "message": {"detail": [{"type": "literal_error", "loc": ["body", "response_format", "type"], "msg": "Input should be 'text' or 'json_object'", "input": "json_schema"}]}, "type": "invalid_request_error"}"#,
      .unsupportedParameter),
  ]

  private static let furtherXai: [ClassRow] = [
    ClassRow(
      "xai", 400,
      #"{"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***ab. You can obtain an API key from https://console.x.ai."}"#,
      .auth),
    ClassRow(
      "xai", 403,
      #"{"code": "The caller does not have permission to execute the specified operation", "error": "Your newly created team doesn't have any credits or licenses yet. You can purchase those on https://console.x.ai/team/x."}"#,
      .payment),
    ClassRow(
      "xai", 429,
      #"{"code": "Some resource has been exhausted", "error": "Your team x has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit."}"#,
      .payment),
    ClassRow(
      "xai", 429,
      #"{"code": "Some resource has been exhausted", "error": "Too many requests for team x and model grok-4. Your team's rate limit is - Requests per Second (actual/limit): 5/4, Requests per Minute (actual/limit): 5/480"}"#,
      .rateLimit),
    ClassRow(
      "xai", 404,
      #"{"code": "Some requested entity was not found", "error": "The model grok-beta was deprecated on 2025-09-15 and is no longer accessible via the API. Please use grok-3 instead."}"#,
      .modelNotFound),
    ClassRow(
      "xai", 400,
      #"{"code": "Client specified an invalid argument", "error": "This model's maximum prompt length is 131072 but the request contains 166000 tokens."}"#,
      .contextOverflow),
    ClassRow(
      "xai", 403,
      #"{"code": "The caller does not have permission to execute the specified operation", "error": "Content violates usage guidelines. Team: x, API key ID: y, Model: grok-4, Failed check: SAFETY_CHECK_TYPE_BIO"}"#,
      .contentPolicy),
    ClassRow(
      "xai", 422,
      #"Failed to deserialize the JSON body into the target type: messages[0]: missing field `content` at line 1 column 40"#,
      .invalidRequest, headers: [("content-type", "text/plain")]),
    ClassRow(
      "xai", 503,
      #"{"code": "The service is currently unavailable", "error": "Service temporarily unavailable. The model is at capacity and currently cannot serve this request. Please try again later."}"#,
      .overloaded),
  ]

  private static let furtherZai: [ClassRow] = [
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1302", "message": "High concurrency usage of this API, please reduce concurrency or contact customer service to increase limits"}}"#,
      .rateLimit),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1303", "message": "High frequency usage of this API, please reduce frequency or contact customer service to increase limits"}}"#,
      .rateLimit),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1304", "message": "Daily call limit for this API reached. For more requests, please contact customer service to purchase"}}"#,
      .quota),
    ClassRow(
      "zai", 401,
      #"{"error": {"code": "1001", "message": "Authentication parameter not received in Header, unable to authenticate"}}"#,
      .auth),
    ClassRow(
      "zai", 401,
      #"{"error": {"code": "1002", "message": "Authentication Token is invalid, please confirm the correct transmission of the Authentication Token"}}"#,
      .auth),
    ClassRow(
      "zai", 400,
      #"{"error": {"code": "1110", "message": "Your account is currently inactive. Please check your account information"}}"#,
      .forbidden),
    ClassRow(
      "zai", 403,
      #"{"error": {"code": "1220", "message": "You do not have permission to access glm-4.6"}}"#,
      .entitlement),
    ClassRow(
      "zai", 400,
      #"{"error": {"code": "1222", "message": "API glm-x does not exist"}}"#,
      .modelNotFound),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1309", "message": "Your GLM Coding Plan package has expired and is temporarily unavailable. You can resume using it after renewing"}}"#,
      .payment),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1311", "message": "The current subscription plan does not yet include access to glm-5"}}"#,
      .entitlement),
    ClassRow(
      "zai", 400,
      #"{"error": {"code": "1210", "message": "Invalid API parameter, please check the documentation.max_tokens参数非法。请检查文档。"}}"#,
      .unsupportedParameter),
    ClassRow(
      "zai", 500,
      #"{"error": {"code": "500", "message": "Internal network failure, error id: 2025"}}"#,
      .serverError),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}}"#,
      .payment),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1302", "message": "您的账户已达到速率限制，请您控制请求频率"}}"#,
      .rateLimit),
  ]

  private static let furtherKimi: [ClassRow] = [
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "Your account org-x<ak-y> is suspended due to insufficient balance, please recharge your account or check your plan and billing details", "type": "exceeded_current_quota_error"}}"#,
      .payment),
    ClassRow(
      "kimi", 401,
      #"{"error": {"message": "The API Key appears to be invalid or may have expired. Please verify your credentials and try again.", "type": "invalid_authentication_error"}}"#,
      .auth),
    ClassRow(
      "kimi", 403,
      #"{"error": {"message": "You've reached your usage limit for this billing cycle. Your quota will be refreshed in the next cycle. Upgrade to get more: https://www.kimi.com/code/console", "type": "access_terminated_error"}}"#,
      .quota),
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "We're receiving too many requests at the moment. Please wait a moment and try again.", "type": "rate_limit_reached_error"}}"#,
      .rateLimit),
    ClassRow(
      "kimi", 404,
      #"{"error": {"code": 5, "message": "url.not_found", "method": "POST", "scode": "0x5", "status": false, "ua": "x", "url": "/v1/v1/chat/completions"}}"#,
      .wrongEndpoint),
    ClassRow(
      "kimi", 400,
      #"{"error": {"message": "Your request exceeded model token limit: 8192", "type": "invalid_request_error"}}"#,
      .contextOverflow),
    ClassRow(
      "kimi", 402,
      #"{"error": {"message": "We're unable to verify your membership benefits at this time. Please ensure your membership is active and try again.", "type": "invalid_request_error"}}"#,
      .payment),
  ]

  private static let furtherMinimax: [ClassRow] = [
    ClassRow(
      "minimax", 200,
      #"{"base_resp": {"status_code": 2056, "status_msg": "usage limit exceeded"}}"#,
      .quota),
    ClassRow(
      "minimax", 529,
      #"{"type": "error", "error": {"type": "overloaded_error", "message": "High traffic detected. Upgrade for highspeed model: https://platform.minimax.io/subscribe/token-plan (2064)"}}"#,
      .overloaded),
    ClassRow(
      "minimax", 400,
      #"{"type": "error", "error": {"type": "invalid_request_error", "message": "invalid params, context window exceeds limit (2013)"}}"#,
      .contextOverflow),
    ClassRow(
      "minimax", 500,
      #"{"type": "error", "error": {"type": "api_error", "message": "insufficient balance (1008)"}}"#,
      .payment),
    ClassRow(
      "minimax", 200,
      #"{"base_resp": {"status_code": 1041, "status_msg": "conn limit"}}"#,
      .rateLimit),
    ClassRow(
      "minimax", 200,
      #"{"base_resp": {"status_code": 2049, "status_msg": "invalid api key"}}"#,
      .auth),
    ClassRow(
      "minimax", 400,
      #"{"type": "error", "error": {"type": "bad_request_error", "message": "invalid params, unknown model 'minimax-x' (2013)"}}"#,
      .modelNotFound),
  ]

  private static let furtherDeepseek: [ClassRow] = [
    ClassRow(
      "deepseek", 402,
      #"{"error": {"message": "Insufficient Balance", "type": "unknown_error", "param": null, "code": "invalid_request_error"}}"#,
      .payment),
    ClassRow(
      "deepseek", 429,
      #"{"error": {"message": "Rate limit reached. You are sending requests too quickly.", "type": "rate_limit_error", "param": null, "code": "rate_limit_reached"}}"#,
      .rateLimit),
    ClassRow(
      "deepseek", 400,
      #"{"error": {"message": "deepseek-reasoner does not support this tool_choice", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .unsupportedParameter),
  ]

  private static let furtherOpenai: [ClassRow] = [
    ClassRow(
      "openai", 503,
      #"{"error": {"message": "That model is currently overloaded with other requests. You can retry your request, or contact us through our help center", "type": "server_error", "param": null, "code": null}}"#,
      .overloaded),
    ClassRow(
      "openai", 403,
      #"{"error": {"message": "Project `proj_x` does not have access to model `gpt-4.5-preview`", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}"#,
      .modelNotFound),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Your organization must be verified to use the model `o3`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}"#,
      .modelNotFound),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "max_tokens is too large: 40000. This model supports at most 16384 completion tokens, whereas you provided 40000.", "type": "invalid_request_error", "param": "max_tokens", "code": "invalid_value"}}"#,
      .unsupportedParameter),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .truncated),
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "Your authentication token has been invalidated. Please try signing in again.", "type": "invalid_request_error", "param": null, "code": "token_invalidated"}}"#,
      .auth),
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "You have insufficient permissions for this operation. Missing scopes: model.request. Check that you have the correct role in your organization", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .auth),
    ClassRow(
      "openai", 401,
      #"{"error": {"message": "Your IP is not authorized to access this resource.", "type": "invalid_request_error", "param": null, "code": "ip_not_authorized"}}"#,
      .auth),
    ClassRow(
      "openai", 429,
      #"{"error": {"message": "Rate limit reached for gpt-4o in organization org-x on tokens per day (TPD): Limit 90000, Used 89000, Requested 2000. Please try again in 16m0s.", "type": "tokens", "param": null, "code": "rate_limit_exceeded"}}"#,
      .quota),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.", "type": "invalid_request_error", "param": "response_format", "code": null}}"#,
      .unsupportedParameter),
    ClassRow(
      "openai", 400,
      #"{"error": {"message": "Invalid content type. image_url is only supported by certain models.", "type": "invalid_request_error", "param": null, "code": null}}"#,
      .modelIncompatible),
    ClassRow(
      "openai", 400,
      #"{"detail": "The 'gpt-5' model is not supported when using Codex with a ChatGPT account."}"#,
      .modelIncompatible),
    ClassRow(
      "openai", 429,
      #"{"error": {"type": "usage_not_included", "message": "Your plan does not include Codex usage"}}"#,
      .entitlement),
  ]

  private static let furtherAzure: [ClassRow] = [
    ClassRow(
      "azure", 429,
      #"{"error": {"code": "RateLimitReached", "message": "Your requests to gpt-4o for gpt-4o in East US have exceeded the token rate limit for your current AIServices S0 pricing tier. Please retry after 54 seconds."}}"#,
      .rateLimit),
    ClassRow(
      "azure", 429,
      #"{"error": {"code": "insufficient_quota", "message": "You have exceeded call volume quota. Quota will be replenished in 12.00:12:34."}}"#,
      .quota),
    ClassRow(
      "azure", 400,
      #"{"error": {"code": "OperationNotSupported", "message": "The chatCompletion operation does not work with the specified model, text-embedding-ada-002. Please choose different model and try again."}}"#,
      .modelIncompatible),
    ClassRow(
      "azure", 400,
      #"{"error": {"code": "unsupported_api_version", "message": "API version not supported"}}"#,
      .wrongEndpoint),
    ClassRow(
      "azure", 401,
      #"{"error": {"code": "PermissionDenied", "message": "Principal does not have access to API/Operation."}}"#,
      .auth),
    ClassRow(
      "azure", 403,
      #"{"error": {"code": "403", "message": "Public access is disabled. Please configure private endpoint."}}"#,
      .forbidden),
    ClassRow(
      "azure", 400,
      #"{"error": {"code": "BadRequest", "message": "Model gpt-5-x is enabled only for api versions 2025-03-01-preview and later"}}"#,
      .wrongEndpoint),
  ]

  private static let furtherBedrock: [ClassRow] = [
    ClassRow(
      "bedrock", 404,
      #"{"message": "This model version has reached the end of its life. Please refer to the AWS documentation for more details."}"#,
      .modelNotFound),
    ClassRow(
      "bedrock", 400,
      #"{"message": "Operation not allowed"}"#,
      .forbidden),
    ClassRow(
      "bedrock", 403,
      #"{"Message": "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/x because no identity-based policy allows the bedrock:InvokeModel action"}"#,
      .forbidden),
    ClassRow(
      "bedrock", 424,
      #"{"message": "The model encountered an unexpected error", "originalStatusCode": 500}"#,
      .serverError),
    ClassRow(
      "bedrock", 408,
      #"{"message": "Model has timed out in processing the request. Try your request again."}"#,
      .timeout),
    ClassRow(
      "bedrock", 429,
      #"{"message": "Model is not ready for inference. Please wait and try your request again later."}"#,
      .overloaded),
  ]

  private static let furtherSiliconflow: [ClassRow] = [
    ClassRow(
      "siliconflow", 403,
      #"{"code": 30001, "message": "Sorry, your account balance is insufficient", "data": null}"#,
      .payment),
    ClassRow(
      "siliconflow", 429,
      #"{"code": 20000, "message": "Request was rejected due to rate limiting. Details: TPM limit reached.", "data": null}"#,
      .rateLimit),
    ClassRow(
      "siliconflow", 503,
      #"{"code": 50505, "message": "Model service overloaded. Please try again later.", "data": null}"#,
      .overloaded),
  ]

  private static let furtherVolcengine: [ClassRow] = [
    ClassRow(
      "volcengine", 429,
      #"{"error": {"code": "SetLimitExceeded", "message": "Your account [x] has reached the set inference limit for the [y] model, and the model service has been paused. To continue using this model, please visit the Model Activation page to adjust or close the \"Safe Experience Mode\".", "type": "TooManyRequests"}}"#,
      .quota),
    ClassRow(
      "volcengine", 429,
      #"{"error": {"code": "ServerOverloaded", "message": "The service is currently unable to handle additional requests due to server overload.", "type": "TooManyRequests"}}"#,
      .overloaded),
    ClassRow(
      "volcengine", 403,
      #"{"error": {"code": "AccountOverdueError", "message": "The request failed because your account has an overdue balance.", "type": "Forbidden"}}"#,
      .payment),
    ClassRow(
      "volcengine", 404,
      #"{"error": {"code": "InvalidEndpointOrModel.NotFound", "message": "The model or endpoint x does not exist or you do not have access to it.", "type": "NotFound"}}"#,
      .modelNotFound),
    ClassRow(
      "volcengine", 429,
      #"{"error": {"code": "AccountQuotaExceeded", "message": "You have exceeded the 5-hour usage quota. It will reset at 2026-01-01 00:00:00 +0800 CST.", "type": "TooManyRequests"}}"#,
      .quota),
  ]

  private static let furtherAlibaba: [ClassRow] = [
    ClassRow(
      "alibaba", 429,
      #"{"error": {"message": "You exceeded your current quota, please check your plan and billing details. For details, see: https://help.aliyun.com/zh/model-studio/error-code#token-limit", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}}"#,
      .payment),
    ClassRow(
      "alibaba", 403,
      #"{"error": {"code": "access_denied", "message": "Access denied.", "type": "access_denied"}}"#,
      .forbidden),
    ClassRow(
      "alibaba", 400,
      #"{"error": {"code": "invalid_parameter_error", "message": "parameter.enable_thinking must be set to false for non-streaming calls", "type": "invalid_request_error"}}"#,
      .unsupportedParameter),
    ClassRow(
      "alibaba", 429,
      #"{"error": {"message": "Request rate increased too quickly. To ensure system stability, please adjust your client logic to scale requests more smoothly over time.", "type": "limit_burst_rate", "code": "limit_burst_rate"}}"#,
      .rateLimit),
    ClassRow(
      "alibaba", 429,
      #"{"error": {"message": "hour allocated quota exceeded", "type": "insufficient_quota", "code": "insufficient_quota"}}"#,
      .payment),
  ]
}
