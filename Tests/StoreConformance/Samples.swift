package import Fallback
package import Queue

/// A definition, for jobs whose definition does not matter.
package let sampleDefinition = StoredDefinition(
  hash: "sha256:d0", version: "1", snapshot: Array("{\"kind\":\"prompt\"}".utf8))

/// A job with some input.
package func newJob(
  _ text: String = "hello", kind: String = "prompt", queue: String = "default",
  priority: Int = 0, runAt: Milliseconds? = nil, maxAttempts: Int = 3,
  deadlineAfter: Milliseconds? = nil, uniqueKey: String? = nil, uniqueFor: Milliseconds? = nil,
  labels: [String: String] = [:], plan: String? = nil
) -> NewJob {
  NewJob(
    kind: kind, queue: queue, priority: priority, runAt: runAt, maxAttempts: maxAttempts,
    deadlineAfter: deadlineAfter, uniqueKey: uniqueKey, uniqueFor: uniqueFor, labels: labels,
    input: JobInput(name: "\(text).md", bytes: Array(text.utf8), sha256: "ab\(text.utf8.count)"),
    definition: sampleDefinition, plan: plan)
}

/// A worker process of this machine.
package func worker(
  _ id: String, boot: String = "boot-1", namespace: UInt64 = 7, pid: Int32 = 100
) -> WorkerIdentity {
  WorkerIdentity(id: id, bootID: boot, pidNamespace: namespace, pid: pid, pidStart: 9)
}

/// An error of a class.
package func jobError(_ class: FailureClass) -> JobError {
  JobError(class: `class`.rawValue, message: "it said \(`class`.rawValue)", hint: "try again")
}

extension ClaimedJob {
  /// What its later writes are fenced with.
  package var lease: LeaseKey { LeaseKey(id: id, token: token) }
}

/// The store answered an operation with another kind of result.
package struct UnexpectedResult: Error {
  package var result: String

  package init(result: String) { self.result = result }
}

extension QueueStore {
  /// Enqueues and returns the ids.
  package func enqueue(_ jobs: NewJob...) throws -> [JobID] {
    guard case .enqueued(let ids)? = try transact([.enqueue(jobs)]).first else {
      throw UnexpectedResult(result: "enqueue")
    }
    return ids.map(\.id)
  }

  /// Enqueues one job.
  package func enqueueOne(_ job: NewJob) throws -> (id: JobID, isNew: Bool) {
    guard case .enqueued(let ids)? = try transact([.enqueue([job])]).first, let only = ids.first
    else { throw UnexpectedResult(result: "enqueue") }
    return only
  }

  /// Claims for a worker.
  package func claim(
    _ worker: WorkerIdentity, limit: Int = 1, queues: [String]? = nil,
    lease: Milliseconds = 60_000, limits: [String: Int] = [:], holds: [PlanHold]? = nil
  ) throws -> [ClaimedJob] {
    let request = ClaimRequest(
      worker: worker, queues: queues, limit: limit, lease: lease, limits: limits, holds: holds)
    guard case .claimed(let jobs)? = try transact([.claim(request)]).first else {
      throw UnexpectedResult(result: "claim")
    }
    return jobs
  }

  /// Claims the one job that must be there.
  package func claimOne(
    _ worker: WorkerIdentity, lease: Milliseconds = 60_000
  ) throws -> ClaimedJob {
    guard let job = try claim(worker, lease: lease).first else {
      throw UnexpectedResult(result: "nothing to claim")
    }
    return job
  }

  /// Ends a claim.
  ///
  /// - Returns: Whether the token was the newest.
  package func settle(
    _ lease: LeaseKey, _ outcome: Settlement.Outcome, trace: [UInt8] = [1],
    fallbacks: [FallbackStep] = [], use: [ProviderUse] = []
  ) throws -> Bool {
    let settlement = Settlement(
      lease: lease, outcome: outcome, trace: trace, fallbacks: fallbacks, use: use)
    guard case .accepted(let isAccepted)? = try transact([.settle(settlement)]).first else {
      throw UnexpectedResult(result: "settle")
    }
    return isAccepted
  }

  /// Ends a claim well.
  package func succeed(_ lease: LeaseKey, _ text: String = "done") throws -> Bool {
    try settle(lease, .succeeded(Settlement.Success(result: Array(text.utf8))))
  }

  /// Renews one lease.
  package func heartbeat(
    _ lease: LeaseKey, of worker: WorkerIdentity, for span: Milliseconds = 60_000
  ) throws -> LeaseStanding? {
    guard
      case .heartbeats(let standings)? = try transact([
        .heartbeat(worker: worker, jobs: [lease], lease: span)
      ]).first
    else { throw UnexpectedResult(result: "heartbeat") }
    return standings.first?.standing
  }

  /// Cancels one job.
  package func cancelOne(_ id: JobID) throws -> CancelEffect? {
    guard case .cancelled(let effects)? = try transact([.cancel([id])]).first else {
      throw UnexpectedResult(result: "cancel")
    }
    return effects.first?.effect
  }

  /// Carries out an operation that answers with the changed ids.
  package func change(_ operation: Operation) throws -> [JobID] {
    switch try transact([operation]).first {
    case .changed(let ids): return ids
    case .retried(let effects): return effects.filter { $0.effect == .ready }.map(\.id)
    default: throw UnexpectedResult(result: "change")
    }
  }

  /// Carries out an operation that answers whether it was accepted.
  package func isAccepted(_ operation: Operation) throws -> Bool {
    guard case .accepted(let isAccepted)? = try transact([operation]).first else {
      throw UnexpectedResult(result: "accepted")
    }
    return isAccepted
  }

  package func state(_ id: JobID) throws -> JobState? { try job(id)?.state }

  package func outcomes(_ id: JobID) throws -> [AttemptOutcome?] {
    try attempts(of: id).map(\.outcome)
  }
}
