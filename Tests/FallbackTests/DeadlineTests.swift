import Fallback
import Testing

/// Time limits and cancellation.
struct DeadlineTests {
  @Test(
    "the deadline keeps min(30 s, a quarter of what remains) for each later provider, half at most")
  func reserve() {
    func first(_ count: Int, _ left: Milliseconds) -> Milliseconds? {
      var world = World((0..<count).map { route("p\($0)") })
      return world.run(StepFacts(stepDeadline: World.start + left)).sends.first?.order.totalTimeout
    }
    #expect(first(1, 40_000) == 40_000)
    #expect(first(2, 40_000) == 30_000)
    #expect(first(3, 40_000) == 20_000)
    #expect(first(9, 40_000) == 20_000)
    #expect(first(2, 130_000) == 100_000)
    #expect(first(2, 1_000_000) == 120_000)
    #expect(first(1, 1) == 1)
  }

  @Test("routes of the same provider share its reserve")
  func sameProvider() {
    var world = World(routes("a", "a:other", "b"))
    let run = world.run(StepFacts(stepDeadline: World.start + 40_000))
    #expect(run.sends.first?.order.totalTimeout == 30_000)
  }

  @Test("a provider that hangs leaves the next one its time")
  func hanging() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.hanging]]
    let run = world.run(StepFacts(stepDeadline: World.start + 40_000))
    #expect(run.outcome == .succeeded)
    #expect(run.sends.map(\.at) == [World.start, World.start + 30_000])
    #expect(run.marked.isEmpty, "it was given less than its own timeout")
  }

  @Test("nothing is sent at or after the deadline", arguments: [true, false])
  func noSendAfter(isJobs: Bool) {
    let end = World.start + 25_000
    for spent in [9_999, 20_000, 24_999, 25_000, 26_000] as [Milliseconds] {
      var world = World(routes("a", "b"), policy: Policy(transientRetries: 5))
      world.answers = ["a/-": [.fault(.reset, after: spent)], "b/-": [.status(500)]]
      let facts =
        isJobs ? StepFacts(jobDeadline: end) : StepFacts(jobDeadline: end + 1, stepDeadline: end)
      let run = world.run(facts)
      #expect(run.sends.allSatisfy { $0.at < end && $0.at + $0.order.totalTimeout <= end })
      #expect(world.now <= end)
    }
  }

  @Test("a deadline in the past sends nothing and says whose it was")
  func past() {
    var job = World(routes("a"))
    #expect(
      job.run(StepFacts(jobDeadline: World.start, stepDeadline: World.start)).outcome.failure
        == StepFailure(kind: .jobDeadline, class: .timeout, sentNothing: true))
    var step = World(routes("a"))
    #expect(
      step.run(StepFacts(jobDeadline: World.start + 1, stepDeadline: World.start)).outcome.failure
        == StepFailure(kind: .stepDeadline, class: .timeout, sentNothing: true))
  }

  @Test("a wait that would eat up the time is not begun: the next provider is asked")
  func waitsFit() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.status(503, wait: 9_000), .ok]]
    let run = world.run(StepFacts(stepDeadline: World.start + 10_000))
    #expect(run.log == ["a/-", "b/-"])
    var lone = World(routes("a"))
    lone.answers = ["a/-": [.status(429, wait: 9_000), .ok]]
    let parked = lone.run(
      StepFacts(jobDeadline: World.start + 60_000, stepDeadline: World.start + 5_000))
    #expect(parked.waits.isEmpty)
    #expect(parked.outcome.parkedFor == 9_010)
  }

  @Test("a success that arrives late is a success")
  func lateSuccess() {
    var world = World(routes("a"))
    world.answers = ["a/-": [.ok]]
    #expect(world.run(StepFacts(jobDeadline: World.start + 1)).log == ["a/-"])
  }

  @Test("a cancel ends every phase, and nothing is sent after it")
  func cancelInEachPhase() {
    func prepared() -> World {
      var world = World(routes("a", "b", "c"))
      world.pools = ["a": [key("k", isRefreshable: true), key("l")]]
      world.answers = [
        "a/k": [.status(401)], "a/l": [.status(429)], "b/-": [.status(500)], "c/-": [.status(402)],
      ]
      return world
    }
    var whole = prepared()
    let total = whole.run().events.count
    var phases: Set<String> = []
    for number in 0..<total {
      var world = prepared()
      world.cancelAtEvent = number
      let run = world.run()
      #expect(run.outcome == .cancelled)
      #expect(run.events.count == number + 1)
      #expect(run.calls.allSatisfy { $0.disposition != nil && $0.finishedAt != nil })
      if let last = run.calls.last { #expect(last.disposition == .cancel) }
      if number > 0 { phases.insert(run.actions[number - 1].name) }
    }
    #expect(phases == ["acquire", "refresh", "send", "wait"])
  }

  @Test("a cancel in place of an answer closes the call as cancelled, and marks nothing")
  func cancelledCall() {
    var machine = CallMachine(plan: Plan(mode: .auto, routes: routes("a"), policy: Policy()))
    _ = machine.step(.begin(0, StepFacts()))
    _ = machine.step(.acquired(0, Acquisition(credential: nil, baseURL: "https://a.example/v1")))
    let decision = machine.step(.cancelled(7))
    #expect(decision == Decision(.finish(.cancelled)))
    #expect(machine.calls.map(\.failure?.class) == [.cancelled])
    #expect(machine.calls.map(\.finishedAt) == [7])
    #expect(machine.step(.woke(9)).action == .finish(.cancelled), "the end stays the end")
  }

  @Test("a reply that came before the cancel counts; the transport's own cancel does not mark")
  func cancelledTransport() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.fault(.cancelled)]]
    let run = world.run()
    #expect(run.outcome == .cancelled)
    #expect(run.effects.isEmpty)
    #expect(run.dispositions == [.cancel])
    var late = World(routes("a"))
    late.cancelAtEvent = 2
    #expect(late.run().outcome == .succeeded)
  }

  @Test("an event that answers no question ends the step and nothing else")
  func nonsense() {
    var machine = CallMachine(plan: Plan(mode: .auto, routes: routes("a"), policy: Policy()))
    #expect(
      machine.step(.woke(0)).action
        == .finish(.failed(StepFailure(kind: .retryable, class: .unknown))))
    #expect(machine.outcome != nil)
  }
}

extension Action {
  var name: String {
    switch self {
    case .acquire: "acquire"
    case .refresh: "refresh"
    case .send: "send"
    case .wait: "wait"
    case .finish: "finish"
    }
  }
}
