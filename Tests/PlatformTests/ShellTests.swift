import Glibc
import Platform
import Testing

@Suite("Shell")
struct ShellTests {
  private func run(
    _ command: String, timeout: Int64 = 5_000,
    environment: [String: String] = ["PATH": "/usr/bin:/bin"],
    maxOutput: Int = 1_000
  ) throws(ShellError) -> String {
    text(
      try Shell.run(
        command, timeoutMilliseconds: timeout, environment: environment, maxOutput: maxOutput))
  }

  @Test("standard output comes back, and nothing else")
  func output() throws {
    #expect(try run("printf 'a b'; echo secret >&2") == "a b")
    #expect(try run(":") == "")
    #expect(try run("cat") == "")
    #expect(try run("head -c 1000 /dev/zero | tr '\\0' x").utf8.count == 1_000)
  }

  @Test("a command sees only the environment given, and no descriptor")
  func isolation() throws {
    let leak = open("/dev/null", O_RDONLY)
    defer { close(leak) }
    #expect(try run("echo \"$A-$HOME\"", environment: ["A": "1", "PATH": "/bin"]) == "1-\n")
    // The listing itself holds one.
    #expect(try run("ls /proc/self/fd | tr '\\n' ' '") == "0 1 2 3 ")
  }

  @Test("failures are told apart, and standard error is kept out of the description")
  func failures() {
    let exited = #expect(throws: ShellError.self) { try run("echo sk-123 >&2; exit 3") }
    #expect(exited?.code == .exited(status: 3))
    #expect(exited.map { text($0.standardError) } == "sk-123\n")
    #expect(exited.map { "\($0) \(String(reflecting: $0))" }?.contains("sk-123") == false)
    let killed = #expect(throws: ShellError.self) { try run("kill -9 $$") }
    #expect(killed?.code == .killed(signal: SIGKILL))
    let missing = #expect(throws: ShellError.self) { try run("no-such-program-here") }
    #expect(missing?.code == .exited(status: 127))
    let large = #expect(throws: ShellError.self) { try run("yes", maxOutput: 100) }
    #expect(large?.code == .outputTooLarge(limit: 100))
    let zero = #expect(throws: ShellError.self) { try run("a\0b") }
    #expect(zero?.code == .notStarted(EINVAL))
  }

  @Test("default signal handling is restored for the command, whatever the program ignores")
  func signals() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.block()
      let error = #expect(throws: ShellError.self) {
        try Shell.run(
          "kill -s TERM $$; sleep 5", timeoutMilliseconds: 5_000,
          environment: ["PATH": "/bin:/usr/bin"])
      }
      exit(error?.code == .killed(signal: SIGTERM) ? 0 : 1)
    }
  }

  @Test("a command that takes too long is killed with all that it started")
  func timeout() throws {
    let folder = try TemporaryFolder()
    let start = SystemTime.boot()
    let error = #expect(throws: ShellError.self) {
      try run("(sleep 60; :) & echo $! > \(folder.file("pid")); wait", timeout: 80)
    }
    #expect(error?.code == .timedOut(milliseconds: 80))
    #expect(SystemTime.boot() - start < 3_000)
    let pid = Int32(text(try FileSystem.read(folder.file("pid"))).filter(\.isNumber)) ?? 0
    #expect(pid > 0)
    let end = SystemTime.boot() + 3_000
    while ProcessIdentity.isAlive(pid: pid, startTime: 0), SystemTime.boot() < end {
      SystemTime.sleep(milliseconds: 5)
    }
    #expect(!ProcessIdentity.isAlive(pid: pid, startTime: 0))
  }

  @Test("something left in the background does not hold the answer back")
  func background() throws {
    let start = SystemTime.boot()
    #expect(try run("sleep 2 & echo done", timeout: 5_000) == "done\n")
    #expect(SystemTime.boot() - start < 1_500)
  }
}
