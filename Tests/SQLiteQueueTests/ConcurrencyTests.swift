import Fallback
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization
import Testing

@Suite("Many callers at once")
struct ConcurrencyTests {
  @Test("eight threads over two connections claim every job exactly once")
  func claims() throws {
    let folder = TemporaryFolder()
    let stores = try (0..<2).map { _ in try SQLiteQueue.make(in: folder) }
    defer { for store in stores { store.close() } }
    let jobs = (0..<400).map { newJob("\($0)", queue: "q\($0 % 3)", priority: $0 % 4) }
    guard case .enqueued(let ids)? = try stores[0].transact([.enqueue(jobs)]).first else {
      throw UnexpectedResult(result: "enqueue")
    }
    let claimed = Tally<JobID>()
    let failed = Tally<String>()
    let threads = try (0..<8).map { number in
      try OSThread(name: "claim \(number)") {
        let store = stores[number % 2]
        let me = worker("w\(number)")
        do {
          while true {
            let jobs = try store.claim(me, limit: 1 + number % 3)
            if jobs.isEmpty { return }
            for job in jobs {
              claimed.add(job.id)
              if try !store.succeed(job.lease) { failed.add("not accepted") }
            }
          }
        } catch { failed.add("\(error)") }
      }
    }
    for thread in threads { thread.join() }
    #expect(failed.counts.isEmpty)
    #expect(claimed.counts == Dictionary(uniqueKeysWithValues: ids.map { ($0.id, 1) }))
    #expect(try stores[1].statistics().jobs == [.succeeded: 400])
  }

  @Test("callers that come while one commits share the next transaction")
  func sharing() throws {
    let folder = TemporaryFolder()
    let log = CommitLog()
    let store = try SQLiteQueue.make(in: folder, log: log)
    defer { store.close() }
    let answered = Mutex(0)
    for _ in 0..<200 {
      store.submit([.enqueue([newJob()])]) { result in
        if case .success = result { answered.withLock { $0 += 1 } }
      }
    }
    store.flush()
    #expect(answered.withLock(\.self) == 200)
    let commits = log.take()
    #expect(commits.map(\.callers).reduce(0, +) == 200)
    #expect(commits.count < 200)
    #expect(try store.statistics().jobs == [.ready: 200])
  }

  @Test("what the schema refuses of one caller leaves the others of its transaction stored")
  func isolation() throws {
    let folder = TemporaryFolder()
    let log = CommitLog()
    let store = try SQLiteQueue.make(in: folder, log: log)
    defer { store.close() }
    // Holds the turn until all callers are queued up behind it.
    let gate = WaitCondition(0)
    store.submit([.enqueue([newJob("first")])]) { _ in
      gate.broadcast { $0 = 1 }
      _ = gate.wait { step in step == 2 ? true : nil }
    }
    _ = gate.wait { step in step == 1 ? true : nil }
    let outcomes = Tally<String>()
    for number in 0..<6 {
      let isBad = number % 3 == 1
      store.submit([.enqueue([newJob("x"), newJob(priority: isBad ? 900 : 0)])]) { result in
        switch result {
        case .success: outcomes.add("stored")
        case .failure(let error): outcomes.add("\(error.code)")
        }
      }
    }
    gate.broadcast { $0 = 2 }
    store.flush()
    #expect(outcomes.counts == ["stored": 4, "constraint": 2])
    #expect(try store.statistics().jobs == [.ready: 9])
    #expect(log.take().map(\.callers) == [1, 4])
  }

  @Test("an asynchronous caller gets its answer")
  func asynchronous() async throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let ids = try await withThrowingTaskGroup(of: JobID.self) { group in
      for _ in 0..<50 {
        group.addTask {
          guard case .enqueued(let ids)? = try await store.transact([.enqueue([newJob()])]).first,
            let id = ids.first
          else { throw UnexpectedResult(result: "enqueue") }
          return id.id
        }
      }
      return try await group.reduce(into: Set<JobID>()) { $0.insert($1) }
    }
    #expect(ids.count == 50)
  }

  @Test("another process that holds the lock for too long makes it busy, and no longer after that")
  func busy() throws {
    let folder = TemporaryFolder()
    let holder = try SQLiteQueue.make(in: folder)
    let store = try SQLiteQueue.make(in: folder, busyDeadline: 60)
    defer {
      holder.close()
      store.close()
    }
    let gate = WaitCondition(0)
    // The other's transaction stays open while its clock is being read.
    let clock = StoreClock(
      wall: {
        gate.broadcast { if $0 == 0 { $0 = 1 } }
        _ = gate.wait { step in step != 1 ? true : nil }
        return 5
      }, boot: { 5 })
    let slow = try SQLiteQueue.make(in: folder, clock: clock)
    let thread = try OSThread(name: "holder") { _ = try? slow.enqueue(newJob()) }
    _ = gate.wait { step in step == 1 ? true : nil }
    let start = SystemTime.monotonicNanoseconds()
    let error = #expect(throws: StoreError.self) { _ = try store.enqueue(newJob()) }
    let waited = (SystemTime.monotonicNanoseconds() - start) / 1_000_000
    gate.broadcast { $0 = 2 }
    thread.join()
    slow.close()
    #expect(error?.code == .busy)
    #expect((55...2_000).contains(waited))
    #expect(try store.enqueue(newJob()).count == 1)
  }
}

@Suite("Operations that nobody waits for")
struct LazyTests {
  @Test("they are stored within a moment, without anything else happening")
  func byThemselves() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    store.submitLazily([.enqueue([newJob()])])
    let end = SystemTime.monotonicNanoseconds() + 2_000_000_000
    while try store.statistics().jobs.isEmpty, SystemTime.monotonicNanoseconds() < end {
      SystemTime.sleep(milliseconds: 5)
    }
    #expect(try store.statistics().jobs == [.ready: 1])
  }

  @Test("they go with the next transaction, before it")
  func withOthers() throws {
    let folder = TemporaryFolder()
    let log = CommitLog()
    let store = try SQLiteQueue.make(in: folder, log: log)
    defer { store.close() }
    let id = try #require(try store.enqueue(newJob()).first)
    _ = log.take()
    store.submitLazily([.cancel([id])])
    #expect(try store.change(.remove([id])) == [id])
    #expect(log.take().map(\.callers) == [2])
  }

  @Test("a journal that a settlement or a newer journal follows is not written")
  func superseded() throws {
    let folder = TemporaryFolder()
    let log = CommitLog()
    let store = try SQLiteQueue.make(in: folder, log: log)
    defer { store.close() }
    let ids = try store.enqueue(newJob("a"), newJob("b"))
    let jobs = try store.claim(worker("w"), limit: 2)
    _ = log.take()
    store.submitLazily([.journal(jobs[0].lease, trace: [1])])
    store.submitLazily([.journal(jobs[1].lease, trace: [2])])
    store.submitLazily([.journal(jobs[1].lease, trace: [2, 3])])
    #expect(try store.succeed(jobs[0].lease))
    store.flush()
    // One of three journals is left; it may wait for a commit of its own.
    #expect(log.take().map(\.callers).reduce(0, +) == 2)
    #expect(try store.attempts(of: ids[0]).map(\.trace) == [[1]])
    #expect(try store.attempts(of: ids[1]).map(\.trace) == [[2, 3]])
  }

  @Test("closing stores them")
  func closing() throws {
    let folder = TemporaryFolder()
    let store = try SQLiteQueue.make(in: folder)
    store.submitLazily([.enqueue([newJob()])])
    store.close()
    let again = try SQLiteQueue.make(in: folder)
    defer { again.close() }
    #expect(try again.statistics().jobs == [.ready: 1])
  }

  @Test("a queue that is let go without closing stores what was submitted")
  func lettingGo() throws {
    let folder = TemporaryFolder()
    let stored = WaitCondition(false)
    do {
      let store = try SQLiteQueue.make(in: folder)
      store.submit([.enqueue([newJob()])]) { _ in stored.broadcast { $0 = true } }
    }
    let end = SystemTime.monotonicNanoseconds() + 2_000_000_000
    #expect(stored.wait(until: end) { $0 ? true : nil } == true)
  }
}
