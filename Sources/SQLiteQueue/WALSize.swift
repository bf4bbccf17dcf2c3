import Platform
import Queue

/// Keeps the WAL from growing without end. SQLite copies its pages into the file by itself, but begins
/// anew only at a moment when nobody reads old ones; under steady load that moment may never come.
struct WALSize {
  private let path: String
  private var commits = 0
  private var emptiedAt: Int64 = 0

  init(database: String) { path = database + "-wal" }

  /// Looks every so many commits.
  ///
  /// - Returns: True when it has grown past the bound.
  mutating func isDue() -> Bool {
    commits += 1
    guard commits % commitsBetweenLooks == 0 else { return false }
    let now = SystemTime.monotonicNanoseconds()
    guard now - emptiedAt > pauseNanoseconds else { return false }
    guard let size = try? FileSystem.status(path).size, size > longestWAL else { return false }
    emptiedAt = now
    return true
  }
}

private let commitsBetweenLooks = 64
private let longestWAL = 32 << 20
private let pauseNanoseconds: Int64 = 5_000_000_000
