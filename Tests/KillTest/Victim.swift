import Glibc
import Platform

/// A process that is going to be killed.
struct Victim {
  /// Milliseconds to its end.
  var lifeSpan: Int64
  /// It is stopped for a while in the middle, for longer than the short leases last.
  var isStopped = false
  /// Of a real `auxq`; nil: a child of this test.
  let command: String?
  private let pid: pid_t
  private let files: String
  /// When its life began: at its start, or when it was ready to work.
  private var startedAt = SystemTime.boot()
  private var waitsUntilReady: Bool
  private var hasBeenStopped = false

  struct NotStarted: Error {
    var program: String
    var errno: Int32
  }

  init(
    program: String, arguments: [String], files: String, lifeSpan: Int64,
    waitsUntilReady: Bool = false, home: String? = nil, command: String? = nil
  ) throws {
    self.waitsUntilReady = waitsUntilReady
    self.files = files
    self.lifeSpan = lifeSpan
    self.command = command
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let input = FileSystem.exists(files + ".in") ? files + ".in" : "/dev/null"
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, files + ".out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(
      &actions, 2, files + ".err", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let variables = ["PATH=/usr/bin:/bin"] + (home.map { ["AUXQ_HOME=\($0)"] } ?? [])
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let failure = posix_spawn(&pid, program, &actions, nil, &argv, &envp)
    guard failure == 0 else { throw NotStarted(program: program, errno: failure) }
    self.pid = pid
  }

  var isAlive: Bool {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) == 0
  }

  /// Sends what is due.
  ///
  /// - Returns: nil: it still runs; else whether a SIGKILL ended it, from here or by its own hand.
  mutating func isOver() -> Bool? {
    var status: Int32 = 0
    if waitpid(pid, &status, WNOHANG) == pid { return status & 0x7F == SIGKILL }
    if waitsUntilReady, lifeSpan > 0, SystemTime.boot() - startedAt < 20_000 {
      guard phase != .starting else { return nil }
      waitsUntilReady = false
      startedAt = SystemTime.boot()
    }
    let age = SystemTime.boot() - startedAt
    if isStopped, !hasBeenStopped, age >= lifeSpan / 2 {
      hasBeenStopped = true
      kill(pid, SIGSTOP)
    }
    let pause: Int64 = isStopped ? 60 : 0
    if isStopped, age >= lifeSpan / 2 + pause { kill(pid, SIGCONT) }
    guard age >= lifeSpan + pause else { return nil }
    kill(pid, SIGKILL)
    waitpid(pid, &status, 0)
    return status & 0x7F == SIGKILL
  }

  /// What it was doing when it died.
  var phase: Phase {
    let byte = (try? FileSystem.read(files + ".phase"))?.first ?? 0
    return Phase(rawValue: byte) ?? .starting
  }

  /// Whole lines only: the last may have been cut off.
  func lines(of suffix: String) -> [Substring] {
    guard let bytes = try? FileSystem.read(files + suffix),
      let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
    else { return [] }
    return String(decoding: bytes[...end], as: UTF8.self).split(separator: "\n")
  }

  func removeFiles() {
    for suffix in [".in", ".out", ".err", ".log", ".phase"] {
      try? FileSystem.remove(files + suffix)
    }
  }
}
