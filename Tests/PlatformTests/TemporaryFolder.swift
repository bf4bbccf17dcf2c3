import Glibc
import Platform

/// A folder that is gone, with all in it, when the test is over.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let base = Environment.atStart["TMPDIR"] ?? "/tmp"
    path = "\(base)/auxq-test-\(String(Random.uint64(), radix: 36))"
    try FileSystem.makeDirectories(path)
  }

  deinit { Self.delete(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  private static func delete(_ path: String) {
    if FileSystem.isDirectory(path) {
      for name in (try? FileSystem.listDirectory(path)) ?? [] { delete("\(path)/\(name)") }
    }
    try? FileSystem.remove(path)
  }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
