import Fallback
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
      try reader.problems(isQuick: false).map(\.message)
    }
  }

  /// Copies the queue, as it is at one moment, into a new file that only its owner can read. Others may
  /// write meanwhile.
  ///
  /// - Parameter target: Where; nothing may be there.
  /// - Throws: `exists` where something is, and what reading or writing throws.
  package func backUp(to target: String) throws(StoreError) {
    try read { (reader) throws(StoreError) in
      _ = try DatabaseCopy(of: reader.db.path, to: target).make(&reader.db, busyDeadline: 10_000)
    }
  }
}
