import Fallback
import Glibc
import Queue

/// The file behind a database, watched from outside by its path.
///
/// The file itself is never opened here once SQLite has it: closing any descriptor of it would drop the
/// locks of this process.
struct DatabaseFile {
  let path: String
  private var identity: Identity
  private var checkedAt: Milliseconds

  private struct Identity: Equatable {
    var device: UInt64
    var inode: UInt64
  }

  /// - Throws: `cannotOpen` when nothing is there, `permission` when it may not be looked at.
  init(existing path: String) throws(StoreError) {
    self.path = path
    let (identity, code) = Self.identity(of: path)
    guard let identity else { throw Self.error(code, path: path) }
    self.identity = identity
    checkedAt = bootMilliseconds()
  }

  /// Makes the file, and the folders that lead to it, where they are missing: files 0600 and folders
  /// 0700 from their first moment.
  static func create(_ path: String) throws(StoreError) {
    guard unsafe access(path, F_OK) != 0 else { return }
    try makeFolders(for: path)
    let file = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o600)
    // Somebody else may have made it in between.
    guard file >= 0 || errno == EEXIST else { throw error(errno, path: path) }
    if file >= 0 { close(file) }
  }

  private static func makeFolders(for path: String) throws(StoreError) {
    var missing: [String] = []
    var folder = parent(of: path)
    while unsafe access(folder, F_OK) != 0, errno == ENOENT {
      missing.append(folder)
      folder = parent(of: folder)
    }
    for folder in missing.reversed() {
      guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
        throw error(errno, path: path)
      }
    }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Looks at most once a second.
  ///
  /// - Throws: `replaced` when the path leads to another file or to none.
  mutating func checkStillThere() throws(StoreError) {
    let now = bootMilliseconds()
    guard now - checkedAt >= 1_000 else { return }
    checkedAt = now
    if isReplaced { throw replaced }
  }

  /// The better reason for a failure: a replaced file fails in odd ways.
  func replacement(after error: StoreError) -> StoreError {
    error.code != .closed && isReplaced ? replaced : error
  }

  private var isReplaced: Bool {
    let (found, code) = Self.identity(of: path)
    return found != identity && (found != nil || code == ENOENT || code == ENOTDIR)
  }

  private var replaced: StoreError {
    StoreError(
      .replaced, message: "the file was replaced or deleted while it was open", path: path)
  }

  private static func identity(of path: String) -> (Identity?, Int32) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return (nil, errno) }
    guard facts.st_mode & S_IFMT != S_IFDIR else { return (nil, EISDIR) }
    return (Identity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino)), 0)
  }

  private static func error(_ code: Int32, path: String) -> StoreError {
    let message = unsafe String(cString: strerror(code))
    switch code {
    case EACCES, EPERM: return StoreError(.permission, message: message, path: path)
    case EROFS: return StoreError(.readOnly, message: message, path: path)
    case ENOSPC, EDQUOT: return StoreError(.full, message: message, path: path)
    case EIO: return StoreError(.io, message: message, path: path)
    default: return StoreError(.cannotOpen, message: message, path: path)
    }
  }
}

/// Whether something is at a path.
func isThere(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
