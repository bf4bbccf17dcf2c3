import Fallback
import Queue

extension Query {
  fileprivate static let readyQueueAfter: Query =
    "SELECT queue FROM jobs WHERE state = 1 AND queue > ? ORDER BY queue LIMIT 1"
  fileprivate static let readyBelow: Query = """
    SELECT id, priority, run_at FROM jobs WHERE state = 1 AND queue = ? AND priority < ?
    ORDER BY priority DESC, run_at, id LIMIT 1
    """
  fileprivate static let pausedQueues: Query = "SELECT queue FROM paused_queues"
}

/// A ready job, as the index shows it.
struct Candidate {
  var id: JobID
  var queue: Int64
  var priority: Int64
  var runAt: Milliseconds

  func comesBefore(_ other: Self) -> Bool {
    if priority != other.priority { return priority > other.priority }
    return isOlder(than: other)
  }

  func isOlder(than other: Self) -> Bool { (runAt, id) < (other.runAt, other.id) }
}

/// Every so many jobs handed out, the one that waits longest goes first whatever its priority.
private let turnOfTheOldest = 16

/// Jobs of a higher priority are refused by the schema.
let maximumPriority: Int64 = 100

extension Writer {
  /// The next jobs in order, at most `limit`. One search per queue: a search over several sorts all
  /// that is ready.
  mutating func candidates(
    _ names: [String]?, limit: Int, _ room: borrowing ClaimRoom
  ) throws(StoreError) -> [Candidate] {
    var queues = try claimableQueues(names)
    if room.isLimited { queues.removeAll { !room.isOpen($0) } }
    var all: [Candidate] = []
    for queue in queues {
      let most = min(limit, room.left(queue))
      all += try heads(of: queue, atLeast: most).prefix(most)
    }
    // Some are known from before and may have none left.
    if all.isEmpty { known.readyQueues = nil }
    if queues.count > 1 { all.sort { $0.comesBefore($1) } }
    if all.count > limit { all.removeLast(all.count - limit) }
    return try withTurnOfTheOldest(all, queues: queues)
  }

  /// Puts the job that waits longest in front when its turn has come, so that nothing starves.
  private mutating func withTurnOfTheOldest(
    _ candidates: [Candidate], queues: [Int64]
  ) throws(StoreError) -> [Candidate] {
    handedOut += candidates.count
    guard handedOut >= turnOfTheOldest, let first = candidates.first else { return candidates }
    handedOut %= turnOfTheOldest
    var oldest = first
    for queue in queues {
      var search = try headOfQueue(queue, below: maximumPriority + 1)
      while let head = search {
        if head.isOlder(than: oldest) { oldest = head }
        search = try headOfQueue(queue, below: head.priority)
      }
    }
    return [oldest] + candidates.filter { $0.id != oldest.id }.prefix(candidates.count - 1)
  }

  /// The first job of the next lower priority.
  private mutating func headOfQueue(
    _ queue: Int64, below priority: Int64
  ) throws(StoreError) -> Candidate? {
    var search = try db.statement(.readyBelow)
    search.bind(queue)
    search.bind(priority)
    guard try search.step() else { return nil }
    return Candidate(
      id: search.int(0), queue: queue, priority: search.int(1), runAt: search.int(2))
  }

  /// The queues to search, paused ones left out.
  private mutating func claimableQueues(_ names: [String]?) throws(StoreError) -> [Int64] {
    var queues: [Int64] = []
    if let names {
      for name in names {
        if let id = try knownNameID(name), !queues.contains(id) { queues.append(id) }
      }
    } else {
      queues = try readyQueues()
    }
    let paused = try pausedQueues()
    if !paused.isEmpty { queues.removeAll { paused.contains($0) } }
    return queues
  }

  private mutating func pausedQueues() throws(StoreError) -> [Int64] {
    if let paused = known.pausedQueues { return paused }
    var paused: [Int64] = []
    var find = try db.statement(.pausedQueues)
    while try find.step() { paused.append(find.int(0)) }
    known.pausedQueues = paused
    return paused
  }

  /// The queues that have ready jobs, found by skipping from one to the next.
  private mutating func readyQueues() throws(StoreError) -> [Int64] {
    if let known = known.readyQueues { return known }
    var queues: [Int64] = []
    var search = try db.statement(.readyQueueAfter)
    search.bind(Int64.min)
    while try search.step() {
      let queue = search.int(0)
      queues.append(queue)
      search.rewind()
      search.bind(queue)
    }
    known.readyQueues = queues
    return queues
  }
}
