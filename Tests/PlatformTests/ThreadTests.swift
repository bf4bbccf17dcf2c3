import Glibc
import Platform
import Testing

@Suite("Threads")
struct ThreadTests {
  @Test("a thread runs its body once, under its name, and can be joined by many")
  func runsOnce() throws {
    let log = WaitCondition<[String]>([])
    let thread = try OSThread(name: "a-name-of-more-than-fifteen") {
      let name = (try? FileSystem.read("/proc/thread-self/comm", limit: 64)) ?? []
      log.broadcast { $0.append(text(name)) }
    }
    let joiners = try (0..<3).map { _ in try OSThread(name: "joiner") { thread.join() } }
    joiners.forEach { $0.join() }
    thread.join()
    #expect(log.withLock { $0 } == ["a-name-of-more-\n"])
  }

  @Test("a thread that got the handle of a joined one is not taken for it")
  func reusedHandle() throws {
    let first = try OSThread(name: "first") {}
    first.join()
    for _ in 0..<20 { try OSThread(name: "next") { first.join() }.join() }
  }

  @Test("a mailbox hands everything over, in order, to the thread that waits for it")
  func mailbox() throws {
    let mailbox = WaitCondition<[Int]>([])
    let received = WaitCondition<[Int]>([])
    let reader = try OSThread(name: "reader") {
      while true {
        let batch = mailbox.wait { (queue) -> [Int]? in
          if queue.isEmpty { return nil }
          defer { queue = [] }
          return queue
        }
        received.signal { $0 += batch ?? [] }
        if batch?.last == 999 { return }
      }
    }
    for number in 0..<1_000 { mailbox.signal { $0.append(number) } }
    reader.join()
    #expect(received.withLock { $0 } == Array(0..<1_000))
  }

  @Test("waiting ends at the deadline, at once when it is past")
  func deadline() {
    let condition = WaitCondition(0)
    for wait in [Int64(20_000_000), -1_000_000_000] {
      let start = SystemTime.monotonicNanoseconds()
      #expect(condition.wait(until: start + wait, for: { $0 > 0 ? $0 : nil }) == nil)
      #expect(SystemTime.monotonicNanoseconds() - start >= max(wait, 0))
    }
    condition.withLock { $0 = 7 }
    #expect(condition.wait(until: 0, for: { $0 > 0 ? $0 : nil }) == 7)
  }

  @Test("blocking work never waits for other work, and an idle thread is used again")
  func blocking() {
    let threads = BlockingThreads(name: "blocking")
    let met = WaitCondition(0)
    // Each piece waits for all the others: they need as many threads.
    for _ in 0..<6 {
      threads.run {
        met.broadcast { $0 += 1 }
        _ = met.wait { $0 >= 6 ? true : nil }
        met.broadcast { $0 += 1 }
      }
    }
    #expect(met.wait(until: .soon, for: { $0 == 12 ? true : nil }) == true)
    let ids = WaitCondition<[pthread_t]>([])
    for number in 1...20 {
      threads.run { ids.broadcast { $0.append(pthread_self()) } }
      #expect(ids.wait(until: .soon, for: { $0.count == number ? true : nil }) == true)
    }
    // Six are there, or a seventh where a thread had not come back yet.
    #expect(Set(ids.withLock { $0 }).count <= 7)
  }

  @Test("a thread that nobody needs ends, and the next piece of work gets a new one")
  func idleEnd() {
    let threads = BlockingThreads(name: "blocking", patience: 0)
    for number in 1...20 {
      let done = WaitCondition(0)
      threads.run { done.broadcast { $0 = number } }
      #expect(done.wait(until: .soon, for: { $0 == number ? true : nil }) == true)
    }
  }

  @Test("errors pass through the lock and leave it free")
  func errors() {
    struct Refused: Error {}
    let condition = WaitCondition(1)
    #expect(throws: Refused.self) {
      try condition.withLock { (value) throws(Refused) in
        value = 2
        throw Refused()
      }
    }
    #expect(condition.withLock { $0 } == 2)
  }
}

extension Int64 {
  /// Ten seconds from now: far more than anything here takes.
  fileprivate static var soon: Int64 { SystemTime.monotonicNanoseconds() + 10_000_000_000 }
}
