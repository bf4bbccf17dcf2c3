import Fallback
import JSONText

/// A plan as JSON.
enum PlanCoding {
  static func encode(_ plan: Plan) -> JSONValue {
    let policy = plan.policy
    return compact([
      ("mode", .string(plan.mode.rawValue)),
      ("main", .flag(plan.allowsMainFallback)),
      ("retries", .int(policy.transientRetries)),
      ("base", .time(policy.backoffBase)),
      ("cap", .time(policy.backoffCap)),
      ("short", .time(policy.shortWait)),
      ("calls", .int(policy.callsPerStep)),
      ("health", encode(policy.health)),
      ("max", .time(policy.healthMax)),
      ("routes", .array(plan.routes.map(encode))),
    ])
  }

  /// The spans of a plan that says nothing else. Part of the layout of version 2: it stays as it is,
  /// whatever becomes of the defaults of the configuration.
  private static let usualHealth: [FailureClass: Milliseconds] = [
    .rateLimit: 60_000, .payment: 600_000, .quota: 3_600_000, .auth: 300_000,
    .forbidden: 600_000, .entitlement: 3_600_000, .overloaded: 15_000, .serverError: 30_000,
    .timeout: 30_000, .connection: 30_000, .invalidResponse: 60_000, .truncated: 60_000,
    .modelNotFound: 3_600_000, .modelIncompatible: 3_600_000, .wrongEndpoint: 300_000,
    .tls: 300_000, .redirect: 300_000,
  ]

  /// What differs from the usual, null for what is missing. Every job keeps a plan, and all of it would
  /// be a third of what a short job takes on the disk.
  private static func encode(_ health: [FailureClass: Milliseconds]) -> JSONValue? {
    let classes = Set(health.keys).union(usualHealth.keys)
    let unusual = classes.filter { health[$0] != usualHealth[$0] }
      .sorted { $0.rawValue < $1.rawValue }
    guard !unusual.isEmpty else { return nil }
    return .object(
      unusual.map { JSONPair($0.rawValue, health[$0].map { .time($0) } ?? .null) })
  }

  /// - Parameters:
  ///   - node: nil: nothing is unusual.
  ///   - version: Of the layout; in the first all stands there.
  /// - Returns: nil where it is damaged.
  private static func health(
    _ node: JSONNode?, version: Int
  ) -> [FailureClass: Milliseconds]? {
    var health = version == 1 ? [:] : usualHealth
    for member in node?.members ?? [] {
      guard let name = FailureClass(rawValue: member.key) else { return nil }
      if version > 1, member.value.isNull {
        health[name] = nil
      } else if let span = member.value.int {
        health[name] = Milliseconds(span)
      } else {
        return nil
      }
    }
    return health
  }

  private static func encode(_ route: Route) -> JSONValue {
    compact([
      ("provider", .string(route.provider)),
      ("url", .string(route.baseURL)),
      ("api", .string(route.dialect.rawValue)),
      ("model", .string(route.model)),
      ("window", .some(route.contextWindow)),
      ("host", .string(route.host.rawValue)),
      ("origin", .string(route.origin.rawValue)),
      ("timeout", .time(route.timeout)),
      ("connect", .time(route.connectTimeout)),
      ("nous", .flag(route.isNous)),
    ])
  }

  static func decode(_ node: JSONNode, version: Int) -> Plan? {
    guard let mode: Plan.Mode = node.word("mode"), let routes = node["routes"]?.elements,
      let health = health(node["health"], version: version)
    else { return nil }
    var policy = Policy()
    policy.transientRetries = node.number("retries") ?? policy.transientRetries
    policy.backoffBase = node.time("base") ?? policy.backoffBase
    policy.backoffCap = node.time("cap") ?? policy.backoffCap
    policy.shortWait = node.time("short") ?? policy.shortWait
    policy.callsPerStep = node.number("calls") ?? policy.callsPerStep
    policy.healthMax = node.time("max") ?? policy.healthMax
    policy.health = health
    let decoded = routes.compactMap(route)
    guard decoded.count == routes.count else { return nil }
    return Plan(
      mode: mode, routes: decoded, allowsMainFallback: node.flag("main"), policy: policy)
  }

  private static func route(_ node: JSONNode) -> Route? {
    guard let provider = node.text("provider"), let url = node.text("url"),
      let dialect: Dialect = node.word("api"), let model = node.text("model"),
      let host: HostClass = node.word("host"), let origin: RouteOrigin = node.word("origin"),
      let timeout = node.time("timeout"), let connect = node.time("connect")
    else { return nil }
    return Route(
      provider: provider, baseURL: url, dialect: dialect, model: model,
      contextWindow: node.number("window"), host: host, origin: origin, timeout: timeout,
      connectTimeout: connect, isNous: node.flag("nous"))
  }
}
