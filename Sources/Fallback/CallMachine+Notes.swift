// Keeping the record, and telling the shared marks.

extension CallMachine {
  /// Opens a call; what the one before it led to is now known.
  mutating func open(_ call: CallRecord) {
    follow(with: call.credential)
    calls.append(call)
    callRoutes.append(visit.route)
  }

  /// The visited route is asked next, with this credential.
  private mutating func follow(with credential: CredentialReference?) {
    guard let last = callRoutes.last, let previous = calls.last else { return }
    let isRotation = last == visit.route && previous.credential?.id != credential?.id
    dispose(last != visit.route ? .fallback : isRotation ? .rotate : .retry)
  }

  /// Closes the call under way.
  mutating func close(_ answer: Answer, _ now: Milliseconds) {
    guard let index = calls.indices.last else { return }
    calls[index].status = answer.status
    calls[index].transport = answer.transport
    calls[index].failure = answer.failure
    calls[index].finishedAt = now
    calls[index].inputTokens = answer.inputTokens
    calls[index].outputTokens = answer.outputTokens
    calls[index].requestID = answer.requestID
    calls[index].excerpt = answer.excerpt
  }

  /// Closes a call that was given up before an answer came.
  mutating func closeUnanswered(_ now: Milliseconds) {
    guard let index = calls.indices.last, calls[index].finishedAt == nil else { return }
    calls[index].failure = Failure(.cancelled, scope: .request, rule: "cancelled")
    calls[index].finishedAt = now
  }

  /// No completion was asked for, whatever else was sent.
  var hasSentNothing: Bool { !calls.contains { $0.purpose == .completion } }

  /// Says what followed every call that nothing has followed yet.
  mutating func dispose(_ disposition: Disposition) {
    for index in calls.indices.reversed() {
      guard calls[index].disposition == nil else { return }
      calls[index].disposition = disposition
    }
  }

  /// A refresh that sent something is a call of its own. One that did not help carries the class of
  /// the failure that it was to mend.
  mutating func recordRefresh(
    _ report: RefreshReport, _ order: RefreshOrder, _ now: Milliseconds
  ) {
    let helped = report.helped
    if report.didSend {
      requests += 1
      if isMending(order) { dispose(.refresh) } else { follow(with: order.credential) }
      let route = plan.routes[order.route]
      var call = CallRecord(
        purpose: CallRecord.Purpose(rawValue: order.purpose.rawValue) ?? .refresh,
        provider: route.provider, model: visit.model ?? route.model,
        baseURL: visit.acquisition?.baseURL ?? route.baseURL, credential: order.credential,
        startedAt: report.startedAt)
      call.status = report.status
      call.finishedAt = now
      call.detail = report.detail
      call.failure = helped ? nil : cause(of: order)
      calls.append(call)
      callRoutes.append(order.route)
    } else if helped, isMending(order) {
      dispose(.refresh)
    }
  }

  /// The failure that a refresh was to mend.
  private func cause(of order: RefreshOrder) -> Failure {
    isMending(order) ? visit.lastFailure ?? .expired : .expired
  }

  /// It follows a failure; otherwise it precedes the first use.
  func isMending(_ order: RefreshOrder) -> Bool {
    visit.lastFailure != nil && visit.failedID == order.credential.id
  }

  mutating func skip(
    _ index: Int, _ reason: SkipReason, class: FailureClass? = nil, until: Milliseconds? = nil,
    _ now: Milliseconds
  ) {
    let route = plan.routes[index]
    skips.append(
      SkipRecord(
        provider: route.provider, model: route.model, reason: reason, class: `class`,
        until: until, at: now))
  }

  mutating func recordPassedOver(_ passed: [PassedOver], route index: Int, _ now: Milliseconds) {
    let route = plan.routes[index]
    for one in passed {
      visit.bench(one.id, bench(one.reason, one.class, one.until, now))
      let record = SkipRecord(
        provider: route.provider, model: route.model, credential: one.label, reason: one.reason,
        class: one.class, until: one.until, at: now)
      let isKnown = skips.contains {
        $0.provider == record.provider && $0.credential == record.credential
          && $0.reason == record.reason
      }
      if !isKnown { skips.append(record) }
    }
  }

  /// An answer from beyond this machine: it is online, so what could not be reached is marked.
  mutating func sawAnswer(from route: Route) {
    guard route.host != .loopback, !reachedRemote else { return }
    reachedRemote = true
    effects += unreachable
    unreachable = []
  }

  /// Keeps the standing of the route and tells the marks.
  mutating func note(
    _ failure: Failure, _ answer: Answer, _ order: SendOrder, _ now: Milliseconds
  ) {
    let route = plan.routes[order.route]
    visit.bench(
      order.credential?.id ?? "", Bench(class: failure.class, end: end(of: failure, now)))
    guard failure.scope != .request, !failure.class.isMendedByNoRetry,
      !wasHurried(answer, order, route)
    else { return }
    let note = FailureNote(
      key: key(of: failure, order), class: failure.class, status: answer.status,
      hintUntil: failure.wait.map { now + $0 }, sentAt: answer.sentAt,
      fingerprint: order.credential?.fingerprint ?? "", isTerminal: failure.isTerminal,
      needsConfirmation: needsConfirmation(failure, answer))
    if failure.class == .auth, canRefresh(order.credential) {
      heldNote = .failed(note)
      return
    }
    let isRemote = route.host != .loopback
    if answer.transport?.isUnreachable == true, isRemote, !reachedRemote {
      unreachable.append(.failed(note))
    } else {
      effects.append(.failed(note))
    }
  }

  /// A request that was given less time than its route allows says nothing about the route.
  private func wasHurried(_ answer: Answer, _ order: SendOrder, _ route: Route) -> Bool {
    switch answer.transport {
    case .timeout: order.totalTimeout < route.timeout
    case .connectTimeout: order.connectTimeout < route.connectTimeout
    default: false
    }
  }

  /// When what failed may be of use again. A server's own fault benches nobody's last route unless the
  /// provider named a time.
  func end(of failure: Failure, _ now: Milliseconds) -> Bench.End {
    if failure.class.isMendedByNoRetry || failure.isTerminal { return .never }
    if failure.class.isServersFault, failure.wait == nil { return .open }
    let span = plan.policy.bench(failure.class, hint: failure.wait)
    return span > 0 ? .at(now + span) : .open
  }

  private func needsConfirmation(_ failure: Failure, _ answer: Answer) -> Bool {
    switch failure.class {
    case .serverError, .invalidResponse, .truncated: true
    case .timeout: answer.transport != .connectTimeout
    case .connection: answer.transport == .reset
    default: false
    }
  }

  private func key(of failure: Failure, _ order: SendOrder) -> MarkKey {
    let route = plan.routes[order.route]
    let place = MarkKey(scope: .route, provider: route.provider, baseURL: order.baseURL)
    if Mutation.marksByProvider.isOn { return place }
    switch failure.scope {
    case .route, .request: return place
    case .model:
      return MarkKey(
        scope: .model, provider: route.provider, baseURL: order.baseURL, model: order.model)
    case .credential, .account, .credentialModel:
      guard let credential = order.credential else {
        return failure.scope == .credentialModel
          ? MarkKey(
            scope: .model, provider: route.provider, baseURL: order.baseURL, model: order.model)
          : place
      }
      if failure.scope == .account, let account = credential.account {
        return MarkKey(scope: .account, provider: route.provider, credential: account)
      }
      let isForModel = failure.scope == .credentialModel
      return MarkKey(
        scope: isForModel ? .credentialModel : .credential, provider: route.provider,
        model: isForModel ? order.model : "", credential: credential.id)
    }
  }

  /// Everything that a success at this place speaks for.
  func successKeys(_ order: SendOrder) -> [MarkKey] {
    let provider = plan.routes[order.route].provider
    // The model that was asked for in place of a dropped one speaks for the route's own.
    let own = plan.routes[order.route].model
    let other = own == order.model ? nil : own
    var keys: [MarkKey] = []
    keys.reserveCapacity(6)
    func add(_ scope: FailureScope, at baseURL: String = "", credential: String = "") {
      for model in [order.model, other].lazy.compactMap(\.self) {
        keys.append(
          MarkKey(
            scope: scope, provider: provider, baseURL: baseURL, model: model,
            credential: credential))
      }
    }
    keys.append(MarkKey(scope: .route, provider: provider, baseURL: order.baseURL))
    add(.model, at: order.baseURL)
    guard let credential = order.credential else { return keys }
    keys.append(MarkKey(scope: .credential, provider: provider, credential: credential.id))
    add(.credentialModel, credential: credential.id)
    if let account = credential.account {
      keys.append(MarkKey(scope: .account, provider: provider, credential: account))
    }
    return keys
  }
}

extension TransportFault {
  /// Whether the host is there is as unknown as before.
  var saysNothing: Bool {
    isUnreachable || self == .hostNotAllowed || self == .malformedRequest || self == .cancelled
  }
}

extension RefreshReport {
  /// A retry now has something new to try.
  var helped: Bool {
    switch outcome {
    case .renewed, .adopted, .model, .paid: true
    case .unchanged, .failed: false
    }
  }
}
