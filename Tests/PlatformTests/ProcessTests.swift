import Glibc
import Platform
import Testing

@Suite("Processes")
struct ProcessTests {
  static let stats: [(String, UInt64?, Bool)] = [
    ("7 (a b) S 1 7 7 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 1 0 4242 1 2\n", 4242, false),
    ("7 (a) (b)) R) S 1 7 7 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 1 0 99 1 2\n", 99, false),
    ("7 (x) Z 1 7 7 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 1 0 5 0 0\n", 5, true),
    ("7 (x) S 1 2", nil, false), ("", nil, false), ("no parenthesis", nil, false),
  ]

  @Test("the start time is found behind any program name", arguments: stats)
  func parsesStat(line: String, ticks: UInt64?, isZombie: Bool) {
    let found = ProcessIdentity.parse(stat: Array(line.utf8))
    #expect(found?.ticks == ticks)
    #expect((found?.isZombie ?? false) == isZombie)
  }

  @Test("this process is alive, and nobody who had its id before or elsewhere is taken for it")
  func liveness() {
    let me = ProcessIdentity.current()
    #expect(me.pid == getpid() && !me.bootID.isEmpty && me.pidNamespace > 0 && me.startTime > 0)
    #expect(me.liveness(of: me) == .alive)
    var other = me
    other.startTime += 1
    #expect(me.liveness(of: other) == .dead)
    other = me
    other.pidNamespace += 1
    #expect(me.liveness(of: other) == .unknown)
    other = me
    other.bootID = "other"
    #expect(me.liveness(of: other) == .unknown)
    #expect(!ProcessIdentity.isAlive(pid: 0, startTime: 0))
    #expect(!ProcessIdentity.isAlive(pid: .max, startTime: 0))
  }

  @Test("an identity survives being written down")
  func text() {
    let me = ProcessIdentity.current()
    #expect(ProcessIdentity(me.description) == me)
    for bad in ["", "a/b/c/d", "a/1/2", "a/1/2/3/4"] { #expect(ProcessIdentity(bad) == nil) }
  }

  @Test("hardening makes files private, forbids dumps, and leaves /proc of its own readable")
  func hardening() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Hardening.apply()
      let identity = ProcessIdentity.current()
      guard umask(0) == 0o077, identity.startTime > 0, identity.pidNamespace > 0 else { exit(1) }
      guard Hardening.isDumpable == false else { exit(2) }
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, close(ends[0]) == 0 else { exit(3) }
      guard write(ends[1], "x", 1) == -1, errno == EPIPE else { exit(4) }
      exit(0)
    }
  }

  @Test("the limit of open files goes up to the hard one and no further")
  func openFiles() async {
    await #expect(processExitsWith: .exitCode(0)) {
      guard let limit = Hardening.raiseOpenFileLimit(to: 1 << 30), limit > 0 else { exit(1) }
      exit(Hardening.raiseOpenFileLimit(to: 1) == limit ? 0 : 2)
    }
  }

  @Test("removed variables are gone from the environment and stay in the first look")
  func environment() async {
    await #expect(processExitsWith: .exitCode(0)) {
      setenv("AUXQ_TEST_KEY", "a=b", 1)
      guard Environment.atStart["AUXQ_TEST_KEY"] == "a=b" else { exit(1) }
      Environment.removeVariables(["AUXQ_TEST_KEY", "AUXQ_TEST_NONE"])
      guard getenv("AUXQ_TEST_KEY") == nil else { exit(2) }
      exit(Environment.atStart["AUXQ_TEST_KEY"] == "a=b" ? 0 : 3)
    }
  }

  @Test("children see where programs and files are, and no key")
  func childEnvironment() {
    let all = [
      "PATH": "/bin", "HOME": "/h", "LC_ALL": "C", "OPENROUTER_API_KEY": "k", "LD_PRELOAD": "x",
    ]
    #expect(Environment.forChildren(all) == ["PATH": "/bin", "HOME": "/h", "LC_ALL": "C"])
  }

  @Test("signals reach the handler one by one, on the watching thread, until it stops")
  func signals() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.block()
      let seen = WaitCondition<[Int32]>([])
      guard let watch = try? Signals.watch({ number in seen.broadcast { $0.append(number) } })
      else { exit(1) }
      for number in [SIGTERM, SIGINT, SIGHUP] {
        // Threads of the test library have no blocked signals, so it goes to the watching one.
        watch.deliver(number)
        let end = SystemTime.monotonicNanoseconds() + 5_000_000_000
        guard seen.wait(until: end, for: { $0.last == number ? true : nil }) == true else {
          exit(2)
        }
      }
      watch.stop()
      exit(seen.withLock { $0 } == [SIGTERM, SIGINT, SIGHUP] ? 0 : 3)
    }
  }

  @Test("a process that dies by a signal shows it to its parent")
  func diesBySignal() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      Signals.block()
      Signals.die(by: SIGTERM)
    }
  }
}
