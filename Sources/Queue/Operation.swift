package import Fallback

/// One change of the queue, as a value. Several operations of several callers share a transaction.
/// Most hold much and pass through many hands, so they lie in a box.
package indirect enum Operation: Sendable {
  /// Stores jobs. S1.
  case enqueue([NewJob])
  /// Stores one job already leased to `worker`, so that no other worker takes it. Answered by
  /// `claimed` with that job, or by `enqueued` with an older job of the same unique key. S2.
  case enqueueLeased(
    NewJob, worker: WorkerIdentity, path: StepFacts.Path, lease: Milliseconds,
    choice: Reservation? = nil)
  /// Promotes what is due, frees the jobs of dead workers, hands out ready jobs. S3.
  case claim(ClaimRequest)
  /// Ends a claim. S4.
  case settle(Settlement)
  /// Renews leases. S5.
  case heartbeat(worker: WorkerIdentity, jobs: [LeaseKey], lease: Milliseconds)
  /// Stores the events of a running attempt so far, open calls included. S6.
  case journal(LeaseKey, trace: DeferredBytes)
  /// Stores a finished part of a map-reduce. S7.
  case checkpoint(LeaseKey, key: String, result: [UInt8])
  /// Cancels jobs: at once where they wait, by request where they run. S8.
  case cancel([JobID])
  /// Makes finished, waiting or parked jobs ready again, with their attempts anew. Answered by
  /// `retried`. S9.
  case retry([JobID])
  /// Writes marks. S10.
  case mark([Mark])
  /// Lifts marks that were made before a time. S10.
  case unmark([MarkKey], madeBefore: Milliseconds)
  /// Notes a failure: the mark that is there is renewed, or one is made, unless the request was sent
  /// before a reset. S10.
  case fail(FailureNote, job: Int64, policy: Policy, at: Milliseconds)
  /// Chooses a credential by the marks, leases and counters of the moment, counts the use where the
  /// strategy needs it, and takes the lease of the marks to be probed. S16.
  case reserve(Reservation, holder: WorkerIdentity)
  /// Takes a place in the minute of a provider or credential. Answered by `paced`. S27.
  case pace(PaceRequest)
  /// A credential that was counted for a call is not used after all. S16, S31.
  case giveBack(ReservedCredential)
  /// Asks to be the one who finds out whether a credential works, chosen by the marks of an epoch.
  /// Answered by `triedOut`. S32.
  case tryOut(
    CredentialTrial, holder: WorkerIdentity, now: Milliseconds, until: Milliseconds, epoch: Int64)
  /// A credential was let in. S32.
  case proved(CredentialTrial)
  /// The holder has found nothing out. S32.
  case endTrial(CredentialTrial, holder: WorkerIdentity)
  /// Ends the holder's leases of these marks. S16.
  case endProbes([MarkKey], holder: WorkerIdentity)
  /// A call is back that had a lease of its credential (empty: without a key). S28.
  case endLease(provider: String, credential: String, holder: WorkerIdentity)
  /// Lifts the marks of credentials, whenever they were made. Answered by `lifted`. S17.
  case reset(HealthReset)
  /// Says which account a credential belongs to; nil: it is not known. S16.
  case assign(provider: String, credential: String, account: String?)
  /// Says how far a running job has come. S22.
  case progress(LeaseKey, JobProgress)
  /// Remembers what calls have taught about a model. S24.
  case learn(ModelLesson)
  /// Remembers how the last refresh of a credential ended; nil: it went well. S29.
  case noteRefresh(provider: String, credential: String, RefreshFailure?)
  /// Keeps a provider's answer. S29.
  case keep(KeptAnswer)
  /// Remembers that an adjusted request was accepted. S11.
  case remember(Adaptation)
  /// Removes jobs that are not running, with all that belongs to them. S12.
  case remove([JobID])
  /// Removes those of these finished jobs that a retention lets go. Answered by `changed`. S25.
  case prune([JobID], Retention)
  /// Drops rows that no job refers to. S25.
  case forget(Leftovers)
  /// Stops or lets go on handing out jobs of a queue. S13.
  case setPaused(queue: String, Bool)
}

/// Bytes that are made when they are stored, if they ever are.
package struct DeferredBytes: Sendable, ExpressibleByArrayLiteral {
  private let make: @Sendable () -> [UInt8]

  /// - Parameter make: Called on the writer's thread, once for every try to store it.
  package init(_ make: @escaping @Sendable () -> [UInt8]) { self.make = make }

  package init(arrayLiteral elements: UInt8...) { make = { elements } }

  package var bytes: [UInt8] { make() }
}

/// A parameter adjustment that has worked at a place; used for seven days.
package struct Adaptation: Sendable, Hashable {
  package var provider: String
  package var baseURL: String
  package var model: String
  /// Name of the adjustment.
  package var adjustment: String
  package var learntAt: Milliseconds

  package init(
    provider: String, baseURL: String, model: String, adjustment: String, learntAt: Milliseconds
  ) {
    self.provider = provider
    self.baseURL = baseURL
    self.model = model
    self.adjustment = adjustment
    self.learntAt = learntAt
  }
}

/// Whose marks are to be lifted by hand.
package struct HealthReset: Sendable, Hashable {
  package var provider: String
  /// Ids; nil: all of the provider, with the marks on its places and models.
  package var credentials: [String]?
  /// Accounts of these credentials.
  package var accounts: [String]
  /// What was sent before this time marks nothing any more.
  package var at: Milliseconds

  package init(
    provider: String, credentials: [String]?, accounts: [String] = [], at: Milliseconds
  ) {
    self.provider = provider
    self.credentials = credentials
    self.accounts = accounts
    self.at = at
  }
}

/// Names a claim: a write with an older token changes nothing.
package struct LeaseKey: Sendable, Hashable {
  package var id: JobID
  package var token: Int64

  package init(id: JobID, token: Int64) {
    self.id = id
    self.token = token
  }
}

package struct ClaimRequest: Sendable {
  package var worker: WorkerIdentity
  /// nil: every queue.
  package var queues: [String]?
  package var limit: Int
  package var lease: Milliseconds
  package var path: StepFacts.Path
  /// Hands out this job or none; whether its queue is paused or full does not matter.
  package var only: JobID?
  /// How many jobs of a queue may run at once, by all workers together. S18.
  package var limits: [String: Int]
  /// What cannot be served now. nil: it was not looked at, so nothing is held and nothing freed. S19.
  package var holds: [PlanHold]?
  /// Plans whose parked jobs look again before their time. S30.
  package var unparks: Unparking
  /// By plan: what the first call of its jobs chooses from, where credentials take turns. S31.
  package var choices: [String: Reservation] = [:]

  package init(
    worker: WorkerIdentity, queues: [String]? = nil, limit: Int, lease: Milliseconds = 60_000,
    path: StepFacts.Path = .async, only: JobID? = nil, limits: [String: Int] = [:],
    holds: [PlanHold]? = nil, unparks: Unparking = .none
  ) {
    self.worker = worker
    self.queues = queues
    self.limit = limit
    self.lease = lease
    self.path = path
    self.only = only
    self.limits = limits
    self.holds = holds
    self.unparks = unparks
  }
}

/// Whose parked jobs need not wait for the end of what they met: it is gone, or may be.
package enum Unparking: Sendable, Hashable {
  case none
  /// Plans that were held, and are no longer.
  case plans([String])
  /// Every plan that the claim does not hold: a process begins, perhaps with other settings.
  case all

  package var isNone: Bool { self == .none }
}

/// The routes of a plan are all out until a time: its jobs wait instead of being handed out.
package struct PlanHold: Sendable, Hashable {
  /// `NewJob.plan`.
  package var plan: String
  package var until: Milliseconds
  /// So many jobs of the plan may run all the same, to find out: 0 or 1.
  package var most: Int
  /// What a job that waits says about why.
  package var error: JobError
  /// A job that has been waiting for routes for this long becomes `dead`.
  package var parkMax: Milliseconds

  package init(
    plan: String, until: Milliseconds, most: Int, error: JobError,
    parkMax: Milliseconds = 86_400_000
  ) {
    self.plan = plan
    self.until = until
    self.most = most
    self.error = error
    self.parkMax = parkMax
  }
}

/// How a claim ends, with the record of what was done.
package struct Settlement: Sendable {
  package enum Outcome: Sendable {
    case succeeded(Success)
    /// No retry can mend it.
    case failed(JobError, unchangedInput: [UInt8]?, report: [UInt8]? = nil)
    /// Given up: attempts used up, or told at once (blocking path).
    case dead(JobError)
    /// Burns the attempt; ready again at `runAt`.
    case retry(JobError, runAt: Milliseconds)
    /// Burns nothing; ready again at `runAt`.
    case park(JobError, runAt: Milliseconds, isOffline: Bool)
    /// Burns nothing; ready at once.
    case handBack
    case cancelled
  }

  package struct Success: Sendable {
    package var result: [UInt8]
    package var isDegraded: Bool
    package var servedBy: ServedBy?
    package var report: [UInt8]?
    /// Names the work, so that the result answers the same work again; nil: it does not. S23.
    package var reuseKey: String?

    package init(
      result: [UInt8], isDegraded: Bool = false, servedBy: ServedBy? = nil, report: [UInt8]? = nil,
      reuseKey: String? = nil
    ) {
      self.result = result
      self.isDegraded = isDegraded
      self.servedBy = servedBy
      self.report = report
      self.reuseKey = reuseKey
    }
  }

  package var lease: LeaseKey
  /// `attemptNumber` of the claim; nil: a late settlement is not written down.
  package var attempt: Int?
  package var outcome: Outcome
  package var trace: [UInt8]
  /// The class behind every fallback of this attempt and the provider that was left, in order.
  package var fallbacks: [FallbackStep]
  /// Tokens used by calls of this attempt.
  package var use: [ProviderUse]

  package init(
    lease: LeaseKey, attempt: Int? = nil, outcome: Outcome, trace: [UInt8],
    fallbacks: [FallbackStep] = [], use: [ProviderUse] = []
  ) {
    self.lease = lease
    self.attempt = attempt
    self.outcome = outcome
    self.trace = trace
    self.fallbacks = fallbacks
    self.use = use
  }
}

package struct FallbackStep: Sendable, Hashable {
  package var provider: String
  package var `class`: FailureClass

  package init(provider: String, class: FailureClass) {
    self.provider = provider
    self.class = `class`
  }
}

package struct ProviderUse: Sendable, Hashable {
  package var provider: String
  package var calls: Int
  package var inputTokens: Int
  package var outputTokens: Int

  package init(provider: String, calls: Int, inputTokens: Int, outputTokens: Int) {
    self.provider = provider
    self.calls = calls
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
  }
}
