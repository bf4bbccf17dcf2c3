// When no route is left: come back, go offline, park, or fail.

extension CallMachine {
  mutating func conclude(_ now: Milliseconds) -> Action {
    comeBack(now) ?? offline(now) ?? park(now) ?? fail(now)
  }

  /// The last route gets what is denied while others are left: a granted retry, or a try in spite of
  /// a mark for the server's own fault.
  private mutating func comeBack(_ now: Milliseconds) -> Action? {
    guard requests < plan.policy.callsPerStep else { return nil }
    if let deferred {
      self.deferred = nil
      isComingBack = true
      visit = deferred.visit
      return wait(deferred.wait ?? 0, then: .resend, now)
    }
    guard !triedMarkedRoute, let index = standings.lastIndex(where: \.isFaultMarked) else {
      return nil
    }
    triedMarkedRoute = true
    isComingBack = true
    visit = Visit(route: index)
    let order = AcquireOrder(route: index, ignoresServerFaults: true)
    return wait(plan.policy.backoff(number: 1, jitter: &jitter), then: .acquire(order), now)
  }

  /// No host beyond this machine could be reached at all: nothing is marked, the job waits.
  private mutating func offline(_ now: Milliseconds) -> Action? {
    guard !unreachable.isEmpty, !reachedRemote else { return nil }
    let doublings = min(facts.offlineParks, 5)
    let until = now + min(15_000 << Milliseconds(doublings), 300_000)
    guard facts.jobDeadline.map({ until < $0 }) ?? true else { return nil }
    return finish(
      .parked(until: until, class: .connection, isOffline: true), disposition: .park)
  }

  /// Every route is out by a mark or a hint: wait for the first to come back.
  private mutating func park(_ now: Milliseconds) -> Action? {
    var first: (until: Milliseconds, class: FailureClass)?
    for standing in standings {
      switch standing {
      case .untried, .absent: continue
      case .faultMarked: return nil
      case .out(_, until: nil): continue
      case .out(let reason, let until?):
        consider(until, reason, &first)
      case .failed(let failure, let until):
        if failure.class.isAboutRequest { continue }
        guard let until else { return nil }
        consider(until, failure.class, &first)
      }
    }
    guard let first, facts.jobDeadline.map({ first.until < $0 }) ?? true else { return nil }
    return finish(
      .parked(until: max(first.until, now + 1), class: first.class, isOffline: false),
      disposition: .park)
  }

  /// The blocking path does not wait for what only a person can mend.
  private func consider(
    _ until: Milliseconds, _ reason: FailureClass,
    _ first: inout (until: Milliseconds, class: FailureClass)?
  ) {
    if facts.path == .blocking, reason.needsPerson { return }
    if first.map({ until < $0.until }) ?? true { first = (until, reason) }
  }

  private mutating func fail(_ now: Milliseconds) -> Action {
    let failure = StepFailure(
      kind: failureKind, class: firstClass,
      sentNothing: !calls.contains { $0.purpose == .completion })
    return finish(.failed(failure), disposition: .fail)
  }

  /// The first failure of a call, else the class of the first mark or missing thing.
  private var firstClass: FailureClass {
    if let failure = calls.lazy.compactMap(\.failure).first { return failure.class }
    for standing in standings {
      switch standing {
      case .out(let reason, _), .faultMarked(let reason): return reason
      case .absent(.contextWindow): return .contextOverflow
      case .absent(.hostNotAllowed): return .wrongEndpoint
      case .untried, .absent, .failed: continue
      }
    }
    return .auth
  }

  private var failureKind: StepFailure.Kind {
    let met = standings.compactMap(\.reason)
    guard !met.isEmpty else {
      return standings.contains(where: \.isTooSmall) ? .request : .noRoute
    }
    if met.allSatisfy(\.isMendedByNoRetry) { return .request }
    if met.allSatisfy(\.needsPerson) { return .needsPerson }
    return .retryable
  }
}

extension CallMachine.Standing {
  var isFaultMarked: Bool { if case .faultMarked = self { true } else { false } }
  var isTooSmall: Bool { if case .absent(.contextWindow) = self { true } else { false } }

  /// The class that stands against the route; nil where it is merely absent.
  var reason: FailureClass? {
    switch self {
    case .untried, .absent: nil
    case .out(let reason, _), .faultMarked(let reason): reason
    case .failed(let failure, _): failure.class
    }
  }
}

extension FailureClass {
  /// The same request will be answered the same way tomorrow.
  var isMendedByNoRetry: Bool {
    isAboutRequest || self == .unsupportedParameter || self == .contextOverflow
  }
}
