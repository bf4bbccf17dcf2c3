import Glibc
import Platform
import Queue
import StoreConformance
import Synchronization
import Testing

@testable import SQLiteQueue

@Suite("Being told of commits", .timeLimit(.minutes(1)))
struct WatchTests {
  /// Collects what a watch says.
  private final class Heard: Sendable {
    private let signals = WaitCondition<[StoreSignal]>([])

    func add(_ signal: StoreSignal) { signals.broadcast { $0.append(signal) } }
    func clear() { signals.withLock { $0 = [] } }

    /// Waits for a signal, for ten seconds at most.
    func waits(for signal: StoreSignal) -> Bool {
      let end = SystemTime.monotonicNanoseconds() + 10_000_000_000
      return signals.wait(until: end) { $0.contains(signal) ? true : nil } ?? false
    }
  }

  @Test("a commit of another connection is heard without any socket")
  func withoutSockets() throws {
    let folder = TemporaryFolder()
    let (store, other) = (try SQLiteQueue.make(in: folder), try SQLiteQueue.make(in: folder))
    let heard = Heard()
    let watch = try #require(store.watch { heard.add($0) })
    #expect(watch.seesEveryCommit)
    // The first word only says that it has begun.
    #expect(heard.waits(for: .changed))
    heard.clear()
    _ = try other.enqueue(newJob())
    #expect(heard.waits(for: .changed))
    watch.stop()
    heard.clear()
    _ = try other.enqueue(newJob())
    other.close()
    store.close()
  }

  @Test("a socket is rung for a cancellation, and is gone after the watch")
  func sockets() throws {
    let folder = TemporaryFolder()
    let bells = BellFolder(path: folder.path + "/bells", name: "q")
    #expect(bells.prepare())
    #expect(try FileSystem.status(bells.path).mode == 0o700)
    let path = "\(bells.path)/q-1-x"
    do {
      let bell = try Doorbell(path: path)
      let ringing = Ringing(bells)
      #expect(bells.others() == [path])
      ringing.ring(.cancelRequested)
      #expect(bell.take() == [StoreSignal.cancelRequested.byte])
      #expect(bell.take().isEmpty)
    }
    #expect(!FileSystem.exists(path))
  }

  @Test("a socket that nobody listens at is removed")
  func stale() throws {
    let folder = TemporaryFolder()
    let bells = BellFolder(path: folder.path, name: "q")
    let path = "\(folder.path)/q-1-x"
    // Bound and closed without being removed, as after kill -9.
    try Doorbell(path: path + "2").leave(at: path)
    #expect(FileSystem.exists(path))
    Ringing(bells).ring(.changed)
    #expect(!FileSystem.exists(path))
  }

  @Test("a folder that others may write to is not used, nor is a path that is too long")
  func refusals() throws {
    let folder = TemporaryFolder()
    #expect(chmod(folder.path, 0o777) == 0)
    #expect(!BellFolder(path: folder.path, name: "q").prepare())
    let long = folder.path + "/" + String(repeating: "x", count: Doorbell.longestPath)
    #expect(throws: FileError.self) { try Doorbell(path: long) }
    let store = try SQLiteQueue.open(
      path: folder.database, mode: .create, sockets: folder.path + "/" + long)
    #expect(store.watch { _ in }?.seesEveryCommit == true)
    _ = try store.enqueue(newJob())
    store.close()
  }
}

extension Doorbell {
  /// Leaves a socket file behind that nobody listens at.
  fileprivate func leave(at path: String) throws {
    #expect(rename(self.path, path) == 0)
  }
}
