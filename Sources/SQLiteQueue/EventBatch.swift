import Fallback
import Queue

/// Ends that are this much older than the newest one told are read again: a commit becomes visible a
/// moment after the time that it bears.
private let rereading: Milliseconds = 2_000

extension EventCursor {
  /// A clock that was set back must not silence everything until it has caught up.
  mutating func stepBack(to now: Milliseconds) {
    floor = min(floor, now)
    for path in [\EventCursor.jobEnds, \.runEnds] where self[keyPath: path].endedAt > now {
      self[keyPath: path] = HistoryPosition(endedAt: now, id: 0)
    }
  }
}

/// One reading of all sorts of rows.
struct EventBatch {
  struct End {
    var event: JobEvent
    /// Its key in the table that it comes from.
    var row: Int64

    var position: HistoryPosition { HistoryPosition(endedAt: event.at, id: row) }
    var key: EventCursor.Key { EventCursor.Key(job: event.job, at: event.at) }
  }

  private var cursor: EventCursor
  private var events: [JobEvent] = []
  private var jobs: [JobEvent] = []
  private var jobEnds: [End] = []
  private var runEnds: [End] = []
  private var running: [JobEvent] = []
  /// Where some sort of rows was cut off, nothing later may be told yet.
  private var horizon = Milliseconds.max

  init(_ cursor: EventCursor) { self.cursor = cursor }

  mutating func take(jobs: [JobEvent]) {
    self.jobs = jobs
    limit(jobs.count, last: jobs.last?.at)
  }

  mutating func take(jobEnds: [End]) {
    self.jobEnds = jobEnds
    limit(jobEnds.count, last: jobEnds.last?.event.at)
  }

  mutating func take(runEnds: [End]) {
    self.runEnds = runEnds
    limit(runEnds.count, last: runEnds.last?.event.at)
  }

  mutating func take(running: [JobEvent]) { self.running = running }

  private mutating func limit(_ count: Int, last: Milliseconds?) {
    if count >= eventsPerPage, let last { horizon = min(horizon, last) }
  }

  mutating func page() -> EventPage {
    for job in jobs {
      guard job.at <= horizon else { break }
      if job.at >= cursor.floor { events.append(job) }
      cursor.lastID = job.job
    }
    let ends = jobEnds + runEnds
    cursor.jobEnds = advance(cursor.jobEnds, jobEnds)
    cursor.runEnds = advance(cursor.runEnds, runEnds)
    for end in ends where end.event.at <= horizon { tell(end) }
    for start in running where start.at <= horizon { tell(start) }
    let oldest = min(cursor.jobEnds.endedAt, cursor.runEnds.endedAt)
    cursor.toldEnds = cursor.toldEnds.filter { $0.at >= oldest }
    events.sort { ($0.at, $0.job, $0.kind.order) < ($1.at, $1.job, $1.kind.order) }
    return EventPage(events: events, cursor: cursor, hasMore: horizon < .max)
  }

  /// Where the next reading begins: behind the last row while there is more, else a little before.
  private func advance(_ position: HistoryPosition, _ ends: [End]) -> HistoryPosition {
    guard let last = ends.last(where: { $0.event.at <= horizon }) else { return position }
    if horizon < .max { return last.position }
    let back = HistoryPosition(endedAt: last.event.at - rereading, id: 0)
    return back.endedAt > position.endedAt ? back : position
  }

  private mutating func tell(_ end: End) {
    guard end.event.at >= cursor.floor, cursor.toldEnds.insert(end.key).inserted else { return }
    if let startedAt = end.event.startedAt {
      let start = EventCursor.Key(job: end.event.job, at: startedAt)
      if startedAt >= cursor.floor, !cursor.toldStarts.contains(start) {
        events.append(end.event.start(at: startedAt))
      }
      cursor.toldStarts.remove(start)
    }
    events.append(end.event)
  }

  private mutating func tell(_ start: JobEvent) {
    let key = EventCursor.Key(job: start.job, at: start.at)
    if cursor.toldStarts.insert(key).inserted { events.append(start) }
  }
}

extension JobEvent {
  /// The start of the run that ended here.
  fileprivate func start(at time: Milliseconds) -> JobEvent {
    var start = JobEvent(
      kind: .started, at: time, job: job, jobKind: jobKind, queue: queue, state: .running)
    start.attempt = attempt
    start.worker = worker
    return start
  }
}

extension JobEvent.Kind {
  /// Of what happens to one job in the same millisecond.
  fileprivate var order: Int {
    switch self {
    case .enqueued: 0
    case .started: 1
    case .retry, .parked, .crashed, .lost, .handedBack: 2
    case .cancelled, .finished: 3
    }
  }
}
