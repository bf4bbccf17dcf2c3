import Fallback
import Glibc
import Platform
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
      try FileSystem.makeDirectories(FileSystem.directory(of: path), mode: 0o700)
      _ = try FileDescriptor.open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, mode: 0o600)
    } catch {
      // Somebody else may have made it in between.
      if error.code != .exists { throw StoreError(file: error, path: path) }
    }
  }

  /// Looks at most once a second.
  ///
  /// - Throws: `replaced` when the path leads to another file or to none.
  mutating func checkStillThere() throws(StoreError) {
    let now = SystemTime.boot()
    guard now - checkedAt >= 1_000 else { return }
    checkedAt = now
    if isReplaced { throw replaced }
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
