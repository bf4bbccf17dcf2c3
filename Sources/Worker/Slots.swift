import Calls
import Fallback
import Platform
import Queue

/// What a worker holds: jobs that run, and jobs claimed ahead for slots that are about to be free.
struct Slots: Sendable {
  /// A job with what stops it and what proves that it moves.
  struct Held: Sendable {
    var job: ClaimedJob
    var cancellation = Cancellation()
    var pulse = Pulse()
    /// When it was claimed, on the monotonic clock, in nanoseconds.
    var since = SystemTime.monotonicNanoseconds()

    var lease: LeaseKey { LeaseKey(id: job.id, token: job.token) }
  }

  let count: Int
  private let isAheadAllowed: Bool
  /// Leases of this worker, from the claim until the end is stored.
  var running: [JobID: Cancellation] = [:]
  /// Slots in use: a job frees its slot when its work is done, not when that is stored.
  private(set) var busy = 0
  private var ahead = Fifo<Held>()
  /// How long a job takes, in milliseconds; nil: nobody knows yet.
  private var usualSpan: Double?
  var failure: StoreError?
  /// Ends that the store has refused for now.
  var unstored: [UnstoredEnd] = []
  /// Jobs of this worker stay leased though it does nothing for them any more.
  var hasLostEnds = false
  /// The loop waits for work.
  var isHungry = false
  /// The loop is claiming: what it gets comes before what a slot would claim after it.
  var isClaiming = false
  /// Counts what was heard of other processes.
  var changes: UInt64 = 0

  init(count: Int, isAheadAllowed: Bool) {
    self.count = count
    self.isAheadAllowed = isAheadAllowed
  }

  /// How many jobs to claim. What is claimed ahead is filled up when half of it is gone, so that a few
  /// jobs share each claim.
  var wanted: Int {
    let mostAhead = mostAhead
    if busy >= count, ahead.count > mostAhead / 2 { return 0 }
    return max(0, count + mostAhead - busy - ahead.count)
  }

  /// As many as end while a claim is stored: a freed slot must not wait for the disk. Of slow jobs that
  /// is none, so that they are left to workers who have time for them.
  private var mostAhead: Int {
    guard isAheadAllowed, let usualSpan else { return 0 }
    let ending = Int(Double(count) * claimMilliseconds / max(usualSpan, 1))
    return min(max(count * mostRounds, fewest), ending)
  }

  /// Takes a new job in.
  ///
  /// - Returns: True when a slot is free for it; else it waits here.
  mutating func add(_ held: Held) -> Bool {
    running[held.job.id] = held.cancellation
    guard busy < count else {
      ahead.append(held)
      return false
    }
    busy += 1
    return true
  }

  /// What a slot does after its job.
  enum Next: Sendable {
    case run(Held)
    /// Nothing was claimed ahead: the slot stays taken while the next job is claimed.
    case claim
    case free
  }

  /// A job has done its work: its slot goes to the next one, or becomes free.
  mutating func next(after span: Milliseconds, takesMore: Bool) -> Next {
    note(Double(span))
    // What a broken store would lose is not begun.
    guard takesMore, failure == nil else {
      busy -= 1
      return .free
    }
    if let held = ahead.popFirst() { return .run(held) }
    // With `--once` the loop counts what it claims.
    guard isAheadAllowed, !isClaiming else {
      busy -= 1
      return .free
    }
    return .claim
  }

  /// It grows at once and falls slowly: what is claimed ahead has to wait for slow jobs.
  private mutating func note(_ span: Double) {
    usualSpan = usualSpan.map { max($0 * 0.9 + span * 0.1, span / 2) } ?? span
  }

  /// Takes those claimed ahead that have waited for too long: the jobs before them have become slow, and
  /// another worker may have time. Nothing is claimed ahead until it is known how slow.
  mutating func takeStale(at now: Int64) -> [Held] {
    var stale: [Held] = []
    while let first = ahead.first, now - first.since >= longestAhead, let held = ahead.popFirst() {
      stale.append(held)
    }
    if !stale.isEmpty { usualSpan = nil }
    return stale
  }

  /// A slot that was kept for a job got none from the store: it takes one that was claimed ahead
  /// meanwhile, since nobody else would run that, or becomes free.
  mutating func nextInstead(takesMore: Bool) -> Held? {
    guard takesMore, failure == nil, let held = ahead.popFirst() else {
      busy -= 1
      return nil
    }
    return held
  }

  /// Those that have not begun.
  mutating func takeAhead() -> [Held] { ahead.takeAll() }
}

/// How long a claim takes that shares its transaction with the ends of other jobs, at most, mostly.
private let claimMilliseconds = 50.0
/// How long a job may wait that was claimed ahead, in nanoseconds.
private let longestAhead: Int64 = 1_000_000_000
/// However short jobs are, no more than this many for each slot.
private let mostRounds = 3
/// A worker with few slots still takes some of the shortest jobs at once, so that they share a commit.
private let fewest = 8
