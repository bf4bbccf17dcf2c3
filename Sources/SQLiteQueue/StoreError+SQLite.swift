import CSQLite
import Glibc
package import Queue

extension StoreError {
  /// Reads what a handle says about a result code.
  init(handle: OpaquePointer?, code: Int32, path: String, statement: String? = nil) {
    var message = unsafe String(cString: sqlite3_errstr(code))
    var systemError: Int32 = 0
    if let handle = unsafe handle {
      message = unsafe String(cString: sqlite3_errmsg(handle))
      systemError = unsafe sqlite3_system_errno(handle)
    }
    self.init(
      Code(sqlite: code, systemError: systemError), message: message, path: path,
      statement: statement)
  }
}

extension StoreError.Code {
  /// - Parameters:
  ///   - code: An extended result code.
  ///   - systemError: `errno` behind it, 0 where there is none.
  package init(sqlite code: Int32, systemError: Int32) {
    if let special = Self(extended: code) {
      self = special
      return
    }
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_FULL: self = .full
    case SQLITE_READONLY: self = .readOnly
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
    case SQLITE_PERM, SQLITE_AUTH: self = .permission
    case SQLITE_CANTOPEN:
      switch systemError {
      case EACCES, EPERM: self = .permission
      case EROFS: self = .readOnly
      case ENOSPC, EDQUOT: self = .full
      default: self = .cannotOpen
      }
    case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_PROTOCOL:
      self = systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG ? .full : .io
    case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH: self = .constraint
    default: self = .bug
    }
  }

  /// The extended codes whose meaning differs from that of their group.
  private init?(extended code: Int32) {
    switch code {
    // A file size limit with SIGXFSZ ignored shows as a failed write, a full disk under WAL's index
    // as a failed growth: to the user all are "no space".
    case SQLITE_IOERR | (3 << 8), SQLITE_IOERR | (19 << 8): self = .full
    // What was acknowledged before a failed fsync may or may not be on the disk.
    case SQLITE_IOERR | (4 << 8), SQLITE_IOERR | (5 << 8): self = .unknownOutcome
    // The file was moved away.
    case SQLITE_READONLY | (4 << 8): self = .replaced
    default: return nil
    }
  }
}
