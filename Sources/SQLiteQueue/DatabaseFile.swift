import Fallback
import Glibc
import Platform
import Queue

/// What was acknowledged in between would be lost with a file that somebody has deleted.
private let lookInterval: Milliseconds = 50

/// The file behind a database, watched from outside by its path.
///
/// The file itself is never opened here once SQLite has it: closing any descriptor of it would drop the
/// locks of this process.
struct DatabaseFile {
  let path: String
  private var identity: Identity
  private var checkedAt: Milliseconds
  /// Once it was another file, nothing may be stored in the old one any more.
  private var isLost = false

  private struct Identity: Equatable {
    var device: UInt64
    var inode: UInt64
  }

  /// - Throws: `cannotOpen` when nothing is there, `permission` when it may not be looked at.
  init(existing path: String) throws(StoreError) {
    self.path = path
    do throws(FileError) {
      identity = try Self.identity(of: path)
    } catch {
      throw StoreError(file: error, path: path)
    }
    checkedAt = SystemTime.boot()
  }

  /// Tells this file from all others of the machine, whatever path leads to it.
  var name: String {
    String(identity.device, radix: 36) + "-" + String(identity.inode, radix: 36)
  }

  /// Makes the file, and the folders that lead to it, where they are missing: files 0600 and folders
  /// 0700 from their first moment.
  static func create(_ path: String) throws(StoreError) {
    guard !FileSystem.exists(path) else { return }
    do throws(FileError) {
      try FileSystem.makeDirectories(FileSystem.directory(of: path), isDurable: true)
      _ = try FileDescriptor.open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, mode: 0o600)
    } catch {
      // Somebody else may have made it in between.
      if error.code != .exists { throw StoreError(file: error, path: path) }
    }
  }

  /// Why nothing can be written in the folder of a file that is there; nil: it can, or nobody knows.
  static func whyNotWritable(_ path: String) -> StoreError.Code? {
    let folder = FileSystem.directory(of: path)
    guard FileSystem.exists(path), unsafe access(folder, W_OK) != 0 else { return nil }
    return errno == EROFS ? .readOnly : .permission
  }

  /// Bytes of a file; 0 where there is none.
  static func size(_ path: String) -> Int { (try? FileSystem.status(path).size) ?? 0 }

  /// The text of the schema stands in the first pages of every queue.
  static func looksLikeOurs(_ path: String) -> Bool {
    guard let file = try? FileDescriptor.open(path, O_RDONLY),
      let start = file.readPrefix(256 << 10)
    else { return false }
    return String(decoding: start, as: UTF8.self).contains("CREATE TABLE unique_keys")
  }

  /// Looks a few times a second at most.
  ///
  /// - Throws: `replaced` when the path leads to another file or to none.
  mutating func checkStillThere() throws(StoreError) {
    if isLost { throw replaced }
    let now = SystemTime.boot()
    guard now - checkedAt >= lookInterval else { return }
    checkedAt = now
    isLost = isReplaced
    if isLost { throw replaced }
  }

  /// The better reason for a failure: a replaced file fails in odd ways.
  func replacement(after error: StoreError) -> StoreError {
    error.code != .closed && isReplaced ? replaced : error
  }

  private var isReplaced: Bool {
    do throws(FileError) {
      return try Self.identity(of: path) != identity
    } catch {
      return error.code == .notFound || error.code == .notDirectory
    }
  }

  private var replaced: StoreError {
    StoreError(
      .replaced, message: "the file was replaced or deleted while it was open", path: path)
  }

  private static func identity(of path: String) throws(FileError) -> Identity {
    let status = try FileSystem.status(path)
    if status.kind == .directory {
      throw FileError(.isDirectory, path: path, operation: "open")
    }
    return Identity(device: status.device, inode: status.inode)
  }
}

extension StoreError {
  init(file error: FileError, path: String) {
    let code: Code =
      switch error.code {
      case .permission: .permission
      case .readOnly: .readOnly
      case .noSpace: .full
      case .io: .io
      default: .cannotOpen
      }
    let place = error.path == path ? "" : " (\(error.path))"
    self.init(code, message: error.message + place, path: path)
  }
}
