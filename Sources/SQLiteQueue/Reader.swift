import Fallback
import Queue

/// A connection that only reads.
struct Reader: ~Copyable {
  var db: Connection
  private var file: DatabaseFile

  init(db: consuming Connection, file: DatabaseFile) {
    self.db = db
    self.file = file
  }

  mutating func read<Result>(
    _ body: (inout Reader) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try file.checkStillThere()
    return try body(&self)
  }

  /// Looks at the file after a failure: a replaced one fails in odd ways.
  func reason(for error: StoreError) -> StoreError { file.replacement(after: error) }

  /// Runs several statements on one state of the database, briefly: a long one would keep the WAL
  /// from being emptied.
  mutating func inSnapshot<Result>(
    _ body: (inout Reader) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    var begin = try db.statement(.beginReading)
    try begin.run()
    do throws(StoreError) {
      let result = try body(&self)
      try db.execute("COMMIT")
      return result
    } catch {
      if db.isInTransaction { try? db.execute("ROLLBACK") }
      throw error
    }
  }
}
