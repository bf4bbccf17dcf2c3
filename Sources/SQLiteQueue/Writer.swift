import Fallback
import Platform
import Queue

/// The writing connection of this process and what it remembers between transactions. Whoever has the
/// turn to write has it alone.
struct Writer: ~Copyable {
  var db: Connection
  let clock: StoreClock
  let isAlive: @Sendable (WorkerIdentity) -> Bool
  let onCommit: (@Sendable (CommitFacts) -> Void)?
  private let bell: Ringing?
  let bells: BellFolder?

  var names = NameCache()
  var counters = CounterDeltas()
  var sums = TransactionSums()
  var known = KnownFacts()
  var noted = NotedBlocks()
  private var dataVersion: UInt32 = 0
  private let lastHold: LastHold
  private var mayWait = true
  /// When the open transaction got the write lock, on the monotonic clock.
  private var lockedAt: Int64 = 0
  /// Jobs handed out since the last turn of the oldest.
  var handedOut = 0
  /// How often the open transaction has changed what is known of marks.
  var ownMarks: Int64 = 0
  /// How much of that whoever asked for it knows without reading.
  var foreseenMarks: Int64 = 0
  /// This process, as far as it tells which others it can look for.
  lazy var here = ProcessIdentity.current()
  /// When leases were last looked through, by the boot clock.
  var lastReap: Milliseconds?
  private var file: DatabaseFile
  private var wal: WALSize
  /// Set when a commit left open what is stored: nothing may be built on it.
  private var poison: StoreError?

  init(
    db: consuming Connection, file: DatabaseFile, clock: StoreClock,
    isAlive: @escaping @Sendable (WorkerIdentity) -> Bool, bells: BellFolder?,
    lastHold: LastHold, onCommit: (@Sendable (CommitFacts) -> Void)?
  ) {
    self.db = db
    self.file = file
    wal = WALSize(database: file.path)
    self.clock = clock
    self.isAlive = isAlive
    self.bells = bells
    self.lastHold = lastHold
    bell = bells.map { Ringing($0) }
    self.onCommit = onCommit
  }

  /// Stores what several callers ask for in one transaction. A caller whose operations the schema
  /// refuses is left out; the others are stored without it.
  ///
  /// - Parameters:
  ///   - callers: What each asks for.
  ///   - mayWait: False: not for the lock of another process, nor for the disk.
  /// - Returns: One result per caller, in order.
  mutating func perform(
    _ callers: [[Operation]], mayWait: Bool = true
  ) -> [Result<[OperationResult], StoreError>] {
    self.mayWait = mayWait
    db.allowWaiting(mayWait)
    var results = [Result<[OperationResult], StoreError>](
      repeating: .success([]), count: callers.count)
    var open = Array(callers.indices)
    while !open.isEmpty {
      do throws(CallerError) {
        try performOnce(callers, open, into: &results)
        ring(after: open.lazy.flatMap { callers[$0] })
        return results
      } catch {
        rollBack()
        guard let refused = error.caller, error.cause.isCallersOwn else {
          // The throttled look at the file may have missed that it was replaced.
          let reason = file.replacement(after: error.cause)
          for caller in open { results[caller] = .failure(reason) }
          return results
        }
        results[refused] = .failure(error.cause)
        open.removeAll { $0 == refused }
      }
    }
    return results
  }

  private mutating func performOnce(
    _ callers: [[Operation]], _ open: [Int],
    into results: inout [Result<[OperationResult], StoreError>]
  ) throws(CallerError) {
    let isPromise = open.contains { callers[$0].contains(where: \.needsFullSync) }
    let level: SynchronousLevel =
      isPromise && !StoreMutation.commitsNormal.isOn ? .full : .normal
    let isEnqueue = isPromise && open.contains { callers[$0].contains(where: \.isEnqueue) }
    db.limitWAL(to: walLimit(isPromise: isPromise, isEnqueue: isEnqueue))
    do throws(StoreError) { try begin(level) } catch {
      throw CallerError(caller: nil, cause: error)
    }
    // Read once the lock is held: waiting for it may have taken seconds.
    let moment = clock.moment
    for caller in open {
      do throws(StoreError) {
        results[caller] = .success(try apply(callers[caller], at: moment))
      } catch {
        throw CallerError(caller: caller, cause: error)
      }
    }
    do throws(StoreError) {
      try commit(callers: open.count)
    } catch {
      throw CallerError(caller: nil, cause: error)
    }
  }

  private func walLimit(isPromise: Bool, isEnqueue: Bool) -> Int32 {
    if !mayWait { return WALLimit.none }
    return isEnqueue ? WALLimit.enqueue : isPromise ? WALLimit.promise : WALLimit.quick
  }

  /// Wakes workers that have nothing to do, or something to stop.
  private func ring(after operations: some Sequence<Operation>) {
    guard let bell else { return }
    var signal: StoreSignal?
    for operation in operations {
      guard let new = operation.signal else { continue }
      signal = new
      if new == .cancelRequested { break }
    }
    if let signal { bell.ring(signal) }
  }

  private mutating func apply(
    _ operations: [Operation], at moment: Moment
  ) throws(StoreError) -> [OperationResult] {
    var results: [OperationResult] = []
    results.reserveCapacity(operations.count)
    for operation in operations { results.append(try apply(operation, at: moment)) }
    return results
  }

  private mutating func begin(_ level: SynchronousLevel) throws(StoreError) {
    if let poison { throw poison }
    try file.checkStillThere()
    try db.setSynchronous(level)
    var statement = try db.statement(.begin)
    try statement.run()
    lockedAt = SystemTime.monotonicNanoseconds()
    (ownMarks, foreseenMarks) = (0, 0)
    if db.dataVersion != dataVersion {
      // Another connection has committed, and may have dropped idle workers too.
      known = KnownFacts()
      names.workers.removeAll()
      try forgetDroppedNames()
    }
  }

  private mutating func commit(callers: Int) throws(StoreError) {
    try writeCounters()
    try writeSums()
    let level = try onCommit == nil ? nil : db.number("PRAGMA synchronous")
    do throws(StoreError) {
      var statement = try db.statement(.commit)
      try statement.run()
    } catch {
      throw afterFailedCommit(error)
    }
    dataVersion = db.dataVersion
    lastHold.note(from: lockedAt, to: db.committedAt)
    if mayWait, wal.isDue() { db.emptyWAL() }
    if let level { onCommit?(CommitFacts(synchronous: Int(level), callers: callers)) }
  }

  /// A commit that found no room has stored nothing; after any other failure nobody knows.
  private mutating func afterFailedCommit(_ error: StoreError) -> StoreError {
    guard error.code != .full, error.code != .busy else { return error }
    var unknown = error
    unknown.code = .unknownOutcome
    poison = unknown
    return unknown
  }

  private mutating func rollBack() {
    if db.isInTransaction { try? db.execute("ROLLBACK") }
    // Names and ids that were given out in the transaction do not exist.
    names = NameCache()
    counters = CounterDeltas()
    sums = TransactionSums()
    known = KnownFacts()
    noted = NotedBlocks()
    lastReap = nil
  }

}

/// What this connection knows of the database for as long as no other commits; nil: has to be read.
struct KnownFacts {
  /// The highest id that was ever given out.
  var highestID: JobID?
  var countedTo: CountedTo?
  /// No job above `countedTo` was there when it was last looked.
  var isCountedToHighest = false
  /// There may be ends that are not counted.
  var hasUncountedEnds = true
  /// No scheduled or retryable job comes due before.
  var nextDue: Milliseconds?
  var pausedQueues: [Int64]?
  /// Queues in which jobs may be ready: all that have some, and perhaps others.
  var readyQueues: [Int64]?
  var heads = ReadyHeads()
  /// Plans with jobs that wait for a hold to end.
  var heldPlans: [Int64]?
}

extension KnownFacts {
  /// A job of a queue has become ready.
  mutating func noteReady(_ queue: Int64) {
    heads.forget(queue)
    if let queues = readyQueues, !queues.contains(queue) { readyQueues = nil }
  }
}

/// Which caller's operations failed; nil: the transaction as a whole.
private struct CallerError: Error {
  var caller: Int?
  var cause: StoreError
}

extension StoreError {
  /// The others of a shared transaction can go on without the caller that met this.
  fileprivate var isCallersOwn: Bool { code == .constraint || code == .bug }
}

/// What was true of one commit. For tests: a wrong level shows only after a power cut.
package struct CommitFacts: Sendable, Hashable {
  /// `PRAGMA synchronous` as the connection answered just before the commit: 1 normal, 2 full.
  package var synchronous: Int
  /// Callers that shared the transaction.
  package var callers: Int
}
