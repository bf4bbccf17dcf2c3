/// The classifier's table, in order: the first rule that matches decides. Sources: the providers'
/// error references and the failures that their users report; a rule's id is stable.
package let rules: [Rule] = requestRules + moneyRules + windowRules + accessRules + modelRules

private let badRequest = [400, 413, 422, 500, 403, 404, 429]

/// About the request itself.
private let requestRules: [Rule] = [
  Rule(
    id: "content-policy-code",
    codes: ["content policy violation", "content filter", "1301", "moderation blocked"],
    class: .contentPolicy, scope: .request),
  Rule(
    id: "content-policy", statuses: [400, 403, 422],
    phrases: [
      [
        "flagged by moderation", "usage policies", "considered high risk", "unsafe or sensitive",
        "responsibleaipolicy", "flagged input", "content management policy", "safety system",
      ]
    ], class: .contentPolicy, scope: .request),
  Rule(
    id: "context-code",
    codes: ["context length exceeded", "string above max length", "tokens limit reached"],
    class: .contextOverflow, scope: .request),
  Rule(
    id: "context", statuses: badRequest,
    phrases: [
      [
        "maximum context length", "prompt is too long", "exceeds the maximum number of tokens",
        "exceeded model token limit", "exceed the available context size",
        "exceeds the available context",
        "exceed context limit", "exceeds context limit", "context size has been exceeded",
        "input is too long", "reduce the length", "max model len", "inputs tokens + max new tokens",
        "context length of the model", "context window", "too large for model",
        "exceeds the maximum size", "超过最大长度",
      ]
    ], unless: ["very low max tokens"], class: .contextOverflow, scope: .request),
  Rule(
    id: "parameter-code", codes: ["unsupported parameter", "unsupported value"],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-encrypted", codes: ["invalid encrypted content"],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-signature", statuses: [400],
    phrases: [["thinking block"], ["signature", "cannot be modified"]],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter", statuses: [400, 422],
    phrases: [
      [
        "max tokens", "max completion tokens", "temperature", "top p", "response format",
        "json schema",
      ],
      [
        "unsupported", "not supported", "does not support", "deprecated", "not permitted",
        "unknown parameter", "unrecognized", "extra inputs", "not allowed", "invalid parameter",
      ],
    ], class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-xiaomi", statuses: [400], phrases: [["param incorrect"]],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "tool-use-failed", codes: ["tool use failed"], class: .invalidResponse, scope: .model),
]

/// About money.
private let moneyRules: [Rule] = [
  Rule(
    id: "in-flight-budget", statuses: [402, 429], phrases: [["in flight budget"]],
    class: .rateLimit, scope: .credential),
  Rule(
    id: "payment-code",
    codes: [
      "credit balance exhausted", "organization spend limit exceeded",
      "organization usage limit exceeded", "billing error", "credits required", "balance depleted",
      "no usable credits", "insufficient credits", "1113", "1008", "billing hard limit reached",
      "model not supported on free tier",
    ], class: .payment, scope: .credential),
  Rule(
    id: "quota-window",
    phrases: [
      [
        "perday", "per day", "per month", "monthly limit", "daily limit", "daily quota",
        "weekly limit", "weekly usage", "5 hour", "five hour", "key limit", "session usage limit",
        "regain access on", "specified api usage limits", "usage limit reached",
        "openrouter key limit",
      ]
    ], unless: ["insufficient balance", "monthly spending limit", "monthly included credits"],
    class: .quota, scope: .credential),
  Rule(
    id: "rate-window", statuses: [429],
    phrases: [["perminute", "per minute", "per min", "persecond", "per second", "(rpm)", "(tpm)"]],
    class: .rateLimit, scope: .credential),
  Rule(
    id: "insufficient-quota", codes: ["insufficient quota", "exceeded current quota error"],
    class: .payment, scope: .credential),
  Rule(
    id: "payment", statuses: [400, 402, 403, 404, 429],
    phrases: [
      [
        "insufficient credit", "insufficient balance", "insufficient fund",
        "credit balance is too low",
        "extra usage is needed", "prepayment credits", "can only afford",
        "used all available credits",
        "monthly spending limit", "spend limit reached", "spending limit", "no usable credits",
        "out of credits", "out of funds", "included credits", "payment required",
        "not available on the free tier", "usage credits are required", "billing or payment",
        "recharge", "已欠费", "account balance", "requires more credits",
      ]
    ], class: .payment, scope: .credential),
]

/// About windows and capacity.
private let windowRules: [Rule] = [
  Rule(
    id: "overloaded-code",
    codes: [
      "server is overloaded", "overloaded error", "provider overloaded", "capacity exceeded",
      "1305", "3505", "engine overloaded",
    ], class: .overloaded, scope: .model),
  Rule(
    id: "long-context-usage", statuses: [429], phrases: [["extra usage is required for long"]],
    class: .modelIncompatible, scope: .model),
  Rule(
    id: "upstream-429", statuses: [429], phrases: [["provider returned error"]],
    class: .overloaded, scope: .model),
  Rule(
    id: "overloaded", statuses: [429, 500, 502, 503, 529],
    phrases: [
      [
        "overloaded", "at capacity", "capacity exceeded", "server busy", "high traffic",
        "loading model",
      ]
    ],
    class: .overloaded, scope: .model),
  Rule(
    id: "minimax-1002", providers: ["minimax"], codes: ["1002"], class: .rateLimit,
    scope: .credential),
  Rule(
    id: "minimax-1004", providers: ["minimax"], codes: ["1004"], class: .auth, scope: .credential),
]

/// About who may.
private let accessRules: [Rule] = [
  Rule(
    id: "token-revoked",
    codes: [
      "token revoked", "token invalidated", "invalid grant", "unauthorized client",
      "refresh token reused",
    ], class: .auth, scope: .credential, isTerminal: true),
  Rule(
    id: "region", statuses: [400, 403],
    phrases: [
      [
        "unsupported country", "country, region", "location is not supported",
        "region is not supported", "region not supported",
      ]
    ], class: .entitlement, scope: .route),
  Rule(
    id: "entitlement", statuses: [400, 403, 404],
    phrases: [
      [
        "do not have an active", "active grok subscription", "currently only available for",
        "requires a subscription", "upgrade your plan", "not available on your plan", "data policy",
        "access terminated error",
      ]
    ], class: .entitlement, scope: .credentialModel),
  Rule(
    id: "bad-key", statuses: [400, 403],
    phrases: [
      [
        "api key not valid", "invalid api key", "incorrect api key", "bad credentials",
        "api key invalid",
        "security token included", "expiredtoken", "invalid x api key",
      ]
    ], class: .auth, scope: .credential),
]

/// About the model.
private let modelRules: [Rule] = [
  Rule(
    id: "model-code",
    codes: [
      "model not found", "deploymentnotfound", "unknown model", "1211", "model decommissioned",
    ],
    class: .modelNotFound, scope: .model),
  Rule(
    id: "model-incompatible", statuses: [400, 404, 422, 503],
    phrases: [
      [
        "support tool use", "routing requirements", "is not supported when using",
        "model is not supported", "does not support this model", "model not supported",
        "unsupported model",
      ]
    ], class: .modelIncompatible, scope: .model),
  Rule(
    id: "model-missing", statuses: [400, 404, 422],
    phrases: [
      ["model", "deployment"],
      [
        "does not exist", "not a valid model", "not found", "no such model", "unknown model",
        "try pulling it", "decommissioned", "not exist", "has been retired",
      ],
    ], class: .modelNotFound, scope: .model),
  Rule(
    id: "validation-5xx", statuses: [500, 502],
    phrases: [["unknown parameter", "invalid request error"]], unless: ["server error"],
    class: .invalidRequest, scope: .request),
]
