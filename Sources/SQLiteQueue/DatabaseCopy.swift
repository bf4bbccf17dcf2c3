import CSQLite
import Fallback
import Platform
import Queue

/// A copy of a database in a new file: it gets its name only when it is whole, checked and on the disk,
/// so that half a copy never looks like one.
struct DatabaseCopy {
  let source: String
  let target: String
  /// Where it is made, beside the target.
  private let draft: String

  init(of source: String, to target: String) {
    self.source = source
    self.target = target
    draft = "\(target).\(String(Random.uint64(), radix: 36)).part"
  }

  /// Makes it.
  ///
  /// - Parameters:
  ///   - db: A connection that reads the source; it may stand in a transaction.
  ///   - busyDeadline: Milliseconds to wait for locks.
  /// - Returns: What lies in the copy.
  /// - Throws: `exists` where something has the target's name.
  func make(
    _ db: inout Connection, busyDeadline: Milliseconds
  ) throws(StoreError) -> DatabaseFacts {
    guard !isTaken else { throw taken }
    try createDraft()
    do throws(StoreError) {
      try db.copy(to: draft)
      let facts = try checked(busyDeadline: busyDeadline)
      try publish()
      return facts
    } catch {
      // Half a copy must not stay.
      for suffix in ["", "-journal", "-wal", "-shm"] { try? FileSystem.remove(draft + suffix) }
      guard error.path == draft else { throw error }
      throw StoreError(error.code, message: error.message, path: target)
    }
  }

  /// A broken symbolic link counts: it would lead the copy elsewhere.
  private var isTaken: Bool {
    FileSystem.exists(target) || FileSystem.isSymbolicLink(target)
  }

  private var taken: StoreError {
    StoreError(.exists, message: "something is there already", path: target)
  }

  private func createDraft() throws(StoreError) {
    do throws(FileError) { try FileSystem.createEmpty(draft) } catch {
      var place = error
      place.path = target
      throw StoreError(file: place, path: target)
    }
  }

  /// Reads the whole copy. Nobody else knows it, so it is read as a file that never changes.
  private func checked(busyDeadline: Milliseconds) throws(StoreError) -> DatabaseFacts {
    var copy = Reader(
      db: try Connection.open(path: draft, access: .immutable, busyDeadline: busyDeadline),
      file: try DatabaseFile(existing: draft))
    var find = try copy.db.temporaryStatement("PRAGMA integrity_check(1)")
    guard try find.step(), find.text(0) == "ok" else {
      throw StoreError(
        .corrupt, message: "the copy is damaged: \(find.text(0))", path: source)
    }
    return try copy.facts()
  }

  private func publish() throws(StoreError) {
    do throws(FileError) {
      try FileSystem.publish(draft, as: target)
    } catch {
      if error.code == .exists { throw taken }
      throw StoreError(file: error, path: target)
    }
  }
}

extension Connection {
  /// Copies every page into a file that is empty.
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
