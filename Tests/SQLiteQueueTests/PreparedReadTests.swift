import Foundation
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Testing

@Suite("Reading without opening files")
struct PreparedReadTests {
  /// Descriptors of this process that lead into a folder.
  private func openFiles(in folder: TemporaryFolder) throws -> Int {
    let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return links.count { link in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/" + link)
      return target?.hasPrefix(folder.path) ?? false
    }
  }

  @Test("once prepared, no number of readers at a time opens another file")
  func noneOpened() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let before = try openFiles(in: folder)
    store.prepareToRead()
    let prepared = try openFiles(in: folder)
    #expect(prepared > before)
    let threads = try (0..<8).map { number in
      try OSThread(name: "reader \(number)") {
        for _ in 0..<50 { _ = try? store.healthEpoch() }
      }
    }
    for thread in threads { thread.join() }
    #expect(try openFiles(in: folder) == prepared)
  }
}
