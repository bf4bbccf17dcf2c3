package import Fallback

/// Identifies a job for ever; ids of removed jobs never come back.
package typealias JobID = Int64

/// Where a job stands. The raw value is the name in JSON and on the command line.
package enum JobState: String, CaseIterable, Sendable, Hashable {
  /// Waits for its time.
  case scheduled
  case ready
  case running
  /// Failed or parked; waits for its next try.
  case retryable
  case succeeded
  /// A request that no retry can mend.
  case failed
  case cancelled
  /// Attempts used up, or given up.
  case dead

  package var isFinished: Bool {
    switch self {
    case .succeeded, .failed, .cancelled, .dead: true
    case .scheduled, .ready, .running, .retryable: false
    }
  }
}

/// The input of a job, kept apart from the hot table.
package struct JobInput: Sendable, Hashable {
  /// A file's path as the user gave it; nil for stdin and inline text.
  package var name: String?
  package var bytes: [UInt8]
  /// Lower-case hex.
  package var sha256: String

  package init(name: String? = nil, bytes: [UInt8], sha256: String) {
    self.name = name
    self.bytes = bytes
    self.sha256 = sha256
  }
}

/// The definition a job runs by, stored once per hash.
package struct StoredDefinition: Sendable, Hashable {
  /// `sha256:` and lower-case hex.
  package var hash: String
  package var version: String
  /// Everything needed to run it again, as JSON text.
  package var snapshot: [UInt8]

  package init(hash: String, version: String, snapshot: [UInt8]) {
    self.hash = hash
    self.version = version
    self.snapshot = snapshot
  }
}

/// A job to be stored. Times in milliseconds.
package struct NewJob: Sendable {
  package var kind: String
  package var queue: String
  /// −100…100, higher first.
  package var priority: Int
  /// nil: at once.
  package var runAt: Milliseconds?
  package var maxAttempts: Int
  /// From the moment it may run; nil: none.
  package var deadlineAfter: Milliseconds?
  package var uniqueKey: String?
  /// How long a finished job of the same key still counts.
  package var uniqueFor: Milliseconds?
  package var labels: [String: String]
  package var input: JobInput
  package var definition: StoredDefinition
  /// `auto` or `explicit`, as the job was asked for.
  package var mode: Plan.Mode
  /// What the user set, as JSON text: `{"provider":…,"model":…,"set":{…}}`. Read by the worker only.
  package var options: [UInt8]
  /// Names the routes that it will ask, in words of the caller: jobs of one plan are held back
  /// together (`PlanHold`). nil: it is never held.
  package var plan: String?

  package init(
    kind: String, queue: String = "default", priority: Int = 0, runAt: Milliseconds? = nil,
    maxAttempts: Int = 3, deadlineAfter: Milliseconds? = nil, uniqueKey: String? = nil,
    uniqueFor: Milliseconds? = nil, labels: [String: String] = [:], input: JobInput,
    definition: StoredDefinition, mode: Plan.Mode = .auto, options: [UInt8] = Array("{}".utf8),
    plan: String? = nil
  ) {
    self.kind = kind
    self.queue = queue
    self.priority = priority
    self.runAt = runAt
    self.maxAttempts = maxAttempts
    self.deadlineAfter = deadlineAfter
    self.uniqueKey = uniqueKey
    self.uniqueFor = uniqueFor
    self.labels = labels
    self.input = input
    self.definition = definition
    self.mode = mode
    self.options = options
    self.plan = plan
  }
}

/// Identifies one worker process: unique per process start, and recognisable as dead by a neighbour.
package struct WorkerIdentity: Sendable, Hashable {
  /// Random per process start.
  package var id: String
  /// `/proc/sys/kernel/random/boot_id`.
  package var bootID: String
  /// Inode of `/proc/self/ns/pid`.
  package var pidNamespace: UInt64
  package var pid: Int32
  /// Field 22 of `/proc/PID/stat`, in clock ticks since boot.
  package var pidStart: UInt64

  package init(id: String, bootID: String, pidNamespace: UInt64, pid: Int32, pidStart: UInt64) {
    self.id = id
    self.bootID = bootID
    self.pidNamespace = pidNamespace
    self.pid = pid
    self.pidStart = pidStart
  }
}

/// A job handed to a worker, with all it needs to run it.
package struct ClaimedJob: Sendable {
  package var id: JobID
  /// Fences every later write: only the holder of the newest token may write.
  package var token: Int64
  /// Number of this claim, from 1; one row of `attempts` each.
  package var attemptNumber: Int
  /// Attempts burnt before this one.
  package var burntAttempts: Int
  package var maxAttempts: Int
  package var kind: String
  package var queue: String
  package var mode: Plan.Mode
  package var input: JobInput
  package var definition: StoredDefinition
  package var options: [UInt8]
  /// Absolute; nil: none.
  package var deadline: Milliseconds?
  package var claimedAt: Milliseconds
  /// Parks in a row because the machine was offline.
  package var offlineParks: Int
  /// When the present series of parks began; nil when it was not parked since it last ran.
  package var firstParkedAt: Milliseconds?
  /// Finished parts of a map-reduce, by key.
  package var parts: [String: [UInt8]]
  /// Counted with this claim for the first call; nil: that chooses for itself.
  package var reserved: ReservedCredential?

  package init(
    id: JobID, token: Int64, attemptNumber: Int, burntAttempts: Int, maxAttempts: Int,
    kind: String, queue: String, mode: Plan.Mode, input: JobInput, definition: StoredDefinition,
    options: [UInt8], deadline: Milliseconds?, claimedAt: Milliseconds, offlineParks: Int,
    firstParkedAt: Milliseconds?, parts: [String: [UInt8]]
  ) {
    self.id = id
    self.token = token
    self.attemptNumber = attemptNumber
    self.burntAttempts = burntAttempts
    self.maxAttempts = maxAttempts
    self.kind = kind
    self.queue = queue
    self.mode = mode
    self.input = input
    self.definition = definition
    self.options = options
    self.deadline = deadline
    self.claimedAt = claimedAt
    self.offlineParks = offlineParks
    self.firstParkedAt = firstParkedAt
    self.parts = parts
  }
}

/// Who answered a job in the end.
package struct ServedBy: Sendable, Hashable {
  package var provider: String
  package var model: String
  package var baseURL: String
  /// Label of the credential; nil when none was used.
  package var credential: String?

  package init(provider: String, model: String, baseURL: String, credential: String?) {
    self.provider = provider
    self.model = model
    self.baseURL = baseURL
    self.credential = credential
  }
}

/// Why a job did not succeed: `error` of the job object.
package struct JobError: Sendable, Hashable {
  /// A `FailureClass` or one of the words that are not about a provider: `no_route`, `input`.
  package var `class`: String
  /// The first thing that went wrong.
  package var message: String
  /// The last, where it is another.
  package var cause: String?
  /// What to do.
  package var hint: String?

  package init(class: String, message: String, cause: String? = nil, hint: String? = nil) {
    self.class = `class`
    self.message = message
    self.cause = cause
    self.hint = hint
  }
}
