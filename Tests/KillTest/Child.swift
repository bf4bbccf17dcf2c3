import FaultDisk
import Fallback
import Glibc
import Platform
import Queue
import SQLiteQueue
import StoreConformance
import Synchronization

/// A process that uses the queue until somebody kills it.
struct Child {
  private let orders: ChildOrders
  private let notes: ChildNotes
  private let store: SQLiteQueue
  private let me: WorkerIdentity
  private var random: SeededRandom
  private var claims = 0
  private var highest: JobID = 1

  static func run(_ orders: ChildOrders) -> Int32 {
    do {
      var child = try Child(orders)
      #if DEBUG
        if orders.hasPlantedBug {
          StoreMutation.$current.withValue(.acceptsOldTokens) { child.work() }
          return 0
        }
      #endif
      child.work()
      return 0
    } catch {
      _ = StandardError.write("child: \(error)\n")
      return 70
    }
  }

  private init(_ orders: ChildOrders) throws {
    self.orders = orders
    notes = try ChildNotes(orders.files)
    notes.set(.starting)
    random = SeededRandom(seed: orders.seed)
    let (phase, aim) = (notes.phaseDescriptor, orders.aim)
    let disk = Disk(syncsForReal: true) { call, file, isOver in
      CommitWatch.see(call, file, isOver: isOver, aim: aim, phase: phase)
    }
    FaultyFiles.attach(disk, under: FileSystem.directory(of: orders.database))
    let process = ProcessIdentity.current()
    me = WorkerIdentity(
      id: "w\(orders.seed)", bootID: process.bootID, pidNamespace: process.pidNamespace,
      pid: process.pid, pidStart: process.startTime)
    store = try SQLiteQueue.open(path: orders.database, mode: .create)
  }

  /// Until the kill, or for ten seconds where the parent has died.
  private mutating func work() {
    let end = SystemTime.boot() + 10_000
    while SystemTime.boot() < end {
      do {
        notes.set(.idle)
        switch orders.role {
        case .worker: try workOnce()
        case .enqueuer: try enqueueOnce()
        case .canceller: try disturbOnce()
        }
      } catch let error as StoreError {
        notes.write(.failed("\(error.code) \(error.message)"))
      } catch { notes.write(.failed("\(error)")) }
    }
  }

  /// A transaction, with the phases of its commit noted.
  private func transact(
    _ operations: [Operation], then phase: Phase
  ) throws(StoreError) -> [OperationResult] {
    CommitWatch.begin()
    defer {
      CommitWatch.end()
      notes.set(phase)
    }
    return try store.transact(operations)
  }

  // MARK: Roles

  private mutating func enqueueOnce() throws {
    var jobs: [NewJob] = []
    for _ in 0...Int.random(in: 0..<3, using: &random) {
      let isUnique = Int.random(in: 0..<10, using: &random) == 0
      jobs.append(
        newJob(
          "job", queue: ["default", "night"].randomElement(using: &random) ?? "default",
          priority: Int.random(in: -2...2, using: &random),
          runAt: Int.random(in: 0..<8, using: &random) == 0 ? SystemTime.wall() + 15 : nil,
          maxAttempts: 1_000,
          uniqueKey: isUnique ? "k\(Int.random(in: 0..<40, using: &random))" : nil))
    }
    if case .enqueued(let ids)? = try transact([.enqueue(jobs)], then: .idle).first {
      for stored in ids where stored.isNew { notes.write(.stored(stored.id)) }
    }
    usleep(useconds_t.random(in: 0..<3_000, using: &random))
  }

  private mutating func disturbOnce() throws {
    if case .enqueued(let ids)? = try transact([.enqueue([newJob("mine")])], then: .idle).first,
      let id = ids.first?.id
    {
      notes.write(.stored(id))
      highest = id
    }
    for _ in 0..<4 {
      let id = max(1, highest - JobID.random(in: 0..<60, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        notes.write(.willRetry(id))
        _ = try transact([.retry([id])], then: .idle)
      case 1:
        notes.write(.willRemove(id))
        _ = try transact([.remove([id])], then: .idle)
      default: _ = try transact([.cancel([id])], then: .idle)
      }
      usleep(useconds_t.random(in: 0..<2_000, using: &random))
    }
  }

  private mutating func workOnce() throws {
    // Some leases are so short that they run out while the job is worked on.
    let lease: Milliseconds = Int.random(in: 0..<4, using: &random) == 0 ? 15 : 10_000
    let request = ClaimRequest(
      worker: me, queues: ["default", "night"], limit: Int.random(in: 1...4, using: &random),
      lease: lease)
    guard case .claimed(let jobs)? = try transact([.claim(request)], then: .jobRunning).first,
      !jobs.isEmpty
    else { return _ = usleep(1_000) }
    claims += 1
    if case .running(let claim) = orders.aim, claim == claims { kill(getpid(), SIGKILL) }
    for job in jobs { try finish(job, isShort: lease < 100) }
  }

  private mutating func finish(_ job: ClaimedJob, isShort: Bool) throws {
    usleep(useconds_t.random(in: 0..<2_000, using: &random))
    if isShort, Int.random(in: 0..<3, using: &random) == 0 { usleep(25_000) }
    if Int.random(in: 0..<5, using: &random) == 0 {
      _ = try transact(
        [
          .journal(job.lease, trace: [1]), .checkpoint(job.lease, key: "p", result: [1]),
          .heartbeat(worker: me, jobs: [job.lease], lease: 10_000),
        ], then: .jobRunning)
    }
    let result = "\(job.id)/\(job.token)/\(me.id)"
    let (outcome, end) = outcome(result)
    let settlement = Settlement(lease: job.lease, outcome: outcome, trace: Array(me.id.utf8))
    let results = try transact([.settle(settlement)], then: .jobRunning)
    if case .accepted(true)? = results.first {
      notes.write(
        .accepted(
          job.id, token: job.token, attempt: job.attemptNumber, end: end, result: result))
    }
  }

  private mutating func outcome(_ result: String) -> (Settlement.Outcome, Note.End) {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: (.failed(jobError(.invalidRequest), unchangedInput: nil), .failed)
    case 1: (.dead(jobError(.auth)), .dead)
    case 2: (.cancelled, .cancelled)
    case 3, 4: (.retry(jobError(.timeout), runAt: SystemTime.wall() + 10), .goesOn)
    case 5: (.park(jobError(.quota), runAt: SystemTime.wall() + 10, isOffline: false), .goesOn)
    case 6: (.handBack, .goesOn)
    default: (.succeeded(Settlement.Success(result: Array(result.utf8))), .succeeded)
    }
  }
}

/// Sees from the disk's calls when a commit is under way, and dies there where it shall.
private enum CommitWatch {
  private struct State {
    var isOpen = false
    var commits = 0
    /// Calls since the first write of this commit; 0: it has not begun.
    var calls = 0
  }

  private static let state = Mutex(State())

  static func begin() {
    state.withLock { state in
      state.isOpen = true
      state.calls = 0
    }
  }

  static func end() { state.withLock { $0.isOpen = false } }

  static func see(
    _ call: Disk.Call, _ file: String, isOver: Bool, aim: ChildOrders.Aim, phase: Int32
  ) {
    let dies = state.withLock { state in
      guard state.isOpen else { return false }
      if state.calls == 0 {
        guard call == .write, file.hasSuffix("-wal") else { return false }
        state.commits += 1
        ChildNotes.set(.insideCommit, on: phase)
      }
      state.calls += 1
      return aim == .commit(number: state.commits, call: state.calls)
    }
    if dies { kill(getpid(), SIGKILL) }
  }
}
