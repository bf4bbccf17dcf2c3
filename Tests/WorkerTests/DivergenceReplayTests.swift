import Calls
import Configuration
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

@Suite("Every decision again", .timeLimit(.minutes(10)))
struct DivergenceReplayTests {
  @Test(
    "what was recorded on either path is decided again in the same way",
    arguments: [401, 402, 403, 404, 429, 500, 503])
  func replay(status: Int) async throws {
    for isBlocking in [true, false] {
      let first = try SimulatedProvider.start(usual: .error(status))
      let second = try SimulatedProvider.start(usual: .text("Fine."))
      let world = try TestWorld(config: RunnerTests.config(first.url, second.url))
      let job = try world.newJob("prompt", "Say something.")
      let id = isBlocking ? try await world.runBlocking(job) : try world.enqueue(job)
      if !isBlocking { try await world.drain() }
      let attempt = try #require(try world.store.attempts(of: id).first)
      let trace = try #require(Trace(attempt.trace))
      let step = try #require(trace.steps.first)
      #expect(step.decisions.count == step.events.count)
      #expect(step.decisions.last?.hasPrefix("finish succeeded") == true)
      let replay = trace.replay()
      #expect(replay.difference == nil)
      #expect(replay.decisions == step.events.count)
    }
  }

  @Test("a changed record is found out at its first difference")
  func difference() async throws {
    let first = try SimulatedProvider.start(usual: .error(402))
    let second = try SimulatedProvider.start(usual: .text("Fine."))
    let world = try TestWorld(config: RunnerTests.config(first.url, second.url))
    let id = try await world.runBlocking(try world.newJob("prompt", "Say something."))
    let attempt = try #require(try world.store.attempts(of: id).first)
    var trace = try #require(Trace(attempt.trace))
    trace.steps[0].decisions[2] = "send 1 - 1/1"
    let found = try #require(trace.replay().difference)
    #expect(found.number == 3)
    #expect(found.recorded == "send 1 - 1/1")
    #expect(found.replayed.hasPrefix("acquire 1; mark "))
    trace.steps[0].decisions = []
    #expect(trace.replay().difference?.recorded == nil)
    #expect(trace.replay().difference?.number == 1)
  }

  @Test(
    "what-if tells beforehand what a real run does, on either path",
    arguments: [401, 402, 403, 429, 500, 503])
  func whatIf(status: Int) async throws {
    let config: @Sendable ([String: String]) -> String = {
      """
      { main: { provider: "first", model: "a" }, chain: [ { provider: "second", model: "b" } ],
        providers: { first: { base_url: "\($0["first"] ?? "")/v1", key_env: ["ONE", "TWO"] },
                     second: { base_url: "\($0["second"] ?? "")/v1" } },
        retry: { backoff_base: 0.001 } }
      """
    }
    let environment = ["ONE": "key-number-one", "TWO": "key-number-two"]
    let scene = DivergenceScene(
      scripts: ["second": []], usual: ["first": .error(status)], environment: environment,
      config: config)
    let urls = ["first": "http://127.0.0.1:1", "second": "http://127.0.0.1:2"]
    let world = try TestWorld(config: config(urls), environment: environment)
    let plan = try #require(
      world.engine.resolve(kind: "prompt", provider: nil, model: nil).plan)
    let supposed = DryRun(plan: plan, answers: ["first": [.status(status)]])
      .play(StepFacts(), source: world.engine.pools, start: world.engine.clock.now())
    #expect(supposed.outcome == .succeeded)
    for end in try await scene.both() {
      #expect(supposed.calls.map(words) == end.calls.map(words))
      #expect(
        supposed.skips.map { "\($0.provider) \($0.model) \($0.reason.rawValue)" } == end.skips)
    }
  }

  private func words(_ call: CallRecord) -> String {
    let key = call.credential?.label ?? "-"
    let failure = call.failure.map { "\($0.class.rawValue) \($0.scope.rawValue)" } ?? "ok"
    return "\(call.provider) \(call.model) \(key) \(failure) \(call.disposition?.rawValue ?? "?")"
  }
}
