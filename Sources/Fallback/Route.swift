/// The wire format spoken at an address.
package enum Dialect: String, CaseIterable, Sendable, Hashable {
  /// OpenAI chat completions.
  case chat
  /// Anthropic messages.
  case messages
}

/// Where a host lies, which decides what may be sent to it in the clear.
package enum HostClass: String, Sendable, Hashable {
  case loopback
  case `private`
  case `public`
}

/// Why a route is in a plan. Explicit mode lets some failures on only to some of these.
package enum RouteOrigin: String, Sendable, Hashable {
  case explicit, main, task, chain, discovery, builtin
}

/// One way to serve a completion: where, in which dialect, with which model. Immutable.
package struct Route: Sendable, Hashable {
  package var provider: String
  /// No final slash.
  package var baseURL: String
  package var dialect: Dialect
  package var model: String
  /// Tokens; nil where it is not known.
  package var contextWindow: Int?
  package var host: HostClass
  package var origin: RouteOrigin
  /// Milliseconds for one whole request.
  package var timeout: Milliseconds
  /// Milliseconds to get connected.
  package var connectTimeout: Milliseconds
  /// The Nous recoveries of design §5.2 apply.
  package var isNous: Bool

  package init(
    provider: String, baseURL: String, dialect: Dialect = .chat, model: String,
    contextWindow: Int? = nil, host: HostClass = .public, origin: RouteOrigin = .chain,
    timeout: Milliseconds = 120_000, connectTimeout: Milliseconds = 10_000, isNous: Bool = false
  ) {
    self.provider = provider
    self.baseURL = baseURL
    self.dialect = dialect
    self.model = model
    self.contextWindow = contextWindow
    self.host = host
    self.origin = origin
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.isNous = isNous
  }
}

/// The routes of a job in order, and the rules for walking them. The same for every job of a kind
/// under one configuration; what differs from job to job is in `StepFacts`.
package struct Plan: Sendable, Hashable {
  package enum Mode: String, Sendable, Hashable {
    case auto, explicit
  }

  package var mode: Mode
  package var routes: [Route]
  /// Explicit mode may end at `main` after the task's own chain.
  package var allowsMainFallback: Bool
  package var policy: Policy

  package init(mode: Mode, routes: [Route], allowsMainFallback: Bool = true, policy: Policy) {
    self.mode = mode
    self.routes = routes
    self.allowsMainFallback = allowsMainFallback
    self.policy = policy
  }
}

/// Settings `retry` and `limits` of the configuration; times in milliseconds.
package struct Policy: Sendable, Hashable {
  /// Extra tries of one route for transient faults.
  package var transientRetries: Int
  package var backoffBase: Milliseconds
  package var backoffCap: Milliseconds
  /// Waits up to this long are waited out in the call.
  package var shortWait: Milliseconds
  /// Requests of one step at most.
  package var callsPerStep: Int
  /// How long each class benches what it is about, where the provider names no time.
  package var health: [FailureClass: Milliseconds]
  /// No mark lasts longer.
  package var healthMax: Milliseconds

  package init(
    transientRetries: Int = 1, backoffBase: Milliseconds = 500, backoffCap: Milliseconds = 8_000,
    shortWait: Milliseconds = 10_000, callsPerStep: Int = 40,
    health: [FailureClass: Milliseconds] = Policy.defaultHealth,
    healthMax: Milliseconds = 3_600_000
  ) {
    self.transientRetries = transientRetries
    self.backoffBase = backoffBase
    self.backoffCap = backoffCap
    self.shortWait = shortWait
    self.callsPerStep = callsPerStep
    self.health = health
    self.healthMax = healthMax
  }

  /// Defaults of the configuration's `health` (design §3).
  package static let defaultHealth: [FailureClass: Milliseconds] = [
    .rateLimit: 60_000, .payment: 600_000, .quota: 3_600_000, .auth: 300_000,
    .forbidden: 600_000, .entitlement: 3_600_000, .overloaded: 15_000, .serverError: 30_000,
    .timeout: 30_000, .connection: 30_000, .invalidResponse: 60_000, .truncated: 60_000,
    .modelNotFound: 3_600_000, .modelIncompatible: 3_600_000, .wrongEndpoint: 300_000,
    .tls: 300_000, .redirect: 300_000,
  ]

  /// How long a failure of this class benches, given what the provider said.
  package func bench(_ class: FailureClass, hint: Milliseconds?) -> Milliseconds {
    let wanted = hint.map { max($0, 1_000) } ?? health[`class`] ?? 0
    return min(wanted, healthMax)
  }
}

/// What is particular to one step (one completion) of one job.
package struct StepFacts: Sendable, Hashable {
  package enum Path: String, Sendable, Hashable {
    case blocking, async
  }

  package var path: Path
  /// No request of the job starts at or after this time.
  package var jobDeadline: Milliseconds?
  /// No request of this step starts at or after this time.
  package var stepDeadline: Milliseconds?
  /// Estimated tokens of the request, on the high side.
  package var inputTokens: Int
  /// Tokens kept free for the answer.
  package var outputTokens: Int
  /// The kind can split this input when it is too long.
  package var isSplittable: Bool
  /// How many times in a row this job was parked because the machine was offline.
  package var offlineParks: Int
  /// Names of the optional parameters in the request; only these can be adjusted.
  package var parameters: Set<String>
  /// Seeds the jitter: same seed, same waits.
  package var seed: UInt64

  package init(
    path: Path = .async, jobDeadline: Milliseconds? = nil, stepDeadline: Milliseconds? = nil,
    inputTokens: Int = 0, outputTokens: Int = 0, isSplittable: Bool = false,
    offlineParks: Int = 0, parameters: Set<String> = [],
    seed: UInt64 = 0
  ) {
    self.path = path
    self.jobDeadline = jobDeadline
    self.stepDeadline = stepDeadline
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.isSplittable = isSplittable
    self.offlineParks = offlineParks
    self.parameters = parameters
    self.seed = seed
  }
}
