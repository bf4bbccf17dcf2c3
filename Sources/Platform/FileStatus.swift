import Glibc

/// What the system knows about a file.
package struct FileStatus: Sendable, Hashable {
  package enum Kind: Sendable, Hashable { case regular, directory, other }

  package var kind: Kind
  /// Bytes.
  package var size: Int
  /// Permission bits, for example 0o600.
  package var mode: UInt32
  package var owner: UInt32
  /// Last change of the content, milliseconds since 1970.
  package var modifiedAt: Int64
  package var inode: UInt64
  package var device: UInt64

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    default: kind = .other
    }
    size = Int(status.st_size)
    mode = status.st_mode & 0o7777
    owner = status.st_uid
    modifiedAt = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
  }
}
