// Going from route to route: screening, gates, acquiring, sending.

extension CallMachine {
  /// Goes on to the next route that may be asked, or ends.
  mutating func advance(_ now: Milliseconds) -> Action {
    guard !isComingBack else { return conclude(now) }
    var index = visit.route + 1
    while index < plan.routes.count {
      if let reason = exclusion(of: plan.routes[index]) {
        standings[index] = .absent(reason)
        skip(index, reason, now)
        index += 1
        continue
      }
      visit = Visit(route: index)
      return acquire(order(for: index))
    }
    visit = Visit(route: plan.routes.count)
    return conclude(now)
  }

  /// Any credential but those that failed as such in this call.
  func order(for index: Int, ignoresServerFaults: Bool = false) -> AcquireOrder {
    let dead = dead[plan.routes[index].provider] ?? []
    return AcquireOrder(
      route: index, excluding: dead.map(\.id), excludingAccounts: dead.compactMap(\.account),
      ignoresServerFaults: ignoresServerFaults, tokens: facts.inputTokens + facts.outputTokens)
  }

  /// Why a route is not asked, as far as the plan and the call so far can tell.
  private func exclusion(of route: Route) -> SkipReason? {
    if !isOpen(route) { return .gate }
    if refusals.values.contains(where: { $0.contains(route.provider) }) { return .requestRefused }
    if let window = route.contextWindow, window < facts.inputTokens + facts.outputTokens {
      return .contextWindow
    }
    if let floor = windowFloor, (route.contextWindow ?? 0) <= floor { return .contextWindow }
    return nil
  }

  private func isOpen(_ route: Route) -> Bool {
    switch (gate, route.origin) {
    case (.closed, _): false
    case (.open, _), (_, .explicit): true
    case (.taskAndMain, let origin): origin == .task || origin == .main
    case (.taskOnly, let origin): origin == .task
    }
  }

  mutating func acquire(_ order: AcquireOrder) -> Action {
    var order = order
    if Mutation.keepsSpentKey.isOn { order.excluding = [] }
    phase = .acquiring(order)
    return .acquire(order)
  }

  /// A route may be used: refresh first if its secret is about to expire, else send.
  mutating func acquired(
    _ acquisition: Acquisition, _ order: AcquireOrder, _ now: Milliseconds
  ) -> Action {
    recordPassedOver(acquisition.passedOver, route: order.route, now)
    visit.acquisition = acquisition
    // What this visit has learnt holds for the next credential too.
    visit.adjustments =
      acquisition.adjustments
      + visit.newAdjustments.filter { !acquisition.adjustments.contains($0) }
    if let over = passedDeadline(now) { return over }
    guard let credential = acquisition.credential, isExpiring(credential, now) else {
      return sendInTurn(acquisition, now)
    }
    if credential.isRefreshable, let order = refreshOrder(.credential, credential) {
      return refresh(order)
    }
    return staysExpiring(credential, now)
  }

  /// Sends at once, or when the configured rate allows it.
  private mutating func sendInTurn(_ acquisition: Acquisition, _ now: Milliseconds) -> Action {
    guard let start = acquisition.notBefore, start > now else { return send(now) }
    if let deadline, start >= deadline {
      return unavailable(Unavailability(reason: .paced, class: .rateLimit, until: start), now)
    }
    skip(visit.route, .waited, class: .rateLimit, until: start, now)
    return wait(start - now, then: .resend, now)
  }

  /// Less than min(120 s, a quarter of its life) is left.
  private func isExpiring(_ credential: CredentialReference, _ now: Milliseconds) -> Bool {
    guard let expiresAt = credential.expiresAt else { return false }
    let margin = min(120_000, (credential.lifetime ?? 480_000) / 4)
    return expiresAt - now < margin
  }

  /// A route may not be used.
  mutating func unavailable(_ reasons: Unavailability, _ now: Milliseconds) -> Action {
    if let failure = visit.lastFailure {
      recordPassedOver(reasons.passedOver, route: visit.route, now)
      return leave(after: failure, now)
    }
    // The route as a whole is skipped: its one reason stands for those of its credentials.
    let reasons = explained(reasons)
    skip(visit.route, reasons.reason, class: reasons.class, until: reasons.until, now)
    standings[visit.route] = standing(for: reasons, now)
    if plan.routes[visit.route].origin == .explicit {
      let authority = reasons.reason == .noCredential || reasons.reason == .terminal
      narrowGate(isAboutAuthority: authority || reasons.class?.isAboutAuthority == true)
    }
    return advance(now)
  }

  /// Where every credential has failed earlier in this call, that is the reason.
  private func explained(_ reasons: Unavailability) -> Unavailability {
    guard reasons.reason == .noCredential, case .acquiring(let order) = phase,
      !order.excluding.isEmpty, let first = dead[plan.routes[order.route].provider]?.first
    else { return reasons }
    var until: Milliseconds?
    if case .at(let end) = first.bench.end { until = end }
    return Unavailability(reason: .coolingDown, class: first.bench.class, until: until)
  }

  private func standing(for reasons: Unavailability, _ now: Milliseconds) -> Standing {
    switch reasons.reason {
    case .noCredential, .hostNotAllowed, .contextWindow, .requestRefused, .gate:
      return .absent(reasons.reason)
    case .coolingDown, .beingProbed, .atConcurrencyLimit, .budget, .paced, .waited, .terminal,
      .expired:
      let own = bench(reasons.reason, reasons.class, reasons.until, now)
      let others = reasons.passedOver.map { bench($0.reason, $0.class, $0.until, now) }
      let benches = [own] + others
      return benches.contains(where: \.class.isServersFault)
        ? .faultMarked(benches) : .out(benches)
    }
  }

  /// What a mark, or a limit of our own, says about when to come back.
  func bench(
    _ reason: SkipReason, _ class: FailureClass?, _ until: Milliseconds?, _ now: Milliseconds
  ) -> Bench {
    let assumed: FailureClass = reason == .budget ? .quota : .rateLimit
    let isBrief = reason == .beingProbed || reason == .atConcurrencyLimit
    let end = until ?? (isBrief ? now + 1_000 : nil)
    return Bench(
      class: `class` ?? assumed, end: reason == .terminal ? .never : end.map { .at($0) } ?? .never)
  }

  /// Explicit mode: what follows the provider that the user named (design §4).
  mutating func narrowGate(isAboutAuthority: Bool) {
    guard plan.mode == .explicit else { return }
    let isAboutAuthority = isAboutAuthority && !Mutation.fallsBackOnExplicitAuth.isOn
    gate = isAboutAuthority || !plan.allowsMainFallback ? .taskOnly : .taskAndMain
  }

  /// Sends what the visit now holds.
  mutating func send(_ now: Milliseconds) -> Action {
    if let over = passedDeadline(now) { return over }
    guard let acquisition = visit.acquisition, requests < plan.policy.callsPerStep else {
      settle()
      return conclude(now)
    }
    let route = plan.routes[visit.route]
    let total = timeout(for: route, now)
    let order = SendOrder(
      route: visit.route, credential: acquisition.credential,
      baseURL: Mutation.swapsBaseURL.isOn ? route.baseURL : acquisition.baseURL,
      model: visit.model ?? route.model, adjustments: visit.adjustments,
      connectTimeout: min(route.connectTimeout, total), totalTimeout: total)
    requests += 1
    if let deferred, deferred.visit.route != visit.route { self.deferred = nil }
    open(
      CallRecord(
        purpose: .completion, provider: route.provider, model: order.model,
        baseURL: order.baseURL, credential: order.credential, startedAt: now))
    phase = .sending(order)
    return .send(order)
  }

  /// The route's timeout, within what the deadline leaves: min(30 s, a quarter of what remains) is
  /// kept for each later provider, at most half of it in all.
  private func timeout(for route: Route, _ now: Milliseconds) -> Milliseconds {
    guard let deadline else { return route.timeout }
    return max(1, min(route.timeout, deadline - now - reserve(deadline - now)))
  }

  private func reserve(_ left: Milliseconds) -> Milliseconds {
    min(Milliseconds(laterProviders) * min(30_000, left / 4), left / 2)
  }

  /// A wait this long leaves time for a request, and for the later providers.
  func fits(_ span: Milliseconds, _ now: Milliseconds) -> Bool {
    guard let deadline else { return true }
    return span < deadline - now - reserve(deadline - now)
  }

  private var laterProviders: Int {
    guard !isComingBack, visit.route + 1 < plan.routes.count else { return 0 }
    let later = plan.routes[(visit.route + 1)...].filter { exclusion(of: $0) == nil }
    return Set(later.map(\.provider)).subtracting([plan.routes[visit.route].provider]).count
  }

  /// No request starts at or after this time.
  package var deadline: Milliseconds? {
    switch (facts.jobDeadline, facts.stepDeadline) {
    case (let job?, let step?): min(job, step)
    case (let job?, nil): job
    case (nil, let step): step
    }
  }

  /// Ends the step if its time is over.
  mutating func passedDeadline(_ now: Milliseconds) -> Action? {
    guard let deadline, now >= deadline, !Mutation.ignoresDeadline.isOn else { return nil }
    let isJobs = facts.jobDeadline.map { now >= $0 } ?? false
    let failure = StepFailure(
      kind: isJobs ? .jobDeadline : .stepDeadline,
      class: isJobs ? .timeout : firstFailure ?? .timeout, cause: latestFailure,
      sentNothing: hasSentNothing)
    return finish(.failed(failure), disposition: .fail)
  }

  mutating func wait(_ span: Milliseconds, then: Resume, _ now: Milliseconds) -> Action {
    phase = .waiting(then)
    return .wait(until: now + max(0, span))
  }

  mutating func woke(_ then: Resume, _ now: Milliseconds) -> Action {
    if let over = passedDeadline(now) { return over }
    switch then {
    case .resend: return send(now)
    case .acquire(let order): return acquire(order)
    }
  }
}
