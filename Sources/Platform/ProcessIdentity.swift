import Glibc

/// Names one process so that nobody takes a later one for it: process ids come round again, after a
/// restart and in other containers at once.
package struct ProcessIdentity: Sendable, Hashable {
  /// Made anew at every start of the machine.
  package var bootID: String
  /// Inode of the pid namespace.
  package var pidNamespace: UInt64
  package var pid: Int32
  /// Ticks from the machine's start to the process's.
  package var startTime: UInt64

  package init(bootID: String, pidNamespace: UInt64, pid: Int32, startTime: UInt64) {
    self.bootID = bootID
    self.pidNamespace = pidNamespace
    self.pid = pid
    self.startTime = startTime
  }

  /// This process. Parts that the system does not tell are empty or 0.
  package static func current() -> ProcessIdentity {
    let pid = getpid()
    let boot = (try? FileSystem.read("/proc/sys/kernel/random/boot_id", limit: 100)) ?? []
    let namespace = try? FileSystem.status("/proc/self/ns/pid")
    return ProcessIdentity(
      bootID: String(decoding: boot.prefix { $0 > 0x20 }, as: UTF8.self),
      pidNamespace: namespace?.inode ?? 0, pid: pid, startTime: startTime(of: pid)?.ticks ?? 0)
  }

  /// What can be known about another process from here.
  package enum Liveness: Sendable, Hashable {
    case alive
    case dead
    /// It lives in another pid namespace.
    case unknown
  }

  /// Looks for the process that an identity names.
  ///
  /// - Parameter other: The identity it wrote down.
  /// - Returns: `unknown` where only its lease can tell.
  package func liveness(of other: ProcessIdentity) -> Liveness {
    guard !other.bootID.isEmpty, !bootID.isEmpty else { return .unknown }
    // Containers of one machine share the boot id; a host name does not tell machines apart.
    guard other.bootID == bootID else { return .unknown }
    guard other.pidNamespace == pidNamespace else { return .unknown }
    return Self.isAlive(pid: other.pid, startTime: other.startTime) ? .alive : .dead
  }

  /// Looks for a process of this namespace.
  ///
  /// - Parameters:
  ///   - pid: Its id.
  ///   - expected: Its `startTime`; 0 accepts any.
  /// - Returns: False when it is gone, a zombie, or another process has the id now.
  package static func isAlive(pid: Int32, startTime expected: UInt64) -> Bool {
    guard pid > 0 else { return false }
    if let found = startTime(of: pid) {
      return !found.isZombie && (expected == 0 || found.ticks == expected)
    }
    // Hidden by the mount options of /proc, or gone.
    return kill(pid, 0) == 0 || errno == EPERM
  }

  private static func startTime(of pid: Int32) -> (ticks: UInt64, isZombie: Bool)? {
    guard let bytes = try? FileSystem.read("/proc/\(pid)/stat", limit: 8192) else { return nil }
    return parse(stat: bytes)
  }

  /// Reads `/proc/PID/stat`. The second field is the program's name in parentheses and may hold
  /// anything, so counting starts after the last parenthesis.
  ///
  /// - Parameter bytes: The file.
  /// - Returns: Start time in ticks and whether it is a zombie; nil when the file is none of these.
  package static func parse(stat bytes: [UInt8]) -> (ticks: UInt64, isZombie: Bool)? {
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }
    // The state is field 3, the start time field 22.
    guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
    return (ticks, ["Z", "X", "x"].contains(fields[0]))
  }
}

extension ProcessIdentity: CustomStringConvertible, LosslessStringConvertible {
  /// `boot/namespace/pid/start`, to be stored.
  package var description: String { "\(bootID)/\(pidNamespace)/\(pid)/\(startTime)" }

  package init?(_ description: String) {
    let parts = description.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, let namespace = UInt64(parts[1]), let pid = Int32(parts[2]),
      let start = UInt64(parts[3])
    else { return nil }
    self.init(bootID: String(parts[0]), pidNamespace: namespace, pid: pid, startTime: start)
  }
}
