import Fallback
import Testing

/// The events are a complete record.
struct ReplayTests {
  @Test("folding the same events gives the same actions, calls and skips")
  func fold() {
    var world = World(routes("a", "b", "c"))
    world.pools = ["a": [key("k0", isRefreshable: true), key("k1")], "b": []]
    world.answers = ["a/k0": [.status(401)], "a/k1": [.status(429)], "c/-": [.status(500), .ok]]
    let run = world.run(StepFacts(parameters: ["temperature"], seed: 42))
    var machine = CallMachine(plan: world.plan)
    let decisions = run.events.map { machine.step($0) }
    #expect(decisions.map(\.action) == run.actions)
    #expect(decisions.flatMap(\.effects) == run.effects)
    #expect(machine.calls == run.calls)
    #expect(machine.skips == run.skips)
    #expect(machine.outcome == run.outcome)
  }

  @Test("another seed changes the waits and nothing else")
  func seeds() {
    func run(_ seed: UInt64) -> World.Run {
      var world = World(routes("a", "b"))
      world.answers = ["a/-": [.status(500)], "b/-": [.status(503)]]
      return world.run(StepFacts(seed: seed))
    }
    let runs = (0..<20).map { run($0) }
    #expect(Set(runs.map(\.log)).count == 1)
    #expect(Set(runs.map(\.waits)).count > 10)
  }
}
