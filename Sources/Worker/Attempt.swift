import Calls
import Configuration
import Fallback
import Kinds
import Platform
import Queue

/// One claim of a job being worked on: what both runners share. It turns the ends of steps into
/// results for the kind, or into the end of the attempt.
struct Attempt: Sendable {
  let job: ClaimedJob
  let jobPlan: JobPlan
  let path: StepFacts.Path
  let policy: QueuePolicy
  let recorder: AttemptRecorder
  let meter: ProgressMeter
  let sizing: Sizing
  /// Under which the result answers the same work again; nil: under none.
  let reuseKey: String?
  let cancellation: Cancellation
  let pulse: Pulse
  let now: @Sendable () -> Milliseconds
  let missingKey: @Sendable (_ provider: String) -> String?
  var program: any KindProgram

  /// What became of a step.
  enum StepEnd: Sendable {
    case result(StepResult)
    /// The attempt ends here.
    case end(Settlement.Outcome)
  }

  var lease: LeaseKey { LeaseKey(id: job.id, token: job.token) }

  /// Nothing is configured that could be asked.
  var hasNoRoute: Bool { jobPlan.plan.routes.isEmpty }

  /// The result without a model, where the configuration and the kind allow it.
  func builtin() -> Settlement.Outcome? {
    guard jobPlan.builtin != .never,
      case .succeeded(let result, let report, let isDegraded)? = program.builtin()
    else { return nil }
    // What needs no work is nobody's work.
    guard isDegraded else {
      return .succeeded(Settlement.Success(result: result, report: report))
    }
    let served = ServedBy(provider: "builtin", model: "extractive", baseURL: "", credential: nil)
    return .succeeded(
      Settlement.Success(result: result, isDegraded: true, servedBy: served, report: report))
  }

  /// What the end of a step means for the attempt.
  func end(of run: StepRun) -> StepEnd {
    switch run.outcome {
    case .succeeded:
      guard let completion = run.completion else { return .end(failed(.invalidResponse)) }
      return .result(.text(completion))
    case .overflow: return .result(.overflow)
    case .cancelled: return .end(stopped())
    case .parked(let until, let reason, let isOffline):
      return .end(builtinInstead() ?? parked(until, reason, isOffline: isOffline))
    case .failed(let failure):
      if failure.kind == .request, !failure.sentNothing { return .result(.refused(failure.class)) }
      return .end(builtinInstead() ?? failed(failure))
    }
  }

  private func builtinInstead() -> Settlement.Outcome? {
    jobPlan.builtin == .afterRoutes ? builtin() : nil
  }

  /// The caller wanted it to stop.
  func stopped() -> Settlement.Outcome {
    switch cancellation.reason {
    // A lost lease: the store keeps what was done, and refuses the rest if somebody has the job now.
    case .shutdown, .leaseLost: .handBack
    case .user, nil: .cancelled
    }
  }

  private func parked(
    _ until: Milliseconds, _ reason: FailureClass, isOffline: Bool
  ) -> Settlement.Outcome {
    let error = isOffline ? offline() : error(reason)
    let time = now()
    if let first = job.firstParkedAt, time - first >= policy.parkMax { return .dead(error) }
    return .park(error, runAt: max(until, time + 1), isOffline: isOffline)
  }

  private func offline() -> JobError {
    var error = error(.connection)
    error.hint =
      recorder.calls.lazy.compactMap(FailureWording.proxyAdvice).first
      ?? "this machine seems to be offline: no provider could be reached"
    return error
  }

  private func failed(_ failure: StepFailure) -> Settlement.Outcome {
    let error = error(failure.class)
    switch failure.kind {
    case .jobDeadline:
      return .failed(deadline(error), unchangedInput: nil)
    case .request:
      return .failed(error, unchangedInput: nil)
    case .needsPerson, .noRoute:
      return path == .blocking ? .dead(error) : again(error, isBurnt: !failure.sentNothing)
    case .retryable, .stepDeadline:
      return again(error, isBurnt: !failure.sentNothing)
    }
  }

  /// What went wrong last before it is the cause, if anything did.
  private func deadline(_ error: JobError) -> JobError {
    var late = JobError(
      class: FailureClass.timeout.rawValue, message: "the job's deadline has passed", cause: nil,
      hint: nil)
    if recorder.calls.contains(where: { $0.failure != nil }) || !recorder.skips.isEmpty {
      (late.cause, late.hint) = (error.cause ?? error.message, error.hint)
    }
    return late
  }

  private func failed(_ reason: FailureClass) -> Settlement.Outcome {
    again(error(reason), isBurnt: true)
  }

  /// Another try later, or the end when the attempts are used up. An attempt that sent nothing burns
  /// nothing; it waits like a parked one.
  private func again(_ error: JobError, isBurnt: Bool) -> Settlement.Outcome {
    let time = now()
    let wait = policy.wait(afterAttempt: job.burntAttempts + 1, jitter: Random.uint64())
    guard isBurnt else {
      if path == .blocking { return .dead(error) }
      if let first = job.firstParkedAt, time - first >= policy.parkMax { return .dead(error) }
      return .park(error, runAt: time + max(wait, 1_000), isOffline: false)
    }
    if job.burntAttempts + 1 >= job.maxAttempts { return .dead(error) }
    return .retry(error, runAt: time + wait)
  }

  func error(_ reason: FailureClass) -> JobError {
    var error = FailureWording.error(
      reason, calls: recorder.calls, skips: recorder.skips, unused: jobPlan.unused)
    let keyless = recorder.skips.first { $0.reason == .noCredential }
    if let keyless, recorder.calls.isEmpty, let why = missingKey(keyless.provider) {
      error.hint = why
    }
    return error
  }

  /// The end that a kind has come to.
  func outcome(of kind: KindOutcome) -> Settlement.Outcome {
    switch kind {
    case .succeeded(let result, let report, let isDegraded):
      return .succeeded(
        Settlement.Success(
          result: result, isDegraded: isDegraded, servedBy: recorder.servedBy, report: report,
          // What cost nothing is not worth remembering.
          reuseKey: recorder.calls.isEmpty && job.parts.isEmpty ? nil : reuseKey))
    case .failed(let name, let message, let hint, let keepsInput, let report):
      let known = FailureClass(rawValue: name).map(error)
      let error =
        known.map {
          // The last failure is the cause, where there were several.
          JobError(
            class: name, message: $0.message, cause: $0.cause ?? message, hint: hint ?? $0.hint)
        }
        ?? JobError(class: name, message: message, hint: hint)
      return .failed(error, unchangedInput: keepsInput ? job.input.bytes : nil, report: report)
    }
  }

  func settlement(_ outcome: Settlement.Outcome) -> Settlement {
    Settlement(
      lease: lease, attempt: job.attemptNumber, outcome: outcome,
      trace: recorder.trace, fallbacks: recorder.fallbacks, use: recorder.use)
  }
}
