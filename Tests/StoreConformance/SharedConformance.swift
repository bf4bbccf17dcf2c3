import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S10: marks, seen by everybody.
  package static func s10Marks(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let key = MarkKey(scope: .credential, provider: "p", credential: "c1")
    let model = MarkKey(scope: .model, provider: "p", baseURL: "https://x", model: "m")
    let mark = Mark(
      key: key, class: .rateLimit, status: 429, until: 900, markedAt: 100, failures: 2, byJob: 7,
      isPending: true, fingerprint: "f", isTerminal: true)
    let epoch = try fixture.other.healthEpoch()
    _ = try fixture.store.transact([
      .mark([mark, Mark(key: model, class: .modelNotFound, until: 5, markedAt: 200)])
    ])
    #expect(try fixture.other.healthEpoch() > epoch)
    #expect(try Set(fixture.other.marks().map(\.key)) == [key, model])
    #expect(try fixture.other.marks().first { $0.key == key } == mark)
    var newer = mark
    newer.status = nil
    newer.markedAt = 300
    newer.isTerminal = false
    _ = try fixture.other.transact([.mark([newer])])
    #expect(try fixture.store.marks().first { $0.key == key } == newer)
    #expect(try fixture.store.marks().count == 2)
    let before = try fixture.store.healthEpoch()
    _ = try fixture.store.transact([.unmark([key], madeBefore: 300)])
    #expect(try fixture.other.marks().count == 2)
    #expect(try fixture.other.healthEpoch() == before)
    _ = try fixture.store.transact([.unmark([key], madeBefore: 301)])
    #expect(try fixture.other.marks().map(\.key) == [model])
    #expect(try fixture.other.healthEpoch() > before)
  }

  /// S11: adaptations; the newest of a place and name, for seven days.
  package static func s11Adaptations(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let now = fixture.clock.wall
    var adaptation = Adaptation(
      provider: "p", baseURL: "https://x", model: "m", adjustment: "drop temperature",
      learntAt: now)
    _ = try fixture.store.transact([.remember(adaptation)])
    adaptation.learntAt = now + 50
    _ = try fixture.other.transact([.remember(adaptation)])
    var older = adaptation
    older.learntAt = now + 20
    _ = try fixture.store.transact([.remember(older)])
    #expect(try fixture.other.adaptations() == [adaptation])
    var second = adaptation
    second.model = "n"
    _ = try fixture.store.transact([.remember(second)])
    #expect(try Set(fixture.other.adaptations()) == [adaptation, second])
    fixture.clock.advance(7 * 86_400_000 + 50)
    #expect(try fixture.other.adaptations().isEmpty)
  }

  /// S13: a paused queue hands out nothing.
  package static func s13Pause(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let ids = try fixture.store.enqueue(
      newJob("a", queue: "night", priority: 5), newJob("b"), newJob("c", queue: "night"))
    let held = try fixture.store.claimOne(worker("w"))
    _ = try fixture.other.transact([.setPaused(queue: "night", true)])
    #expect(try fixture.store.statistics().paused == ["night"])
    #expect(try fixture.store.claim(worker("w"), limit: 5).map(\.id) == [ids[1]])
    #expect(try fixture.store.claim(worker("w"), limit: 5, queues: ["night"]).isEmpty)
    #expect(try fixture.store.heartbeat(held.lease, of: worker("w")) == .held)
    #expect(try fixture.store.succeed(held.lease))
    #expect(try fixture.store.state(ids[0]) == .succeeded)
    _ = try fixture.store.transact([.setPaused(queue: "empty", true)])
    #expect(try Set(fixture.store.statistics().paused) == ["empty", "night"])
    _ = try fixture.other.transact([.setPaused(queue: "night", false)])
    #expect(try fixture.store.claim(worker("w"), limit: 5).map(\.id) == [ids[2]])
  }

  /// S14: the counters equal a recount after every step of a long, mixed walk.
  package static func s14Counters(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    var walk = CounterWalk(fixture: fixture)
    for step in 0..<150 { try walk.step(step) }
    #expect(walk.statesSeen == Set(JobState.allCases))
    let statistics = try fixture.other.statistics()
    #expect(
      statistics.finishedLastDay == statistics.jobs.filter(\.key.isFinished).values.reduce(0, +))
    try countsUseAndAge(try maker.fixture())
  }

  private static func countsUseAndAge(_ fixture: Fixture) throws {
    let (store, clock) = (fixture.store, fixture.clock)
    _ = try store.enqueue(
      newJob("a"), newJob("b"), newJob("old", queue: "night", priority: -3))
    clock.advance(4_000)
    _ = try store.enqueue(newJob("young", priority: 50))
    #expect(try store.statistics().oldestReadyAge == 4_000)
    #expect(try store.openJobs(queues: nil) == (4, 0))
    #expect(try store.openJobs(queues: ["night"]) == (1, 0))
    let jobs = try store.claim(worker("w"), limit: 2, queues: ["default"])
    #expect(try store.openJobs(queues: ["default"]) == (1, 2))
    let use = [
      ProviderUse(provider: "p", calls: 2, inputTokens: 100, outputTokens: 7),
      ProviderUse(provider: "q", calls: 1, inputTokens: 1, outputTokens: 1),
    ]
    let steps = [FallbackStep(provider: "q", class: .timeout)]
    for job in jobs {
      #expect(
        try store.settle(
          job.lease, .succeeded(Settlement.Success(result: [])), fallbacks: steps, use: use + use))
    }
    let statistics = try fixture.other.statistics()
    let today = try #require(statistics.tokens.first { $0.provider == "p" })
    #expect(today.calls == 8 && today.inputTokens == 400 && today.outputTokens == 28)
    #expect(today.day == "2026-11-18")
    #expect(statistics.fallbacks == [FallbackCount(provider: "q", class: .timeout, count: 2)])
    #expect(statistics.finishedLastMinute == 2)
    clock.advance(60_000)
    #expect(try store.statistics().finishedLastMinute == 0)
    #expect(try store.statistics().finishedLastHour == 2)
  }

  /// S15: one transaction for all operations of a call.
  package static func s15Together(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let id = try #require(try fixture.store.enqueue(newJob()).first)
    let job = try fixture.store.claimOne(worker("w"))
    let settlement = Settlement(
      lease: job.lease, outcome: .succeeded(Settlement.Success(result: [1])), trace: [])
    let error = #expect(throws: StoreError.self) {
      _ = try fixture.store.transact([
        .settle(settlement), .enqueue([newJob("bad", priority: 1_000)]),
      ])
    }
    #expect(error?.code == .constraint)
    #expect(try fixture.other.state(id) == .running)
    #expect(try fixture.other.job(id)?.result == nil)
    // In order: the job that the first enqueues is the one that the last claims.
    let results = try fixture.store.transact([
      .settle(settlement), .enqueue([newJob("next")]),
      .claim(ClaimRequest(worker: worker("w"), limit: 1)),
    ])
    guard case .accepted(true) = results[0], case .enqueued(let new) = results[1],
      case .claimed(let claimed) = results[2]
    else { throw UnexpectedResult(result: "results out of order") }
    #expect(claimed.map(\.id) == new.map(\.id))
    #expect(try fixture.other.state(id) == .succeeded)
  }
}

/// A fixed, mixed sequence of changes, checked after each.
private struct CounterWalk {
  let fixture: Fixture
  var held: [LeaseKey] = []
  var all: [JobID] = []
  var statesSeen: Set<JobState> = []

  mutating func step(_ number: Int) throws {
    let (store, clock) = (number % 2 == 0 ? fixture.store : fixture.other, fixture.clock)
    switch number % 11 {
    case 0, 5:
      let queue = number % 3 == 0 ? "night" : "default"
      all += try store.enqueue(
        newJob(queue: queue, priority: number % 5),
        newJob(kind: "title", runAt: clock.wall + Int64(number) * 20))
    case 1, 4, 6:
      held += try store.claim(worker("w"), limit: 2).map(\.lease)
    case 2: try settleOldest(store, .retry(jobError(.timeout), runAt: clock.wall + 300))
    case 3: try settleOldest(store, .succeeded(Settlement.Success(result: [1])))
    case 7: try settleOldest(store, .failed(jobError(.invalidRequest), unchangedInput: nil))
    case 8: _ = try store.transact([.cancel(Array(all.suffix(2)))])
    case 9: try settleOldest(store, .dead(jobError(.auth)))
    default:
      clock.advance(500)
      if number % 4 == 0 { _ = try store.transact([.retry(Array(all.prefix(3)))]) }
      if number % 5 == 0 { _ = try store.transact([.remove(Array(all.dropFirst(2).prefix(2)))]) }
      _ = try? store.enqueue(newJob(), newJob(priority: 500))
    }
    try compare()
  }

  private mutating func settleOldest(
    _ store: any QueueStore, _ outcome: Settlement.Outcome
  ) throws {
    guard !held.isEmpty else { return }
    _ = try store.settle(held.removeFirst(), outcome)
  }

  private mutating func compare() throws {
    var recount: [String: [JobState: Int]] = [:]
    for record in try fixture.store.jobs(matching: JobFilter()) {
      recount[record.queue, default: [:]][record.state, default: 0] += 1
      statesSeen.insert(record.state)
    }
    let counted = try fixture.other.statistics()
    #expect(counted.queues == recount)
    for state in JobState.allCases {
      #expect(
        counted.jobs[state, default: 0]
          == recount.values.reduce(0) { $0 + $1[state, default: 0] })
    }
  }
}
