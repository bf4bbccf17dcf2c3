import Fallback
import Queue

/// Statements that count rows which belong to nothing, or lack what belongs to them.
private let rowChecks: [(problem: String, sql: String)] = {
  let jobs =
    "(SELECT id FROM jobs UNION ALL SELECT id FROM running UNION ALL SELECT id FROM finished)"
  func without(_ table: String, _ key: String, of place: String) -> String {
    "SELECT count(*) FROM \(table) t WHERE NOT EXISTS (SELECT 1 FROM \(place) j WHERE j.id = \(key))"
  }
  func withoutJob(_ table: String, _ key: String = "t.job_id") -> String {
    """
    SELECT count(*) FROM \(table) t WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = \(key))
      AND NOT EXISTS (SELECT 1 FROM running WHERE id = \(key))
      AND NOT EXISTS (SELECT 1 FROM finished WHERE id = \(key))
    """
  }
  func missing(_ table: String, _ column: String) -> String {
    """
    SELECT (SELECT count(*) FROM jobs t WHERE NOT EXISTS
        (SELECT 1 FROM \(table) n WHERE n.id = t.\(column)))
      + (SELECT count(*) FROM running t WHERE NOT EXISTS
        (SELECT 1 FROM \(table) n WHERE n.id = t.\(column)))
      + (SELECT count(*) FROM finished t WHERE NOT EXISTS
        (SELECT 1 FROM \(table) n WHERE n.id = t.\(column)))
    """
  }
  func unlisted(_ table: String, _ facet: BlockFacet, _ column: String) -> String {
    """
    (SELECT count(*) FROM (SELECT DISTINCT \(column) AS value, id >> 12 AS block FROM \(table)) t
      WHERE value IS NOT NULL AND NOT EXISTS (SELECT 1 FROM id_blocks b
        WHERE b.facet = \(facet.rawValue) AND b.value = t.value AND b.block = t.block))
    """
  }
  let unlistedJobs = ["jobs", "running", "finished"].flatMap {
    [unlisted($0, .queue, "queue"), unlisted($0, .kind, "kind")]
  }
  return [
    (
      "blocks of jobs are missing in listings",
      "SELECT "
        + (unlistedJobs + [unlisted("finished", .provider, "provider")]).joined(separator: " + ")
    ),
    ("jobs lie in two tables at once", "SELECT count(*) - count(DISTINCT id) FROM \(jobs)"),
    (
      "jobs lack their input",
      """
      SELECT count(*) FROM \(jobs) t WHERE NOT EXISTS
        (SELECT 1 FROM inputs i WHERE i.job_id = t.id)
      """
    ),
    ("jobs lack the name of their queue", missing("names", "queue")),
    ("jobs lack the name of their kind", missing("names", "kind")),
    ("jobs lack their definition", missing("definitions", "definition")),
    ("inputs belong to no job", withoutJob("inputs")),
    ("attempts belong to no job", withoutJob("attempts", "(t.id >> 20)")),
    ("parts belong to no job", withoutJob("parts")),
    ("errors belong to no job", withoutJob("errors")),
    ("labels belong to no job", withoutJob("labels")),
    ("reasons belong to no job", withoutJob("job_reasons")),
    ("late results belong to no job", withoutJob("late_results")),
    (
      "unique keys belong to no job",
      withoutJob("(SELECT * FROM unique_keys WHERE until IS NULL)")
    ),
    ("journals belong to no running job", without("journals", "t.job_id", of: "running")),
  ]
}()

extension Reader {
  /// Everything that is wrong with the queue, as far as its own rules tell.
  mutating func problems(isQuick: Bool) throws(StoreError) -> [DatabaseProblem] {
    var problems: [DatabaseProblem] = []
    let pragma = isQuick ? "PRAGMA quick_check(100)" : "PRAGMA integrity_check(100)"
    do {
      var find = try db.temporaryStatement(pragma)
      while try find.step() {
        // Several in one row, one a line.
        for line in find.text(0).split(separator: "\n") where line != "ok" {
          problems.append(DatabaseProblem(.integrity, String(line)))
        }
      }
    }
    // What is damaged cannot be asked about its content.
    guard problems.isEmpty else { return problems }
    problems += try schemaProblems()
    guard problems.isEmpty else { return problems }
    problems += try wrongCounters().map { DatabaseProblem(.counters, $0) }
    if !isQuick { problems += try rowProblems() }
    return problems
  }

  /// Compares tables and indexes with those of a new database.
  private mutating func schemaProblems() throws(StoreError) -> [DatabaseProblem] {
    let found = try db.schemaObjects()
    var fresh = try Connection.inMemory()
    for migration in Schema.migrations { try fresh.execute(migration.sql) }
    let expected = try fresh.schemaObjects()
    var problems: [DatabaseProblem] = []
    for (name, sql) in expected.sorted(by: { $0.key < $1.key }) where found[name] != sql {
      let what = found[name] == nil ? "is missing" : "is not as this program makes it"
      problems.append(DatabaseProblem(.schema, "\(name) \(what)"))
    }
    for name in Set(found.keys).subtracting(expected.keys).sorted() {
      problems.append(DatabaseProblem(.schema, "\(name) was made by somebody else"))
    }
    return problems
  }

  private mutating func rowProblems() throws(StoreError) -> [DatabaseProblem] {
    try inSnapshot { (reader) throws(StoreError) in
      var problems: [DatabaseProblem] = []
      for check in rowChecks {
        let count = try reader.db.number(check.sql)
        if count > 0 { problems.append(DatabaseProblem(.rows, "\(count) \(check.problem)")) }
      }
      return problems
    }
  }

  /// Counts all jobs anew.
  mutating func wrongCounters() throws(StoreError) -> [String] {
    try inSnapshot { (reader) throws(StoreError) in
      var counted: [String: [JobState: Int]] = [:]
      var find = try reader.db.temporaryStatement(
        """
        SELECT q.text, s.state, count(*) FROM (
          SELECT queue, state FROM jobs UNION ALL SELECT queue, 2 FROM running
          UNION ALL SELECT queue, state FROM finished) s
        JOIN names q ON q.id = s.queue GROUP BY s.queue, s.state
        """)
      while try find.step() {
        guard let state = JobState(code: find.int(1)) else { continue }
        counted[find.text(0), default: [:]][state] = Int(find.int(2))
      }
      let kept = try reader.countsByQueue()
      return Set(counted.keys).union(kept.keys).sorted().filter { counted[$0] != kept[$0] }
        .map { "the counters of queue \($0) are wrong" }
    }
  }
}

extension Connection {
  /// The SQL behind every table and index, by name.
  fileprivate mutating func schemaObjects() throws(StoreError) -> [String: String] {
    var objects: [String: String] = [:]
    var find = try temporaryStatement(
      "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    while try find.step() { objects[find.text(0)] = find.text(1) }
    return objects
  }
}
