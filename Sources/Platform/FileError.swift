import Glibc

/// Why the system refused something about a file.
package struct FileError: Error, Sendable, Hashable {
  package enum Code: Sendable, Hashable {
    case notFound
    case permission
    case exists
    case isDirectory
    case notDirectory
    /// The disk or the quota is full, or a file size limit is reached.
    case noSpace
    case readOnly
    /// More bytes than the caller takes.
    case tooLarge(limit: Int)
    /// A secret file that others can read or write; the mode as it is, for example 0o644.
    case looseMode(UInt32)
    /// A secret file of somebody else; the owner's user id.
    case foreignOwner(UInt32)
    /// A pipe, socket or device where a regular file is needed.
    case notRegular
    /// Somebody else holds the lock.
    case locked
    /// Anything else, as errno.
    case io(Int32)
  }

  package var code: Code
  package var path: String
  /// What was being done: `open`, `read`, `write`, `rename` and so on.
  package var operation: String

  package init(_ code: Code, path: String, operation: String) {
    self.code = code
    self.path = path
    self.operation = operation
  }

  init(errno number: Int32, path: String, operation: String) {
    self.init(Code(errno: number), path: path, operation: operation)
  }

  /// The reason in a few words, without the path.
  package var message: String {
    switch code {
    case .notFound: "no such file or directory"
    case .permission: "permission denied"
    case .exists: "already exists"
    case .isDirectory: "is a directory"
    case .notDirectory: "is not a directory"
    case .noSpace: "no space left"
    case .readOnly: "read-only file system"
    case .tooLarge(let limit): "larger than \(limit) bytes"
    case .looseMode(let mode): "others have access (mode \(String(mode, radix: 8)))"
    case .foreignOwner(let owner): "belongs to user \(owner)"
    case .notRegular: "is not a regular file"
    case .locked: "is locked by another process"
    case .io(let number): SystemError.text(number)
    }
  }
}

extension FileError.Code {
  init(errno number: Int32) {
    switch number {
    case ENOENT: self = .notFound
    case EACCES, EPERM: self = .permission
    case EEXIST: self = .exists
    case EISDIR: self = .isDirectory
    case ENOTDIR: self = .notDirectory
    case ENOSPC, EDQUOT, EFBIG: self = .noSpace
    case EROFS: self = .readOnly
    default: self = .io(number)
    }
  }
}

/// The system's own words for an error number.
package enum SystemError {
  /// Describes an errno value, for example `Connection refused`.
  ///
  /// - Parameter number: An errno value.
  /// - Returns: The C library's text.
  package static func text(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The POSIX form: it fills the buffer on every thread's own.
    _ = unsafe strerror_r(number, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
