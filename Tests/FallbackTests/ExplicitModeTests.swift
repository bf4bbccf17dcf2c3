import Fallback
import Testing

/// What follows the provider that the user named.
struct ExplicitModeTests {
  private func world(
    _ answer: Scripted?, chain: [String] = ["task"], allowsMain: Bool = true
  ) -> World {
    let named = [route("named", origin: .explicit)] + chain.map { route($0, origin: .task) }
    var world = World(
      named + [route("main", origin: .main), route("chain", origin: .chain)], mode: .explicit)
    world.plan.allowsMainFallback = allowsMain
    world.pools = ["named": [key("k")]]
    if let answer { world.answers["named/k"] = [answer] }
    return world
  }

  static let capacityFailures: [Scripted] = [
    .status(402), .status(429), .status(503), .status(500), .hanging, .fault(.refused),
    .status(404, code: "model_not_found"), .emptyReply, .cut, .fault(.tls), .fault(.redirect),
    .status(404), .refused("seed"),
  ]

  @Test(
    "a capacity failure goes on to the task's chain, then to main, then to nobody",
    arguments: capacityFailures)
  func capacity(answer: Scripted) {
    var world = world(answer)
    world.answers["task/-"] = [.status(401)]
    world.answers["main/-"] = [.status(402)]
    let run = world.run()
    let others = run.log.filter { $0 != "named/k" }
    #expect(others == ["task/-", "main/-"])
    #expect(run.skips.map(\.reason) == [.gate])
  }

  @Test("main is left out where it is not allowed")
  func mainNotAllowed() {
    var world = world(.status(503), chain: [], allowsMain: false)
    let run = world.run()
    #expect(run.log == ["named/k", "named/k"])
    #expect(run.skips.map(\.reason) == [.gate, .gate])
  }

  static let authFailures: [Scripted] = [
    .status(401), .status(403), .status(403, code: "access_terminated_error"),
  ]

  @Test("an auth failure goes on only to the chain that the user wrote", arguments: authFailures)
  func authority(answer: Scripted) {
    var written = world(answer)
    #expect(written.run().log == ["named/k", "task/-"])
    var unwritten = world(answer, chain: [])
    let run = unwritten.run(StepFacts(path: .blocking))
    #expect(run.log == ["named/k"])
    #expect(run.outcome.failure?.kind == .needsPerson)
  }

  @Test("a request failure goes on to nobody", arguments: [Scripted.status(400), .policy])
  func request(answer: Scripted) {
    var world = world(answer)
    let run = world.run()
    #expect(run.log == ["named/k"])
    #expect(run.outcome.failure?.kind == .request)
  }

  @Test(
    "a request failure of a fallback ends the walk, but not the job: the named one may come back")
  func requestOfFallback() {
    var world = world(.status(429, wait: 50_000))
    world.answers["task/-"] = [.status(400)]
    let run = world.run()
    #expect(run.log == ["named/k", "task/-"])
    #expect(run.outcome.parkedFor == 50_010)
  }

  @Test("a missing credential or an auth mark opens the gate of an auth failure")
  func missing() {
    var missing = world(nil)
    missing.pools = ["named": []]
    #expect(missing.run().log == ["task/-"])
    var unwritten = world(nil, chain: [])
    unwritten.pools = ["named": []]
    let run = unwritten.run()
    #expect(run.log.isEmpty)
    #expect(run.outcome.failure == StepFailure(kind: .noRoute, class: .auth, sentNothing: true))

    var marked = world(nil, chain: [])
    let mark = MarkKey(scope: .credential, provider: "named", credential: "k")
    marked.marks[mark] = Mark(
      key: mark, class: .auth, until: World.start + 5_000, markedAt: World.start - 1)
    #expect(marked.run().outcome.parkedFor == 5_000)
    var terminal = world(nil, chain: [])
    terminal.marks[mark] = Mark(
      key: mark, class: .auth, until: World.start, markedAt: World.start - 1, isTerminal: true)
    #expect(terminal.run().outcome.failure?.kind == .needsPerson)
  }

  @Test("any other screen-out opens the gate of a capacity failure")
  func screened() {
    var cooling = world(nil, chain: [])
    let mark = MarkKey(scope: .credential, provider: "named", credential: "k")
    cooling.marks[mark] = Mark(
      key: mark, class: .payment, until: World.start + 5_000, markedAt: World.start - 1)
    #expect(cooling.run().log == ["main/-"])
    var small = world(nil, chain: [])
    small.plan.routes[0].contextWindow = 10
    let run = small.run(StepFacts(inputTokens: 100))
    #expect(run.log == ["main/-"])
    #expect(run.skips.map(\.reason) == [.contextWindow])
    var limited = world(nil, chain: [])
    limited.concurrencyLimit = ["named"]
    #expect(limited.run().log == ["main/-"])
  }

  @Test("an overflow goes on as a capacity failure, to a larger window only")
  func overflow() {
    var world = world(.overflow)
    world.plan.routes[0].contextWindow = 1_000
    world.plan.routes[2].contextWindow = 2_000
    let run = world.run(StepFacts(inputTokens: 100))
    #expect(run.log == ["named/k", "main/-"])
  }

  @Test("rotation within the named provider comes before the gate")
  func rotates() {
    var world = world(.status(401))
    world.pools = ["named": [key("k"), key("l")]]
    #expect(world.run().log == ["named/k", "named/l"])
  }
}
