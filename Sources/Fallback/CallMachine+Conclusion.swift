// When no route is left: come back, go offline, park, or fail.

extension CallMachine {
  mutating func conclude(_ now: Milliseconds) -> Action {
    passedDeadline(now) ?? comeBack(now) ?? split() ?? offline(now) ?? park(now) ?? fail()
  }

  /// The last route gets what is denied while others are left: a granted retry, or a try in spite of
  /// a mark for the server's own fault.
  private mutating func comeBack(_ now: Milliseconds) -> Action? {
    guard requests < plan.policy.callsPerStep else { return nil }
    isComingBack = true
    if let deferred {
      self.deferred = nil
      visit = deferred.visit
      if fits(deferred.wait, now) { return wait(deferred.wait, then: .resend, now) }
    }
    return tryMarked(now)
  }

  private mutating func tryMarked(_ now: Milliseconds) -> Action? {
    let marked = standings.indices.last { standings[$0].isFaultMarked && !triedMarked.contains($0) }
    guard let marked else { return nil }
    let span = plan.policy.backoff(number: 1, jitter: &jitter)
    guard fits(span, now) else { return nil }
    triedMarked.insert(marked)
    visit = Visit(route: marked)
    visit.ignoresServerFaults = true
    return wait(span, then: .acquire(order(for: marked, ignoresServerFaults: true)), now)
  }

  /// What is left is too small for this input; smaller pieces may fit.
  private mutating func split() -> Action? {
    guard facts.isSplittable, standings.contains(where: \.isTooSmall) else { return nil }
    return finish(.overflow, disposition: .fallback)
  }

  /// No host beyond this machine could be reached at all: nothing is marked, the job waits.
  private mutating func offline(_ now: Milliseconds) -> Action? {
    guard !unreachable.isEmpty, !reachedRemote else { return nil }
    let doublings = min(max(facts.offlineParks, 0), 5)
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
      case .untried, .faultMarked: return nil
      case .absent: continue
      case .out(let benches):
        for bench in benches {
          switch bench.end {
          case .open: return nil
          case .never: continue
          case .at(let until): consider(until, bench.class, &first)
          }
        }
      }
    }
    guard let first, facts.jobDeadline.map({ first.until < $0 }) ?? true else { return nil }
    return finish(
      .parked(
        until: Mutation.parksForEver.isOn ? .max : max(first.until, now + 1), class: first.class,
        isOffline: false),
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

  private mutating func fail() -> Action {
    let failure = StepFailure(
      kind: failureKind, class: firstClass, cause: latestFailure, sentNothing: hasSentNothing)
    return finish(.failed(failure), disposition: .fail)
  }

  /// The first failure of a call, else the class of the first mark or missing thing.
  private var firstClass: FailureClass {
    if let firstFailure { return firstFailure }
    for standing in standings {
      switch standing {
      case .out(let benches), .faultMarked(let benches):
        if let bench = benches.first { return bench.class }
      case .absent(.contextWindow): return .contextOverflow
      case .absent(.hostNotAllowed): return .wrongEndpoint
      case .absent(.noCredential): return .auth
      case .untried, .absent: continue
      }
    }
    return .auth
  }

  private var failureKind: StepFailure.Kind {
    let met = standings.flatMap(\.benches).map(\.class)
    // The bound on requests ended it, not the providers.
    if standings.contains(where: \.isUntried) { return .retryable }
    guard !met.isEmpty else {
      return standings.contains(where: \.isTooSmall) ? .request : .noRoute
    }
    if met.allSatisfy(\.isMendedByNoRetry) { return .request }
    if met.allSatisfy(\.needsPerson) { return .needsPerson }
    return .retryable
  }
}

extension CallMachine.Standing {
  var isUntried: Bool { if case .untried = self { true } else { false } }
  var isFaultMarked: Bool { if case .faultMarked = self { true } else { false } }
  var isTooSmall: Bool { if case .absent(.contextWindow) = self { true } else { false } }

  /// What stands against the route; nothing where it is merely absent.
  var benches: [CallMachine.Bench] {
    switch self {
    case .untried, .absent: []
    case .out(let benches), .faultMarked(let benches): benches
    }
  }
}

extension FailureClass {
  /// The same request will be answered the same way tomorrow.
  var isMendedByNoRetry: Bool {
    isAboutRequest || self == .unsupportedParameter || self == .contextOverflow
  }
}
