package import Fallback

/// A stored job without its attempts: what `list` shows, and the head of `show`.
package struct JobRecord: Sendable, Hashable {
  package var id: JobID
  package var kind: String
  package var queue: String
  package var state: JobState
  package var priority: Int
  /// Burnt attempts and the running one.
  package var attempt: Int
  package var maxAttempts: Int
  package var mode: Plan.Mode
  package var labels: [String: String]
  package var uniqueKey: String?
  package var inputName: String?
  package var inputBytes: Int
  package var inputSHA256: String
  package var enqueuedAt: Milliseconds
  package var runAt: Milliseconds
  package var deadline: Milliseconds?
  /// Start of the first attempt.
  package var startedAt: Milliseconds?
  package var finishedAt: Milliseconds?
  package var result: [UInt8]?
  package var resultBytes: Int?
  package var isDegraded: Bool
  package var servedBy: ServedBy?
  package var fallbackReasons: [FailureClass]
  package var error: JobError?
  package var definitionVersion: String
  package var definitionHash: String
  /// JSON text of a kind's measurements.
  package var report: [UInt8]?

  package init(
    id: JobID, kind: String, queue: String, state: JobState, priority: Int, attempt: Int,
    maxAttempts: Int, mode: Plan.Mode, labels: [String: String], uniqueKey: String?,
    inputName: String?, inputBytes: Int, inputSHA256: String, enqueuedAt: Milliseconds,
    runAt: Milliseconds, deadline: Milliseconds?, startedAt: Milliseconds?,
    finishedAt: Milliseconds?, result: [UInt8]?, resultBytes: Int?, isDegraded: Bool,
    servedBy: ServedBy?, fallbackReasons: [FailureClass], error: JobError?,
    definitionVersion: String, definitionHash: String, report: [UInt8]?
  ) {
    self.id = id
    self.kind = kind
    self.queue = queue
    self.state = state
    self.priority = priority
    self.attempt = attempt
    self.maxAttempts = maxAttempts
    self.mode = mode
    self.labels = labels
    self.uniqueKey = uniqueKey
    self.inputName = inputName
    self.inputBytes = inputBytes
    self.inputSHA256 = inputSHA256
    self.enqueuedAt = enqueuedAt
    self.runAt = runAt
    self.deadline = deadline
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.result = result
    self.resultBytes = resultBytes
    self.isDegraded = isDegraded
    self.servedBy = servedBy
    self.fallbackReasons = fallbackReasons
    self.error = error
    self.definitionVersion = definitionVersion
    self.definitionHash = definitionHash
    self.report = report
  }
}

/// How one claim ended. The raw value is `outcome` of the job object.
package enum AttemptOutcome: String, CaseIterable, Sendable, Hashable {
  case succeeded, failed, parked
  /// Its worker died.
  case crashed
  /// Its lease ran out or was taken over while the worker lived.
  case lost
  /// Given back at shutdown.
  case handedBack = "handed_back"
  case cancelled
}

/// One claim of a job.
package struct AttemptRecord: Sendable, Hashable {
  package var number: Int
  package var worker: String
  package var path: StepFacts.Path
  /// nil while it runs.
  package var outcome: AttemptOutcome?
  package var startedAt: Milliseconds
  package var finishedAt: Milliseconds?
  /// The recorded events, from which calls and skips are read. Opaque to the store.
  package var trace: [UInt8]

  package init(
    number: Int, worker: String, path: StepFacts.Path, outcome: AttemptOutcome?,
    startedAt: Milliseconds, finishedAt: Milliseconds?, trace: [UInt8]
  ) {
    self.number = number
    self.worker = worker
    self.path = path
    self.outcome = outcome
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.trace = trace
  }
}

/// A settlement that came after the claim was lost: refused, and kept.
package struct LateResult: Sendable, Hashable {
  /// The attempt that it wanted to end.
  package var attempt: Int
  /// How it wanted to end it.
  package var outcome: AttemptOutcome
  package var arrivedAt: Milliseconds
  /// What it would have been.
  package var result: [UInt8]?

  package init(
    attempt: Int, outcome: AttemptOutcome, arrivedAt: Milliseconds, result: [UInt8]?
  ) {
    self.attempt = attempt
    self.outcome = outcome
    self.arrivedAt = arrivedAt
    self.result = result
  }
}

/// Which jobs a listing is about. Empty fields do not restrict.
package struct JobFilter: Sendable, Hashable {
  package var states: [JobState] = []
  package var kinds: [String] = []
  package var queues: [String] = []
  /// Class behind some fallback of the job, or of its error.
  package var reasons: [String] = []
  /// The provider that served it.
  package var providers: [String] = []
  package var labels: [String: String] = [:]
  /// Enqueued at or after this time.
  package var since: Milliseconds?
  /// Finished before this time. Only finished jobs match.
  package var finishedBefore: Milliseconds?
  /// Finished at or after this time. Only finished jobs match.
  package var finishedSince: Milliseconds?
  /// Only jobs with a smaller id: where the page before ended.
  package var below: JobID?
  /// nil: all.
  package var limit: Int?
  /// The records carry `result` and `report`.
  package var withResults = false

  package init() {}
}

/// A day's tokens of one provider. The day is UTC, `2026-11-21`.
package struct TokenUse: Sendable, Hashable {
  package var provider: String
  package var day: String
  package var calls: Int
  package var inputTokens: Int
  package var outputTokens: Int

  package init(provider: String, day: String, calls: Int, inputTokens: Int, outputTokens: Int) {
    self.provider = provider
    self.day = day
    self.calls = calls
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
  }
}

/// How often a provider was left for a reason.
package struct FallbackCount: Sendable, Hashable {
  package var provider: String
  package var `class`: FailureClass
  package var count: Int

  package init(provider: String, class: FailureClass, count: Int) {
    self.provider = provider
    self.class = `class`
    self.count = count
  }
}

/// How long the jobs that ended last had waited for their first start, and took from there to their end.
package struct RecentTimes: Sendable, Hashable {
  /// Jobs that were looked at: the last ones, some hundreds at most, that ran once.
  package var jobs: Int
  /// In milliseconds; nil without such jobs.
  package var medianWait: Milliseconds?
  package var longWait: Milliseconds?
  package var medianRun: Milliseconds?
  /// 95 of 100 were not longer.
  package var longRun: Milliseconds?

  package init() { jobs = 0 }

  /// - Parameter times: Wait and run of each job.
  package init(_ times: [(wait: Milliseconds, run: Milliseconds)]) {
    jobs = times.count
    guard !times.isEmpty else { return }
    let (waits, runs) = (times.map(\.wait).sorted(), times.map(\.run).sorted())
    let (middle, late) = ((times.count - 1) / 2, (times.count * 95 + 99) / 100 - 1)
    (medianWait, longWait) = (waits[middle], waits[late])
    (medianRun, longRun) = (runs[middle], runs[late])
  }
}

/// What `stats` shows; read from counters, never by counting jobs.
package struct QueueStatistics: Sendable, Hashable {
  package var jobs: [JobState: Int]
  package var queues: [String: [JobState: Int]]
  /// Queues that are paused.
  package var paused: [String]
  package var fallbacks: [FallbackCount]
  package var tokens: [TokenUse]
  /// Finished jobs in the last minute, hour and day.
  package var finishedLastMinute: Int
  package var finishedLastHour: Int
  package var finishedLastDay: Int
  /// Age of the ready job that waits longest, in milliseconds.
  package var oldestReadyAge: Milliseconds?
  /// How the jobs fared that ended last.
  package var recent = RecentTimes()

  package init(
    jobs: [JobState: Int] = [:], queues: [String: [JobState: Int]] = [:], paused: [String] = [],
    fallbacks: [FallbackCount] = [], tokens: [TokenUse] = [], finishedLastMinute: Int = 0,
    finishedLastHour: Int = 0, finishedLastDay: Int = 0, oldestReadyAge: Milliseconds? = nil
  ) {
    self.jobs = jobs
    self.queues = queues
    self.paused = paused
    self.fallbacks = fallbacks
    self.tokens = tokens
    self.finishedLastMinute = finishedLastMinute
    self.finishedLastHour = finishedLastHour
    self.finishedLastDay = finishedLastDay
    self.oldestReadyAge = oldestReadyAge
  }
}
