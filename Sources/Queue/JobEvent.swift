package import Fallback

/// Something that happened to a job, as it can be read off the records.
package struct JobEvent: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case enqueued
    case started
    /// An attempt failed and another will follow.
    case retry
    case parked, crashed, lost
    case handedBack = "handed_back"
    case cancelled
    /// The job is over: `state` says how.
    case finished
  }

  package var kind: Kind
  package var at: Milliseconds
  package var job: JobID
  /// The kind of job.
  package var jobKind: String
  package var queue: String
  /// Where the job stood right after it.
  package var state: JobState
  /// Number of the claim; nil where it was not about a run.
  package var attempt: Int?
  package var worker: String?
  /// When the run began that ended here.
  package var startedAt: Milliseconds?
  package var servedBy: ServedBy?
  package var resultBytes: Int?
  package var error: JobError?
  /// When the job goes on, as far as that still holds.
  package var runAt: Milliseconds?

  package init(
    kind: Kind, at: Milliseconds, job: JobID, jobKind: String, queue: String, state: JobState
  ) {
    self.kind = kind
    self.at = at
    self.job = job
    self.jobKind = jobKind
    self.queue = queue
    self.state = state
  }
}

/// From where events are to be told.
package enum EventStart: Sendable, Hashable {
  /// What happens from now on.
  case now
  /// About so many that have happened last, or some more.
  case latest(Int)
  case since(Milliseconds)
}

/// How far events have been told. Made and read by the store only.
package struct EventCursor: Sendable, Hashable {
  /// One thing that happened: a job's start or end at a time.
  package struct Key: Sendable, Hashable {
    package var job: JobID
    package var at: Milliseconds

    package init(job: JobID, at: Milliseconds) {
      self.job = job
      self.at = at
    }
  }

  /// Nothing before it is told.
  package var floor: Milliseconds
  /// Jobs up to this id were told as enqueued.
  package var lastID: JobID
  /// How far the ends of jobs, and of runs that did not end theirs, have been read.
  package var jobEnds: HistoryPosition
  package var runEnds: HistoryPosition
  /// Ends after these positions that were told already: a short stretch is always read again, since
  /// commits need not become visible in the order of their times.
  package var toldEnds: Set<Key>
  /// Told starts of runs whose end has not been told.
  package var toldStarts: Set<Key>

  package init(floor: Milliseconds, lastID: JobID) {
    self.floor = floor
    self.lastID = lastID
    jobEnds = HistoryPosition(endedAt: floor, id: 0)
    runEnds = jobEnds
    toldEnds = []
    toldStarts = []
  }
}

/// Events in the order of their times, and where to go on.
package struct EventPage: Sendable, Hashable {
  package var events: [JobEvent]
  package var cursor: EventCursor
  /// There is more to be read at once.
  package var hasMore: Bool

  package init(events: [JobEvent], cursor: EventCursor, hasMore: Bool = false) {
    self.events = events
    self.cursor = cursor
    self.hasMore = hasMore
  }
}
