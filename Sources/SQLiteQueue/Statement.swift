import CSQLite
import Queue

/// A prepared statement in use: bound in order, stepped, reset when it goes out of scope.
@safe struct Statement: ~Copyable {
  private let pointer: OpaquePointer
  private let isOwner: Bool
  private var nextParameter: Int32 = 1
  /// The first binding that was refused, reported by `step`.
  private var bindCode = SQLITE_OK

  init(_ pointer: OpaquePointer, isOwner: Bool = false) {
    unsafe self.pointer = unsafe pointer
    self.isOwner = isOwner
  }

  deinit {
    if isOwner {
      unsafe sqlite3_finalize(pointer)
    } else {
      unsafe sqlite3_reset(pointer)
      // Unbound parameters are NULL, and no copy of a large input stays behind.
      unsafe sqlite3_clear_bindings(pointer)
    }
  }

  // MARK: Binding, in the order of the parameters

  mutating func bind(_ value: Int64) {
    note(unsafe sqlite3_bind_int64(pointer, nextParameter, value))
  }

  mutating func bind(_ value: Int64?) {
    if let value { bind(value) } else { nextParameter += 1 }
  }

  mutating func bind(_ value: Int) { bind(Int64(value)) }

  mutating func bind(_ value: Bool) { bind(Int64(value ? 1 : 0)) }

  mutating func bind(_ value: String) {
    var text = value
    text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        note(
          unsafe csqlite_bind_text(
            pointer, nextParameter, characters.baseAddress, UInt64(characters.count)))
      }
    }
  }

  mutating func bind(_ value: String?) {
    if let value { bind(value) } else { nextParameter += 1 }
  }

  mutating func bind(_ value: [UInt8]) {
    guard !value.isEmpty else {
      return note(unsafe sqlite3_bind_zeroblob(pointer, nextParameter, 0))
    }
    unsafe value.withUnsafeBytes { bytes in
      note(
        unsafe csqlite_bind_blob(pointer, nextParameter, bytes.baseAddress, UInt64(bytes.count)))
    }
  }

  mutating func bind(_ value: [UInt8]?) {
    if let value { bind(value) } else { nextParameter += 1 }
  }

  private mutating func note(_ code: Int32) {
    if bindCode == SQLITE_OK { bindCode = code }
    nextParameter += 1
  }

  // MARK: Running

  /// Moves to the next row; false when there is none.
  mutating func step() throws(StoreError) -> Bool {
    guard bindCode == SQLITE_OK else { throw error(bindCode) }
    let code = unsafe sqlite3_step(pointer)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw error(code)
    }
  }

  /// Runs to the end; rows are passed over.
  mutating func run() throws(StoreError) {
    while try step() {}
  }

  /// Makes the statement ready to be bound and run again.
  mutating func rewind() {
    unsafe sqlite3_reset(pointer)
    nextParameter = 1
    bindCode = SQLITE_OK
  }

  private func error(_ code: Int32) -> StoreError {
    let handle = unsafe sqlite3_db_handle(pointer)
    let path = unsafe sqlite3_db_filename(handle, "main").map { unsafe String(cString: $0) } ?? ""
    let sql = unsafe sqlite3_sql(pointer).map { unsafe String(cString: $0) }
    return unsafe StoreError(handle: handle, code: code, path: path, statement: sql)
  }

  // MARK: Reading the current row

  func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(pointer, column) }

  func bool(_ column: Int32) -> Bool { int(column) != 0 }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(pointer, column) == SQLITE_NULL
  }

  func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

  func text(_ column: Int32) -> String {
    guard let start = unsafe sqlite3_column_text(pointer, column) else { return "" }
    let count = unsafe Int(sqlite3_column_bytes(pointer, column))
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  func blob(_ column: Int32) -> [UInt8] {
    guard let start = unsafe sqlite3_column_blob(pointer, column) else { return [] }
    let count = unsafe Int(sqlite3_column_bytes(pointer, column))
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}
