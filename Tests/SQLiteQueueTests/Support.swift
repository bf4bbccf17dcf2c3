import CSQLite
import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization

/// Collects what commits report.
final class CommitLog: Sendable {
  private let facts = Mutex<[CommitFacts]>([])

  func add(_ new: CommitFacts) { facts.withLock { $0.append(new) } }

  /// What was added since the last call.
  func take() -> [CommitFacts] {
    facts.withLock { all in
      defer { all = [] }
      return all
    }
  }
}

/// A counter that several threads raise.
final class Tally<Value: Hashable & Sendable>: Sendable {
  private let seen = Mutex<[Value: Int]>([:])

  func add(_ value: Value) { seen.withLock { $0[value, default: 0] += 1 } }

  var counts: [Value: Int] { seen.withLock(\.self) }
}

extension SQLiteQueue {
  /// Opens a queue in a folder.
  static func make(
    in folder: TemporaryFolder, mode: OpenMode = .create, clock: StoreClock = .system,
    busyDeadline: Milliseconds = 10_000, log: CommitLog? = nil
  ) throws -> SQLiteQueue {
    var onCommit: (@Sendable (CommitFacts) -> Void)?
    if let log { onCommit = { facts in log.add(facts) } }
    return try SQLiteQueue.open(
      path: folder.database, mode: mode, clock: clock, busyDeadline: busyDeadline,
      isAlive: { _ in true }, onCommit: onCommit)
  }
}

/// Runs SQL on a file as another program would.
func runSQL(_ sql: String, on path: String) -> Int32 {
  var handle: OpaquePointer?
  sqlite3_open(path, &handle)
  defer { sqlite3_close(handle) }
  return sqlite3_exec(handle, sql, nil, nil, nil)
}
