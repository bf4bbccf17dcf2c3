import Fallback

/// Random worlds: chains, pools, answers, marks, deadlines, cancels. The same seed gives the same one.
struct RandomWorld {
  private var random: Jitter

  init(seed: UInt64) { random = Jitter(seed: seed) }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  private mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  mutating func make() -> (world: World, facts: StepFacts) {
    let mode: Plan.Mode = chance(25) ? .explicit : .auto
    let routes = (0...below(5)).map { route(at: $0, mode) }
    var world = World(routes, mode: mode, policy: policy())
    world.plan.allowsMainFallback = chance(70)
    for provider in Set(routes.map(\.provider)).sorted() { fill(&world, provider) }
    if chance(18) { world.cancelAtEvent = 2 + below(7) }
    return (world, facts())
  }

  private mutating func route(at index: Int, _ mode: Plan.Mode) -> Route {
    var route = makeRoute("p\(below(4)):m\(below(2))")
    if chance(12) { route.host = .loopback }
    if chance(15) { route.contextWindow = pick([500, 4_000, 64_000]) }
    if chance(20) { route.isNous = true }
    if chance(10) { route.dialect = .messages }
    route.origin =
      mode == .auto ? .chain : index == 0 ? .explicit : pick([.task, .main, .chain])
    return route
  }

  private mutating func policy() -> Policy {
    Policy(
      transientRetries: below(3), callsPerStep: chance(20) ? 1 + below(6) : 40)
  }

  private mutating func facts() -> StepFacts {
    let start = World.start
    return StepFacts(
      path: chance(50) ? .async : .blocking,
      jobDeadline: chance(25) ? start + Milliseconds(1 + below(200_000)) : nil,
      stepDeadline: chance(20) ? start + Milliseconds(1 + below(90_000)) : nil,
      inputTokens: pick([10, 1_000, 10_000]), isSplittable: chance(15), offlineParks: below(4),
      parameters: chance(80) ? ["max_tokens", "temperature", "response_format"] : [],
      seed: random.next())
  }

  private mutating func fill(_ world: inout World, _ provider: String) {
    if chance(80) {
      world.pools[provider] = (0..<(chance(10) ? 0 : 1 + below(4))).map { credential($0) }
    }
    let names = (world.pools[provider] ?? []).map(\.id)
    for name in names.isEmpty ? ["-"] : names {
      let place = "\(provider)/\(name)"
      world.answers[place] = (0...below(3)).map { _ in answer() }
      if chance(15) { world.addresses[place] = "https://own-\(name).\(provider).example/v1" }
      world.refreshes["refresh \(place)"] = [
        pick([.renewed, .renewed, .adopted, .unchanged, .failed, .dead])
      ]
      world.refreshes["models \(place)"] = [pick([.model("fresh"), .model("m0"), .failed])]
      world.refreshes["account \(place)"] = [pick([.paid, .unchanged, .failed])]
      if chance(15) { mark(&world, provider, name) }
    }
    if chance(15) { markPlace(&world, provider) }
  }

  private mutating func credential(_ number: Int) -> CredentialReference {
    var credential = key(
      "k\(number)", account: chance(25) ? pick(["acme", "other"]) : nil, isRefreshable: chance(70))
    if chance(15) { credential.expiresAt = World.start + Milliseconds(below(300_000)) - 60_000 }
    return credential
  }

  private static let failures: [Scripted] = [
    .status(401), .status(401), .status(402), .status(403), .status(429), .status(429, wait: 3_000),
    .status(429, wait: 70_000), .status(500), .status(503), .status(503, wait: 90_000),
    .status(404), .status(404, code: "model_not_found"), .status(400), .policy, .overflow,
    .refused("temperature"), .refused("temperature"), .refused("max_tokens"),
    .refused("response_format"), .refused("seed"), .status(401), .emptyReply, .page, .cut,
    .hanging, .fault(.dns), .fault(.unreachable), .fault(.connectTimeout), .fault(.refused),
    .fault(.reset), .fault(.tls), .fault(.redirect), .fault(.hostNotAllowed),
    .status(401, code: "token_revoked"), .status(403, code: "subscription_required"),
  ]

  private mutating func answer() -> Scripted {
    var answer = chance(22) ? .ok : pick(Self.failures)
    if answer.duration < 1_000 { answer.duration = pick([5, 40, 900, 30_000]) }
    return answer
  }

  private mutating func mark(_ world: inout World, _ provider: String, _ credential: String) {
    let key = MarkKey(scope: .credential, provider: provider, credential: credential)
    put(&world, key, pick([.auth, .payment, .quota, .rateLimit]))
  }

  private mutating func markPlace(_ world: inout World, _ provider: String) {
    let key = MarkKey(
      scope: .route, provider: provider, baseURL: "https://\(provider).example/v1")
    put(&world, key, pick([.serverError, .timeout, .connection, .tls, .wrongEndpoint]))
  }

  private mutating func put(_ world: inout World, _ key: MarkKey, _ class: FailureClass) {
    world.marks[key] = Mark(
      key: key, class: `class`, until: World.start + Milliseconds(below(400_000)) - 20_000,
      markedAt: World.start - 30_000, isTerminal: `class` == .auth && chance(30))
  }
}

private func makeRoute(_ name: String) -> Route { route(name) }
