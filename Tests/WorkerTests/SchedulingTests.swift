import Calls
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing

@testable import Worker

@Suite("What a worker claims, and when", .timeLimit(.minutes(2)))
struct SchedulingTests {
  private static func config(_ url: String, extra: String = "") -> String {
    """
    { main: { provider: "p", model: "m" }, providers: { p: { base_url: "\(url)/v1" } },
      retry: { backoff_base: 0.001 }, \(extra) }
    """
  }

  @Test("once every route is out, the jobs of its plan wait without being claimed")
  func gate() async throws {
    let provider = try SimulatedProvider.start(usual: .error(402))
    let world = try TestWorld(config: Self.config(provider.url))
    let first = try world.enqueue(try world.newJob("prompt", "0"))
    try await world.drain(concurrency: 1)
    let ids = try (1...20).map { try world.enqueue(try world.newJob("prompt", "\($0)")) }
    try await world.drain(concurrency: 4)
    #expect(provider.requestCount == 1)
    let mark = try #require(try world.store.marks().first)
    for id in ids {
      let job = try #require(try world.store.job(id))
      #expect(job.state == .retryable && job.attempt == 0 && job.error?.class == "payment")
      #expect(abs(job.runAt - mark.until) < 1_000)
      #expect(try world.store.attempts(of: id).isEmpty)
    }
    #expect(try world.store.attempts(of: first).count == 1)
  }

  @Test("lifting the mark frees the jobs that waited for it, in their order")
  func gateOpens() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Fine."))
    provider.enqueue(.error(402))
    let world = try TestWorld(config: Self.config(provider.url))
    _ = try world.enqueue(try world.newJob("prompt", "0"))
    try await world.drain(concurrency: 1)
    let ids = try (1...5).map { try world.enqueue(try world.newJob("prompt", "word \($0)")) }
    try await world.drain(concurrency: 1)
    #expect(
      try ids.map { try world.store.job($0)?.state } == Array(repeating: .retryable, count: 5))
    let keys = try world.store.marks().map(\.key)
    _ = try await world.store.transact([.unmark(keys, madeBefore: .max)])
    // Another worker: one that was there would have noticed by itself.
    let next = try TestWorld(config: Self.config(provider.url), sharing: world)
    try await next.drain(concurrency: 1)
    #expect(
      try ids.map { try world.store.job($0)?.state } == Array(repeating: .succeeded, count: 5))
    let order = provider.requests.dropFirst().map { String(decoding: $0.body, as: UTF8.self) }
    // Then the one whose own run had met the mark.
    #expect(order.count == 6)
    for (number, body) in order.prefix(5).enumerated() {
      #expect(body.contains("word \(number + 1)"))
    }
  }

  @Test("a job that its own run has parked goes on when the mark is lifted")
  func unparks() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Fine."))
    provider.enqueue(.error(402))
    let world = try TestWorld(config: Self.config(provider.url))
    let id = try world.enqueue(try world.newJob("prompt", "0"))
    try await world.drain(concurrency: 1)
    let parked = try #require(try world.store.job(id))
    #expect(parked.state == .retryable && parked.runAt > parked.enqueuedAt + 60_000)
    #expect(try world.store.attempts(of: id).map(\.outcome) == [.parked])
    _ = try await world.store.transact([
      .reset(HealthReset(provider: "p", credentials: nil, at: world.engine.clock.now()))
    ])
    try await TestWorld(config: Self.config(provider.url), sharing: world).drain(concurrency: 1)
    #expect(try world.store.job(id)?.state == .succeeded)
    #expect(provider.requestCount == 2)
  }

  @Test("an expired mark is probed by one job while the others wait")
  func probes() async throws {
    let provider = try SimulatedProvider.start(usual: .error(402))
    let config = Self.config(provider.url, extra: "health: { payment: 0.05, max: 3600 }")
    let world = try TestWorld(config: config)
    _ = try world.enqueue(try world.newJob("prompt", "0"))
    try await world.drain(concurrency: 1)
    let until = try #require(try world.store.marks().first).until
    while world.engine.clock.now() <= until { await Task.yield() }
    let context = world.engine.context()
    _ = try world.enqueue(try world.newJob("prompt", "1"))
    let holds = PlanGate(context: context, pools: world.engine.pools).holds()
    #expect(holds.map(\.most) == [1])
    #expect(holds.first?.error.class == "payment")
  }

  @Test("a queue's limit holds though the worker has more slots")
  func limits() async throws {
    let provider = try SimulatedProvider.start(
      usual: .text("Fine.").delayed(milliseconds: 20))
    let world = try TestWorld(config: Self.config(provider.url))
    for number in 1...12 {
      var job = try world.newJob("prompt", "\(number)")
      job.queue = "night"
      _ = try world.enqueue(job)
    }
    try await world.drain(concurrency: 8, limits: ["night": 2])
    #expect(provider.requestCount == 12)
    #expect(provider.maxConcurrent == 2)
  }

  @Test("short jobs are claimed ahead, long ones with the end of the one before")
  func ahead() {
    var slots = Slots(count: 4, isAheadAllowed: true)
    #expect(slots.wanted == 4)
    let started = (1...4).map { slots.add(Self.held($0)) }
    #expect(started == [true, true, true, true] && slots.wanted == 0)
    #expect(slots.next(after: 50, takesMore: true).isClaim, "nobody else takes its slot")
    #expect(slots.wanted == 4)
    let more = (5...8).map { slots.add(Self.held($0)) }
    #expect(more == [false, false, false, false] && slots.wanted == 0)
    let (next, none) = (
      slots.next(after: 50, takesMore: true), slots.next(after: 50, takesMore: false)
    )
    #expect(next.jobID == 5 && none.isFree)
    let left = slots.takeAhead().map(\.job.id)
    #expect(left == [6, 7, 8])

    var slow = Slots(count: 4, isAheadAllowed: true)
    for number in 1...4 { _ = slow.add(Self.held(number)) }
    #expect(slow.next(after: 5_000, takesMore: true).isClaim)
    #expect(slow.wanted == 0)
    #expect(slow.nextInstead(takesMore: true)?.job.id == nil)
    #expect(slow.wanted == 1)

    var once = Slots(count: 4, isAheadAllowed: false)
    _ = once.add(Self.held(1))
    #expect(once.next(after: 5, takesMore: true).isFree)
    #expect(once.wanted == 4)
  }

  @Test("a slot that the store had no job for runs what was claimed ahead meanwhile")
  func aheadMeanwhile() {
    var slots = Slots(count: 1, isAheadAllowed: true)
    _ = slots.add(Self.held(1))
    #expect(slots.next(after: 5, takesMore: true).isClaim)
    let isStarted = slots.add(Self.held(2))
    #expect(!isStarted)
    #expect(slots.nextInstead(takesMore: true)?.job.id == 2)
    #expect(slots.nextInstead(takesMore: true)?.job.id == nil)
    #expect(slots.wanted > 0)
  }

  @Test("what was claimed ahead goes back where the jobs before it have become slow")
  func stale() {
    var slots = Slots(count: 2, isAheadAllowed: true)
    _ = slots.add(Self.held(1))
    _ = slots.add(Self.held(2))
    #expect(slots.next(after: 5, takesMore: true).isClaim)
    for number in 3...8 { _ = slots.add(Self.held(number, since: Int64(number))) }
    let second: Int64 = 1_000_000_000
    let early = slots.takeStale(at: second + 2)
    #expect(early.isEmpty)
    let stale = slots.takeStale(at: second + 5).map(\.job.id)
    #expect(stale == [3, 4, 5])
    // Nobody knows how slow.
    let (next, wanted) = (slots.nextInstead(takesMore: true)?.job.id, slots.wanted)
    #expect(next == 6 && wanted == 0)
    _ = slots.takeAhead()
    #expect(slots.next(after: 30_000, takesMore: true).isClaim && slots.wanted == 0)
    // One slow job among short ones is enough.
    #expect(slots.next(after: 5, takesMore: true).isClaim && slots.wanted == 0)
  }

  @Test("a slot claims nothing past what the loop is claiming")
  func inOrder() {
    var slots = Slots(count: 1, isAheadAllowed: true)
    _ = slots.add(Self.held(1))
    slots.isClaiming = true
    #expect(slots.next(after: 5, takesMore: true).isFree)
    let isStarted = slots.add(Self.held(2))
    #expect(isStarted)
    slots.isClaiming = false
    #expect(slots.next(after: 5, takesMore: true).isClaim)
  }

  private static func held(_ id: Int, since: Int64 = 0) -> Slots.Held {
    Slots.Held(
      job: ClaimedJob(
        id: JobID(id), token: 1, attemptNumber: 1, burntAttempts: 0, maxAttempts: 3,
        kind: "prompt", queue: "default", mode: .auto, input: JobInput(bytes: [], sha256: ""),
        definition: StoredDefinition(hash: "", version: "", snapshot: []), options: [],
        deadline: nil, claimedAt: 0, offlineParks: 0, firstParkedAt: nil, parts: [:]),
      since: since)
  }
}

extension Slots.Next {
  fileprivate var isClaim: Bool { if case .claim = self { true } else { false } }
  fileprivate var isFree: Bool { if case .free = self { true } else { false } }
  fileprivate var jobID: JobID? { if case .run(let held) = self { held.job.id } else { nil } }
}
