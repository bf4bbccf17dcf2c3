import Glibc
import Platform

/// A folder of its own for one test, removed at the end with all that is in it.
final class TemporaryFolder: Sendable {
  let path: String

  /// - Parameter onMemory: On a file system in memory where there is one.
  init(onMemory: Bool = false) {
    let parent = onMemory && FileSystem.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/auxq-store-XXXXXX".utf8CString)
    path = template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let made = mkdtemp(start) else { return "" }
      return String(cString: made)
    }
  }

  deinit { Self.removeAll(path) }

  var database: String { path + "/queue.db" }

  private static func removeAll(_ path: String) {
    chmod(path, 0o700)
    for name in (try? FileSystem.listDirectory(path)) ?? [] {
      let child = path + "/" + name
      if FileSystem.isDirectory(child) { removeAll(child) } else { unlink(child) }
    }
    rmdir(path)
  }
}
