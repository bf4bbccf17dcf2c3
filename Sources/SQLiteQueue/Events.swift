import Fallback
import Queue

extension Reader {
  /// What happened since, put together from the rows that every run leaves behind anyway: ids of jobs
  /// grow, and ended jobs and runs are indexed by time.
  mutating func events(
    after cursor: EventCursor, at now: Milliseconds
  ) throws(StoreError) -> EventPage {
    try inSnapshot { (reader) throws(StoreError) in
      var cursor = cursor
      cursor.stepBack(to: now)
      var batch = EventBatch(cursor)
      batch.take(jobs: try reader.enqueued(after: cursor.lastID))
      batch.take(jobEnds: try reader.jobEnds(after: cursor.jobEnds))
      batch.take(runEnds: try reader.runEnds(after: cursor.runEnds))
      batch.take(running: try reader.started(since: cursor.floor))
      return batch.page()
    }
  }

  mutating func eventCursor(
    _ start: EventStart, at now: Milliseconds
  ) throws(StoreError) -> EventCursor {
    try inSnapshot { (reader) throws(StoreError) in
      let highest = try reader.highestJob()
      switch start {
      case .now: return EventCursor(floor: now, lastID: highest)
      case .since(let time):
        return EventCursor(floor: time, lastID: try reader.lastJob(enqueuedBefore: time, highest))
      case .latest(let count):
        guard count > 0, let time = try reader.timeOfLatest(count) else {
          return EventCursor(floor: now, lastID: highest)
        }
        // However many were enqueued in one moment: of the last so many, the last so many ids.
        let before = try reader.lastJob(enqueuedBefore: time, highest)
        return EventCursor(floor: time, lastID: max(before, highest - JobID(count)))
      }
    }
  }

  /// The time of the event that so many others follow.
  private mutating func timeOfLatest(_ count: Int) throws(StoreError) -> Milliseconds? {
    var times: [Milliseconds] = []
    for query in [Query.latestJobEnds, .latestRunEnds, .latestEnqueued, .latestStarts] {
      var find = try db.statement(query)
      find.bind(count)
      while try find.step() { times.append(find.int(0)) }
    }
    times.sort(by: >)
    return times.count > count ? times[count - 1] : times.last
  }

  mutating func highestJob() throws(StoreError) -> JobID {
    var find = try db.statement(.highestJob)
    return try find.step() ? find.int(0) : 0
  }

  /// Times of enqueueing grow with the ids, so the place is found by halving.
  mutating func lastJob(
    enqueuedBefore time: Milliseconds, _ highest: JobID
  ) throws(StoreError) -> JobID {
    var (low, high) = (JobID(0), highest)
    while low < high {
      let middle = low + (high - low + 1) / 2
      var find = try db.statement(.jobUpTo)
      find.bind(middle)
      guard try find.step() else { return 0 }
      let (id, enqueuedAt) = (find.int(0), find.int(1))
      if enqueuedAt < time { low = middle } else { high = id - 1 }
    }
    return low
  }
}
