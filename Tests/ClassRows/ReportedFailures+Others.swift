import Fallback

extension ReportedFailures {
  package static let others = china + huggingFace + local + pages

  /// DeepSeek, Kimi, Z.AI, MiniMax, DashScope.
  private static let china: [ClassRow] = [
    ClassRow(
      "deepseek", 401,
      #"{"error": {"message": "Authentication Fails (no such user)", "type": "authentication_error", "param": null, "code": "invalid_request_error"}}"#,
      .auth),
    ClassRow(
      "deepseek", 400,
      #"{"error": {"message": "Model Not Exist", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}"#,
      .modelNotFound),
    ClassRow(
      "deepseek", 400,
      #"{"error": {"message": "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens (62000 in the messages, 8000 in the completion). Please reduce the length of the messages or completion.", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}"#,
      .contextOverflow),
    ClassRow(
      "deepseek", 422,
      #"{"error": {"message": "Failed to deserialize the JSON body into the target type: messages[0].content: data did not match any variant of untagged enum ChatCompletionRequestContent at line 1 column 68", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}"#,
      .invalidRequest),
    ClassRow(
      "deepseek", 400,
      #"{"error": {"message": "Content Exists Risk", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}"#,
      .contentPolicy),
    ClassRow(
      "deepseek", 400,
      #"{"error": {"message": "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", "type": "invalid_request_error", "param": null, "code": "invalid_request_error"}}"#,
      .unsupportedParameter),
    ClassRow(
      "deepseek", 503,
      #"{"error": {"message": "Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.", "type": "service_unavailable_error", "param": null, "code": "service_unavailable_error"}}"#,
      .overloaded),
    ClassRow(
      "kimi", 401,
      #"{"error": {"message": "Invalid Authentication", "type": "invalid_authentication_error"}}"#,
      .auth),
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "Your account org-1<ak-2> is suspended, please check your plan and billing details", "type": "exceeded_current_quota_error"}}"#,
      .payment),
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "Your account org-1<ak-2> request reached organization max concurrency: 1, please try again after 1 seconds", "type": "rate_limit_reached_error"}}"#,
      .rateLimit, wait: 1000),
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "Your account org-1<ak-2> request reached organization max RPM: 3, please try again after 1 seconds", "type": "rate_limit_reached_error"}}"#,
      .rateLimit, wait: 1000),
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "Your account org-1<ak-2> request reached TPD rate limit, current: 1500450, limit: 1500000", "type": "rate_limit_reached_error"}}"#,
      .quota),
    ClassRow(
      "kimi", 429,
      #"{"error": {"message": "The engine is currently overloaded, please try again later", "type": "engine_overloaded_error"}}"#,
      .overloaded),
    ClassRow(
      "kimi", 404,
      #"{"error": {"message": "Not found the model kimi-x or Permission denied", "type": "resource_not_found_error"}}"#,
      .modelNotFound),
    ClassRow(
      "kimi", 400,
      #"{"error": {"message": "invalid temperature: only 1 is allowed for this model", "type": "invalid_request_error"}}"#,
      .unsupportedParameter),
    ClassRow(
      "kimi", 403,
      #"{"error": {"type": "permission_denied_error", "message": "The API you are accessing is not open"}}"#,
      .forbidden),
    ClassRow(
      "zai", 401, #"{"error": {"code": "1000", "message": "Authentication Failed"}}"#, .auth),
    ClassRow(
      "zai", 429, #"{"error": {"code": "1302", "message": "Rate limit reached for requests"}}"#,
      .rateLimit),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1310", "message": "Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-07-03 00:00:00"}}"#,
      .quota, wait: 172800000),
    ClassRow(
      "zai", 400,
      #"{"error": {"code": "1211", "message": "Unknown Model, please check the model code."}}"#,
      .modelNotFound),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1311", "message": "Your current subscription plan does not yet include access to GLM-5"}}"#,
      .entitlement),
    ClassRow(
      "zai", 400, #"{"error": {"code": "1261", "message": "Prompt exceeds max length"}}"#,
      .contextOverflow),
    ClassRow(
      "zai", 400,
      #"{"error": {"code": "1214", "message": "Invalid API parameter, please check the documentation."}}"#,
      .invalidRequest),
    ClassRow(
      "zai", 500,
      #"{"error": {"code": "1234", "message": "Network error, error id: 2026, please contact customer service"}}"#,
      .serverError),
    ClassRow(
      "zai", 429,
      #"{"error": {"code": "1313", "message": "Your account's current usage pattern does not comply with the Fair Usage Policy, and your request frequency has been limited."}}"#,
      .rateLimit),
    ClassRow(
      "minimax", 200,
      #"{"id": "", "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}"#,
      .payment),
    ClassRow(
      "minimax", 200, #"{"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}"#,
      .contentPolicy),
    ClassRow(
      "minimax", 200, #"{"base_resp": {"status_code": 1039, "status_msg": "token limit"}}"#,
      .rateLimit),
    ClassRow(
      "minimax", 200, #"{"base_resp": {"status_code": 2013, "status_msg": "invalid params"}}"#,
      .invalidRequest),
    ClassRow(
      "minimax", 200,
      #"{"base_resp": {"status_code": 2061, "status_msg": "your current token plan not support model, MiniMax-M3-highspeed"}}"#,
      .entitlement),
    ClassRow(
      "minimax", 200, #"{"base_resp": {"status_code": 1000, "status_msg": "unknown error"}}"#,
      .serverError),
    ClassRow(
      "minimax", 429,
      #"{"type": "error", "error": {"type": "rate_limit_error", "message": "usage limit exceeded, 5-hour usage limit reached for Token Plan Starter (1501/1500 used), resets at 2026-07-01T05:00:00Z (2056)"}, "request_id": "req_1"}"#,
      .quota, wait: 18000000),
    ClassRow(
      "minimax", 500,
      #"{"type": "error", "error": {"type": "api_error", "message": "unknown error, 999 (1000)"}, "request_id": "req_1"}"#,
      .serverError),
    ClassRow(
      "minimax", 401,
      #"{"type": "error", "error": {"type": "authentication_error", "message": "login fail: Please carry the API secret key in the 'Authorization' field of the request header (1004)"}, "request_id": "req_1"}"#,
      .auth),
    ClassRow(
      "alibaba", 401,
      #"{"error": {"message": "Incorrect API key provided. ", "type": "invalid_request_error", "param": null, "code": "invalid_api_key"}}"#,
      .auth),
    ClassRow(
      "alibaba", 400,
      #"{"error": {"code": "Arrearage", "param": null, "message": "Access denied, please make sure your account is in good standing. For details, see: https://help.aliyun.com/zh/model-studio/error-code#overdue-payment", "type": "Arrearage"}, "id": "c"}"#,
      .payment),
    ClassRow(
      "alibaba", 403,
      #"{"code": "AllocationQuota.FreeTierOnly", "message": "The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, please disable the \"use free tier only\" mode in the management console."}"#,
      .payment),
    ClassRow(
      "alibaba", 429,
      #"{"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded, please try again later.", "request_id": "r"}"#,
      .rateLimit),
    ClassRow(
      "alibaba", 429,
      #"{"error": {"code": "Throttling.AllocationQuota", "message": "Allocated quota exceeded, please increase your quota limit.", "type": "Throttling.AllocationQuota"}}"#,
      .rateLimit),
    ClassRow(
      "alibaba", 400,
      #"{"code": "DataInspectionFailed", "message": "Input data may contain inappropriate content.", "request_id": "r"}"#,
      .contentPolicy),
    ClassRow(
      "alibaba", 400,
      #"{"error": {"code": "invalid_parameter_error", "param": null, "message": "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]", "type": "invalid_request_error"}}"#,
      .contextOverflow),
    ClassRow(
      "alibaba", 403,
      #"{"code": "Model.AccessDenied", "message": "Model access denied.", "request_id": "r"}"#,
      .entitlement),
    ClassRow(
      "alibaba", 503,
      #"{"error": {"code": "ModelServingError", "message": "Too many requests. Your requests are being throttled due to system capacity limits. Please try again later.", "type": "ModelServingError"}}"#,
      .overloaded),
    ClassRow(
      "alibaba", 404,
      #"{"error": {"message": "The model `qwen-x` does not exist or you do not have access to it.", "type": "invalid_request_error", "param": null, "code": "model_not_found"}}"#,
      .modelNotFound),
  ]

  /// Hugging Face, TGI, NVIDIA NIM.
  private static let huggingFace: [ClassRow] = [
    ClassRow(
      "huggingface", 401, #"{"error": "Invalid credentials in Authorization header"}"#, .auth),
    ClassRow("huggingface", 401, #"{"error": "Invalid username or password."}"#, .auth),
    ClassRow(
      "huggingface", 503,
      #"{"error": "Model meta-llama/x is currently loading", "estimated_time": 20.0}"#, .overloaded),
    ClassRow(
      "huggingface", 400,
      #"{"error": {"message": "The requested model 'x' is not supported by any provider you have enabled.", "type": "invalid_request_error", "param": "model", "code": "model_not_supported"}}"#,
      .modelIncompatible),
    ClassRow(
      "huggingface", 403,
      #"{"error": "This authentication method does not have sufficient permissions to call Inference Providers on behalf of user x"}"#,
      .forbidden),
    ClassRow(
      "huggingface", 403,
      #"{"error": "The model meta-llama/x is a gated repo and requires you to accept the terms on its page."}"#,
      .entitlement),
    ClassRow(
      "tgi", 422,
      #"{"error": "Input validation error: `inputs` must have less than 4096 tokens. Given: 5000", "error_type": "validation"}"#,
      .contextOverflow),
    ClassRow(
      "tgi", 429, #"{"error": "Model is overloaded", "error_type": "overloaded"}"#, .overloaded),
    ClassRow(
      "tgi", 424,
      #"{"error": "Request failed during generation: Server error: CUDA out of memory", "error_type": "generation"}"#,
      .serverError),
    ClassRow(
      "nvidia", 401,
      #"{"status": 401, "title": "Unauthorized", "detail": "Authentication failed"}"#, .auth),
    ClassRow(
      "nvidia", 402,
      #"{"status": 402, "title": "Payment Required", "detail": "Account 'x': Cloud credits expired - Please contact NVIDIA representatives"}"#,
      .payment),
    ClassRow("nvidia", 429, #"{"status": 429, "title": "Too Many Requests"}"#, .rateLimit),
    ClassRow(
      "nvidia", 400,
      #"{"object": "error", "message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.", "type": "BadRequestError", "param": null, "code": 400}"#,
      .contextOverflow),
    ClassRow(
      "nvidia", 403, #"{"status": 403, "title": "Forbidden", "detail": "Authorization failed"}"#,
      .forbidden),
    ClassRow(
      "nvidia", 410,
      #"{"status": 410, "title": "Gone", "detail": "The model 'x' has reached its end of life on 2026-01-01 and is no longer available."}"#,
      .modelNotFound),
  ]

  /// Ollama, llama.cpp, LM Studio, vLLM, SGLang.
  private static let local: [ClassRow] = [
    ClassRow("ollama", 404, #"{"error": "model 'llama3' not found"}"#, .modelNotFound),
    ClassRow(
      "ollama", 400, #"{"error": "registry.ollama.ai/library/gemma:2b does not support tools"}"#,
      .modelIncompatible),
    ClassRow(
      "ollama", 500, #"{"error": "llama runner process has terminated: exit status 2"}"#,
      .serverError),
    ClassRow("ollama-cloud", 401, #"{"error": "unauthorized"}"#, .auth),
    ClassRow(
      "ollama-cloud", 429,
      #"{"error": "you've reached your weekly usage limit, please upgrade to continue"}"#, .quota),
    ClassRow(
      "ollama-cloud", 403,
      #"{"error": "this model requires a subscription, upgrade for access: https://ollama.com/upgrade"}"#,
      .entitlement),
    ClassRow(
      "ollama", 400, #"{"error": "prompt too long; exceeded max context length by 3000 tokens"}"#,
      .contextOverflow),
    ClassRow(
      "llama.cpp", 400,
      #"{"error": {"code": 400, "message": "the request exceeds the available context size. try increasing the context size or enable context shift", "type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 8192}}"#,
      .contextOverflow),
    ClassRow(
      "llama.cpp", 401,
      #"{"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}}"#,
      .auth),
    ClassRow(
      "llama.cpp", 404,
      #"{"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}"#,
      .wrongEndpoint),
    ClassRow(
      "lmstudio", 404,
      #"{"error": {"message": "No models loaded. Please load a model in the developer page or use the `lms load` command.", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}"#,
      .modelNotFound),
    ClassRow(
      "lmstudio", 400,
      #"{"error": "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input"}"#,
      .contextOverflow),
    ClassRow(
      "lmstudio", 200,
      #"{"error": "Unexpected endpoint or method. (POST /v1/v1/chat/completions)"}"#, .wrongEndpoint
    ),
    ClassRow(
      "lmstudio", 400,
      #"{"error": "The model has crashed without additional information. (Exit code: null)"}"#,
      .serverError),
    ClassRow(
      "vllm", 404,
      #"{"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "param": null, "code": 404}"#,
      .modelNotFound),
    ClassRow("vllm", 401, #"{"error": "Unauthorized"}"#, .auth),
    ClassRow(
      "vllm", 500,
      #"{"object": "error", "message": "Internal server error", "type": "InternalServerError", "param": null, "code": 500}"#,
      .serverError),
    ClassRow(
      "vllm", 400,
      #"{"error": {"message": "1 validation error for ValidatorIterator\n0.ChatCompletionSystemMessageParam Field required", "type": "BadRequestError", "param": null, "code": 400}}"#,
      .invalidRequest),
    ClassRow(
      "sglang", 400,
      #"{"object": "error", "message": "The input (40000 tokens) is longer than the model's context length (32768 tokens).", "type": "BadRequestError", "param": null, "code": 400}"#,
      .contextOverflow),
    ClassRow(
      "sglang", 503,
      #"{"object": "error", "message": "The request queue is full.", "type": "ServiceUnavailable", "param": null, "code": 503}"#,
      .overloaded),
  ]

  /// Gateways, pages and frameworks.
  private static let pages: [ClassRow] = [
    ClassRow(
      "any", 502,
      "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>",
      .serverError, .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 503,
      "<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>",
      .overloaded, .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 504,
      "<!DOCTYPE html><html><head><title>api.example | 504: Gateway time-out</title></head></html>",
      .timeout, .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 520, "<!DOCTYPE html><title>Web server is returning an unknown error</title>",
      .serverError, .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 522, "error code: 522", .serverError, .route, headers: [("content-type", "text/plain")]
    ),
    ClassRow(
      "any", 530, "error code: 1033", .serverError, .route,
      headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 429, "error code: 1015", .rateLimit, .route, headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 403, "error code: 1020", .forbidden, .route, headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 401, "<html><head><title>401 Authorization Required</title></head></html>", .forbidden,
      .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 404, "<html><head><title>404 Not Found</title></head></html>", .wrongEndpoint, .route,
      headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 405, "<html><head><title>405 Not Allowed</title></head></html>", .wrongEndpoint,
      .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 200,
      "<!doctype html><html><title>Sign in</title><body>Please pay your invoice: payment required, 402, insufficient credits</body></html>",
      .invalidResponse, .route, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 503,
      "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
      .overloaded, .route, headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 503, "no healthy upstream", .overloaded, .route,
      headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 404, "default backend - 404", .wrongEndpoint, .route,
      headers: [("content-type", "text/plain")]),
    ClassRow("kong", 401, #"{"message": "No API key found in request"}"#, .auth),
    ClassRow("kong", 429, #"{"message": "API rate limit exceeded"}"#, .rateLimit),
    ClassRow("aws-gateway", 429, #"{"message": "Limit Exceeded"}"#, .rateLimit),
    ClassRow("fastapi", 404, #"{"detail": "Not Found"}"#, .wrongEndpoint),
    ClassRow("fastapi", 405, #"{"detail": "Method Not Allowed"}"#, .wrongEndpoint),
    ClassRow(
      "fastapi", 422,
      #"{"detail": [{"type": "missing", "loc": ["body", "messages"], "msg": "Field required", "input": {"prompt": "429 rate limit exceeded"}}]}"#,
      .invalidRequest),
    ClassRow("fastapi", 401, #"{"detail": "Invalid API key"}"#, .auth),
    ClassRow(
      "any", 511, "<html><body>Captive portal login required</body></html>", .connection,
      headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 407, "Proxy Authentication Required", .connection,
      headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 308, "", .redirect,
      headers: [("location", "https://elsewhere.example/v1/chat/completions")]),
    ClassRow(
      "any", 421, "Misdirected Request", .wrongEndpoint, headers: [("content-type", "text/plain")]),
    ClassRow("any", 425, "", .overloaded),
    ClassRow("any", 418, #"{"error": {"message": "I'm a teapot"}}"#, .invalidRequest),
    ClassRow("any", 451, #"{"error": {"message": "Unavailable For Legal Reasons"}}"#, .entitlement),
    ClassRow("any", nil, "", .connection),
    ClassRow("any", nil, "", .timeout, fault: .timeout),
    ClassRow("any", nil, "", .connection, fault: .dns),
    ClassRow(
      "any", 200,
      #"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"The ans"#,
      .truncated, fault: .truncated),
  ]
}
