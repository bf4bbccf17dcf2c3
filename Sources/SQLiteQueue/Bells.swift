import Glibc
import Platform
import Queue
import Synchronization

/// The sockets by which the processes at one queue wake each other.
struct BellFolder: Sendable {
  let path: String
  /// Begins the names of the sockets of this queue: several queues may share a folder.
  let name: String

  /// Only a folder that nobody else can write to is used, whoever made it.
  func prepare() -> Bool {
    do throws(FileError) {
      try FileSystem.makeDirectories(path, mode: 0o700)
      let status = try FileSystem.status(path)
      return status.kind == .directory && status.owner == geteuid() && status.mode & 0o077 == 0
    } catch {
      return false
    }
  }

  /// The empty file that says that a worker has left its jobs behind.
  func farewell(of worker: String) -> String { "\(path)/left-\(name)-\(worker)" }

  /// The socket of a listener of this process.
  func newPath() -> String {
    let tail = String(Random.uint64() & 0xFFFF_FFFF, radix: 36)
    return "\(path)/\(name)-\(getpid())-\(tail)"
  }

  /// The sockets of other processes.
  func others() -> [String] {
    let own = "\(name)-\(getpid())-"
    let all = (try? FileSystem.listDirectory(path)) ?? []
    return all.filter { $0.hasPrefix(name + "-") && !$0.hasPrefix(own) }.map { "\(path)/\($0)" }
  }
}

extension StoreSignal {
  /// As it travels.
  var byte: UInt8 { self == .cancelRequested ? UInt8(ascii: "c") : UInt8(ascii: "w") }
}

/// Wakes the workers of other processes after a commit.
final class Ringing: Sendable {
  private struct State: ~Copyable {
    var ringer: Ringer?
    var bells: [String] = []
    var lookedAt: Int64 = 0
  }

  private let folder: BellFolder
  private let state = Mutex(State())

  init(_ folder: BellFolder) { self.folder = folder }

  /// Costs a look at the folder now and then, and a system call for each listener.
  func ring(_ signal: StoreSignal) {
    state.withLock { state in
      let now = SystemTime.monotonicNanoseconds()
      if now - state.lookedAt > freshness {
        state.bells = folder.others()
        state.lookedAt = now
      }
      guard !state.bells.isEmpty else { return }
      if state.ringer == nil { state.ringer = try? Ringer() }
      state.bells.removeAll { bell in
        let isHeard = state.ringer?.ring(bell, signal.byte) ?? true
        // Left behind by a process that was killed.
        if !isHeard { try? FileSystem.remove(bell) }
        return !isHeard
      }
    }
  }
}

/// How long the list of listeners is believed, in nanoseconds. A worker that has just begun to listen
/// looks for jobs by itself.
private let freshness: Int64 = 20_000_000
