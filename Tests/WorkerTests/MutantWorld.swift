import Fallback

/// A small world for the machine: keys that fail as told, the real selection, the real marks.
struct MutantWorld {
  static let start: Milliseconds = 1_700_000_000_000

  var plan: Plan
  /// Keys by provider; a provider without any is asked without one.
  var keys: [String: [CredentialReference]] = [:]
  /// A key's own address.
  var addresses: [String: String] = [:]
  /// Failures by `provider/key` in order, then a success; `provider/-` without a key.
  var failures: [String: [Failure]] = [:]
  /// What each request takes.
  var duration: Milliseconds = 10
  var marks: [MarkKey: Mark] = [:]
  var probing: Set<MarkKey> = []
  /// What effects say changes the marks.
  var keepsMarks = true
  var facts = StepFacts(parameters: ["max_tokens"])

  init(_ providers: String..., mode: Plan.Mode = .auto) {
    let routes = providers.enumerated().map { index, name in
      Route(
        provider: name, baseURL: "https://\(name).example", model: "m",
        origin: index > 0 ? .main : mode == .explicit ? .explicit : .main)
    }
    plan = Plan(mode: mode, routes: routes, policy: Policy())
  }

  /// What came of it.
  struct End {
    var sends: [SendOrder] = []
    var refreshes = 0
    /// When each request began.
    var times: [Milliseconds] = []
    var effects: [Effect] = []
    var outcome = StepOutcome.cancelled
    /// `provider/key` of each request.
    var log: [String] = []
    var failure: StepFailure? { if case .failed(let failure) = outcome { failure } else { nil } }
  }

  mutating func run() -> End {
    var machine = CallMachine(plan: plan)
    var end = End()
    var now = Self.start
    var event = Event.begin(now, facts)
    for _ in 0..<200 {
      let decision = machine.step(event)
      end.effects += decision.effects
      if keepsMarks { mark(decision.effects, now) }
      switch decision.action {
      case .acquire(let order): event = acquire(order, now)
      case .refresh(let order):
        end.refreshes += 1
        var fresh = order.credential
        fresh.fingerprint += "'"
        event = .refreshed(now, RefreshReport(outcome: .renewed(fresh), startedAt: now))
      case .send(let order):
        end.sends.append(order)
        end.times.append(now)
        let name = "\(plan.routes[order.route].provider)/\(order.credential?.id ?? "-")"
        end.log.append(name)
        let failure = failures[name]?.first
        if failure != nil { failures[name]?.removeFirst() }
        let sentAt = now
        now += duration
        event = .answered(now, Answer(failure: failure, sentAt: sentAt))
      case .wait(let until):
        now = max(now, until)
        event = .woke(now)
      case .finish(let outcome):
        end.outcome = outcome
        return end
      }
    }
    return end
  }

  private func acquire(_ order: AcquireOrder, _ now: Milliseconds) -> Event {
    let route = plan.routes[order.route]
    let context = SelectionContext(route: route, marks: marks, probing: probing, now: now)
    guard let pool = keys[route.provider] else {
      if let reason = screen(order, in: context).unavailability { return .unavailable(now, reason) }
      return .acquired(now, Acquisition(credential: nil, baseURL: route.baseURL))
    }
    let entries = pool.map {
      PoolEntry(credential: $0, baseURL: addresses[$0.id] ?? route.baseURL)
    }
    switch select(entries, for: order, in: context) {
    case .none(let reason): return .unavailable(now, reason)
    case .chosen(let entry, let alternates, let passedOver, _):
      return .acquired(
        now,
        Acquisition(
          credential: entry.credential, baseURL: entry.baseURL, alternates: alternates,
          passedOver: passedOver))
    }
  }

  private mutating func mark(_ effects: [Effect], _ now: Milliseconds) {
    for effect in effects {
      switch effect {
      case .failed(let note):
        marks[note.key] = Mark.renewed(
          marks[note.key], by: note, job: 1, policy: plan.policy, now: now)
      case .succeeded(let keys, let sentAt):
        for key in keys where marks[key].map({ $0.markedAt < sentAt }) ?? false { marks[key] = nil }
      case .remember: break
      }
    }
  }

  static func key(_ id: String, isRefreshable: Bool = false) -> CredentialReference {
    CredentialReference(
      id: id, label: id, fingerprint: "print-\(id)", isRefreshable: isRefreshable)
  }

  static let auth = Failure(.auth, scope: .credential, rule: "http-401")
  static let payment = Failure(.payment, scope: .credential, rule: "http-402")
  static let server = Failure(.serverError, scope: .route, rule: "http-500")
  static let refusal = Failure(
    .unsupportedParameter, scope: .request, rule: "parameter", parameter: "max_tokens")
}
