import Fallback
import Queue

extension Query {
  fileprivate static let endedAfter: Query = """
    SELECT f.id, f.state, f.finished_at,
      coalesce(length(f.result), 0) + coalesce(length(f.trace), 0)
        + coalesce((SELECT length(bytes) FROM inputs i WHERE i.job_id = f.id), 0)
    FROM finished f
    WHERE (f.finished_at, f.id) > (?1, ?2) AND f.finished_at < ?3
    ORDER BY f.finished_at, f.id LIMIT ?4
    """
  fileprivate static let endOfJob: Query = "SELECT state, finished_at FROM finished WHERE id = ?"
}

extension Reader {
  mutating func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage {
    guard let latest = retention.latest, limit > 0 else { return ExpiredPage() }
    var page = ExpiredPage()
    var looked = 0
    var find = try db.statement(.endedAfter)
    find.bind(position?.endedAt ?? .min)
    find.bind(position?.id ?? 0)
    find.bind(latest)
    find.bind(limit)
    while try find.step() {
      looked += 1
      let (id, endedAt) = (find.int(0), find.int(2))
      page.next = HistoryPosition(endedAt: endedAt, id: id)
      guard let state = JobState(code: find.int(1)), retention.covers(state, endedAt: endedAt)
      else { continue }
      page.jobs.append(
        ExpiredJob(id: id, state: state, endedAt: endedAt, bytes: Int(find.int(3))))
    }
    if looked < limit { page.next = nil }
    return page
  }
}

extension Writer {
  /// Looks again, since a job may have been retried or removed since it was found.
  ///
  /// - Returns: The ids that are gone now.
  mutating func prune(
    _ ids: [JobID], _ retention: Retention, at moment: Moment
  ) throws(StoreError) -> [JobID] {
    var expired: [JobID] = []
    for id in ids {
      var find = try db.statement(.endOfJob)
      find.bind(id)
      guard try find.step(), let state = JobState(code: find.int(0)),
        retention.covers(state, endedAt: find.int(1))
      else { continue }
      expired.append(id)
    }
    return try remove(expired, keepingKeysAt: moment.wall)
  }
}
