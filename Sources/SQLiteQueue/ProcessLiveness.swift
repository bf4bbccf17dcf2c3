import Glibc
package import Queue

/// Whether the process behind a worker still runs. Only meaningful for a worker of this boot and this
/// pid namespace; the store asks for no other.
package func isProcessAlive(_ worker: WorkerIdentity) -> Bool {
  guard let stat = readSmallFile("/proc/\(worker.pid)/stat") else {
    // With `hidepid` a living process of another user has no folder here.
    return kill(worker.pid, 0) == 0 || errno == EPERM
  }
  guard let facts = ProcessFacts(stat: stat) else { return true }
  return facts.start == worker.pidStart && !facts.isGone
}

/// What `/proc/PID/stat` says about a process.
struct ProcessFacts: Equatable {
  /// Clock ticks from boot to its start.
  var start: UInt64
  /// Ended and not yet collected.
  var isGone: Bool

  /// The name in parentheses may hold spaces and parentheses itself, so fields count from the last one.
  init?(stat: [UInt8]) {
    guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let start = UInt64(String(decoding: fields[19], as: UTF8.self)) else {
      return nil
    }
    self.start = start
    isGone = ["Z", "X", "x"].contains(String(decoding: fields[0], as: UTF8.self))
  }
}

private func readSmallFile(_ path: String) -> [UInt8]? {
  let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: 2_048)
  let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
  guard count > 0 else { return nil }
  return Array(bytes[..<count])
}
