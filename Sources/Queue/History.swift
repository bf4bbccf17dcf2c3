package import Fallback

/// How long finished jobs are kept, as the times before which they must have ended to go.
package struct Retention: Sendable, Hashable {
  /// A state that is missing here is kept for ever; those of unfinished jobs mean nothing.
  package var endedBefore: [JobState: Milliseconds]

  package init(_ endedBefore: [JobState: Milliseconds]) { self.endedBefore = endedBefore }

  /// What a configuration keeps.
  ///
  /// - Parameters:
  ///   - now: Milliseconds since 1970.
  ///   - finished: How long succeeded, failed and cancelled jobs are kept.
  ///   - dead: How long dead ones are kept.
  package init(now: Milliseconds, finished: Milliseconds, dead: Milliseconds) {
    self.init([
      .succeeded: now - finished, .failed: now - finished, .cancelled: now - finished,
      .dead: now - dead,
    ])
  }

  /// Whether a job may go.
  package func covers(_ state: JobState, endedAt: Milliseconds) -> Bool {
    guard state.isFinished, let time = endedBefore[state] else { return false }
    return endedAt < time
  }

  /// No job that ended at this time or later goes; nil: none goes at all.
  package var latest: Milliseconds? { endedBefore.values.max() }
}

/// A place in the order in which jobs ended.
package struct HistoryPosition: Sendable, Hashable {
  package var endedAt: Milliseconds
  package var id: JobID

  package init(endedAt: Milliseconds, id: JobID) {
    self.endedAt = endedAt
    self.id = id
  }
}

/// A finished job that a retention lets go.
package struct ExpiredJob: Sendable, Hashable {
  package var id: JobID
  package var state: JobState
  package var endedAt: Milliseconds
  /// Of input, result and the record of its last run: what its removal has to free.
  package var bytes: Int

  package init(id: JobID, state: JobState, endedAt: Milliseconds, bytes: Int) {
    self.id = id
    self.state = state
    self.endedAt = endedAt
    self.bytes = bytes
  }
}

/// Some jobs that a retention lets go, and how far the search has come.
package struct ExpiredPage: Sendable, Hashable {
  package var jobs: [ExpiredJob]
  /// Where to go on; nil: that was all.
  package var next: HistoryPosition?

  package init(jobs: [ExpiredJob] = [], next: HistoryPosition? = nil) {
    self.jobs = jobs
    self.next = next
  }
}

/// Rows that no job refers to any more, as a store found them at one moment. Only the store reads it.
package struct Leftovers: Sendable, Hashable {
  package var names: [Int64]
  package var definitions: [Int64]
  package var plans: [Int64]
  /// Younger jobs were not looked at; the store does so when it drops the rows.
  package var seenTo: JobID

  package init(
    names: [Int64] = [], definitions: [Int64] = [], plans: [Int64] = [], seenTo: JobID = 0
  ) {
    self.names = names
    self.definitions = definitions
    self.plans = plans
    self.seenTo = seenTo
  }

  package var isEmpty: Bool { names.isEmpty && definitions.isEmpty && plans.isEmpty }
}
