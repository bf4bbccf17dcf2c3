import Fallback
import Queue

extension Query {
  fileprivate static let allCounters: Query = """
    SELECT q.text, c.scheduled, c.open, c.retryable, c.succeeded, c.failed, c.cancelled, c.dead
    FROM counters c JOIN names q ON q.id = c.queue
    """
  fileprivate static let countedRunning: Query = """
    SELECT q.text FROM running r JOIN names q ON q.id = r.queue WHERE r.id <= ?
    """
  fileprivate static let uncountedStates: Query = """
    SELECT q.text, j.state FROM jobs j JOIN names q ON q.id = j.queue WHERE j.id > ?1
    UNION ALL SELECT q.text, 2 FROM running r JOIN names q ON q.id = r.queue WHERE r.id > ?1
    """
  fileprivate static let pausedNames: Query = """
    SELECT q.text FROM paused_queues p JOIN names q ON q.id = p.queue ORDER BY q.text
    """
  fileprivate static let allFallbackCounts: Query =
    "SELECT provider, class, count FROM fallback_counts ORDER BY provider, class"
  fileprivate static let allTokenUse: Query = """
    SELECT provider, day, calls, input_tokens, output_tokens FROM token_use
    ORDER BY day DESC, provider
    """
  fileprivate static let tokensOfDay: Query =
    "SELECT input_tokens + output_tokens FROM token_use WHERE day = ? AND provider = ?"
  fileprivate static let finishedSince: Query =
    "SELECT count(*) FROM (SELECT 1 FROM finished WHERE finished_at > ? LIMIT ?)"
  fileprivate static let endsSinceMinute: Query = """
    SELECT coalesce(sum(succeeded + failed + cancelled + dead), 0) FROM counters
    WHERE queue = -1 AND kind >= ?
    """
  fileprivate static let recentTimes: Query = """
    SELECT started_at - max(run_at, enqueued_at), finished_at - started_at
    FROM (SELECT started_at, run_at, enqueued_at, finished_at, claims FROM finished
      ORDER BY finished_at DESC LIMIT 300)
    WHERE claims = 1 AND started_at IS NOT NULL
    """
  fileprivate static let nextReadyHead: Query = """
    SELECT queue, priority, run_at FROM jobs WHERE state = 1 AND queue = ? AND priority < ?
    ORDER BY priority DESC, run_at LIMIT 1
    """
  fileprivate static let readyQueueAfter: Query =
    "SELECT queue FROM jobs WHERE state = 1 AND queue > ? ORDER BY queue LIMIT 1"
  fileprivate static let nextDue: Query = """
    SELECT queue, run_at FROM jobs WHERE state IN (0, 3) AND queue > ?
    ORDER BY queue, run_at LIMIT 1
    """
  fileprivate static let nameID: Query = "SELECT id FROM names WHERE text = ?"
  fileprivate static let nameText: Query = "SELECT text FROM names WHERE id = ?"
}

/// Counting so many ends in an index takes a few tenths of a millisecond.
private let mostCountedEnds = 5_000

extension Reader {
  mutating func statistics(at now: Milliseconds) throws(StoreError) -> QueueStatistics {
    try inSnapshot { (reader) throws(StoreError) in
      var statistics = QueueStatistics()
      statistics.queues = try reader.countsByQueue()
      for counts in statistics.queues.values {
        for (state, count) in counts { statistics.jobs[state, default: 0] += count }
      }
      statistics.paused = try reader.texts(.pausedNames)
      statistics.fallbacks = try reader.fallbackCounts()
      statistics.tokens = try reader.tokenUse()
      statistics.finishedLastMinute = try reader.finished(since: now - 60_000)
      statistics.finishedLastHour = try reader.finished(since: now - 3_600_000)
      statistics.finishedLastDay = try reader.finished(since: now - 86_400_000)
      statistics.recent = try reader.recentTimes()
      statistics.oldestReadyAge = try reader.oldestReady().map { max(0, now - $0) }
      return statistics
    }
  }

  mutating func openJobs(
    queues: [String]?
  ) throws(StoreError) -> (ready: Int, running: Int) {
    var (ready, running) = (0, 0)
    let (counted, paused) = try inSnapshot { (reader) throws(StoreError) in
      (try reader.countsByQueue(), try reader.texts(.pausedNames))
    }
    for (queue, counts) in counted where queues?.contains(queue) ?? true {
      ready += paused.contains(queue) ? 0 : counts[.ready] ?? 0
      running += counts[.running] ?? 0
    }
    return (ready, running)
  }

  /// The soonest time in the index of waiting jobs, found by skipping from queue to queue.
  mutating func nextDueTime(queues: [String]?) throws(StoreError) -> Milliseconds? {
    var wanted: Set<Int64>?
    if let queues {
      wanted = []
      for queue in queues { if let id = try nameID(queue) { wanted?.insert(id) } }
    }
    var soonest: Milliseconds?
    var find = try db.statement(.nextDue)
    find.bind(Int64.min)
    while try find.step() {
      let (queue, runAt) = (find.int(0), find.int(1))
      if wanted?.contains(queue) ?? true { soonest = min(soonest ?? runAt, runAt) }
      find.rewind()
      find.bind(queue)
    }
    return soonest
  }

  private mutating func nameID(_ text: String) throws(StoreError) -> Int64? {
    var find = try db.statement(.nameID)
    find.bind(text)
    return try find.step() ? find.int(0) : nil
  }

  mutating func countsByQueue() throws(StoreError) -> [String: [JobState: Int]] {
    let countedTo = try countedTo()
    var queues: [String: [JobState: Int]] = [:]
    var counters = try db.statement(.allCounters)
    while try counters.step() {
      let queue = counters.text(0)
      for column in CounterColumn.allCases {
        let count = Int(counters.int(Int32(1 + column.rawValue)))
        queues[queue, default: [:]][column.state, default: 0] += count
      }
    }
    var leased = try db.statement(.countedRunning)
    leased.bind(countedTo.job)
    while try leased.step() {
      queues[leased.text(0), default: [:]][.ready, default: 0] -= 1
      queues[leased.text(0), default: [:]][.running, default: 0] += 1
    }
    var new = try db.statement(.uncountedStates)
    new.bind(countedTo.job)
    while try new.step() {
      guard let state = JobState(code: new.int(1)) else { continue }
      queues[new.text(0), default: [:]][state, default: 0] += 1
    }
    var names: [Int64: String] = [:]
    for end in try uncountedEnds(after: countedTo.end) {
      if names[end.queue] == nil { names[end.queue] = try nameText(end.queue) }
      guard let queue = names[end.queue] else { continue }
      if end.id <= countedTo.job { queues[queue, default: [:]][.ready, default: 0] -= 1 }
      queues[queue, default: [:]][end.state, default: 0] += 1
    }
    return queues.mapValues { $0.filter { $0.value != 0 } }.filter { !$0.value.isEmpty }
  }

  private mutating func countedTo() throws(StoreError) -> CountedTo {
    var find = try db.statement(.countedTo)
    return try find.step() ? CountedTo(job: find.int(0), end: find.int(1)) : CountedTo()
  }

  private mutating func uncountedEnds(
    after time: Milliseconds
  ) throws(StoreError) -> [UncountedEnd] {
    var ends: [UncountedEnd] = []
    var find = try db.statement(.uncountedEnds)
    find.bind(time)
    while try find.step() { ends.append(UncountedEnd(find)) }
    return ends
  }

  private mutating func nameText(_ id: Int64) throws(StoreError) -> String? {
    var find = try db.statement(.nameText)
    find.bind(id)
    return try find.step() ? find.text(0) : nil
  }

  private mutating func texts(_ query: Query) throws(StoreError) -> [String] {
    var texts: [String] = []
    var find = try db.statement(query)
    while try find.step() { texts.append(find.text(0)) }
    return texts
  }

  private mutating func fallbackCounts() throws(StoreError) -> [FallbackCount] {
    var counts: [FallbackCount] = []
    var find = try db.statement(.allFallbackCounts)
    while try find.step() {
      guard let failureClass = FailureClass(rawValue: find.text(1)) else { continue }
      counts.append(
        FallbackCount(provider: find.text(0), class: failureClass, count: Int(find.int(2))))
    }
    return counts
  }

  private mutating func tokenUse() throws(StoreError) -> [TokenUse] {
    var uses: [TokenUse] = []
    var find = try db.statement(.allTokenUse)
    while try find.step() {
      uses.append(
        TokenUse(
          provider: find.text(0), day: find.text(1), calls: Int(find.int(2)),
          inputTokens: Int(find.int(3)), outputTokens: Int(find.int(4))))
    }
    return uses
  }

  mutating func tokensUsed(
    _ provider: String, on day: Milliseconds
  ) throws(StoreError) -> Int {
    var find = try db.statement(.tokensOfDay)
    find.bind(utcDay(of: day))
    find.bind(provider)
    return try find.step() ? Int(find.int(0)) : 0
  }

  /// Counts them where they are few; otherwise adds up the minutes.
  private mutating func finished(since time: Milliseconds) throws(StoreError) -> Int {
    var find = try db.statement(.finishedSince)
    find.bind(time)
    find.bind(mostCountedEnds)
    let count = try find.step() ? Int(find.int(0)) : 0
    guard count >= mostCountedEnds else { return count }
    let uncounted = try uncountedEnds(after: max(time, countedTo().end)).count
    var minutes = try db.statement(.endsSinceMinute)
    minutes.bind(time / 60_000)
    return max(count, try minutes.step() ? Int(minutes.int(0)) + uncounted : 0)
  }

  private mutating func recentTimes() throws(StoreError) -> RecentTimes {
    var times: [(wait: Milliseconds, run: Milliseconds)] = []
    var find = try db.statement(.recentTimes)
    while try find.step() { times.append((max(0, find.int(0)), max(0, find.int(1)))) }
    return RecentTimes(times)
  }

  /// The time of the ready job that waits longest: it heads some priority of some queue.
  private mutating func oldestReady() throws(StoreError) -> Milliseconds? {
    var oldest: Milliseconds?
    for queue in try readyQueues() {
      var find = try db.statement(.nextReadyHead)
      find.bind(queue)
      find.bind(maximumPriority + 1)
      while try find.step() {
        let (priority, runAt) = (find.int(1), find.int(2))
        oldest = min(oldest ?? runAt, runAt)
        find.rewind()
        find.bind(queue)
        find.bind(priority)
      }
    }
    return oldest
  }

  private mutating func readyQueues() throws(StoreError) -> [Int64] {
    var queues: [Int64] = []
    var find = try db.statement(.readyQueueAfter)
    find.bind(Int64.min)
    while try find.step() {
      let queue = find.int(0)
      queues.append(queue)
      find.rewind()
      find.bind(queue)
    }
    return queues
  }
}
