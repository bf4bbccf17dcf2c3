// The second half of the table: capacity, access, models, and what is left.

/// Capacity of the model.
let capacityRules: [Rule] = [
  Rule(
    id: "routing-requirements", statuses: [400, 404, 422, 503],
    phrases: [["routing requirement", "no allowed providers"]], class: .modelIncompatible,
    scope: .model),
  Rule(
    id: "overloaded-code",
    codes: [
      "server is overloaded", "overloaded error", "overloaded", "provider overloaded",
      "model overloaded", "capacity exceeded", "engine overloaded", "engine overloaded error",
      "modelnotreadyexception", "serviceunavailableexception",
    ], class: .overloaded, scope: .model),
  Rule(
    id: "overloaded-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1305", "1312"],
    class: .overloaded, scope: .model),
  Rule(
    id: "overloaded-mistral", providers: ["mistral"], codes: ["3505"], class: .overloaded,
    scope: .model),
  Rule(
    id: "overloaded", statuses: [429, 498, 500, 502, 503, 529],
    phrases: [
      [
        "overloaded", "at capacity", "over capacity", "capacity exceeded", "no capacity",
        "insufficient capacity", "out of capacity", "capacity limit", "maximum capacity",
        "capacity temporarily exceeded", "model busy", "not ready for inference", "server busy",
        "server is busy", "model is busy", "too busy", "high traffic", "high demand", "high load",
        "heavy load", "loading model", "model is loading", "model is currently loading",
        "maximum pending requests",
      ]
    ], class: .overloaded, scope: .model),
]

/// What is not there yet or any more, and comes back.
let absenceRules: [Rule] = [
  Rule(
    id: "not-loaded", statuses: [400, 404, 500],
    phrases: [["model unloaded", "degraded function"]], class: .overloaded, scope: .model)
]

/// About who may.
let accessRules: [Rule] = [
  Rule(
    id: "token-revoked",
    codes: [
      "token revoked", "token invalidated", "invalid grant", "unauthorized client",
      "refresh token reused",
    ], class: .auth, scope: .credential, isTerminal: true),
  Rule(
    id: "region", statuses: [400, 403, 404, 451],
    phrases: [
      [
        "unsupported country", "country, region", "location is not supported",
        "region is not supported", "region not supported", "country is not supported",
        "country not supported", "available in your country", "available in your region",
        "available in your location", "not supported in your country",
        "not supported in your region", "unsupported region", "legal reasons",
        "unsupported location",
      ]
    ], class: .entitlement, scope: .route),
  Rule(
    id: "entitlement-code",
    codes: [
      "access terminated error", "subscription required", "model access denied",
      "model.accessdenied", "no access", "usage not included",
    ], class: .entitlement, scope: .credentialModel),
  Rule(
    id: "entitlement-code-word",
    codeWords: ["key model access denied", "team model access denied"], class: .entitlement,
    scope: .credentialModel),
  Rule(
    id: "entitlement-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1311"],
    class: .entitlement, scope: .credentialModel),
  Rule(
    id: "entitlement-zai-api", providers: ["zai", "z.ai", "glm", "zhipu"], statuses: [400, 403],
    codes: ["1220"], class: .entitlement, scope: .credentialModel),
  Rule(
    id: "account-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1110", "1111", "1112"],
    class: .forbidden, scope: .credential),
  Rule(
    id: "permission-code", codes: ["iam permission denied"], class: .forbidden,
    scope: .credential),
  Rule(
    id: "disabled", statuses: [400],
    phrases: [
      [
        "organization has been disabled", "account has been disabled",
        "organization has been restricted", "operation not allowed",
      ]
    ],
    class: .forbidden, scope: .credential),
  Rule(
    id: "entitlement", statuses: [400, 403, 404],
    phrases: [
      [
        "have an active", "active subscription", "active grok subscription",
        "only available for", "only available to", "only available on", "requires a subscription",
        "subscription required", "subscription is required", "subscription does not",
        "requires a paid", "requires a higher", "upgrade your plan", "upgrade to access",
        "upgrade for access", "on your plan", "on your current plan", "in your plan",
        "your plan does not",
        "your current plan", "your tier", "data policy", "privacy settings",
        "organization must be verified", "does not have access to model",
        "have access to the model", "is blocked at the", "have access to this model",
        "access to this model",
        "not enabled for your", "gated repo", "accept the terms", "use case details",
        "plan not support", "not yet include access", "account does not have access",
        "allowed to access this model", "not allowed for your account", "only authorized for use",
      ]
    ], unless: ["does not exist", "not found", "v1/"], class: .entitlement, scope: .credentialModel),
  Rule(
    id: "bad-key-code",
    codes: [
      "invalid api key", "api key invalid", "authentication error", "unauthenticated",
      "invalid authentication error", "bad credentials", "expiredtokenexception", "token expired",
      "expired token", "unrecognizedclientexception", "invalid token", "invalidsignatureexception",
      "unauthorized",
    ], class: .auth, scope: .credential),
  Rule(
    id: "bad-key", statuses: [400, 403],
    phrases: [
      [
        "api key not valid", "invalid api key", "incorrect api key", "bad credentials",
        "api key invalid", "api key is invalid", "api key expired", "api key has expired",
        "security token included", "expiredtoken", "invalid x api key", "invalid token",
        "token has expired", "token is expired", "token expired", "invalid authentication",
        "authentication failed", "reported as leaked", "no api key", "missing api key",
        "not authorized / token", "api key is currently disabled", "api key has been disabled",
        "invalid access token",
      ]
    ], class: .auth, scope: .credential),
  Rule(
    id: "auth-minimax", providers: ["minimax"], codes: ["1004", "2049"], class: .auth,
    scope: .credential),
]

/// About the model.
let modelRules: [Rule] = [
  Rule(
    id: "model-code",
    codes: [
      "model not found", "deploymentnotfound", "unknown model", "model decommissioned",
      "model not available", "invalid model", "modelnotfound", "model not exist",
      "model not found error", "unavailable model",
    ],
    class: .modelNotFound, scope: .credentialModel),
  Rule(
    id: "model-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1211", "1222"],
    class: .modelNotFound, scope: .credentialModel),
  Rule(
    id: "endpoints-incompatible", statuses: [400, 404, 422, 503],
    phrases: [["no endpoints found"], ["support", "requirement", "parameters"]],
    class: .modelIncompatible, scope: .model),
  Rule(
    id: "model-missing", statuses: [400, 403, 404, 410, 422, 500],
    phrases: [
      ["model", "deployment", "no endpoints found", "endpoint with name"],
      [
        "does not exist", "doesn't exist", "not a valid model", "not found", "no such model",
        "unknown model", "try pulling it", "decommissioned", "not exist", "been retired",
        "is retired", "invalid model", "model identifier is invalid", "model name is invalid",
        "no models loaded", "no endpoints found for", "unable to access model",
        "could not find model", "cannot find model", "been deprecated", "been discontinued",
        "no longer available", "not deployed", "unrecognized model", "openrouter catalog",
      ],
    ], class: .modelNotFound, scope: .credentialModel),
  Rule(
    id: "model-unnamed", statuses: [400, 404],
    phrases: [["llm provider not provided", "not found for account"]], class: .modelNotFound,
    scope: .credentialModel),
  Rule(
    id: "model-incompatible-code", codes: ["modelerror"], phrases: [["not supported"]],
    class: .modelIncompatible, scope: .model),
  Rule(
    id: "model-incompatible", statuses: [400, 403, 404, 422, 500, 501, 503],
    phrases: [
      [
        "support tool use", "is not supported when using", "model is not supported",
        "does not support this model", "model not supported", "unsupported model",
        "not supported with this model", "not supported by this model",
        "not supported for this model", "not supported by model", "model does not support",
        "not a chat model", "only supported in v1/", "does not support chat",
        "does not support tools", "does not support image", "not supported by any provider",
        "on demand throughput", "operation does not work with", "not supported by provider",
        "only supported by certain models", "jinja template",
        "chat template", "tool choice requires",
      ]
    ], class: .modelIncompatible, scope: .model),
  Rule(
    id: "model-404", statuses: [404, 410], phrases: [["model", "deployment"]],
    class: .modelNotFound,
    scope: .credentialModel),
]

/// What is left of codes and general words.
let lastRules: [Rule] = [
  Rule(
    id: "no-such-version", statuses: [400],
    phrases: [["api version not supported", "only for api versions", "could not route to"]],
    class: .wrongEndpoint, scope: .route),
  Rule(
    id: "no-such-method", statuses: [200, 400, 404, 405, 500],
    phrases: [["unexpected endpoint or method"]], class: .wrongEndpoint, scope: .route),
  Rule(
    id: "model-crashed", statuses: [400, 424, 500],
    phrases: [
      [
        "model has crashed", "failed during generation", "model crashed",
        "encountered an unexpected error",
      ]
    ],
    class: .serverError, scope: .route),
  Rule(
    id: "throttled", codeWords: ["throttling", "throttled"], class: .rateLimit,
    scope: .credential),
  Rule(
    id: "validation-5xx", statuses: [500, 501, 502],
    phrases: [
      ["invalid request error", "unknown parameter", "badrequesterror", "validation error"]
    ],
    unless: ["internal server error"], class: .invalidRequest, scope: .request),
  Rule(
    id: "quota-words", statuses: [402, 403, 429],
    phrases: [
      ["quota exceeded", "quota has been exceeded", "exceeded your quota", "exceeded quota"]
    ],
    class: .quota, scope: .credential),
  Rule(
    id: "insufficient-quota-words", statuses: [402, 403, 429],
    phrases: [["exceeded your current", "plan and billing"], ["quota", "plan"]], class: .payment,
    scope: .credential),
  Rule(
    id: "rate-code",
    codes: [
      "rate limit exceeded", "rate limit error", "too many requests", "throttlingexception",
      "throttling error", "slow down", "rate limited", "rate limit reached error",
    ], class: .rateLimit, scope: .credential),
  Rule(
    id: "rate-words", statuses: [403],
    phrases: [["rate limit", "too many requests"]], class: .rateLimit, scope: .credential),
  Rule(
    id: "timeout-code",
    codes: ["deadline exceeded", "timeout error", "request timeout", "modeltimeoutexception"],
    class: .timeout, scope: .route),
  Rule(
    id: "model-error", codes: ["modelerrorexception"], class: .serverError, scope: .route),
]
