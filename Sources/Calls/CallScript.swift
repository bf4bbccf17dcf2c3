package import Fallback

/// What both callers share: everything but how to wait. It turns orders into requests and replies
/// into events, and keeps the events.
package struct CallScript: Sendable {
  package let plan: Plan
  package let request: CompletionRequest
  package let jobID: Int64
  let source: any CredentialSource
  let redactor: Redactor
  let now: @Sendable () -> Milliseconds
  /// Told before every request, with the events so far and what was decided on each.
  let journal: @Sendable ([Event], [String]) -> Void
  /// Told at every move how long the next one may take, in milliseconds; nil at the end.
  let expects: @Sendable (Milliseconds?) -> Void

  package private(set) var machine: CallMachine
  package private(set) var events: [Event] = []
  /// The word of the decision on each event.
  package private(set) var decisions: [String] = []
  /// What was acquired, until it is done with.
  private var use: RouteUse?
  /// Of the request and its answer, as it was acquired for.
  private var tokens = 0
  /// The place in the provider's minute that came with what was acquired is not used yet.
  private var hasPlace = false
  /// Counted for this call before it began, until that is used or given back.
  private var reserved: ReservedCredential?
  /// The reply that ended the step, once it has succeeded.
  package private(set) var completion: Completion?

  package init(
    plan: Plan, request: CompletionRequest, jobID: Int64, source: any CredentialSource,
    redactor: Redactor, now: @escaping @Sendable () -> Milliseconds,
    journal: @escaping @Sendable ([Event], [String]) -> Void,
    expects: @escaping @Sendable (Milliseconds?) -> Void = { _ in },
    reserved: ReservedCredential? = nil
  ) {
    self.reserved = reserved
    self.plan = plan
    self.request = request
    self.jobID = jobID
    self.source = source
    self.redactor = redactor
    self.now = now
    self.journal = journal
    self.expects = expects
    machine = CallMachine(plan: plan)
    // Most calls begin, find a key and are answered.
    events.reserveCapacity(4)
    decisions.reserveCapacity(4)
  }

  /// Records an event, asks the machine, and passes its notes on.
  mutating func step(_ event: Event) -> Action {
    events.append(event)
    let decision = machine.step(event)
    decisions.append(decision.word(in: plan))
    if !decision.effects.isEmpty { source.apply(decision.effects, job: jobID, now: event.time) }
    tellOthers(event, decision.action)
    if case .send = decision.action { journal(events, decisions) }
    expects(decision.action.longest(from: event.time))
    return decision.action
  }

  /// Others may be waiting for what this call finds out, or may find out themselves once it is back.
  private mutating func tellOthers(_ event: Event, _ action: Action) {
    if let known = use { tellOthers(event, action, of: known) }
    switch action {
    case .acquire: release()
    case .finish:
      release()
      giveBack()
    case .refresh, .send, .wait: break
    }
  }

  private mutating func tellOthers(_ event: Event, _ action: Action, of known: RouteUse) {
    switch event {
    case .answered(let now, let answer):
      if known.acquisition.isProbe { source.release(known.acquisition, route: known.route) }
      if case .refresh = action {
        source.learn(.renewing, of: known, now: now)
      } else if let verdict = CredentialVerdict(answer) {
        source.learn(verdict, of: known, now: now)
      }
    case .refreshed(let now, let report):
      guard let old = known.acquisition.credential, let fresh = report.credential else { break }
      use?.acquisition.credential = fresh
      if let use { source.learn(.renewed(from: old), of: use, now: now) }
    default: break
    }
  }

  private mutating func release() {
    guard let use else { return }
    if use.acquisition.isProbe { source.release(use.acquisition, route: use.route) }
    source.release(use)
    self.use = nil
  }

  private mutating func giveBack() {
    if let reserved { source.giveBack(reserved) }
    reserved = nil
  }

  /// The first event. Parameters that can be adjusted are read off the request.
  func begin(_ facts: StepFacts) -> Event {
    var facts = facts
    if request.maxOutputTokens != nil { facts.parameters.insert("max_tokens") }
    if request.temperature != nil { facts.parameters.insert("temperature") }
    if request.schema != nil { facts.parameters.insert("response_format") }
    return .begin(now(), facts)
  }

  /// One look at what an order gives; nil where that may take a moment.
  func lookAtOnce(_ order: AcquireOrder, _ waited: Waited) -> AcquireLook? {
    let route = plan.routes[order.route]
    return source.lookAtOnce(
      order, route: route, waited: waited, reserved: reserved(for: route), now: now())
  }

  func look(_ order: AcquireOrder, _ waited: Waited) -> AcquireLook {
    let route = plan.routes[order.route]
    return source.look(
      order, route: route, waited: waited, reserved: reserved(for: route), now: now())
  }

  private func reserved(for route: Route) -> ReservedCredential? {
    reserved.flatMap { $0.provider == route.provider ? $0 : nil }
  }

  /// Takes what a look has found; it is this call's until the machine says otherwise.
  mutating func take(_ event: Event, _ solePlaces: [MarkKey], _ order: AcquireOrder) -> Event {
    let route = plan.routes[order.route]
    if reserved(for: route) != nil { reserved = nil }
    if case .acquired(_, let acquisition) = event {
      giveBack()
      use = RouteUse(route: route, acquisition: acquisition, solePlaces: solePlaces)
      tokens = order.tokens ?? 0
      hasPlace = true
    }
    return event
  }

  /// Uses the place for a request that is about to go out.
  ///
  /// - Returns: True where there is none left, so that `placeAgain` has to be asked for one.
  mutating func usePlace(for order: SendOrder) -> Bool {
    defer { hasPlace = false }
    return !hasPlace && use != nil && source.needsPlace(plan.routes[order.route])
  }

  /// A place for a further request with what was acquired: when it may go out.
  func placeAgain() -> Milliseconds {
    guard let use else { return now() }
    return source.placeAgain(for: use, tokens: tokens, now: now(), deadline: machine.deadline)
  }

  /// No request starts at or after the deadline.
  func isInTime(_ start: Milliseconds) -> Bool { machine.deadline.map { start < $0 } ?? true }

  /// Whether a place has to be waited for; the watch is told, since that comes on top of the request.
  func waits(until start: Milliseconds, for order: SendOrder) -> Bool {
    let time = now()
    guard start > time, let request = Action.send(order).longest(from: start) else { return false }
    expects(start - time + request)
    return true
  }

  /// A request that never went out: its place would have come too late.
  mutating func missed(_ order: SendOrder) -> Event {
    let reply = HTTPReply(
      fault: .timeout, detail: "the provider's minute has no place before the deadline")
    return answered(reply, to: order, sentAt: now())
  }

  /// Notes that this call now waits for others; past the deadline its patience is over.
  mutating func begin(
    _ suspense: Suspense, _ waited: inout Waited, _ order: AcquireOrder
  ) {
    // What the source has of this provider is what stands; of another one it knows nothing.
    if reserved(for: plan.routes[order.route]) != nil {
      reserved = suspense.reserved
    } else if let counted = suspense.reserved {
      giveBack()
      reserved = counted
    }
    let time = now()
    let isLate = machine.deadline.map { time >= $0 } ?? false
    waited[suspense.subject] = isLate ? 0 : waited[suspense.subject] ?? time
  }

  /// When a wait for others ends at the latest: nobody waits past a deadline.
  func end(of suspense: Suspense) -> Milliseconds {
    min(suspense.until, machine.deadline ?? suspense.until)
  }

  /// Reads a reply: what it means, and its text if it is complete.
  mutating func answered(_ reply: HTTPReply, to order: SendOrder, sentAt: Milliseconds) -> Event {
    let end = now()
    let reader = ReplyReader(
      reply, provider: plan.routes[order.route].provider, allowsLength: request.allowsLength,
      now: end)
    let failure = classify(reader.digest)
    if failure == nil { completion = reader.completion }
    if let used = reader.completion {
      source.spent(
        (used.inputTokens ?? 0) + (used.outputTokens ?? 0),
        provider: plan.routes[order.route].provider, now: end)
    }
    return .answered(
      end,
      Answer(
        failure: failure, status: reply.status, transport: reply.fault, sentAt: sentAt,
        inputTokens: reader.completion?.inputTokens, outputTokens: reader.completion?.outputTokens,
        requestID: requestID(reply, reader), excerpt: failure == nil ? nil : excerpt(reply)))
  }

  private func requestID(_ reply: HTTPReply, _ reader: ReplyReader) -> String? {
    let id =
      reader.completion?.requestID ?? reader.digest.headers["x-request-id"]
      ?? reader.digest.headers["request-id"]
    return id.map { redactor.redact($0.utf8.count <= 200 ? $0 : String($0.prefix(200))) }
  }

  /// What failed, for people: 2 KB at most, without secrets.
  private func excerpt(_ reply: HTTPReply) -> String? {
    // Redacted before it is cut, so that no half of a secret is left at the end.
    let raw =
      reply.body.isEmpty ? Array((reply.detail ?? "").utf8) : Array(reply.body.prefix(8_192))
    let text = String(decoding: redactor.redact(raw).wholeCharacters(2_048), as: UTF8.self)
    return text.isEmpty ? nil : text
  }
}

extension [UInt8] {
  /// As many bytes from the beginning, no character cut in two.
  func wholeCharacters(_ limit: Int) -> ArraySlice<UInt8> {
    guard count > limit else { return self[...] }
    var end = limit
    while end > 0, self[end] & 0xC0 == 0x80 { end -= 1 }
    return self[..<end]
  }
}

/// How a step ended, for the runner of the job.
package struct StepRun: Sendable {
  package var outcome: StepOutcome
  /// There when the outcome is `succeeded`.
  package var completion: Completion?
  package var events: [Event]
  package var decisions: [String]
  package var calls: [CallRecord]
  package var skips: [SkipRecord]

  init(_ script: CallScript, _ outcome: StepOutcome) {
    self.outcome = outcome
    completion = script.completion
    events = script.events
    decisions = script.decisions
    calls = script.machine.calls
    skips = script.machine.skips
  }
}

extension Event {
  /// What came back is always told to the machine, with word that nothing may follow; anything else
  /// gives way to a cancellation.
  func unlessCancelled(_ cancellation: Cancellation) -> Event {
    guard cancellation.isCancelled else { return self }
    switch self {
    case .answered(let time, var answer):
      answer.stopRequested = true
      return .answered(time, answer)
    case .refreshed(let time, var report):
      report.stopRequested = true
      return .refreshed(time, report)
    case .begin, .acquired, .unavailable, .woke, .cancelled: return .cancelled(time)
    }
  }
}

/// What the machine may need beyond the time that an action itself is given.
private let margin: Milliseconds = 30_000
/// Reading keys and renewing tokens: commands and token endpoints have limits of their own, far below.
private let longestRefresh: Milliseconds = 120_000

extension Action {
  /// How long an action may take, in milliseconds; nil: it is the last.
  fileprivate func longest(from now: Milliseconds) -> Milliseconds? {
    switch self {
    case .acquire, .refresh: longestRefresh + margin
    case .send(let order): order.totalTimeout + margin
    case .wait(let until): max(0, until - now) + margin
    case .finish: nil
    }
  }
}
