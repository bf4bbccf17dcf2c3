import Fallback
import JSONText

/// A plan as JSON.
enum PlanCoding {
  static func encode(_ plan: Plan) -> JSONValue {
    let policy = plan.policy
    let health = policy.health
      .sorted { $0.key.rawValue < $1.key.rawValue }
      .map { JSONPair($0.key.rawValue, .time($0.value)) }
    return compact([
      ("mode", .string(plan.mode.rawValue)),
      ("main", .flag(plan.allowsMainFallback)),
      ("retries", .int(policy.transientRetries)),
      ("base", .time(policy.backoffBase)),
      ("cap", .time(policy.backoffCap)),
      ("short", .time(policy.shortWait)),
      ("calls", .int(policy.callsPerStep)),
      ("health", .object(health)),
      ("max", .time(policy.healthMax)),
      ("routes", .array(plan.routes.map(encode))),
    ])
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

  static func decode(_ node: JSONNode) -> Plan? {
    guard let mode: Plan.Mode = node.word("mode"), let routes = node["routes"]?.elements else {
      return nil
    }
    var policy = Policy()
    policy.transientRetries = node.number("retries") ?? policy.transientRetries
    policy.backoffBase = node.time("base") ?? policy.backoffBase
    policy.backoffCap = node.time("cap") ?? policy.backoffCap
    policy.shortWait = node.time("short") ?? policy.shortWait
    policy.callsPerStep = node.number("calls") ?? policy.callsPerStep
    policy.healthMax = node.time("max") ?? policy.healthMax
    policy.health = [:]
    for member in node["health"]?.members ?? [] {
      guard let name = FailureClass(rawValue: member.key), let span = member.value.int else {
        return nil
      }
      policy.health[name] = Milliseconds(span)
    }
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
