package import Fallback
package import Queue

// What `QueueStore` wants to know: each question is answered by a reading connection, on one state of
// the database or, where it is long, on several.
extension SQLiteQueue {
  package func looksClaimable(_ request: ClaimRequest) throws(StoreError) -> Bool {
    let moment = clock.moment
    let isAlive = isAlive
    return try read { (reader) throws(StoreError) in
      try reader.looksClaimable(request, at: moment, isAlive: isAlive)
    }
  }

  package func cancelRequests(of worker: WorkerIdentity) throws(StoreError) -> [LeaseKey] {
    try read { (reader) throws(StoreError) in try reader.cancelRequests(of: worker) }
  }

  package func plans() throws(StoreError) -> [String] {
    try read { (reader) throws(StoreError) in try reader.plans() }
  }

  package func lateResults(of id: JobID) throws(StoreError) -> [LateResult] {
    try read { (reader) throws(StoreError) in try reader.lateResults(of: id) }
  }

  package func job(_ id: JobID) throws(StoreError) -> JobRecord? {
    try read { (reader) throws(StoreError) in try reader.job(id) }
  }

  package func jobs(matching filter: JobFilter) throws(StoreError) -> [JobRecord] {
    try read { (reader) throws(StoreError) in try reader.jobs(matching: filter) }
  }

  package func attempts(of id: JobID) throws(StoreError) -> [AttemptRecord] {
    try read { (reader) throws(StoreError) in try reader.attempts(of: id) }
  }

  package func input(of id: JobID) throws(StoreError) -> JobInput? {
    try read { (reader) throws(StoreError) in try reader.input(of: id) }
  }

  package func definition(hash: String) throws(StoreError) -> StoredDefinition? {
    try read { (reader) throws(StoreError) in try reader.definition(hash: hash) }
  }

  package func options(of id: JobID) throws(StoreError) -> [UInt8]? {
    try read { (reader) throws(StoreError) in try reader.options(of: id) }
  }

  package func marks() throws(StoreError) -> [Mark] {
    try read { (reader) throws(StoreError) in try reader.marks() }
  }

  package func poolUses() throws(StoreError) -> [PoolUse] {
    try read { (reader) throws(StoreError) in try reader.db.poolUses() }
  }

  package func adaptations() throws(StoreError) -> [Adaptation] {
    let oldest = clock.wall() - adaptationLifetime
    return try read { (reader) throws(StoreError) in
      try reader.adaptations(after: oldest)
    }
  }

  package func refreshFailures() throws(StoreError) -> [RefreshFailure] {
    try read { (reader) throws(StoreError) in try reader.db.refreshFailures() }
  }

  package func keptAnswer(_ key: String) throws(StoreError) -> KeptAnswer? {
    try read { (reader) throws(StoreError) in try reader.db.keptAnswer(key) }
  }

  package func statistics() throws(StoreError) -> QueueStatistics {
    let now = clock.wall()
    return try read { (reader) throws(StoreError) in
      try reader.statistics(at: now)
    }
  }

  package func healthEpoch() throws(StoreError) -> Int64 {
    try read { (reader) throws(StoreError) in try reader.healthEpoch() }
  }

  package func health(unless epoch: Int64?) throws(StoreError) -> Health? {
    let oldest = clock.wall() - adaptationLifetime
    return try read { (reader) throws(StoreError) in
      try reader.health(unless: epoch, adaptationsAfter: oldest)
    }
  }

  package func openJobs(
    queues: [String]?
  ) throws(StoreError) -> (ready: Int, running: Int) {
    try read { (reader) throws(StoreError) in
      try reader.openJobs(queues: queues)
    }
  }

  package func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds? {
    try read { (reader) throws(StoreError) in
      try reader.nextDueTime(queues: queues)
    }
  }

  package func expired(
    _ retention: Retention, after position: HistoryPosition?, limit: Int
  ) throws(StoreError) -> ExpiredPage {
    try read { (reader) throws(StoreError) in
      try reader.expired(retention, after: position, limit: limit)
    }
  }

  package func leftovers() throws(StoreError) -> Leftovers {
    try read { (reader) throws(StoreError) in try reader.leftovers() }
  }

  package func eventCursor(_ start: EventStart) throws(StoreError) -> EventCursor {
    let now = clock.wall()
    return try read { (reader) throws(StoreError) in try reader.eventCursor(start, at: now) }
  }

  package func events(after cursor: EventCursor) throws(StoreError) -> EventPage {
    let now = clock.wall()
    return try read { (reader) throws(StoreError) in try reader.events(after: cursor, at: now) }
  }
}
