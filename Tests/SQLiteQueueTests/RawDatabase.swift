import CSQLite

/// A database as another program sees it, for tests that look past the store.
final class RawDatabase {
  private var handle: OpaquePointer?

  init(_ path: String) { sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) }

  deinit { sqlite3_close_v2(handle) }

  @discardableResult
  func run(_ sql: String) -> Int32 { sqlite3_exec(handle, sql, nil, nil, nil) }

  /// The first column of every row as text.
  func texts(_ sql: String) -> [String] {
    rows(sql) { statement in
      sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? ""
    }
  }

  /// A number that stands for all that is stored: equal content, equal number, in this process.
  func fingerprint() -> Int {
    var hasher = Hasher()
    let tables = texts(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")
    run("BEGIN")
    for table in tables {
      hasher.combine(table)
      // Rows come in the order of their key.
      _ = rows("SELECT * FROM \(table)") { combine($0, into: &hasher) }
    }
    run("COMMIT")
    return hasher.finalize()
  }

  private func rows<Value>(_ sql: String, _ body: (OpaquePointer?) -> Value) -> [Value] {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { return [] }
    defer { sqlite3_finalize(statement) }
    var values: [Value] = []
    while sqlite3_step(statement) == SQLITE_ROW { values.append(body(statement)) }
    return values
  }

  private func combine(_ row: OpaquePointer?, into hasher: inout Hasher) {
    for column in 0..<sqlite3_column_count(row) {
      hasher.combine(sqlite3_column_type(row, column))
      let count = Int(sqlite3_column_bytes(row, column))
      guard let start = sqlite3_column_blob(row, column) else { continue }
      hasher.combine(bytes: UnsafeRawBufferPointer(start: start, count: count))
    }
  }
}
