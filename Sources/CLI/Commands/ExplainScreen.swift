import Fallback

/// One response explained to people: what it means, and what the machine would do next.
struct ExplainScreen {
  let failure: Failure?
  /// How it ended below HTTP.
  let fault: TransportFault?
  let style: Style

  var text: String { lines.joined(separator: "\n") + "\n" }

  private var lines: [String] {
    guard let failure else { return [field("class", style.good("ok")), "", "a usable reply"] }
    var lines = [
      field("class", style.bad(failure.class.rawValue) + "  " + failure.class.phrase),
      field("scope", failure.scope.rawValue),
      field("rule", failure.rule),
      field("wait", failure.wait.map { SpanText.text($0) } ?? "not named"),
    ]
    if let parameter = failure.parameter { lines.append(field("names", parameter)) }
    let what = ExplainConsequences(failure: failure, fault: fault)
    lines.append(field("benches", what.mark))
    lines += [""] + what.rows.map { "  " + $0.situation + gap($0.situation) + $0.action }
    return lines.map { Sanitizer.line($0) == $0 ? $0 : Sanitizer.text($0) }
  }

  private func field(_ name: String, _ value: String) -> String {
    "  " + style.dim(name) + String(repeating: " ", count: 10 - name.count) + value
  }

  private func gap(_ text: String) -> String {
    String(repeating: " ", count: max(1, 44 - DisplayWidth.of(text)))
  }
}

/// What follows a failure, found by asking the machine itself in the situations that matter.
struct ExplainConsequences {
  struct Row {
    var situation: String
    var action: String
  }

  let failure: Failure
  let fault: TransportFault?

  /// Where it makes no difference what else is there, one row.
  var rows: [Row] {
    var rows: [Row] = []
    let renewing = follow(routes: 2, isRefreshable: true)
    if case .refresh? = renewing.first?.action {
      rows.append(Row(situation: "the credential can be renewed:", action: words(renewing)))
    }
    let others = [
      ("another key of the provider is there:", follow(routes: 2, alternates: 1)),
      ("another provider is there:", follow(routes: 2)),
      ("asked for by name (--provider), with main:", follow(routes: 2, mode: .explicit)),
      ("it was the last one:", follow(routes: 1)),
    ].map { Row(situation: $0.0, action: words($0.1)) }
    let isSame = Set(others.map(\.action)).count == 1
    return rows + (isSame ? [Row(situation: "in any case:", action: others[0].action)] : others)
  }

  /// What the marks are told.
  var mark: String {
    // Whether the machine is offline is not known here, so the fault is left out.
    let notes = ExplainConsequences(failure: failure, fault: nil).follow(routes: 2).flatMap(
      \.effects
    ).compactMap { effect -> FailureNote? in
      if case .failed(let note) = effect { note } else { nil }
    }
    guard let note = notes.first else { return "nothing" }
    if note.isTerminal { return "the credential, until the next login" }
    let span = Policy().bench(note.class, hint: note.hintUntil.map { $0 - Self.now })
    let what = note.key.scope.thing + " for " + SpanText.text(span)
    return what + (note.needsConfirmation ? ", once a second job has failed there" : "")
  }

  // MARK: Asking the machine

  private static let now: Milliseconds = 1_000_000_000_000

  /// The decisions until the provider is left: the same failure comes again after each retry.
  private func follow(
    routes: Int, alternates: Int = 0, isRefreshable: Bool = false, mode: Plan.Mode = .auto
  ) -> [Decision] {
    let now = Self.now
    var machine = CallMachine(plan: plan(routes, mode))
    let credential = CredentialReference(
      id: "k", label: "k", fingerprint: "f", isRefreshable: isRefreshable)
    let facts = StepFacts(parameters: ["max_tokens", "temperature", "response_format"])
    _ = machine.step(.begin(now, facts))
    let acquisition = Acquisition(
      credential: credential, baseURL: "https://p0", alternates: alternates)
    _ = machine.step(.acquired(now, acquisition))
    var decisions: [Decision] = []
    var event = Event.answered(now, Answer(failure: failure, transport: fault, sentAt: now))
    while decisions.count < 8 {
      let decision = machine.step(event)
      decisions.append(decision)
      switch decision.action {
      case .wait: event = .woke(now)
      case .send: event = .answered(now, Answer(failure: failure, transport: fault, sentAt: now))
      case .acquire, .refresh, .finish: return decisions
      }
    }
    return decisions
  }

  private func plan(_ routes: Int, _ mode: Plan.Mode) -> Plan {
    let all = (0..<routes).map { index in
      Route(
        provider: "p\(index)", baseURL: "https://p\(index)", model: "m",
        origin: index == 0 && mode == .explicit ? .explicit : .main)
    }
    return Plan(mode: mode, routes: all, policy: Policy())
  }

  /// A send that follows a wait belongs to it.
  private func words(_ decisions: [Decision]) -> String {
    var parts: [String] = []
    var isAfterWait = false
    for decision in decisions {
      if case .send = decision.action, isAfterWait {
        isAfterWait = false
        continue
      }
      if case .wait = decision.action { isAfterWait = true }
      parts.append(words(decision.action))
    }
    return parts.joined(separator: "; then ")
  }

  private func words(_ action: Action) -> String {
    switch action {
    case .acquire(let order) where order.route == 0: "it is asked at once (rotate)"
    case .acquire: "the next provider is asked (fall back)"
    case .refresh: "it is renewed and asked once more (refresh)"
    case .send: "the request is changed and sent again (adjust)"
    case .wait(let until):
      "asked once more after \(failure.wait == nil ? "a backoff" : SpanText.text(until - Self.now)) (retry)"
    case .finish(.parked(let until, _, _)):
      "the job waits \(SpanText.text(until - Self.now)), no attempt burnt (park)"
    case .finish(.failed(let failure)): words(failure)
    case .finish(.overflow): "the input is split"
    case .finish(.cancelled): "the job is cancelled"
    case .finish(.succeeded): "the job goes on"
    }
  }

  private func words(_ failure: StepFailure) -> String {
    switch failure.kind {
    case .request: "the job fails: no retry can mend the request"
    case .needsPerson: "the attempt fails; somebody has to act"
    case .retryable, .jobDeadline, .stepDeadline, .noRoute:
      "the attempt fails, the queue tries it again"
    }
  }
}

extension FailureScope {
  /// What it is about, as people say it.
  fileprivate var thing: String {
    switch self {
    case .request: "the request"
    case .credential: "the key"
    case .credentialModel: "the key for this model"
    case .account: "every key of the account"
    case .model: "the model at this provider"
    case .route: "the provider's address"
    }
  }
}
