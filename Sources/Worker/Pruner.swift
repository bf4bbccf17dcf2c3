import Platform
package import Queue

/// Removes finished jobs that a retention lets go, in transactions so short that nobody who waits for the
/// write lock notices.
package struct Pruner {
  /// What one transaction has removed.
  package struct Step: Sendable {
    package var jobs: [ExpiredJob]
    /// For how long others could not write, in milliseconds.
    package var milliseconds: Double
  }

  /// The longest that a transaction should take, in milliseconds; the promise is 50.
  private static let longest = 25.0
  private static let mostJobs = 1_000
  /// Freeing a page that overflowed costs about as much as removing a small job.
  private static let mostBytes = 4 << 20

  private let store: any QueueStore
  private let retention: Retention
  private var position: HistoryPosition?
  private var found: ArraySlice<ExpiredJob> = []
  private var isAtEnd = false
  private var size = 100

  package init(_ store: any QueueStore, _ retention: Retention) {
    self.store = store
    self.retention = retention
  }

  /// Removes some jobs.
  ///
  /// - Returns: nil when no more are to go.
  /// - Throws: `StoreError`; the jobs of this step are still there then.
  package mutating func step() throws(StoreError) -> Step? {
    guard let batch = try next() else { return nil }
    let began = SystemTime.monotonicNanoseconds()
    let ids = batch.map(\.id)
    guard case .changed(let removed)? = try store.transact([.prune(ids, retention)]).first else {
      return nil
    }
    // The wait for others is not theirs.
    let took =
      store.lastHold() ?? Double(SystemTime.monotonicNanoseconds() - began) / 1_000_000
    adapt(took)
    let gone = Set(removed)
    return Step(jobs: batch.filter { gone.contains($0.id) }, milliseconds: took)
  }

  /// Finds what would go, without removing it.
  ///
  /// - Returns: nil when there is no more.
  package mutating func peek() throws(StoreError) -> [ExpiredJob]? {
    try fill()
    defer { found = [] }
    return found.isEmpty ? nil : Array(found)
  }

  private mutating func next() throws(StoreError) -> [ExpiredJob]? {
    if found.isEmpty { try fill() }
    guard !found.isEmpty else { return nil }
    var batch: [ExpiredJob] = []
    var bytes = 0
    while let job = found.first, batch.count < size,
      batch.isEmpty || bytes + job.bytes <= Self.mostBytes
    {
      batch.append(job)
      bytes += job.bytes
      found.removeFirst()
    }
    return batch
  }

  /// Searches on, over jobs that are kept, until some are found.
  private mutating func fill() throws(StoreError) {
    while found.isEmpty, !isAtEnd {
      let page = try store.expired(retention, after: position, limit: Self.mostJobs)
      found = page.jobs[...]
      position = page.next
      isAtEnd = page.next == nil
    }
  }

  /// Slow disks and large jobs make the transactions smaller.
  private mutating func adapt(_ milliseconds: Double) {
    if milliseconds > Self.longest {
      size = max(1, size / 2)
    } else if milliseconds < Self.longest / 3 {
      size = min(Self.mostJobs, size * 2)
    }
  }
}
