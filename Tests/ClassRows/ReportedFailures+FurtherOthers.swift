import Fallback

extension ReportedFailures {
  package static let furtherOthers: [ClassRow] =
    furtherOllama + furtherOllamacloud + furtherLlamacpp + furtherLmstudio + furtherVllm
    + furtherNous + furtherCodebuff + furtherDeepinfra + furtherNovita + furtherChutes
    + furtherHyperbolic + furtherWatsonx + furtherDatabricks + furtherReplicate + furtherAny

  private static let furtherOllama: [ClassRow] = [
    ClassRow(
      "ollama", 404,
      #"{"error": "model \"llama9\" not found, try pulling it first"}"#,
      .modelNotFound),
    ClassRow(
      "ollama", 500,
      #"{"error": "model requires more system memory (12.0 GiB) than is available (8.0 GiB)"}"#,
      .serverError),
    ClassRow(
      "ollama", 500,
      #"{"error": "llama runner process no longer running: -1"}"#,
      .serverError),
    ClassRow(
      "ollama", 400,
      #"{"error": "\"qwen\" does not support thinking"}"#,
      .unsupportedParameter),
    ClassRow(
      "ollama", 503,
      #"{"error": "server overloaded, please retry shortly"}"#,
      .overloaded),
  ]

  private static let furtherOllamacloud: [ClassRow] = [
    ClassRow(
      "ollama-cloud", 429,
      #"{"error": "too many concurrent requests"}"#,
      .rateLimit),
    ClassRow(
      "ollama-cloud", 429,
      #"{"StatusCode": 429, "Status": "429 Too Many Requests", "error": "you (x) have reached your hourly usage limit, please upgrade to continue: https://ollama.com/upgrade"}"#,
      .rateLimit),
    ClassRow(
      "ollama-cloud", 502,
      #"{"error": "upstream error"}"#,
      .serverError),
  ]

  private static let furtherLlamacpp: [ClassRow] = [
    ClassRow(
      "llama.cpp", 400,
      #"{"error": {"code": 400, "message": "request (9050 tokens) exceeds the available context size (8192 tokens), try increasing it", "type": "exceed_context_size_error", "n_prompt_tokens": 9050, "n_ctx": 8192}}"#,
      .contextOverflow),
    ClassRow(
      "llama.cpp", 501,
      #"{"error": {"code": 501, "message": "This server does not support chat completions. Start it with `--jinja`", "type": "not_supported_error"}}"#,
      .modelIncompatible),
    ClassRow(
      "llama.cpp", 500,
      #"{"error": {"code": 500, "message": "input is too large to process. increase the physical batch size", "type": "server_error"}}"#,
      .contextOverflow),
    ClassRow(
      "llama.cpp", 503,
      #"{"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}"#,
      .overloaded),
    ClassRow(
      "llama.cpp", 400,
      #"{"error": {"code": 400, "message": "Failed to parse grammar", "type": "invalid_request_error"}}"#,
      .unsupportedParameter),
  ]

  private static let furtherLmstudio: [ClassRow] = [
    ClassRow(
      "lmstudio", 400,
      #"{"error": "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 9000>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input."}"#,
      .contextOverflow),
    ClassRow(
      "lmstudio", 404,
      #"{"error": {"message": "Failed to load model \"x\". Error: Model not found.", "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}"#,
      .modelNotFound),
    ClassRow(
      "lmstudio", 400,
      #"{"error": "Model unloaded."}"#,
      .overloaded),
    ClassRow(
      "lmstudio", 400,
      #"{"error": "Error rendering prompt with jinja template: \"Cannot call something that is not a function\""}"#,
      .modelIncompatible),
    ClassRow(
      "lmstudio", 400,
      #"{"error": "'response_format.type' must be 'json_schema' or 'text'"}"#,
      .unsupportedParameter),
  ]

  private static let furtherVllm: [ClassRow] = [
    ClassRow(
      "vllm", 400,
      #"{"object": "error", "message": "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's maximum context length is 4096 tokens and your request has 1000 input tokens (4096 > 4096 - 1000). None", "type": "BadRequestError", "param": null, "code": 400}"#,
      .contextOverflow),
    ClassRow(
      "vllm", 404,
      #"{"error": {"message": "The model `x` does not exist.", "type": "NotFoundError", "param": "model", "code": 404}}"#,
      .modelNotFound),
    ClassRow(
      "vllm", 400,
      #"{"error": {"message": "The decoder prompt (length 9000) is longer than the maximum model length of 8192. Make sure that `max_model_len` is no smaller than the number of text tokens.", "type": "BadRequestError", "param": null, "code": 400}}"#,
      .contextOverflow),
    ClassRow(
      "vllm", 500,
      #"{"error": {"message": "EngineCore encountered an issue. See stack trace (above) for the root cause.", "type": "Internal Server Error", "param": null, "code": 500}}"#,
      .serverError),
    ClassRow(
      "vllm", 400,
      #"{"error": {"message": "you must provide a model parameter", "type": "BadRequestError", "code": 400}}"#,
      .invalidRequest),
    ClassRow(
      "vllm", 400,
      #"{"object": "error", "message": "xgrammar does not support the given grammar: unsupported schema features", "type": "BadRequestError", "code": 400}"#,
      .unsupportedParameter),
  ]

  private static let furtherNous: [ClassRow] = [
    ClassRow(
      "nous", 402,
      #"{"status": 402, "message": "Insufficient credits. Please top up at https://portal.nousresearch.com"}"#,
      .payment),
    ClassRow(
      "nous", 401,
      #"{"error": {"message": "API key is required", "type": "authentication_error"}}"#,
      .auth),
    ClassRow(
      "nous", 429,
      #"{"status": 429, "message": "Too many tokens: you have exceeded the token limit on your API key. Try again in 32 seconds"}"#,
      .rateLimit),
  ]

  private static let furtherCodebuff: [ClassRow] = [
    ClassRow(
      "codebuff", 403,
      #"{"error": "account_suspended", "message": "Your account has been suspended due to billing issues. Please contact support@codebuff.com to resolve this."}"#,
      .payment)
  ]

  private static let furtherDeepinfra: [ClassRow] = [
    ClassRow(
      "deepinfra", 402,
      #"{"detail": {"error": "inference prohibited, please enter a payment method: https://deepinfra.com/dash/billing"}}"#,
      .payment),
    ClassRow(
      "deepinfra", 404,
      #"{"detail": {"error": "Model is not available"}}"#,
      .modelNotFound),
    ClassRow(
      "deepinfra", 429,
      #"{"detail": "Rate limited"}"#,
      .rateLimit),
    ClassRow(
      "deepinfra", 429,
      #"{"error": {"message": "Model busy, retry later"}}"#,
      .overloaded),
    ClassRow(
      "deepinfra", 401,
      #"{"detail": {"error": "User is not authenticated"}}"#,
      .auth),
  ]

  private static let furtherNovita: [ClassRow] = [
    ClassRow(
      "novita", 403,
      #"{"code": 403, "reason": "NOT_ENOUGH_BALANCE", "message": "not enough balance", "metadata": {}}"#,
      .payment),
    ClassRow(
      "novita", 429,
      #"{"code": 429, "reason": "RATE_LIMIT_EXCEEDED", "message": "rate limit exceeded", "metadata": {}}"#,
      .rateLimit),
    ClassRow(
      "novita", 404,
      #"{"code": 404, "reason": "MODEL_NOT_FOUND", "message": "model not found", "metadata": {}}"#,
      .modelNotFound),
  ]

  private static let furtherChutes: [ClassRow] = [
    ClassRow(
      "chutes", 402,
      #"{"detail": "Quota exceeded and account balance is $0.0, please pay with fiat or send tao to x"}"#,
      .payment),
    ClassRow(
      "chutes", 429,
      #"{"detail": "Infrastructure is at maximum capacity, try again later"}"#,
      .overloaded),
    ClassRow(
      "chutes", 503,
      #"{"detail": "No instances available (yet) for chute_id='x'"}"#,
      .overloaded),
  ]

  private static let furtherHyperbolic: [ClassRow] = [
    ClassRow(
      "hyperbolic", 429,
      #"{"object": "error", "message": "Rate limit exceeded: 60 requests per 1 minute.", "type": "rate_limit_error"}"#,
      .rateLimit),
    ClassRow(
      "hyperbolic", 402,
      #"{"object": "error", "message": "Insufficient funds", "type": "insufficient_funds"}"#,
      .payment),
  ]

  private static let furtherWatsonx: [ClassRow] = [
    ClassRow(
      "watsonx", 403,
      #"{"errors": [{"code": "token_quota_reached", "message": "This instance has reached its monthly token quota: 300000", "more_info": "https://cloud.ibm.com"}], "trace": "x", "status_code": 403}"#,
      .quota),
    ClassRow(
      "watsonx", 404,
      #"{"errors": [{"code": "model_not_supported", "message": "Model 'x' is not supported for this environment."}], "trace": "x", "status_code": 404}"#,
      .modelIncompatible),
  ]

  private static let furtherDatabricks: [ClassRow] = [
    ClassRow(
      "databricks", 429,
      #"{"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "REQUEST_LIMIT_EXCEEDED: Exceeded workspace input tokens per minute rate limit for databricks-claude."}"#,
      .rateLimit),
    ClassRow(
      "databricks", 403,
      #"{"error_code": 403, "message": "Invalid access token."}"#,
      .auth),
    ClassRow(
      "databricks", 404,
      #"{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Endpoint with name 'x' does not exist."}"#,
      .modelNotFound),
  ]

  private static let furtherReplicate: [ClassRow] = [
    ClassRow(
      "replicate", 402,
      #"{"title": "Insufficient credit", "detail": "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase credit.", "status": 402}"#,
      .payment),
    ClassRow(
      "replicate", 429,
      #"{"detail": "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~8s.", "status": 429, "retry_after": 8}"#,
      .rateLimit),
  ]

  private static let furtherAny: [ClassRow] = [
    ClassRow(
      "any", 402,
      #"{"error": {"message": "Your subscription has expired", "type": "subscription_expired"}}"#,
      .payment),
    ClassRow(
      "any", 429,
      #"{"error": {"message": "You have exceeded the maximum number of requests allowed in 24 hours"}}"#,
      .quota),
    ClassRow(
      "any", 429,
      #"{"error": {"message": "Quota exceeded. Resets at midnight UTC"}}"#,
      .quota),
    ClassRow(
      "any", 403,
      #"{"error": {"message": "Your trial has ended. Please upgrade to continue."}}"#,
      .payment),
    ClassRow(
      "any", 403,
      #"{"error": {"message": "Trial expired"}}"#,
      .payment),
    ClassRow(
      "any", 500,
      #"upstream connect error or disconnect/reset before headers. reset reason: overflow"#,
      .serverError, headers: [("content-type", "text/plain")]),
    ClassRow(
      "any", 502,
      #"<html><head><title>502 Bad Gateway</title></head></html>"#,
      .serverError, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 520,
      #"<html>cloudflare</html>"#,
      .serverError, headers: [("content-type", "text/html")]),
    ClassRow(
      "any", 404,
      #"{"error": "Not Found"}"#,
      .wrongEndpoint),
    ClassRow(
      "any", 401,
      #"{"error": {"message": "This API key is not allowed to be used from this IP"}}"#,
      .auth),
  ]
}
