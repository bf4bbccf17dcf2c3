import FaultDisk
import Fallback
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization

/// A queue on a disk that records, and what was acknowledged when.
struct PowerCutWorld {
  /// What was promised at a moment of the record.
  fileprivate struct Promises: Sendable {
    /// Fingerprint of what is stored after each transaction, from the one after opening.
    var states: [Int] = []
    /// The number of the last transaction that must have reached the disk, by number of transaction.
    var durable: [Int] = [0]
    /// Ids acknowledged by each transaction, and results.
    var ids: [[JobID]] = [[]]
    var results: [[JobID: [UInt8]]] = [[:]]
    var removed: [Set<JobID>] = [[]]
  }

  /// One picture of the disk that was looked at.
  struct Finding {
    var position: Int
    var fate: PowerCut.Fate
    var problems: [String]
  }

  private let disk = Disk(isRecording: true)
  private let promises: Promises

  var recorded: Int { disk.entries.count }
  var transactions: Int { promises.states.count - 1 }

  /// Takes a random walk and records it.
  init(seed: UInt64, steps: Int) throws {
    let folders = Mutex<String?>(nil)
    let log = Mutex(Promises())
    let disk = self.disk
    let made = MadeStores()
    let path: @Sendable () -> String = { folders.withLock { $0 ?? "" } }
    let maker = made.maker(disk: disk) { store in
      folders.withLock { $0 = store.path }
      return NotedStore(base: store) { _ in
        // Between two notes lies what one transaction asked of the disk.
        disk.note(2 * log.withLock { $0.states.count })
      } wasAcknowledged: { operations, results in
        let state = RawDatabase(path()).fingerprint()
        let number = log.withLock { $0.add(state, operations, results) }
        disk.note(2 * number + 1)
      }
    }
    let fixture = try maker.fixture()
    log.withLock { $0.states.append(RawDatabase(path()).fingerprint()) }
    var random = SeededRandom(seed: seed)
    var walk = ModelWalk(fixture)
    // Another process empties the WAL now and then, each way that there is.
    for part in ModelStep.make(steps, seed: seed).chunks(of: 25) {
      try walk.run(part)
      let way = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"].randomElement(using: &random) ?? ""
      RawDatabase(path()).run("PRAGMA wal_checkpoint(\(way))")
    }
    promises = log.withLock(\.self)
  }

  /// Cuts the power at random moments and looks at what a restart finds.
  func cut(times: Int, seed: UInt64) throws -> [Finding] {
    var random = SeededRandom(seed: seed)
    let entries = disk.entries
    var cut = PowerCut(entries, empty: ["queue.db"])
    let moments = (0..<times).map { _ in Int.random(in: 0...entries.count, using: &random) }
    var findings: [Finding] = []
    for moment in moments.sorted() {
      cut.advance(to: moment)
      let fate = PowerCut.Fate.allCases.randomElement(using: &random) ?? .nothing
      let image = cut.image(fate, using: &random)
      let problems = try problems(of: image, begun: cut.begun, acknowledged: cut.acknowledged)
      if !problems.isEmpty {
        findings.append(Finding(position: moment, fate: fate, problems: problems))
      }
    }
    return findings
  }

  /// Opens what is left as a worker does after the restart.
  private func problems(
    of image: [String: [UInt8]], begun: Int, acknowledged: Int
  ) throws -> [String] {
    let folder = TemporaryFolder(onMemory: true)
    FaultyFiles.attach(Disk(), under: folder.path)
    defer { FaultyFiles.detach(folder: folder.path) }
    for (name, bytes) in image { try FileSystem.writeAtomically(folder.path + "/" + name, bytes) }
    do throws(StoreError) {
      let store = try SQLiteQueue.open(
        path: folder.database, mode: .create, isAlive: { _ in true })
      defer { store.close() }
      var problems = try store.check()
      let durable = promises.durable[acknowledged]
      let state = RawDatabase(folder.database).fingerprint()
      // The last one begun may have been refused.
      let last = min(max(begun, acknowledged), promises.states.count - 1)
      if !promises.states[durable...last].contains(state) {
        problems.append("it is none of the states \(durable) to \(begun)")
      }
      problems += try brokenPromises(store, durable)
      return problems
    } catch {
      return ["\(error.code): \(error.message)"]
    }
  }

  /// What was acknowledged and is not there.
  private func brokenPromises(
    _ store: SQLiteQueue, _ durable: Int
  ) throws(StoreError) -> [String] {
    var problems: [String] = []
    let removed = promises.removed.reduce(into: Set<JobID>()) { $0.formUnion($1) }
    let ids = promises.ids[...durable].flatMap(\.self)
    let found = Set(try store.jobs(matching: JobFilter()).map(\.id))
    let lost = Set(ids).subtracting(found).subtracting(removed)
    if !lost.isEmpty { problems.append("jobs \(lost.sorted()) are lost") }
    var results: [JobID: [UInt8]] = [:]
    for new in promises.results[...durable] { results.merge(new) { $1 } }
    for (id, result) in results where !removed.contains(id) {
      guard let job = try store.job(id), job.state == .succeeded else { continue }
      if job.result != result { problems.append("the result of job \(id) is another") }
    }
    guard case .enqueued(let new)? = try store.transact([.enqueue([newJob("after")])]).first else {
      return problems + ["nothing can be enqueued"]
    }
    if let highest = ids.max(), let id = new.first?.id, id <= highest {
      problems.append("id \(id) came back")
    }
    return problems
  }
}

extension PowerCutWorld.Promises {
  /// - Returns: The number of the transaction.
  fileprivate mutating func add(
    _ state: Int, _ operations: [Operation], _ results: [OperationResult]
  ) -> Int {
    var (new, done, gone): ([JobID], [JobID: [UInt8]], Set<JobID>) = ([], [:], [])
    var isPromise = false
    for (operation, result) in zip(operations, results) {
      switch (operation, result) {
      case (.enqueue, .enqueued(let ids)):
        new += ids.map(\.id)
        isPromise = true
      case (.enqueueLeased, .claimed(let jobs)):
        new += jobs.map(\.id)
        isPromise = true
      case (.settle(let settlement), .accepted(true)):
        guard let end = settlement.outcome.end else { continue }
        done[settlement.lease.id] = end
        isPromise = true
      case (.remove, .changed(let ids)): gone.formUnion(ids)
      default: break
      }
    }
    states.append(state)
    let number = states.count - 1
    durable.append(isPromise ? number : durable[number - 1])
    ids.append(new)
    self.results.append(done)
    removed.append(gone)
    return number
  }
}

extension Settlement.Outcome {
  /// What a person is told for good; nil: the job may go on.
  fileprivate var end: [UInt8]? {
    switch self {
    case .succeeded(let success): success.result
    case .failed, .dead, .cancelled: []
    case .retry, .park, .handBack: nil
    }
  }
}

extension PowerCut {
  /// The last transaction that had begun.
  fileprivate var begun: Int { notes.last { $0 % 2 == 0 }.map { $0 / 2 } ?? 0 }
  /// The last transaction that had been acknowledged.
  fileprivate var acknowledged: Int { notes.last { $0 % 2 == 1 }.map { $0 / 2 } ?? 0 }
}

extension [ModelStep] {
  fileprivate func chunks(of size: Int) -> [[ModelStep]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
