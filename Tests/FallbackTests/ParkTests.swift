import Fallback
import Testing

/// Waiting for better times.
struct ParkTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var answer: Scripted
    var span: Milliseconds
    var `class`: FailureClass
    var testDescription: String { answer.name }
  }

  @Test(
    "a lone route parks until its mark ends",
    arguments: [
      Case(answer: .status(401), span: 300_000, class: .auth),
      Case(answer: .status(402), span: 600_000, class: .payment),
      Case(answer: .status(403), span: 600_000, class: .forbidden),
      Case(answer: .status(429, wait: 400_000), span: 400_000, class: .quota),
      Case(answer: .status(429, wait: 60_000_000), span: 3_600_000, class: .quota),
      Case(answer: .status(503, wait: 70_000), span: 70_000, class: .overloaded),
      Case(answer: .status(404), span: 300_000, class: .wrongEndpoint),
      Case(answer: .status(404, code: "model_not_found"), span: 3_600_000, class: .modelNotFound),
      Case(answer: .fault(.tls), span: 300_000, class: .tls),
    ])
  func spans(one: Case) {
    var world = World(routes("a"))
    world.answers = ["a/-": [one.answer]]
    let run = world.run()
    #expect(
      run.outcome
        == .parked(until: World.start + 10 + one.span, class: one.class, isOffline: false))
    #expect(run.dispositions.last == .park)
  }

  @Test("the earliest end of all routes counts, and of all keys of a pool")
  func earliest() {
    var world = World(routes("a", "b"))
    world.pools = ["a": [key("k0"), key("k1"), key("k2")]]
    world.answers = [
      "a/k0": [.status(402)], "a/k1": [.status(429, wait: 40_000)], "a/k2": [.status(401)],
      "b/-": [.status(402)],
    ]
    let run = world.run()
    #expect(
      run.outcome == .parked(until: World.start + 20 + 40_000, class: .rateLimit, isOffline: false))
  }

  @Test("the blocking path is told at once of what a person must mend")
  func needsPerson() {
    for answer in [Scripted.status(401), .status(402), .status(403), .fault(.tls), .status(404)] {
      var world = World(routes("a"))
      world.answers = ["a/-": [answer]]
      #expect(world.run(StepFacts(path: .blocking)).outcome.failure?.kind == .needsPerson)
    }
  }

  @Test("the blocking path parks for the key that comes back by itself, whatever the last one said")
  func mixedPool() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0"), key("k1")]]
    world.answers = ["a/k0": [.status(429, wait: 40_000)], "a/k1": [.status(401)]]
    let run = world.run(StepFacts(path: .blocking))
    #expect(
      run.outcome == .parked(until: World.start + 40_010, class: .rateLimit, isOffline: false))
  }

  @Test("a route that may serve at any time keeps the job from parking")
  func openRoute() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.status(402)], "b/-": [.status(500)]]
    #expect(world.run().outcome.failure?.kind == .retryable)
  }

  @Test("a route that only refuses the request does not keep the job from parking for another")
  func refusingRoute() {
    for answer in [Scripted.status(400), .refused("seed"), .overflow] {
      var world = World([route("a", window: 10_000), route("b")])
      world.plan.routes[1].contextWindow = 20_000
      world.answers = ["a/-": [answer], "b/-": [.status(429, wait: 30_000)]]
      #expect(world.run().outcome.parkedFor == 30_020)
    }
  }

  @Test("an end at or after the job's deadline is a failure, not a park", arguments: [-1, 0, 1])
  func deadline(offset: Milliseconds) {
    var world = World(routes("a"))
    world.answers = ["a/-": [.status(429, wait: 30_000)]]
    let run = world.run(StepFacts(jobDeadline: World.start + 30_010 + offset))
    #expect((run.outcome.parkedFor == 30_010) == (offset > 0))
    if offset <= 0 { #expect(run.outcome.failure?.kind == .retryable) }
  }

  @Test("a mark alone parks without a request, and the failure of `run` names its class")
  func byMark() {
    let mark = MarkKey(scope: .route, provider: "a", baseURL: "https://a.example/v1")
    var world = World(routes("a"))
    world.marks[mark] = Mark(
      key: mark, class: .wrongEndpoint, until: World.start + 8_000, markedAt: World.start - 1)
    #expect(world.run().outcome.parkedFor == 8_000)
    #expect(
      world.run(StepFacts(path: .blocking)).outcome.failure
        == StepFailure(kind: .needsPerson, class: .wrongEndpoint, sentNothing: true))
  }

  @Test("offline: nothing is marked, and the parks grow from 15 s to 5 min")
  func offline() {
    for (parks, span) in [15, 30, 60, 120, 240, 300, 300].enumerated() {
      for fault in [TransportFault.dns, .unreachable, .connectTimeout] {
        var world = World(routes("a", "b"))
        world.answers = ["a/-": [.fault(fault)], "b/-": [.fault(fault)]]
        let run = world.run(StepFacts(offlineParks: parks))
        #expect(
          run.outcome
            == .parked(
              until: world.now + Milliseconds(span) * 1_000, class: .connection, isOffline: true))
        #expect(run.marked.isEmpty)
        #expect(world.marks.isEmpty)
      }
    }
  }

  @Test("a loopback server that answers does not make the machine online")
  func loopback() {
    var world = World(routes("a", "b"))
    world.plan.routes[0].host = .loopback
    world.answers = ["a/-": [.status(500)], "b/-": [.fault(.dns)]]
    guard case .parked(_, .connection, true) = world.run().outcome else {
      Issue.record("not offline")
      return
    }
  }

  @Test("a loopback server that cannot be reached says nothing about the machine")
  func loopbackOnly() {
    var world = World(routes("a"))
    world.plan.routes[0].host = .loopback
    world.answers = ["a/-": [.fault(.unreachable)]]
    let run = world.run()
    #expect(run.outcome.failure?.kind == .retryable)
    #expect(!run.marked.isEmpty)
  }

  @Test(
    "refused is an answer of the host: the machine is online, and what could not be reached is marked"
  )
  func online() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.fault(.dns)], "b/-": [.fault(.refused)]]
    let run = world.run()
    #expect(run.outcome.failure?.class == .connection)
    #expect(Set(run.marked.map(\.key.provider)) == ["a", "b"])
    #expect(run.marked.first?.key.provider == "a")
  }

  @Test("a request that was never sent does not make the machine online")
  func neverSent() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.fault(.hostNotAllowed)], "b/-": [.fault(.dns)]]
    guard case .parked(_, _, true) = world.run().outcome else {
      Issue.record("not offline")
      return
    }
  }

  @Test("offline beyond the job's deadline fails instead")
  func offlineDeadline() {
    var world = World(routes("a"))
    world.answers = ["a/-": [.fault(.dns)]]
    #expect(
      world.run(StepFacts(jobDeadline: World.start + 10_000)).outcome.failure?.class == .connection)
  }
}
