/// Decides what one step (one completion) of a job does next: the recovery order of design §5.
///
/// Pure: time, jitter and everything that was learnt come in as events; what to do goes out as
/// actions. The blocking caller, the async caller, the dry run and the replay all feed this one
/// function, so they cannot differ.
///
/// It terminates: every `send` or `refresh` counts against `callsPerStep`; every route is visited once
/// and comes back at most once; a credential that failed as such is never acquired again.
package struct CallMachine: Sendable {
  package let plan: Plan
  /// What was asked so far, in order.
  package internal(set) var calls: [CallRecord] = []
  /// What was passed over, in order.
  package internal(set) var skips: [SkipRecord] = []
  /// nil until `finish`.
  package internal(set) var outcome: StepOutcome?

  var facts = StepFacts()
  var jitter = Jitter(seed: 0)
  var phase = Phase.idle
  var visit = Visit(route: -1)
  var standings: [Standing]
  /// Requests sent, refreshes included.
  var requests = 0
  /// Class of the first and of the last failure that a route was left or retried for.
  var firstFailure: FailureClass?
  var latestFailure: FailureClass?
  /// Refreshes asked for, by purpose, provider and credential.
  var refreshed: Set<String> = []
  /// Credentials that failed as such, by provider: they never come back within the call.
  var dead: [String: [DeadCredential]] = [:]
  /// Route index of each call.
  var callRoutes: [Int] = []
  var gate = Gate.open
  /// Providers that refused the request itself, by class.
  var refusals: [FailureClass: Set<String>] = [:]
  /// After an overflow only a larger window than this will do.
  var windowFloor: Int?
  /// A retry that is granted only if no other route can be asked.
  var deferred: Deferred?
  /// The last pass over what was left, so nothing follows it.
  var isComingBack = false
  /// Routes that were tried in spite of a mark for the server's own fault.
  var triedMarked: Set<Int> = []
  /// Some host beyond this machine has answered.
  var reachedRemote = false
  /// What a refused secret would be marked for, if its refresh does not help: until then others need
  /// not pass over it.
  var heldNote: Effect?
  /// Failures that say nothing about a provider while the machine may be offline.
  var unreachable: [Effect] = []
  var effects: [Effect] = []

  package init(plan: Plan) {
    self.plan = plan
    standings = Array(repeating: .untried, count: plan.routes.count)
  }

  /// Takes one event and says what to do.
  ///
  /// - Parameter event: The answer to the last action, or `cancelled` at any time.
  /// - Returns: The action, and what to tell the shared marks.
  package mutating func step(_ event: Event) -> Decision {
    effects = []
    let action = act(on: event)
    return Decision(action, effects: effects)
  }

  private mutating func act(on event: Event) -> Action {
    let now = event.time
    if let outcome { return .finish(outcome) }
    switch (event, phase) {
    case (.cancelled, let phase):
      if case .sending = phase { closeUnanswered(now) }
      return finish(.cancelled, disposition: .cancel)
    case (.begin(_, let facts), .idle):
      self.facts = facts
      jitter = Jitter(seed: facts.seed)
      // Explicit mode never goes further than a capacity failure would.
      narrowGate(isAboutAuthority: false)
      return passedDeadline(now) ?? advance(now)
    case (.acquired(_, let acquisition), .acquiring(let order)):
      return acquired(acquisition, order, now)
    case (.unavailable(_, let reasons), .acquiring):
      return unavailable(reasons, now)
    case (.refreshed(_, let report), .refreshing(let order)):
      return refreshed(report, order, now)
    case (.answered(_, let answer), .sending(let order)):
      return answered(answer, order, now)
    case (.woke, .waiting(let then)):
      return woke(then, now)
    default:
      // An event that answers no question: a bug of the caller. Ending is the safe answer.
      return finish(
        .failed(StepFailure(kind: .retryable, class: .unknown)), disposition: .fail)
    }
  }

  /// Ends the step.
  mutating func finish(_ outcome: StepOutcome, disposition: Disposition) -> Action {
    dispose(disposition)
    self.outcome = outcome
    phase = .finished
    return .finish(outcome)
  }
}

extension CallMachine {
  /// What the machine waits for.
  enum Phase: Sendable {
    case idle
    case acquiring(AcquireOrder)
    case refreshing(RefreshOrder)
    case sending(SendOrder)
    case waiting(Resume)
    case finished
  }

  /// What follows a wait.
  enum Resume: Sendable {
    /// Send what was last sent on this visit again.
    case resend
    case acquire(AcquireOrder)
  }

  /// What happened on the route being visited.
  struct Visit: Sendable {
    var route: Int
    /// Extra tries made for transient faults.
    var tries = 0
    /// Credentials that were refused or used up.
    var spent: [String] = []
    var spentAccounts: [String] = []
    /// Parameters that were refused and adjusted.
    var refused: Set<String> = []
    var adjustments: [Adjustment] = []
    /// Adjustments of this visit that have not been accepted before.
    var newAdjustments: [Adjustment] = []
    /// The model to ask for instead of the route's.
    var model: String?
    var acquisition: Acquisition?
    var lastFailure: Failure?
    /// The credential that it was met with.
    var failedID: String?
    /// Marks for the server's own faults do not count on this visit.
    var ignoresServerFaults = false
    var usedLoneRetry = false
    /// What stands against each credential, by id; empty id: no credential.
    var benches: [(id: String, bench: Bench)] = []

    mutating func bench(_ id: String, _ bench: Bench) {
      benches.removeAll { $0.id == id }
      benches.append((id, bench))
    }
  }

  /// Why something is of no use, and for how long.
  struct Bench: Sendable {
    enum End: Sendable {
      case at(Milliseconds)
      /// It may serve at any time: no mark screens it out.
      case open
      /// Only a person, or another request, changes it.
      case never
    }

    var `class`: FailureClass
    var end: End
  }

  /// A credential that failed as such.
  struct DeadCredential: Sendable {
    var id: String
    /// Every key of this account is as dead.
    var account: String?
    var bench: Bench
  }

  /// What is known about a route at the end of its visit.
  enum Standing: Sendable {
    case untried
    /// Cannot serve this job whatever the time: no credential, window, host, gate.
    case absent(SkipReason)
    /// Benched by a mark for the server's own fault, which cannot bench the last route.
    case faultMarked([Bench])
    /// Asked and failed, or benched by marks: what stands against each of its credentials.
    case out([Bench])
  }

  /// Which later routes explicit mode may go on to.
  enum Gate: Sendable {
    case open, taskAndMain, taskOnly, closed
  }

  /// A retry in reserve.
  struct Deferred: Sendable {
    var visit: Visit
    var wait: Milliseconds
  }
}
