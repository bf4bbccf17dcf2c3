import Calls
import ClassRows
import Fallback
import Synchronization
import Testing

/// The two callers carry out the same script.
struct CallerTests {
  struct Script: Sendable, CustomTestStringConvertible {
    var name: String
    var replies: [HTTPReply]
    var keys: [String] = []
    var requests: Int
    var cancelsDuring: Int?
    var testDescription: String { name }
  }

  private static func reply(_ status: Int, _ body: String) -> HTTPReply {
    HTTPReply(
      status: status, headers: [("content-type", "application/json")], body: Array(body.utf8))
  }

  private static let ok = reply(200, Bodies.chat("Hello"))
  private static let denied = reply(401, Bodies.openAI("invalid_api_key", "no"))
  private static let limited = reply(429, Bodies.openAI("rate_limit_exceeded", "slow down"))
  private static let broken = reply(500, Bodies.openAI(nil, "oops", type: "server_error"))

  static let scripts = [
    Script(name: "success", replies: [ok], requests: 1),
    Script(name: "two failures of the server", replies: [broken, broken, ok], requests: 3),
    Script(name: "rotation", replies: [limited, limited, ok], keys: ["a", "b", "c"], requests: 3),
    Script(name: "refresh", replies: [denied, ok], keys: ["oauth"], requests: 2),
    Script(name: "fallback", replies: [denied, denied, ok], keys: ["a", "b"], requests: 3),
    Script(
      name: "adjusting",
      replies: [
        reply(400, Bodies.openAI("unsupported_parameter", "no", param: "temperature")), ok,
      ], requests: 2),
    Script(name: "nothing works", replies: [reply(404, "gone")], requests: 2),
    Script(name: "unreachable", replies: [HTTPReply(fault: .dns)], requests: 4),
    Script(name: "cancelled on the way", replies: [broken, ok], requests: 1, cancelsDuring: 1),
    Script(
      name: "cancelled in rotation", replies: [limited], keys: ["a", "b"], requests: 1,
      cancelsDuring: 1),
    Script(
      name: "cancelled in an adjustment",
      replies: [reply(400, Bodies.openAI("unsupported_parameter", "no", param: "temperature"))],
      requests: 1, cancelsDuring: 1),
    Script(name: "finished all the same", replies: [ok], requests: 1, cancelsDuring: 1),
  ]

  private func script(
    _ script: Script, _ clock: ManualClock, _ journal: Journal, pace: FixedSource.Pace? = nil
  ) -> CallScript {
    let routes = ["a", "b"].map {
      Route(provider: $0, baseURL: "https://\($0).example/v1", model: "m")
    }
    return CallScript(
      plan: Plan(mode: .auto, routes: routes, policy: Policy()),
      request: CompletionRequest(
        messages: Array(#"[{"role":"user","content":"Hi"}]"#.utf8), temperature: 0.3),
      jobID: 1, source: FixedSource(keys: script.keys, pace: pace), redactor: Redactor(),
      now: { clock.now }, journal: { events, _ in journal.note(events) })
  }

  final class Journal: Sendable {
    private let counts = Mutex<[Int]>([])
    func note(_ events: [Event]) { counts.withLock { $0.append(events.count) } }
    var lengths: [Int] { counts.withLock { $0 } }
  }

  @Test("the same script gives the same events, requests and end on both paths", arguments: scripts)
  func equal(one: Script) async {
    let (firstClock, secondClock) = (ManualClock(), ManualClock())
    let (firstJournal, secondJournal) = (Journal(), Journal())
    let first = ScriptedTransport(one.replies, clock: firstClock, cancelsDuring: one.cancelsDuring)
    let second = ScriptedTransport(
      one.replies, clock: secondClock, cancelsDuring: one.cancelsDuring)
    let facts = StepFacts(path: .async, seed: 5)
    let blocking = BlockingCaller(
      transport: first, sleep: { until, _ in firstClock.advance(to: until) }
    )
    .run(script(one, firstClock, firstJournal), facts: facts, cancellation: Cancellation())
    let async = await AsyncCaller(
      transport: second, sleep: { until, _ in secondClock.advance(to: until) },
      offload: { work in work() }
    ).run(script(one, secondClock, secondJournal), facts: facts, cancellation: Cancellation())

    #expect(blocking.events == async.events)
    #expect(blocking.outcome == async.outcome)
    #expect(blocking.calls == async.calls)
    #expect(blocking.skips == async.skips)
    #expect(blocking.completion == async.completion)
    #expect(first.requests == second.requests)
    #expect(first.requests.count == one.requests)
    #expect(firstJournal.lengths == secondJournal.lengths)
    #expect(firstJournal.lengths.count == one.requests, "told before every request")
    #expect((blocking.completion != nil) == (blocking.outcome == .succeeded))
    #expect(blocking.calls.allSatisfy { $0.disposition != nil })
  }

  @Test(
    "each further request with what was acquired waits for a place of its own, on both paths",
    arguments: [
      ("success", 0), ("two failures of the server", 1), ("rotation", 0), ("refresh", 1),
      ("adjusting", 1),
    ])
  func places(name: String, taken: Int) async throws {
    let one = try #require(Self.scripts.first { $0.name == name })
    for isBlocking in [true, false] {
      let clock = ManualClock()
      let pace = FixedSource.Pace(span: 60_000, from: clock.now)
      let transport = ScriptedTransport(one.replies, clock: clock)
      let run = await run(
        script(one, clock, Journal(), pace: pace), transport, clock, StepFacts(), isBlocking)
      #expect(run.outcome == .succeeded)
      #expect(pace.taken.withLock { $0 } == taken)
      let gaps = zip(transport.times, transport.times.dropFirst()).map { $1 - $0 }
      #expect(gaps.filter { $0 >= 59_000 }.count == taken)
    }
  }

  @Test("a place that comes too late is neither taken nor waited for: the next provider is asked")
  func latePlace() async throws {
    let one = try #require(Self.scripts.first { $0.name == "adjusting" })
    for isBlocking in [true, false] {
      let clock = ManualClock()
      let pace = FixedSource.Pace(span: 60_000, from: clock.now)
      let transport = ScriptedTransport(one.replies, clock: clock)
      let facts = StepFacts(stepDeadline: clock.now + 5_000)
      let run = await run(
        script(one, clock, Journal(), pace: pace), transport, clock, facts, isBlocking)
      #expect(run.outcome == .succeeded)
      #expect(pace.taken.withLock { $0 } == 0)
      #expect(transport.requests.map { $0.hasPrefix("https://a.") } == [true, false])
      #expect(clock.now < 1_000_000 + 5_000)
    }
  }

  private func run(
    _ script: CallScript, _ transport: ScriptedTransport, _ clock: ManualClock, _ facts: StepFacts,
    _ isBlocking: Bool
  ) async -> StepRun {
    isBlocking
      ? BlockingCaller(transport: transport, sleep: { until, _ in clock.advance(to: until) })
        .run(script, facts: facts, cancellation: Cancellation())
      : await AsyncCaller(
        transport: transport, sleep: { until, _ in clock.advance(to: until) },
        offload: { work in work() }
      ).run(script, facts: facts, cancellation: Cancellation())
  }

  @Test("what is stored folds to what was done")
  func replays() {
    let clock = ManualClock()
    let transport = ScriptedTransport([Self.broken, Self.limited, Self.ok], clock: clock)
    let run = BlockingCaller(transport: transport, sleep: { until, _ in clock.advance(to: until) })
      .run(
        script(Self.scripts[0], clock, Journal()), facts: StepFacts(), cancellation: Cancellation())
    let plan = script(Self.scripts[0], clock, Journal()).plan
    let trace = Trace(plan: plan, steps: [Trace.Step(key: "k", events: run.events)])
    let read = Trace(trace.encoded())
    #expect(read?.ledger().calls == run.calls)
  }

  @Test("a failed reply's excerpt is redacted, 2 KB at most, and never cuts a character")
  func excerpt() throws {
    let clock = ManualClock()
    let long = "key sk-abcdefghijklmnopqrstuv " + String(repeating: "ä", count: 3_000)
    let transport = ScriptedTransport([Self.reply(404, Bodies.openAI(nil, long))], clock: clock)
    let run = BlockingCaller(transport: transport, sleep: { until, _ in clock.advance(to: until) })
      .run(
        script(Self.scripts[0], clock, Journal()), facts: StepFacts(), cancellation: Cancellation())
    let excerpt = try #require(run.calls.first?.excerpt)
    #expect(excerpt.utf8.count <= 2_048 && excerpt.utf8.count > 2_040)
    #expect(!excerpt.contains("abcdefghij") && !excerpt.contains("\u{FFFD}"))
  }

  @Test("a refresh that does not end is not waited for beyond the deadline, on neither path")
  func stalledRefresh() async throws {
    for isBlocking in [true, false] {
      let clock = ManualClock()
      let transport = ScriptedTransport([Self.denied, Self.ok], clock: clock)
      let stalled = CallScript(
        plan: script(Self.scripts[0], clock, Journal()).plan,
        request: CompletionRequest(messages: Array("[]".utf8)), jobID: 1,
        source: FixedSource(keys: ["oauth"], isStalling: true), redactor: Redactor(),
        now: { clock.now }, journal: { _, _ in })
      let facts = StepFacts(stepDeadline: clock.now + 60)
      let run =
        isBlocking
        ? BlockingCaller(transport: transport, sleep: { _, _ in })
          .run(stalled, facts: facts, cancellation: Cancellation())
        : await AsyncCaller(
          transport: transport, sleep: { _, _ in }, offload: { work in work() }
        ).run(stalled, facts: facts, cancellation: Cancellation())
      // The clock stands still here, so that what follows is the next recovery.
      #expect(run.calls.map(\.purpose) == [.completion, .refresh, .completion])
      #expect(run.calls[1].detail?.contains("saved") == true)
      #expect(run.outcome == .succeeded)
    }
  }

  @Test("a cancelled caller stops waiting for a refresh at once")
  func cancelledRefresh() async {
    let clock = ManualClock()
    let transport = ScriptedTransport([Self.denied], clock: clock)
    let stalled = CallScript(
      plan: script(Self.scripts[0], clock, Journal()).plan,
      request: CompletionRequest(messages: Array("[]".utf8)), jobID: 1,
      source: FixedSource(keys: ["oauth"], isStalling: true), redactor: Redactor(),
      now: { clock.now }, journal: { _, _ in })
    let cancellation = Cancellation()
    async let run = AsyncCaller(
      transport: transport, sleep: { _, _ in }, offload: { work in work() }
    ).run(stalled, facts: StepFacts(), cancellation: cancellation)
    while transport.requests.isEmpty { await Task.yield() }
    cancellation.cancel(.user)
    #expect(await run.outcome == .cancelled)
  }

  @Test("a cancelled caller sends nothing at all")
  func cancelledBefore() {
    let clock = ManualClock()
    let transport = ScriptedTransport([Self.ok], clock: clock)
    let cancellation = Cancellation()
    cancellation.cancel(.shutdown)
    let run = BlockingCaller(transport: transport, sleep: { _, _ in })
      .run(
        script(Self.scripts[0], clock, Journal()), facts: StepFacts(), cancellation: cancellation)
    #expect(run.outcome == .cancelled)
    #expect(transport.requests.isEmpty)
  }
}
