package import Fallback
package import Queue

/// What `auxq work` was asked for.
package struct WorkerOptions: Sendable, Hashable {
  /// Calls in flight, and jobs at work, at most; the shortest are claimed ahead besides.
  package var concurrency: Int
  /// nil: every queue.
  package var queues: [String]?
  /// Ends when no job is ready or running.
  package var drains: Bool
  /// Ends after one job.
  package var once: Bool
  /// How long running jobs may go on after the first signal, in milliseconds.
  package var grace: Milliseconds
  package var lease: Milliseconds
  /// How many jobs of a queue may run at once, by all workers together.
  package var limits: [String: Int]

  package init(
    concurrency: Int = 16, queues: [String]? = nil, drains: Bool = false, once: Bool = false,
    grace: Milliseconds = 30_000, lease: Milliseconds = 60_000, limits: [String: Int] = [:]
  ) {
    self.concurrency = concurrency
    self.queues = queues
    self.drains = drains
    self.once = once
    self.grace = grace
    self.lease = lease
    self.limits = limits
  }
}

/// What a worker tells its log.
package enum WorkerNote: Sendable {
  case started(JobID, kind: String, attempt: Int)
  case settled(JobID, kind: String, Settlement, milliseconds: Milliseconds)
  /// The lease was lost, or the settlement came too late: another worker has the job.
  case lost(JobID)
  case storeFailed(StoreError)
  /// A signal was received; so many jobs are still running.
  case draining(running: Int)
  case handingBack(running: Int)
}
