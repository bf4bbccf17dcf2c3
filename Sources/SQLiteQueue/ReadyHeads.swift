import Fallback
import Queue

extension Query {
  fileprivate static let readyOfQueue: Query = """
    SELECT id, priority, run_at FROM jobs WHERE state = 1 AND queue = ?
    ORDER BY priority DESC, run_at, id LIMIT ?
    """
}

/// The first ready jobs of each queue, read ahead: claims one by one would search for each of them.
/// They hold until another connection commits or this one makes a job ready.
struct ReadyHeads {
  private struct Heads {
    var jobs: ArraySlice<Candidate>
    /// No others are ready.
    var isAll: Bool
  }

  private var queues: [Int64: Heads] = [:]
  /// Grows for as long as what was read ahead is used, and not for nothing.
  private(set) var ahead = 1

  /// At least so many of a queue, or all; nil: it has to be read.
  func find(_ queue: Int64, atLeast count: Int) -> ArraySlice<Candidate>? {
    guard let heads = queues[queue], heads.isAll || heads.jobs.count >= count else { return nil }
    return heads.jobs
  }

  mutating func put(_ jobs: [Candidate], of queue: Int64, isAll: Bool) {
    queues[queue] = Heads(jobs: jobs[...], isAll: isAll)
    ahead = min(ahead * 2, mostReadAhead)
  }

  /// A job is no longer ready.
  mutating func take(_ id: JobID, of queue: Int64) {
    guard let heads = queues[queue], let index = heads.jobs.firstIndex(where: { $0.id == id })
    else { return }
    if index == heads.jobs.startIndex {
      queues[queue]?.jobs.removeFirst()
    } else {
      queues[queue]?.jobs.remove(at: index)
    }
  }

  /// A queue has other ready jobs than before.
  mutating func forget(_ queue: Int64) {
    if !queues.isEmpty { queues[queue] = nil }
  }

  mutating func forgetAll() {
    if !queues.isEmpty { queues = [:] }
  }
}

private let mostReadAhead = 64

extension Writer {
  /// The first ready jobs of a queue in order: so many, or more, or all.
  mutating func heads(
    of queue: Int64, atLeast count: Int
  ) throws(StoreError) -> ArraySlice<Candidate> {
    if let found = known.heads.find(queue, atLeast: count) { return found }
    let limit = max(count, known.heads.ahead)
    var jobs: [Candidate] = []
    var search = try db.statement(.readyOfQueue)
    search.bind(queue)
    search.bind(limit)
    while try search.step() {
      jobs.append(
        Candidate(id: search.int(0), queue: queue, priority: search.int(1), runAt: search.int(2)))
    }
    known.heads.put(jobs, of: queue, isAll: jobs.count < limit)
    return jobs[...]
  }
}
