/// The classifier's table, in order: the first rule that matches decides. Sources: the providers'
/// error references and the failures that their users report; a rule's id is stable.
package let rules: [Rule] =
  requestRules + parameterRules + moneyRules + windowRules + paymentRules + capacityRules
  + absenceRules + accessRules + modelRules + lastRules

/// Statuses under which providers report that the input is too long.
private let overflowing = [400, 403, 404, 413, 422, 429, 500]

/// About the request itself.
let requestRules: [Rule] = [
  Rule(
    id: "content-policy-code",
    codes: [
      "content policy violation", "content filter", "content filtered", "moderation blocked",
      "responsibleaipolicyviolation", "data inspection failed", "prohibited content",
      "policy violation", "sensitive content", "input moderation", "output moderation",
    ], class: .contentPolicy, scope: .request),
  Rule(
    id: "content-policy-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1301"],
    class: .contentPolicy, scope: .request),
  Rule(
    id: "content-policy", statuses: [400, 403, 422, 451, 498, 500],
    phrases: [
      [
        "by moderation", "flagged input", "flagged for", "flagged as", "usage policies",
        "usage policy", "acceptable use", "content policy", "content management policy",
        "considered high risk", "unsafe or sensitive", "sensitive content", "safety system",
        "safety filter", "content filter", "responsibleaipolicy", "violates our content",
        "inappropriate content",
        "prohibited use", "content exists risk", "data inspection", "moderation filter",
        "usage guidelines", "contentpolicyviolation", "violation of provider terms",
      ]
    ], class: .contentPolicy, scope: .request),
  Rule(
    id: "content-policy-cohere", providers: ["cohere"], statuses: [498], class: .contentPolicy,
    scope: .request),
  Rule(
    id: "context-code",
    codes: [
      "context length exceeded", "context window exceeded", "exceed context size error",
      "tokens limit reached", "prompt too long", "input too long", "request too large",
      "max context length exceeded", "payload too large",
    ], class: .contextOverflow, scope: .request),
  Rule(
    id: "context", statuses: overflowing,
    phrases: [
      [
        "context length", "context window", "context size", "context limit", "prompt is too long",
        "prompt too long", "input is too long", "input too long", "reduce the length",
        "exceeds the maximum number of tokens", "exceed the maximum number of tokens",
        "exceeded model token limit", "max model len", "inputs tokens + max new tokens",
        "request too large for", "too large for model", "body too large", "maximum input length",
        "exceeds the maximum size", "maximum model length", "range of input length",
        "prompt token count", "maximum prompt length", "input token count",
        "too many input tokens", "tokens in the prompt", "inputs must have less than",
        "exceeds max length", "max sequence length", "maximum sequence length",
        "input is too large",
        "超过最大长度",
      ]
    ],
    unless: [
      "very low max tokens", "string above max length", "max tokens must be less than or equal",
      // The count of tokens is the name of a quota here.
      "quota exceeded for",
    ],
    class: .contextOverflow,
    scope: .request),
  Rule(
    id: "context-current-length", statuses: overflowing,
    phrases: [["current length is"], ["limit is"]], class: .contextOverflow, scope: .request),
  Rule(
    id: "request-above-limit", statuses: [413, 429], codes: ["@request exceeds limit"],
    class: .contextOverflow, scope: .request),
  Rule(
    id: "context-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1261"],
    class: .contextOverflow, scope: .request),
  Rule(
    id: "generation-failed", codes: ["tool use failed", "json validate failed"],
    class: .invalidResponse, scope: .model),
  Rule(
    id: "output-limit", statuses: [400, 422],
    phrases: [["output limit was reached", "could not finish the message"]], class: .truncated,
    scope: .model),
  Rule(
    id: "generation-failed-words", statuses: [400, 422],
    phrases: [["failed to call a function", "failed to generate json"]], class: .invalidResponse,
    scope: .model),
]

/// About single parameters of the request.
let parameterRules: [Rule] = [
  Rule(
    id: "parameter-code",
    codes: ["unsupported parameter", "unsupported value", "invalid encrypted content"],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-signature", statuses: [400, 422],
    phrases: [
      ["thinking block", "thought signature", "reasoning item"],
      ["signature", "cannot be modified"],
    ],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter", statuses: [400, 422, 500],
    phrases: [
      [
        "max tokens", "max completion tokens", "max output tokens", "temperature",
        "response format", "json schema", "json mode", "structured output",
      ],
      [
        "unsupported", "not supported", "n't supported", "does not support", "n't support",
        "deprecated", "not permitted", "unknown parameter", "unknown field", "unrecognized",
        "unrecognised", "extra inputs", "not allowed", "invalid parameter", "unavailable",
        "unexpected keyword", "too large", "maximum allowed", "less than or equal",
        "cannot both be", "out of range", "valid range", "not enabled", "is allowed for this",
        "cannot find field", "unknown name", "exceeds limit", "input should be", "invalid schema",
        "must be", "invalid api parameter",
      ],
    ], class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-other", statuses: [400, 422, 500],
    phrases: [
      [
        "reasoning effort", "reasoning content", "tool choice", "enable thinking",
        "support thinking", "thinking is not",
        "top p", "top k", "parallel tool calls", "frequency penalty",
        "presence penalty", "logprobs", "service tier", "property",
      ],
      [
        "unsupported", "not supported", "n't supported", "not support", "n't support",
        "not permitted", "unknown parameter", "unknown name", "unrecognized", "cannot find field",
        "must be set to", "extra inputs",
      ],
    ], class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-grammar", statuses: [400, 422, 500],
    phrases: [["grammar"], ["parse", "failed", "unsupported", "not supported", "invalid"]],
    class: .unsupportedParameter, scope: .request, parameter: "response_format"),
  Rule(
    id: "parameter-argument", statuses: [400, 422],
    phrases: [["argument not supported", "unsupported argument", "parameter not supported"]],
    class: .unsupportedParameter, scope: .request),
  Rule(
    id: "parameter-xiaomi", statuses: [400], phrases: [["param incorrect"]],
    class: .unsupportedParameter, scope: .request),
]

/// Money as machine codes name it, and what comes before it.
let moneyRules: [Rule] = [
  Rule(
    id: "limit-zero", statuses: [400, 402, 403, 429], codes: ["@limit is zero"],
    class: .entitlement, scope: .credentialModel),
  Rule(
    id: "long-context-tier", statuses: [400, 403, 429],
    phrases: [["long context"], ["extra usage", "usage credits", "tier", "not yet available"]],
    class: .modelIncompatible, scope: .model),
  Rule(
    id: "in-flight-budget", statuses: [402, 403, 429],
    phrases: [["in flight budget", "in flight request"]],
    class: .rateLimit, scope: .credential, isShortWindow: true),
  Rule(
    id: "upstream-429", statuses: [429],
    phrases: [["provider returned error", "limited upstream", "upstream rate limit"]],
    class: .overloaded, scope: .model),
  Rule(
    id: "upstream-429-nested", statuses: [429], isUpstream: true, class: .overloaded,
    scope: .model),
  Rule(
    id: "payment-code",
    codes: ["organization usage limit exceeded", "exceeded current quota error"],
    class: .payment, scope: .credential),
  Rule(
    id: "payment-code-word",
    codeWords: [
      "credit", "spend limit", "spending limit", "billing", "balance depleted", "payment required",
      "insufficient balance", "insufficient funds", "no balance", "free tier", "arrear",
      "budget exceeded", "not enough balance", "account overdue", "accountoverdue",
    ], class: .payment, scope: .credential),
  Rule(
    id: "payment-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1113", "1309"],
    class: .payment, scope: .credential),
  Rule(
    id: "payment-minimax", providers: ["minimax"], codes: ["1008"], class: .payment,
    scope: .credential),
]

/// Named windows.
let windowRules: [Rule] = [
  Rule(
    id: "quota-code",
    codes: [
      "usage limit reached", "usage limit exceeded", "daily limit exceeded",
      "weekly limit exceeded", "monthly limit exceeded", "servicequotaexceededexception",
      "setlimitexceeded",
    ], class: .quota, scope: .credential),
  Rule(
    id: "quota-zai", providers: ["zai", "z.ai", "glm", "zhipu"], codes: ["1304", "1308", "1310"],
    class: .quota, scope: .credential),
  Rule(
    id: "quota-window", statuses: [402, 403, 429],
    phrases: [
      [
        "perday", "per day", "permonth", "per month", "perweek", "per week", "/day", "/month",
        "/ day", "/ month", "max rpd", "max tpd", "tpd rate", "rpd rate", "call volume quota",
        "daily limit", "daily quota", "daily usage", "daily request", "daily token", "daily free",
        "daily cap", "daily message", "daily rate", "weekly limit", "weekly quota",
        "weekly usage", "weekly cap", "weekly rate", "monthly limit", "monthly quota",
        "monthly usage", "monthly cap", "monthly request", "monthly token", "limit for today",
        "limit for this month", "limit for the day", "limit for the month", "limit for this week",
        "24 hour", "5 hour", "five hour", "5h limit", "billing cycle", "billing period", "(rpd)",
        "(tpd)",
      ]
    ], class: .quota, scope: .credential),
  Rule(
    id: "quota-limit", statuses: [400, 402, 403, 429],
    phrases: [
      [
        "key limit exceeded", "openrouter key limit", "guardrail budget", "workspace budget",
        "session usage limit", "usage limit reached", "usage limit has been reached",
        "reached your usage limit", "hit your usage limit", "api usage limit", "regain access on",
      ]
    ], class: .quota, scope: .credential),
  Rule(
    id: "rate-window", statuses: [402, 403, 429, 503],
    phrases: [
      [
        "perminute", "per minute", "per min", "/min", "persecond", "per second", "perhour",
        "per hour", "(rpm)", "(tpm)", "(rps)", "concurrency", "concurrent request",
        "requests 1h", "parallel request",
      ]
    ], class: .rateLimit, scope: .credential, isShortWindow: true),
  Rule(
    id: "rate-402", statuses: [402],
    phrases: [
      ["usage limit", "rate limit", "quota", "limit exceeded"],
      ["try again", "retry", "resets", "reset in", "wait "],
    ], unless: ["credit", "balance", "billing", "payment", "fund"], class: .rateLimit,
    scope: .credential),
]

/// Money as messages name it.
let paymentRules: [Rule] = [
  Rule(
    id: "insufficient-quota", codes: ["insufficient quota"], class: .payment, scope: .credential),
  Rule(
    id: "payment", statuses: [400, 402, 403, 404, 412, 429, 500],
    phrases: [
      [
        "insufficient credit", "insufficient balance", "insufficient fund", "not enough credit",
        "no credits", "any credits", "credit balance", "low balance", "prepayment credit",
        "can only afford",
        "used all available credits", "used all your credits", "used up all", "spending limit",
        "spend limit", "spending cap", "budget has been exceeded", "no usable credits",
        "out of credits", "run out of credits", "ran out of credits", "out of funds",
        "credits exhausted", "credits have been exhausted", "exhausted your credits",
        "out of extra usage", "included credits", "requires more credits", "more credits are",
        "usage credits are required", "credits are required", "payment required",
        "billing or payment", "billing hard limit", "billing issue",
        "unpaid invoice", "account balance", "exceeded budget for", "exceededbudget",
        "over budget", "crossed budget", "billing is disabled", "enable billing",
        "draw from your extra usage", "enough balance",
        "trial has ended", "trial has expired", "trial expired", "trial credits", "已欠费", "余额不足",
      ]
    ], class: .payment, scope: .credential),
  Rule(
    id: "payment-suspended", statuses: [400, 402, 403, 404, 412, 429],
    phrases: [
      ["suspended", "deactivated", "paused"],
      ["billing", "payment", "invoice", "spending"],
    ], class: .payment, scope: .credential),
  Rule(
    id: "payment-fireworks", providers: ["fireworks"], statuses: [412], class: .payment,
    scope: .credential),
  Rule(
    id: "payment-advice", statuses: [400, 402, 403, 404, 412, 429],
    phrases: [
      [
        "billing details", "overdue", "recharge", "top up", "free tier", "add credits",
        "purchase credits", "valid credit card", "payment method",
      ]
    ], unless: ["rate limit", "too many requests"], class: .payment, scope: .credential),
]
