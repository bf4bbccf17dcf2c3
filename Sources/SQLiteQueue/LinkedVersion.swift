import CSQLite

extension SQLiteQueue {
  /// The SQLite that is linked, for example `3.40.1`.
  package static var linkedVersion: String { unsafe String(cString: sqlite3_libversion()) }
}
