import FaultDisk
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization

/// Queues on files, as the shared tests of stores want them; closed and removed when it goes.
final class MadeStores: Sendable {
  private let folders = Mutex<[TemporaryFolder]>([])
  private let stores = Mutex<[SQLiteQueue]>([])

  deinit {
    for store in stores.withLock(\.self) { store.close() }
    for folder in folders.withLock(\.self) { FaultyFiles.detach(folder: folder.path) }
  }

  /// - Parameters:
  ///   - disk: Lies under every queue; nil: one that only spares the waiting for `fsync`.
  ///   - wrap: Put around every connection.
  /// - Returns: What makes an empty queue at every call.
  func maker(
    disk: Disk? = nil, wrap: @escaping @Sendable (SQLiteQueue) -> any QueueStore = { $0 }
  ) -> StoreMaker {
    StoreMaker(name: "SQLite") { [self] clock, living in
      let folder = TemporaryFolder()
      FaultyFiles.attach(disk ?? Disk(), under: folder.path)
      folders.withLock { $0.append(folder) }
      return try Fixture(clock: clock, living: living) { [self] in
        let store = try SQLiteQueue.open(
          path: folder.database, mode: .create,
          clock: StoreClock(wall: { clock.wall }, boot: { clock.boot }),
          isAlive: { living.isAlive($0) })
        stores.withLock { $0.append(store) }
        return wrap(store)
      }
    }
  }
}
