package import Calls
package import Fallback
import Kinds
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
  /// Told about progress, for people; must be quick.
  package var progress: @Sendable (JobID, Progress) -> Void
  /// By hash: many jobs have the same definition.
  private let definitions = Cache<String, KindDefinition>()

  package init(
    store: any QueueStore, source: any CredentialSource, redactor: Redactor, policy: QueuePolicy,
    planFor: @escaping @Sendable (_ kind: String, JobOptions) throws(Unplannable) -> JobPlan,
    now: @escaping @Sendable () -> Milliseconds,
    missingKey: @escaping @Sendable (_ provider: String) -> String? = { _ in nil },
    progress: @escaping @Sendable (JobID, Progress) -> Void = { _, _ in }
  ) {
    self.store = store
    self.source = source
    self.redactor = redactor
    self.policy = policy
    self.planFor = planFor
    self.now = now
    self.missingKey = missingKey
    self.progress = progress
  }
}

/// What is worth telling while a job runs.
package enum Progress: Sendable {
  case started(label: String, index: Int, count: Int)
  /// A step is over; `calls` are the requests it made.
  case finished(label: String, calls: [CallRecord], skips: [SkipRecord])
}

extension RunnerContext {
  /// Prepares an attempt: definition, program, routes.
  ///
  /// - Returns: The attempt, or how the job ends because it cannot even begin.
  func begin(
    _ job: ClaimedJob, path: StepFacts.Path, cancellation: Cancellation, pulse: Pulse
  ) -> Result<Attempt, Unstartable> {
    let options = JobOptions(job.options)
    let lease = LeaseKey(id: job.id, token: job.token)
    do {
      let jobPlan = try planFor(job.kind, options)
      let definition = try definitions.value(job.definition.hash) {
        try KindDefinition(snapshot: job.definition.snapshot)
      }
      let program = try definition.makeProgram(
        input: job.input.bytes, inputName: job.input.name, variables: options.variables,
        contextWindow: jobPlan.contextWindow)
      let recorder = AttemptRecorder(jobPlan, lease: lease, store: store)
      return .success(
        Attempt(
          job: job, jobPlan: jobPlan, path: path, policy: policy, recorder: recorder,
          cancellation: cancellation, pulse: pulse, now: now, missingKey: missingKey,
          program: program))
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

  func script(_ step: Step, _ attempt: Attempt) -> CallScript {
    let (recorder, pulse) = (attempt.recorder, attempt.pulse)
    return CallScript(
      plan: attempt.jobPlan.plan, request: step.request, jobID: attempt.job.id, source: source,
      redactor: redactor, now: now, journal: { recorder.journal(step: step.key, $0, $1) },
      expects: { pulse.move(step.key, nextWithin: $0) })
  }

  func facts(_ step: Step, _ attempt: Attempt) -> StepFacts {
    StepFacts(
      step, of: attempt.job, path: attempt.path, stepTimeout: attempt.jobPlan.stepTimeout,
      now: now(), seed: Random.uint64())
  }

  /// What a finished step leads to. A checkpoint is to be stored before anything else happens.
  func note(_ run: StepRun, _ step: Step, _ attempt: Attempt) -> (Attempt.StepEnd, Queue.Operation?)
  {
    attempt.recorder.finish(step: step.key, run)
    progress(attempt.job.id, .finished(label: step.label, calls: run.calls, skips: run.skips))
    let end = attempt.end(of: run)
    guard step.isCheckpoint, case .result(.text(let completion)) = end else { return (end, nil) }
    let lease = LeaseKey(id: attempt.job.id, token: attempt.job.token)
    return (end, .checkpoint(lease, key: step.key, result: Array(completion.text.utf8)))
  }

  /// A step whose result an earlier attempt has paid for.
  func stored(_ step: Step, _ attempt: Attempt) -> StepResult? {
    attempt.job.parts[step.key].map {
      .text(Completion(text: String(decoding: $0, as: UTF8.self)))
    }
  }
}

/// The configuration gives no routes for a job.
package struct Unplannable: Error {
  package var reason: JobError

  package init(_ reason: JobError) { self.reason = reason }
}

/// A job that cannot begin.
struct Unstartable: Error {
  var settlement: Settlement

  /// A broken input fails for good; a broken configuration gives the job up until `auxq retry`.
  init(_ lease: LeaseKey, _ error: JobError, isPermanent: Bool) {
    settlement = Settlement(
      lease: lease, outcome: isPermanent ? .failed(error, unchangedInput: nil) : .dead(error),
      trace: [])
  }
}
