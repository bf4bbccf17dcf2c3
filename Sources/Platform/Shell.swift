import CSystem
import Glibc

/// Why a shell command gave no output. The command and what it wrote never appear in text made from
/// this value: both may hold secrets.
package struct ShellError: Error, Sendable, Hashable {
  package enum Code: Sendable, Hashable {
    /// No process could be started; errno.
    case notStarted(Int32)
    case timedOut(milliseconds: Int64)
    case exited(status: Int32)
    case killed(signal: Int32)
    case outputTooLarge(limit: Int)
  }

  package var code: Code
  /// What it wrote to standard error, 4 KB at most. Look at it with care.
  package var standardError: [UInt8]

  package init(_ code: Code, standardError: [UInt8] = []) {
    self.code = code
    self.standardError = standardError
  }
}

extension ShellError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    switch code {
    case .notStarted(let number): "could not be started: \(SystemError.text(number))"
    case .timedOut(let limit): "took longer than \(limit) ms"
    case .exited(let status): "exited with status \(status)"
    case .killed(let signal): "was ended by signal \(signal)"
    case .outputTooLarge(let limit): "wrote more than \(limit) bytes"
    }
  }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["code": code]) }
}

/// Runs commands of the user's own configuration.
package enum Shell {
  /// Runs `/bin/sh -c command` and waits for it. It has its own process group, which is killed as a
  /// whole when the time is over, reads nothing, and inherits no descriptor.
  ///
  /// - Parameters:
  ///   - command: A line for the shell.
  ///   - timeoutMilliseconds: How long it may take.
  ///   - environment: All that the command sees; see `Environment.forChildren`.
  ///   - maxOutput: Bytes of standard output at most.
  /// - Returns: Its standard output, when it ended with status 0.
  /// - Throws: `ShellError` otherwise.
  package static func run(
    _ command: String, timeoutMilliseconds: Int64, environment: [String: String],
    maxOutput: Int = 64 << 10
  ) throws(ShellError) -> [UInt8] {
    let output = try Pipe()
    let errors = try Pipe()
    let pid = try spawn(
      command, environment: environment, output: output.writing.raw, errors: errors.writing.raw)
    var child = ShellChild(
      pid: pid, output: output.closingWriter(), errors: errors.closingWriter(),
      maxOutput: maxOutput)
    return try child.collect(timeoutMilliseconds: timeoutMilliseconds)
  }

  private static func spawn(
    _ command: String, environment: [String: String], output: Int32, errors: Int32
  ) throws(ShellError) -> pid_t {
    let lines = environment.map { "\($0.key)=\($0.value)" }
    guard !command.utf8.contains(0), !lines.contains(where: { $0.utf8.contains(0) }) else {
      throw ShellError(.notStarted(EINVAL))
    }
    let copies = unsafe lines.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let failure = unsafe csystem_spawn_shell(command, copies, output, errors, &pid)
    guard failure == 0 else { throw ShellError(.notStarted(failure)) }
    return pid
  }
}

/// Both ends of a pipe.
private struct Pipe: ~Copyable {
  let reading: FileDescriptor
  let writing: FileDescriptor

  init() throws(ShellError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe csystem_pipe(&ends) == 0 else { throw ShellError(.notStarted(errno)) }
    reading = FileDescriptor(owning: ends[0])
    writing = FileDescriptor(owning: ends[1])
  }

  consuming func closingWriter() -> FileDescriptor { reading }
}

/// A running command, until it is reaped.
private struct ShellChild: ~Copyable {
  let pid: pid_t
  let output: FileDescriptor
  let errors: FileDescriptor
  /// Readable when the process has ended; -1 where the kernel has no such thing.
  let ended: FileDescriptor
  let maxOutput: Int
  var text: [UInt8] = []
  var errorText: [UInt8] = []
  var isOutputOpen = true
  var isErrorOpen = true

  init(
    pid: pid_t, output: consuming FileDescriptor, errors: consuming FileDescriptor,
    maxOutput: Int
  ) {
    self.pid = pid
    self.output = output
    self.errors = errors
    self.maxOutput = maxOutput
    ended = FileDescriptor(owning: csystem_open_process(pid))
    // Non-blocking: after the end of the command only what is there is read.
    for descriptor in [self.output.raw, self.errors.raw] {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
  }

  mutating func collect(timeoutMilliseconds: Int64) throws(ShellError) -> [UInt8] {
    let deadline = SystemTime.boot() + timeoutMilliseconds
    var status: Int32?
    while status == nil {
      let left = deadline - SystemTime.boot()
      if left <= 0 { throw stop(.timedOut(milliseconds: timeoutMilliseconds)) }
      wait(milliseconds: left)
      // Before reading: whatever it wrote before its end is then in the pipe.
      status = reaped()
      drain()
      if text.count > maxOutput { throw stop(.outputTooLarge(limit: maxOutput), status: status) }
    }
    try check(status ?? 0)
    return text
  }

  private borrowing func check(_ status: Int32) throws(ShellError) {
    let signal = status & 0x7F
    if signal != 0 { throw ShellError(.killed(signal: signal), standardError: errorText) }
    let code = (status >> 8) & 0xFF
    if code != 0 { throw ShellError(.exited(status: code), standardError: errorText) }
  }

  /// Waits for output or the end.
  private borrowing func wait(milliseconds: Int64) {
    var sources = [
      pollfd(fd: isOutputOpen ? output.raw : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isErrorOpen ? errors.raw : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: ended.raw, events: Int16(POLLIN), revents: 0),
    ]
    let slice = ended.raw >= 0 ? min(milliseconds, 60_000) : min(milliseconds, 10)
    _ = unsafe poll(&sources, 3, Int32(slice))
  }

  private borrowing func reaped() -> Int32? {
    var status: Int32 = 0
    return unsafe waitpid(pid, &status, WNOHANG) == pid ? status : nil
  }

  /// Kills the whole group before it is reaped, so that its id still means this group.
  private borrowing func stop(_ code: ShellError.Code, status: Int32? = nil) -> ShellError {
    if status == nil {
      _ = kill(-pid, SIGKILL)
      _ = kill(pid, SIGKILL)
      var status: Int32 = 0
      _ = retried { unsafe waitpid(pid, &status, 0) }
    }
    return ShellError(code, standardError: errorText)
  }

  private mutating func drain() {
    isOutputOpen = isOutputOpen && Self.drain(output.raw, into: &text, limit: maxOutput + 1)
    isErrorOpen = isErrorOpen && Self.drain(errors.raw, into: &errorText, limit: 4096)
  }

  /// Reads what is there; the surplus over the limit is dropped, so that the command is not held up.
  /// False at the end.
  private static func drain(_ descriptor: Int32, into text: inout [UInt8], limit: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    // Bounded, or a command that writes without end would keep its deadline from being looked at.
    for _ in 0..<16 {
      let size = buffer.count
      let got = retried { unsafe read(descriptor, &buffer, size) }
      if got == 0 { return false }
      if got < 0 { return errno == EAGAIN }
      text.append(contentsOf: buffer[..<min(got, max(0, limit - text.count))])
    }
    return true
  }
}
