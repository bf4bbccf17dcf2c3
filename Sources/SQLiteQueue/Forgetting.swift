import Fallback
import Queue

extension Query {
  fileprivate static let referencesOfJobs: Query = """
    SELECT definition, plan FROM jobs WHERE id > ?1 AND id <= ?2
    UNION SELECT definition, plan FROM running WHERE id > ?1 AND id <= ?2
    UNION SELECT definition, plan FROM finished WHERE id > ?1 AND id <= ?2
    """
  fileprivate static let allDefinitions: Query = "SELECT id FROM definitions"
  fileprivate static let allPlans: Query = "SELECT id FROM plans"
  fileprivate static let unusedNames: Query = """
    SELECT id FROM names n
    WHERE NOT EXISTS (
        SELECT 1 FROM counters c WHERE (c.queue = n.id OR c.kind = n.id AND c.queue > 0)
          AND (scheduled + open + retryable + succeeded + failed + cancelled + dead) > 0)
      AND NOT EXISTS (SELECT 1 FROM paused_queues p WHERE p.queue = n.id)
      AND NOT EXISTS (SELECT 1 FROM unique_keys u WHERE u.queue = n.id)
      AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id > ?1 AND (j.queue = n.id OR j.kind = n.id))
      AND NOT EXISTS (SELECT 1 FROM running r WHERE r.queue = n.id OR r.kind = n.id)
    """
  fileprivate static let definitionOfYounger: Query = """
    SELECT EXISTS (SELECT 1 FROM jobs WHERE id > ?1 AND definition = ?2)
      OR EXISTS (SELECT 1 FROM running WHERE id > ?1 AND definition = ?2)
      OR EXISTS (SELECT 1 FROM finished WHERE id > ?1 AND definition = ?2)
    """
  fileprivate static let planOfYounger: Query = """
    SELECT EXISTS (SELECT 1 FROM jobs WHERE id > ?1 AND plan = ?2)
      OR EXISTS (SELECT 1 FROM running WHERE id > ?1 AND plan = ?2)
      OR EXISTS (SELECT 1 FROM finished WHERE id > ?1 AND plan = ?2)
    """
  fileprivate static let deletePlan: Query = "DELETE FROM plans WHERE id = ?"
  fileprivate static let dropOldKeys: Query = "DELETE FROM unique_keys WHERE until <= ?"
  fileprivate static let deleteDefinition: Query = "DELETE FROM definitions WHERE id = ?"
  fileprivate static let deleteName: Query = "DELETE FROM names WHERE id = ?"
  fileprivate static let deleteCounters: Query = """
    DELETE FROM counters WHERE queue > 0 AND (queue = ?1 OR kind = ?1)
      AND scheduled + open + retryable + succeeded + failed + cancelled + dead = 0
    """
  fileprivate static let raiseNamesEpoch: Query =
    "UPDATE meta SET value = value + 1 WHERE key = 'names_epoch'"
  fileprivate static let dropOldAdaptations: Query = "DELETE FROM adaptations WHERE learnt_at <= ?"
}

/// Jobs that one reading transaction looks through: a long one would keep the WAL from being emptied.
private let jobsPerStep: JobID = 20_000

extension Reader {
  mutating func leftovers() throws(StoreError) -> Leftovers {
    var leftovers = Leftovers()
    var (unused, plans) = (Set<Int64>(), Set<Int64>())
    try inSnapshot { (reader) throws(StoreError) in
      leftovers.seenTo = try reader.highestJob()
      unused = Set(try reader.numbers(.allDefinitions))
      plans = Set(try reader.numbers(.allPlans))
      leftovers.names = try reader.unusedNames()
    }
    // The newest first: what is in use is mostly found at once.
    var above = leftovers.seenTo
    while above > 0, !unused.isEmpty || !plans.isEmpty {
      let (low, high) = (above - jobsPerStep, above)
      try inSnapshot { (reader) throws(StoreError) in
        var find = try reader.db.statement(.referencesOfJobs)
        find.bind(low)
        find.bind(high)
        while try find.step() {
          unused.remove(find.int(0))
          plans.remove(find.int(1))
        }
      }
      above = low
    }
    leftovers.definitions = unused.sorted()
    leftovers.plans = plans.sorted()
    return leftovers
  }

  private mutating func unusedNames() throws(StoreError) -> [Int64] {
    var names: [Int64] = []
    let countedTo = try number(.countedTo)
    var find = try db.statement(.unusedNames)
    find.bind(countedTo)
    while try find.step() { names.append(find.int(0)) }
    return names
  }

  private mutating func number(_ query: Query) throws(StoreError) -> Int64 {
    var find = try db.statement(query)
    return try find.step() ? find.int(0) : 0
  }

  private mutating func numbers(_ query: Query) throws(StoreError) -> [Int64] {
    var numbers: [Int64] = []
    var find = try db.statement(query)
    while try find.step() { numbers.append(find.int(0)) }
    return numbers
  }
}

extension Writer {
  /// Drops rows that are still referred to by nothing: only jobs that came since can have changed that.
  mutating func forget(_ leftovers: Leftovers, at moment: Moment) throws(StoreError) {
    try countNewJobs()
    try writeCounters()
    var dropped = false
    for (ids, usedBy, drop) in [
      (leftovers.definitions, Query.definitionOfYounger, Query.deleteDefinition),
      (leftovers.plans, .planOfYounger, .deletePlan),
    ] {
      for id in ids where try !isUsed(id, by: usedBy, after: leftovers.seenTo) {
        try delete(drop, id)
        dropped = true
      }
    }
    for id in try stillUnused(leftovers.names) {
      try delete(.deleteCounters, id)
      try delete(.deleteName, id)
      dropped = true
    }
    var adaptations = try db.statement(.dropOldAdaptations)
    adaptations.bind(moment.wall - adaptationLifetime)
    try adaptations.run()
    try delete(.dropOldKeys, moment.wall)
    try forgetBlocks()
    guard dropped else { return }
    names = NameCache()
    var raise = try db.statement(.raiseNamesEpoch)
    try raise.run()
  }

  private mutating func isUsed(
    _ reference: Int64, by query: Query, after id: JobID
  ) throws(StoreError) -> Bool {
    var find = try db.statement(query)
    find.bind(id)
    find.bind(reference)
    return try find.step() && find.bool(0)
  }

  private mutating func stillUnused(_ ids: [Int64]) throws(StoreError) -> [Int64] {
    guard !ids.isEmpty else { return [] }
    var unused = Set<Int64>()
    var find = try db.statement(.unusedNames)
    find.bind(JobID.max)
    while try find.step() { unused.insert(find.int(0)) }
    return ids.filter { unused.contains($0) }
  }

  private mutating func delete(_ query: Query, _ id: Int64) throws(StoreError) {
    var delete = try db.statement(query)
    delete.bind(id)
    try delete.run()
  }
}
