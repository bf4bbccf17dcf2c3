import CSQLite
import Fallback
import Platform
package import Queue

extension SQLiteQueue {
  /// The schema that this program reads and writes.
  package static var schemaVersion: Int { Int(Schema.version) }

  /// Looks for damage: reads the whole file, which takes a second per gigabyte or so.
  ///
  /// - Returns: What is wrong, a line each; empty: nothing.
  /// - Throws: `corrupt` where even looking fails, and what reading throws.
  package func check() throws(StoreError) -> [String] {
    try read { (reader) throws(StoreError) in
      var problems: [String] = []
      var find = try reader.db.temporaryStatement("PRAGMA integrity_check(100)")
      while try find.step() { if find.text(0) != "ok" { problems.append(find.text(0)) } }
      if problems.isEmpty { problems += try reader.wrongCounters() }
      return problems
    }
  }

  /// Copies the queue, as it is at one moment, into a new file that only its owner can read. Others may
  /// write meanwhile.
  ///
  /// - Parameter target: Where; nothing may be there.
  /// - Throws: `cannotOpen` where something is, and what reading or writing throws.
  package func backUp(to target: String) throws(StoreError) {
    guard !FileSystem.exists(target) else {
      throw StoreError(.cannotOpen, message: "already exists", path: target)
    }
    try DatabaseFile.create(target)
    do throws(StoreError) {
      try read { (reader) throws(StoreError) in try reader.db.copy(to: target) }
    } catch {
      // Half a copy must not look like one.
      try? FileSystem.remove(target)
      throw error
    }
  }
}

extension Reader {
  /// Counts all jobs anew.
  fileprivate mutating func wrongCounters() throws(StoreError) -> [String] {
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
  /// Copies every page into a database that is empty.
  fileprivate func copy(to target: String) throws(StoreError) {
    var copy: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    var code = unsafe sqlite3_open_v2(target, &copy, flags, nil)
    defer { unsafe sqlite3_close_v2(copy) }
    if code == SQLITE_OK {
      code = unsafe copyPages(into: copy)
    }
    guard code == SQLITE_DONE else {
      throw unsafe StoreError(handle: copy, code: code, path: target)
    }
  }
}
