/// What can be done with a queue as a file: `db check`, `backup`, `migrate`, and what `doctor` looks at.
/// Nothing here needs a worker to stop.
package protocol DatabaseUpkeep: Sendable {
  /// The schema that this program reads and writes.
  var schemaVersion: Int { get }

  /// Looks at a file without changing it.
  ///
  /// - Parameter path: The file.
  /// - Returns: What is known.
  /// - Throws: `cannotOpen`, `permission`, `foreign`, `corrupt`, `io`; a newer or older schema is a
  ///   fact, no error.
  func facts(_ path: String) throws(StoreError) -> DatabaseFacts

  /// Looks for damage: reads everything, which takes a second per gigabyte or so.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isQuick: Leaves out what compares indexes with tables and rows with each other.
  /// - Returns: What is wrong; empty: nothing.
  /// - Throws: `corrupt` where even looking fails, `newerSchema`, `olderSchema`, and what reading throws.
  func check(_ path: String, isQuick: Bool) throws(StoreError) -> [DatabaseProblem]

  /// Copies a queue, as it is at one moment, into a new file that only its owner can read; others may
  /// write meanwhile. The copy is whole, checked and on the disk when this returns, or there is none.
  ///
  /// - Parameters:
  ///   - path: The queue.
  ///   - target: The new file.
  /// - Returns: What lies in the copy.
  /// - Throws: `exists` where something is, and what reading or writing throws.
  func backUp(_ path: String, to target: String) throws(StoreError) -> DatabaseFacts

  /// Brings the schema up to date. Any number of processes may do so at once, or be killed meanwhile.
  ///
  /// - Parameters:
  ///   - path: The file; made where there is none.
  ///   - keepsCopy: Backs up an older database beside it first.
  /// - Returns: From which schema to which.
  /// - Throws: `newerSchema`, and what reading or writing throws; the database is as it was then.
  func migrate(_ path: String, keepsCopy: Bool) throws(StoreError) -> MigrationReport

  /// Gives the free pages of the file back to the disk. Needs room for a second copy meanwhile, and
  /// keeps others from writing.
  ///
  /// - Parameter path: The file.
  /// - Throws: `full` where there is no such room, `busy`, and what writing throws.
  func vacuum(_ path: String) throws(StoreError)
}

/// What is known about a database file.
package struct DatabaseFacts: Sendable, Hashable {
  /// 0: nothing is stored in it yet.
  package var schemaVersion: Int
  /// Of the file, its write-ahead log apart.
  package var bytes: Int
  package var walBytes: Int
  /// Inside the file, used again by what is stored next.
  package var freeBytes: Int
  package var jobs: Int
  /// Jobs whose worker is gone; the next claim of any worker frees them.
  package var orphanedJobs: Int

  package init(
    schemaVersion: Int, bytes: Int, walBytes: Int, freeBytes: Int, jobs: Int, orphanedJobs: Int
  ) {
    self.schemaVersion = schemaVersion
    self.bytes = bytes
    self.walBytes = walBytes
    self.freeBytes = freeBytes
    self.jobs = jobs
    self.orphanedJobs = orphanedJobs
  }
}

/// Something that `check` found.
package struct DatabaseProblem: Sendable, Hashable {
  package enum Check: String, Sendable, Hashable {
    /// Pages, records or indexes are damaged.
    case integrity
    /// A table or index is not as this program makes it.
    case schema
    /// A counter differs from a recount.
    case counters
    /// A row belongs to nothing, or what it belongs to lacks it.
    case rows
  }

  package var check: Check
  /// One sentence without a final full stop.
  package var message: String

  package init(_ check: Check, _ message: String) {
    self.check = check
    self.message = message
  }
}

/// What migrating has done.
package struct MigrationReport: Sendable, Hashable {
  /// 0: the file was empty.
  package var from: Int
  package var to: Int
  /// Where the database lies as it was before; nil: nothing had to be kept.
  package var backup: String?

  package init(from: Int, to: Int, backup: String?) {
    self.from = from
    self.to = to
    self.backup = backup
  }
}
