package import Calls
package import Fallback
package import Kinds
import Platform
package import Queue

/// Everything that running a job needs and that lives as long as the process.
package struct RunnerContext: Sendable {
  package var store: any QueueStore
  package var source: any CredentialSource
  package var redactor: Redactor
  package var policy: QueuePolicy
  /// The routes of a job: kind, then what the user named.
  package var planFor: @Sendable (_ kind: String, JobOptions) throws(Unplannable) -> JobPlan
  package var now: @Sendable () -> Milliseconds
  /// Why a provider has no key and what to do, as a sentence.
  package var missingKey: @Sendable (_ provider: String) -> String?
  /// What tokens of a provider cost; nil: not configured.
  package var price: @Sendable (_ provider: String) -> TokenPrice?
  /// Told about progress, for people; must be quick.
  package var progress: @Sendable (JobID, Progress) -> Void
  /// By hash: many jobs have the same definition.
  private let definitions = Cache<String, KindDefinition>()
  private let knownLessons = KnownLessons()
  /// By their text: many jobs have the same.
  private let knownOptions = Cache<[UInt8], JobOptions>()

  package init(
    store: any QueueStore, source: any CredentialSource, redactor: Redactor, policy: QueuePolicy,
    planFor: @escaping @Sendable (_ kind: String, JobOptions) throws(Unplannable) -> JobPlan,
    now: @escaping @Sendable () -> Milliseconds,
    missingKey: @escaping @Sendable (_ provider: String) -> String? = { _ in nil },
    price: @escaping @Sendable (_ provider: String) -> TokenPrice? = { _ in nil },
    progress: @escaping @Sendable (JobID, Progress) -> Void = { _, _ in }
  ) {
    self.store = store
    self.source = source
    self.redactor = redactor
    self.policy = policy
    self.planFor = planFor
    self.now = now
    self.missingKey = missingKey
    self.price = price
    self.progress = progress
  }
}

/// What is worth telling while a job runs.
package enum Progress: Sendable {
  /// A round of several steps begins; the forecast is what they and all that follows will cost.
  case planned(JobProgress, Forecast?)
  /// A step is over; `calls` are the requests it made. `progress` is nil where it was the only one.
  case finished(label: String, calls: [CallRecord], skips: [SkipRecord], progress: JobProgress?)
}

extension RunnerContext {
  /// Prepares an attempt: definition, program, routes.
  ///
  /// - Returns: The attempt, or how the job ends because it cannot even begin.
  func begin(
    _ job: ClaimedJob, path: StepFacts.Path, cancellation: Cancellation, pulse: Pulse
  ) -> Result<Attempt, Unstartable> {
    let options = options(of: job)
    let lease = LeaseKey(id: job.id, token: job.token)
    do {
      let definition = try definitions.value(job.definition.hash) {
        try KindDefinition(snapshot: job.definition.snapshot)
      }
      var jobPlan = try planFor(job.kind, options)
      if definition.privacy.localOnly { jobPlan = try jobPlan.localOnly(job.kind) }
      let reuseKey = Reuse.key(definition, options, jobPlan, input: job.input)
      if let reuseKey, let success = Reuse.success(reuseKey, in: store) {
        return .failure(Unstartable(lease, success))
      }
      return .success(
        try attempt(
          job, jobPlan, definition, options, path: path, cancellation: cancellation,
          pulse: pulse, reuseKey: reuseKey))
    } catch let error as Unplannable {
      return .failure(Unstartable(lease, error.reason, isPermanent: false))
    } catch let error as InputError {
      let what = error.variable.map { "variable \($0)" } ?? "the input"
      let reason = JobError(class: "input", message: "\(what) \(error.detail)")
      return .failure(Unstartable(lease, reason, isPermanent: true))
    } catch {
      let message = "its definition cannot be read: it was stored by another version"
      return .failure(
        Unstartable(lease, JobError(class: "definition", message: message), isPermanent: true))
    }
  }

  private func options(of job: ClaimedJob) -> JobOptions {
    // Longer ones hold texts of a user, which are hardly ever the same twice.
    guard job.options.count <= 512 else { return JobOptions(job.options) }
    return knownOptions.value(job.options) { JobOptions(job.options) }
  }

  private func attempt(
    _ job: ClaimedJob, _ configured: JobPlan, _ definition: KindDefinition, _ options: JobOptions,
    path: StepFacts.Path, cancellation: Cancellation, pulse: Pulse, reuseKey: String?
  ) throws(InputError) -> Attempt {
    let lessons = knownLessons.lessons(in: store)
    let jobPlan = lessons.isEmpty ? configured : configured.applying(lessons)
    let sizing =
      job.parts[Sizing.key].flatMap { Sizing($0) } ?? Sizing(jobPlan.plan.routes.first, lessons)
    let program = try definition.makeProgram(
      input: job.input.bytes, inputName: job.input.name, variables: options.variables,
      contextWindow: sizing.plannedWindow(unknown: definition.model.contextTokens))
    let lease = LeaseKey(id: job.id, token: job.token)
    return Attempt(
      job: job, jobPlan: jobPlan, path: path, policy: policy,
      recorder: AttemptRecorder(jobPlan, lease: lease, store: store, reserved: job.reserved),
      meter: ProgressMeter(price: price), sizing: sizing, reuseKey: reuseKey,
      cancellation: cancellation, pulse: pulse, now: now, missingKey: missingKey, program: program)
  }

  func script(_ step: Step, _ attempt: Attempt) -> CallScript {
    let (recorder, pulse) = (attempt.recorder, attempt.pulse)
    return CallScript(
      plan: attempt.jobPlan.plan, request: step.request, jobID: attempt.job.id, source: source,
      redactor: redactor, now: now, journal: { recorder.journal(step: step.key, $0, $1) },
      expects: { pulse.move(step.key, nextWithin: $0) },
      reserved: attempt.recorder.takeReserved())
  }

  func facts(_ step: Step, _ attempt: Attempt) -> StepFacts {
    StepFacts(
      step, by: attempt.sizing.factor, of: attempt.job, path: attempt.path,
      stepTimeout: attempt.jobPlan.stepTimeout,
      now: now(), seed: Random.seed())
  }

  /// A round of steps is about to begin.
  func plan(_ steps: [Step], _ attempt: Attempt) {
    let forecast = attempt.program.forecast
    guard let measured = attempt.meter.plan(steps.count, forecast, at: now()) else { return }
    progress(attempt.job.id, .planned(measured, forecast))
  }

  /// What a finished step leads to. What is returned to be stored is to be stored before anything else
  /// happens.
  func note(
    _ run: StepRun, _ step: Step, _ attempt: Attempt
  ) -> (Attempt.StepEnd, [Queue.Operation]) {
    attempt.recorder.finish(step: step.key, run)
    let measured = attempt.meter.finish(run.calls)
    progress(
      attempt.job.id,
      .finished(label: step.label, calls: run.calls, skips: run.skips, progress: measured))
    let lease = attempt.lease
    let lessons = ModelLesson.lessons(of: run.calls, estimated: step.inputTokens)
    if lessons.contains(where: { $0.window != nil }) { knownLessons.forget() }
    var operations = lessons.map { Queue.Operation.learn($0) }
    if let measured { operations.append(.progress(lease, measured)) }
    var end = attempt.end(of: run)
    if case .result(.text(var completion)) = end {
      // A key that a provider repeats in a good answer is kept out of the result as well: prompts
      // hold none of them, so nobody has asked for it.
      completion.text = redactor.hidingKnown(in: completion.text)
      end = .result(.text(completion))
    }
    guard step.isCheckpoint, case .result(.text(let completion)) = end else {
      store.submitLazily(operations)
      return (end, [])
    }
    if attempt.job.parts[Sizing.key] == nil {
      operations.append(.checkpoint(lease, key: Sizing.key, result: attempt.sizing.encoded))
    }
    operations.append(.checkpoint(lease, key: step.key, result: Array(completion.text.utf8)))
    return (end, operations)
  }

  /// A step whose result an earlier attempt has paid for.
  func stored(_ step: Step, _ attempt: Attempt) -> StepResult? {
    guard let part = attempt.job.parts[step.key] else { return nil }
    let measured = attempt.meter.finish([], wasStored: true)
    progress(
      attempt.job.id, .finished(label: step.label, calls: [], skips: [], progress: measured))
    return .text(Completion(text: String(decoding: part, as: UTF8.self)))
  }
}

/// The configuration gives no routes for a job.
package struct Unplannable: Error {
  package var reason: JobError

  package init(_ reason: JobError) { self.reason = reason }
}

/// A job that is over before it begins.
struct Unstartable: Error {
  var settlement: Settlement

  /// Its result is there already.
  init(_ lease: LeaseKey, _ success: Settlement.Success) {
    settlement = Settlement(lease: lease, outcome: .succeeded(success), trace: [])
  }

  /// A broken input fails for good; a broken configuration gives the job up until `auxq retry`.
  init(_ lease: LeaseKey, _ error: JobError, isPermanent: Bool) {
    settlement = Settlement(
      lease: lease, outcome: isPermanent ? .failed(error, unchangedInput: nil) : .dead(error),
      trace: [])
  }
}
