import FaultDisk
import Fallback
import Queue
import SQLiteQueue
import StoreConformance
import Testing

/// A disk that refuses one kind of call, in every place where it is made.
struct DiskFaultCase: Sendable, CustomTestStringConvertible {
  var call: Disk.Call
  var code: Int32
  var isSticky: Bool
  var isHalfWritten = false

  var testDescription: String {
    "\(call) answers \(code)\(isSticky ? " from then on" : "")\(isHalfWritten ? ", by half" : "")"
  }

  static let all: [DiskFaultCase] = [false, true].flatMap { isSticky in
    [
      DiskFaultCase(call: .write, code: 778, isSticky: isSticky, isHalfWritten: true),
      DiskFaultCase(call: .write, code: 13, isSticky: isSticky),
      DiskFaultCase(call: .sync, code: 1_034, isSticky: isSticky),
      DiskFaultCase(call: .truncate, code: 1_546, isSticky: isSticky),
      DiskFaultCase(call: .read, code: 266, isSticky: isSticky),
      DiskFaultCase(call: .map, code: 5_386, isSticky: isSticky),
      DiskFaultCase(call: .open, code: 14, isSticky: isSticky),
    ]
  }
}

@Suite("A disk that fails")
struct DiskFaultTests {
  @Test(
    "at whatever call it fails, nothing is acknowledged that is not there, and a restart finds all",
    arguments: DiskFaultCase.all)
  func everywhere(fault: DiskFaultCase) throws {
    var number = 1
    var runs = 0
    while number < 400 {
      var run = try FaultRun(
        Disk.Fault(
          [fault.call], number: number, isSticky: fault.isSticky, code: fault.code,
          isHalfWritten: fault.isHalfWritten))
      let problems = try run.problems()
      #expect(problems.isEmpty, "call \(number): \(problems)")
      guard run.wasHit else { break }
      runs += 1
      // Close together at first, where opening is; then every seventh.
      number += number < 12 ? 1 : 7
    }
    #expect(runs > 0 || fault.call == .truncate)
  }

  @Test("a commit whose fsync fails may or may not be stored: it says so and writes nothing more")
  func unknownOutcome() throws {
    let folder = TemporaryFolder()
    let disk = Disk()
    FaultyFiles.attach(disk, under: folder.path)
    defer { FaultyFiles.detach(folder: folder.path) }
    let store = try SQLiteQueue.make(in: folder)
    let before = try store.enqueue(newJob("before"))
    disk.refuse(Disk.Fault([.sync], number: 1, code: 1_034))
    let first = #expect(throws: StoreError.self) { _ = try store.enqueue(newJob("unknown")) }
    #expect(first?.code == .unknownOutcome)
    // The disk is well again, but what lies in the file is not known.
    let second = #expect(throws: StoreError.self) { _ = try store.enqueue(newJob("after")) }
    #expect(second?.code == .unknownOutcome)
    store.close()
    let again = try SQLiteQueue.make(in: folder)
    defer { again.close() }
    #expect(try again.check().isEmpty)
    let inputs = try again.jobs(matching: JobFilter()).map(\.inputName)
    #expect(inputs == ["before.md"] || inputs == ["unknown.md", "before.md"])
    #expect(try again.job(before[0]) != nil)
    #expect(try again.enqueue(newJob("later")).count == 1)
  }

  @Test("a full disk refuses new work, keeps the old, and is used again once there is room")
  func full() throws {
    let folder = TemporaryFolder()
    let disk = Disk()
    FaultyFiles.attach(disk, under: folder.path)
    defer { FaultyFiles.detach(folder: folder.path) }
    let store = try SQLiteQueue.make(in: folder)
    defer { store.close() }
    let id = try store.enqueue(newJob("before"))[0]
    for code in [Int32(13), 778] {
      disk.refuse(Disk.Fault([.write], number: 1, isSticky: true, code: code))
      let error = #expect(throws: StoreError.self) { _ = try store.enqueue(newJob("no room")) }
      #expect(error?.code == .full)
      #expect(try store.state(id) == .ready)
      disk.refuse(nil)
      #expect(try store.enqueue(newJob("room again")).count == 1)
    }
    #expect(try store.check().isEmpty)
    #expect(try store.statistics().jobs == [.ready: 3])
  }
}

/// A queue that is opened and used on a failing disk, and opened again on a sound one.
private struct FaultRun {
  private let folder = TemporaryFolder()
  private let disk = Disk()
  private var stored: [JobID] = []
  private var tried = 0
  private var results: [JobID: [UInt8]] = [:]
  private var odd: [StoreError] = []
  private(set) var wasHit = false

  init(_ fault: Disk.Fault) throws {
    FaultyFiles.attach(disk, under: folder.path)
    disk.refuse(fault)
    use()
    wasHit = disk.refusedCalls > 0
    disk.refuse(nil)
  }

  private mutating func use() {
    // A second life, as a worker that is started again.
    for _ in 0..<2 {
      do throws(StoreError) {
        let store = try SQLiteQueue.open(
          path: folder.database, mode: .create, isAlive: { _ in true })
        defer { store.close() }
        for _ in 0..<3 { useOnce(store) }
        RawDatabase(folder.database).run("PRAGMA wal_checkpoint(TRUNCATE)")
        useOnce(store)
      } catch { note(error) }
    }
  }

  private mutating func useOnce(_ store: SQLiteQueue) {
    do throws(StoreError) {
      tried += 2
      if case .enqueued(let ids)? = try store.transact([
        .enqueue([newJob("a"), newJob(String(repeating: "b", count: 6_000), queue: "night")])
      ]).first {
        stored += ids.map(\.id)
      }
      let request = ClaimRequest(worker: worker("w"), limit: 1)
      guard case .claimed(let jobs)? = try store.transact([.claim(request)]).first else { return }
      for job in jobs {
        _ = try store.transact([.checkpoint(job.lease, key: "p", result: [1])])
        let result = Array("of \(job.id)".utf8)
        let settlement = Settlement(
          lease: job.lease, outcome: .succeeded(Settlement.Success(result: result)), trace: [1])
        if case .accepted(true)? = try store.transact([.settle(settlement)]).first {
          results[job.id] = result
        }
      }
    } catch { note(error) }
  }

  private mutating func note(_ error: StoreError) {
    switch error.code {
    case .full, .io, .unknownOutcome, .cannotOpen, .permission, .corrupt, .busy: break
    default: odd.append(error)
    }
  }

  /// What a start on a sound disk finds wrong.
  mutating func problems() throws -> [String] {
    defer { FaultyFiles.detach(folder: folder.path) }
    let store = try SQLiteQueue.open(path: folder.database, mode: .create, isAlive: { _ in true })
    defer { store.close() }
    var problems = odd.map { "\($0.code): \($0.message)" } + (try store.check())
    let found = try store.jobs(matching: JobFilter()).map(\.id)
    let lost = Set(stored).subtracting(found)
    if !lost.isEmpty { problems.append("jobs \(lost.sorted()) are lost") }
    if found.count > tried { problems.append("\(found.count) jobs of \(tried)") }
    for (id, result) in results {
      let job = try store.job(id)
      if job?.state != .succeeded || job?.result != result {
        problems.append("the result of job \(id) is lost")
      }
    }
    if try store.enqueue(newJob("after")).count != 1 { problems.append("it takes no more") }
    return problems
  }
}
