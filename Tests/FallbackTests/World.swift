import Fallback

/// A world for the machine: providers with pools of keys that answer as scripted, the real selection
/// and the real marks, and a clock that moves only when something takes time.
struct World {
  static let start: Milliseconds = 1_700_000_000_000

  var plan: Plan
  /// Keys by provider; a provider that is not named here needs none.
  var pools: [String: [CredentialReference]] = [:]
  /// Answers by `provider/key`, `provider/-` without a key; the last one repeats, none means `ok`.
  var answers: [String: [Scripted]] = [:]
  /// Ends of refreshes by `purpose provider/key`; none means `failed`.
  var refreshes: [String: [ScriptedRefresh]] = [:]
  var marks: [MarkKey: Mark] = [:]
  /// A key's own address, by `provider/key`.
  var addresses: [String: String] = [:]
  var remembered: [Adjustment] = []
  var concurrencyLimit: Set<String> = []
  var now = World.start
  var job: Int64 = 1
  /// The event with this number (0 is `begin`) finds the caller cancelled.
  var cancelAtEvent: Int?
  /// What effects tell the marks changes them.
  var keepsMarks = true

  init(_ routes: [Route], mode: Plan.Mode = .auto, policy: Policy = Policy()) {
    plan = Plan(mode: mode, routes: routes, policy: policy)
  }

  /// What came out of one step.
  struct Run {
    var log: [String] = []
    var waits: [Milliseconds] = []
    var sends: [(order: SendOrder, at: Milliseconds)] = []
    var actions: [Action] = []
    var events: [Event] = []
    var effects: [Effect] = []
    var outcome: StepOutcome
    var calls: [CallRecord]
    var skips: [SkipRecord]
    /// Class behind every fallback.
    var fallbacks: [FailureClass] {
      calls.filter { $0.disposition == .fallback }.compactMap { $0.failure?.class }
    }
    var dispositions: [Disposition?] { calls.map(\.disposition) }
    var marked: [FailureNote] {
      effects.compactMap { if case .failed(let note) = $0 { note } else { nil } }
    }
  }

  mutating func run(_ facts: StepFacts = StepFacts()) -> Run {
    var machine = CallMachine(plan: plan)
    var run = Run(outcome: .cancelled, calls: [], skips: [])
    var event = Event.begin(now, facts)
    while true {
      event = interrupted(event, run.events.count)
      run.events.append(event)
      let decision = machine.step(event)
      run.actions.append(decision.action)
      run.effects += decision.effects
      if keepsMarks { apply(decision.effects) }
      switch decision.action {
      case .acquire(let order): event = acquire(order)
      case .refresh(let order): event = refresh(order, &run)
      case .send(let order): event = send(order, &run)
      case .wait(let until):
        run.waits.append(until - now)
        now = max(now, until)
        event = .woke(now)
      case .finish(let outcome):
        run.outcome = outcome
        run.calls = machine.calls
        run.skips = machine.skips
        return run
      }
    }
  }

  private func interrupted(_ event: Event, _ number: Int) -> Event {
    guard let cancelAtEvent, number >= cancelAtEvent else { return event }
    switch event {
    case .answered(let time, var answer):
      answer.stopRequested = true
      return .answered(time, answer)
    case .refreshed(let time, var report):
      report.stopRequested = true
      return .refreshed(time, report)
    default: return .cancelled(event.time)
    }
  }

  private mutating func acquire(_ order: AcquireOrder) -> Event {
    let route = plan.routes[order.route]
    if concurrencyLimit.contains(route.provider) {
      return .unavailable(now, Unavailability(reason: .atConcurrencyLimit))
    }
    let context = SelectionContext(route: route, marks: marks, now: now)
    guard let pool = pools[route.provider] else {
      if let reason = screen(order, in: context).unavailability { return .unavailable(now, reason) }
      return .acquired(
        now, Acquisition(credential: nil, baseURL: route.baseURL, adjustments: remembered))
    }
    let entries = pool.map {
      PoolEntry(
        credential: $0, baseURL: addresses["\(route.provider)/\($0.id)"] ?? route.baseURL)
    }
    switch select(entries, for: order, in: context) {
    case .none(let reason): return .unavailable(now, reason)
    case .chosen(let entry, let alternates, let passedOver, _):
      return .acquired(
        now,
        Acquisition(
          credential: entry.credential, baseURL: entry.baseURL, alternates: alternates,
          passedOver: passedOver, adjustments: remembered))
    }
  }

  private mutating func send(_ order: SendOrder, _ run: inout Run) -> Event {
    let provider = plan.routes[order.route].provider
    let name = "\(provider)/\(order.credential?.id ?? "-")"
    let models = plan.routes.filter { $0.provider == provider }.map(\.model)
    run.log.append(
      Set(models).count > 1 || order.model != models[0] ? "\(name):\(order.model)" : name)
    run.sends.append((order, now))
    var scripted = next(&answers, name) ?? .ok
    let sentAt = now
    if scripted.duration > order.totalTimeout {
      scripted = .fault(.timeout, after: order.totalTimeout)
    }
    now += scripted.duration
    scripted.digest.provider = provider
    return .answered(
      now,
      Answer(
        failure: classify(scripted.digest), status: scripted.digest.status,
        transport: scripted.digest.transport, sentAt: sentAt))
  }

  private mutating func refresh(_ order: RefreshOrder, _ run: inout Run) -> Event {
    let provider = plan.routes[order.route].provider
    let name = "\(order.purpose.rawValue) \(provider)/\(order.credential.id)"
    run.log.append(name)
    let scripted = next(&refreshes, name) ?? .failed
    let started = now
    let outcome: RefreshReport.Outcome =
      switch scripted {
      case .renewed: .renewed(renew(order.credential, provider))
      case .adopted: .adopted(renew(order.credential, provider))
      case .unchanged: .unchanged
      case .paid: .paid
      case .failed: .failed(isTerminal: false)
      case .dead: .failed(isTerminal: true)
      case .model(let model): .model(model)
      }
    var didSend = true
    if case .adopted = scripted { didSend = false } else { now += 5 }
    return .refreshed(now, RefreshReport(outcome: outcome, startedAt: started, didSend: didSend))
  }

  private mutating func renew(
    _ credential: CredentialReference, _ provider: String
  ) -> CredentialReference {
    var fresh = credential
    fresh.fingerprint += "'"
    fresh.expiresAt = fresh.expiresAt.map { _ in now + 3_600_000 }
    pools[provider] = pools[provider]?.map { $0.id == credential.id ? fresh : $0 }
    return fresh
  }

  private func next<Value>(_ scripts: inout [String: [Value]], _ name: String) -> Value? {
    guard let list = scripts[name], let first = list.first else { return nil }
    if list.count > 1 { scripts[name] = Array(list.dropFirst()) }
    return first
  }

  private mutating func apply(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .failed(let note):
        marks[note.key] = Mark.renewed(
          marks[note.key], by: note, job: job, policy: plan.policy, now: now)
      case .succeeded(let keys, let sentAt):
        for key in keys where marks[key].map({ $0.markedAt < sentAt }) ?? false { marks[key] = nil }
      case .remember(_, _, _, let adjustment): remembered.append(adjustment)
      }
    }
  }
}

/// Routes by provider, each at a host of its own; `provider:model` names another model.
func routes(_ names: String..., origin: RouteOrigin = .chain) -> [Route] {
  names.map { route($0, origin: origin) }
}

func route(_ name: String, origin: RouteOrigin = .chain, window: Int? = nil) -> Route {
  let parts = name.split(separator: ":").map(String.init)
  return Route(
    provider: parts[0], baseURL: "https://\(parts[0]).example/v1",
    model: parts.count > 1 ? parts[1] : "m", contextWindow: window, origin: origin)
}

func key(_ id: String, account: String? = nil, isRefreshable: Bool = false) -> CredentialReference {
  CredentialReference(
    id: id, label: id, account: account, fingerprint: "print-" + id, isRefreshable: isRefreshable)
}

extension StepOutcome {
  var failure: StepFailure? { if case .failed(let failure) = self { failure } else { nil } }
  /// How long it is parked, counted from the world's start.
  var parkedFor: Milliseconds? {
    if case .parked(let until, _, _) = self { until - World.start } else { nil }
  }
}
