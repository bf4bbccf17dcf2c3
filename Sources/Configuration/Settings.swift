package import Fallback

/// Everything that config.json says, with the defaults for what it does not say. Spans are
/// milliseconds.
package struct Settings: Sendable, Hashable {
  /// When the built-in engine serves instead of a model.
  package enum LastResort: String, CaseIterable, Sendable, Hashable {
    case never
    /// Nothing is configured and nothing discovered.
    case unconfigured
    /// Also when every route has failed.
    case always
  }

  package var main: RouteReference?
  package var chain: [RouteReference] = []
  /// As configured; see `isDiscovering`.
  package var discover: Bool?
  package var lastResort: LastResort = .unconfigured
  package var providers: [String: ProviderSettings] = [:]
  /// By kind of job.
  package var tasks: [String: TaskSettings] = [:]
  package var retry = RetrySettings()
  package var health = HealthSettings()
  package var queue = QueueSettings()
  /// By name of the queue.
  package var queues: [String: NamedQueueSettings] = [:]
  package var limits = LimitSettings()
  /// Certificates to believe beside the system's, wherever a provider has none of its own.
  package var certificateFile: String?

  /// The settings of an empty file.
  package init() {}

  /// Built-in providers with a credential are tried too: as configured, else when neither main,
  /// chain nor the provider of a task is configured.
  package var isDiscovering: Bool {
    discover ?? (main == nil && chain.isEmpty && tasks.values.allSatisfy { $0.provider == nil })
  }
}

/// A provider in a chain, and the model to ask there.
package struct RouteReference: Sendable, Hashable {
  package var provider: String
  package var model: String?

  package init(provider: String, model: String? = nil) {
    self.provider = provider
    self.model = model
  }
}

/// An entry of `providers`; what is nil is taken from the registry or the defaults.
package struct ProviderSettings: Sendable, Hashable {
  /// Which credential of several is taken.
  package enum Strategy: String, CaseIterable, Sendable, Hashable {
    case fillFirst = "fill_first"
    case roundRobin = "round_robin"
    case leastUsed = "least_used"
    case random
  }

  package var baseURL: BaseURL?
  package var dialect: Dialect?
  package var model: String?
  /// Names of variables; nil when `key_env` is not set.
  package var keyNames: [String]?
  package var keyFile: String?
  package var keyCommand: String?
  /// Tokens.
  package var context: Int?
  /// One whole request.
  package var timeout: Milliseconds?
  /// Calls in flight at most.
  package var concurrency: Int?
  package var strategy: Strategy = .fillFirst
  package var headers: [HTTPHeader] = []
  package var price: Price?
  package var allowsInsecureHTTP = false
  package var certificateFile: String?
  package var wire = WireChoices()
  package var rate = RateLimits()
  /// How logins are renewed.
  package var oauth: OAuthSettings?

  package init() {}

  /// The user said where the key comes from.
  package var hasKeySource: Bool { keyNames != nil || keyFile != nil || keyCommand != nil }
}

/// A header that every request to a provider carries.
package struct HTTPHeader: Sendable, Hashable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Money for a million tokens, in the user's currency.
package struct Price: Sendable, Hashable {
  package var input: Double
  package var output: Double

  package init(input: Double, output: Double) {
    self.input = input
    self.output = output
  }
}

/// An entry of `tasks`.
package struct TaskSettings: Sendable, Hashable {
  /// Nil means auto.
  package var provider: String?
  package var model: String?
  /// One step over all its routes.
  package var timeout: Milliseconds?
  package var fallbackChain: [RouteReference] = []
  /// Nil: true, unless that would send from a local host to a public one.
  package var allowsMainFallback: Bool?

  package init() {}
}

/// `retry`.
package struct RetrySettings: Sendable, Hashable {
  package var transient = 1
  package var backoffBase: Milliseconds = 500
  package var backoffCap: Milliseconds = 8_000
  package var shortWait: Milliseconds = 10_000

  package init() {}
}

/// `health`: how long a mark holds, by class of failure.
package struct HealthSettings: Sendable, Hashable {
  /// The classes that can be set, in the order of the documentation, with their defaults in seconds.
  static let defaults: [(class: FailureClass, seconds: Int64)] = [
    (.rateLimit, 60), (.payment, 600), (.quota, 3600), (.auth, 300), (.forbidden, 600),
    (.entitlement, 3600), (.overloaded, 15), (.serverError, 30), (.timeout, 30),
    (.connection, 30), (.invalidResponse, 60), (.modelNotFound, 3600),
    (.modelIncompatible, 3600), (.wrongEndpoint, 300), (.tls, 300), (.redirect, 300),
  ]

  package var durations: [FailureClass: Milliseconds]
  /// No mark holds longer.
  package var max: Milliseconds = 3_600_000

  package init() {
    durations = Dictionary(
      Self.defaults.map { ($0.class, $0.seconds * 1000) }
    ) { first, _ in first }
  }

  /// How long a first mark of a class holds, never above `max`. A truncated reply counts as an
  /// invalid one; 0 for classes that never mark.
  package func duration(_ class: FailureClass) -> Milliseconds {
    let key = `class` == .truncated ? .invalidResponse : `class`
    return min(durations[key] ?? 0, max)
  }
}

/// `queue`.
package struct QueueSettings: Sendable, Hashable {
  package var maxAttempts = 3
  package var backoff: [Milliseconds] = [15_000, 60_000, 300_000]
  package var lease: Milliseconds = 60_000
  package var parkMax: Milliseconds = 86_400_000
  package var keepFinished: Milliseconds = 7 * 86_400_000
  package var keepDead: Milliseconds = 30 * 86_400_000

  package init() {}
}

/// An entry of `queues`.
package struct NamedQueueSettings: Sendable, Hashable {
  /// Jobs that run at once, over all workers of the database; nil: no limit.
  package var concurrency: Int?

  package init() {}
}

/// `limits`.
package struct LimitSettings: Sendable, Hashable {
  package var callsPerStep = 40
  /// By provider.
  package var tokensPerDay: [String: Int] = [:]

  package init() {}
}
