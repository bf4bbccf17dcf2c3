import Calls
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

@Suite("Running jobs", .timeLimit(.minutes(10)))
struct RunnerTests {
  static func config(_ first: String, _ second: String, extra: String = "") -> String {
    """
    { main: { provider: "first", model: "a" }, chain: [ { provider: "second", model: "b" } ],
      providers: { first: { base_url: "\(first)/v1" }, second: { base_url: "\(second)/v1" } },
      retry: { backoff_base: 0.001 }, \(extra) }
    """
  }

  @Test(
    "both paths make the same calls for the same reasons",
    arguments: [401, 402, 403, 429, 500, 503])
  func sameCalls(status: Int) async throws {
    var stories: [[String]] = []
    for isBlocking in [true, false] {
      let first = try SimulatedProvider.start(usual: .error(status))
      let second = try SimulatedProvider.start(usual: .text("Fine."))
      let world = try TestWorld(config: Self.config(first.url, second.url))
      let job = try world.newJob("prompt", "Say something.")
      let id: JobID
      if isBlocking {
        id = try await world.runBlocking(job)
      } else {
        id = try world.enqueue(job)
        try await world.drain()
      }
      let record = try #require(try world.store.job(id))
      #expect(record.state == .succeeded)
      #expect(record.servedBy?.provider == "second")
      #expect(record.fallbackReasons.count == 1)
      stories.append(
        try world.calls(id).map {
          "\($0.provider) \($0.failure?.rule ?? "ok") \($0.disposition?.rawValue ?? "?")"
        })
    }
    #expect(stories[0] == stories[1])
    #expect(!stories[0].isEmpty)
  }

  @Test(
    "past its deadline a job tells what it was waiting for by then",
    arguments: [true, false])
  func deadline(isBlocking: Bool) async throws {
    let silent = try SimulatedProvider.start(usual: .stalled)
    let world = try TestWorld(
      config:
        "{ main: { provider: 'p', model: 'm' }, providers: { p: { base_url: '\(silent.url)/v1' } } }"
    )
    let id = try await world.run(
      world.newJob("prompt", "Hi.", deadlineAfter: 1_500), isBlocking: isBlocking)
    let record = try #require(try world.store.job(id))
    #expect(record.state == .failed && record.error?.class == "timeout")
    #expect(record.error?.cause?.contains("p (m): timed out") == true, "\(record.error as Any)")
  }

  @Test("who refuses a request without a key wants one", arguments: [401, 403])
  func keyless(status: Int) async throws {
    let guarded = try SimulatedProvider.start(usual: .error(status))
    let world = try TestWorld(
      config:
        "{ main: { provider: 'p', model: 'm' }, providers: { p: { base_url: '\(guarded.url)/v1' } } }"
    )
    let id = try await world.runBlocking(world.newJob("prompt", "Hi."))
    let hint = try world.store.job(id)?.error?.hint
    #expect(hint?.contains("p wants a key") == true, "\(hint ?? "")")
  }

  @Test("a recorded attempt, folded again, gives the calls that were made")
  func replay() async throws {
    let first = try SimulatedProvider.start(usual: .error(402))
    let second = try SimulatedProvider.start(usual: .text("Fine."))
    let world = try TestWorld(config: Self.config(first.url, second.url))
    let id = try await world.runBlocking(try world.newJob("prompt", "Say something."))
    let calls = try world.calls(id)
    #expect(calls.map(\.provider) == ["first", "second"])
    #expect(calls.map(\.status) == [402, 200])
    #expect(calls.map(\.disposition) == [.fallback, .succeed])
  }

  @Test("a provider that was marked is not asked by the next job")
  func marks() async throws {
    let first = try SimulatedProvider.start(usual: .error(402))
    let second = try SimulatedProvider.start(usual: .text("Fine."))
    let world = try TestWorld(config: Self.config(first.url, second.url))
    _ = try await world.runBlocking(try world.newJob("prompt", "One."))
    let id = try await world.runBlocking(try world.newJob("prompt", "Two."))
    #expect(first.requestCount == 1)
    #expect(second.requestCount == 2)
    let trace = Trace(try #require(try world.store.attempts(of: id).first).trace)
    #expect(trace?.ledger().skips.first?.reason == .coolingDown)
    #expect(try world.store.marks().map(\.class) == [.payment])
  }

  @Test("when every route is out, a worker parks the job and burns no attempt")
  func parks() async throws {
    let first = try SimulatedProvider.start(usual: .error(429, retryAfter: "120"))
    let second = try SimulatedProvider.start(usual: .error(402))
    let world = try TestWorld(config: Self.config(first.url, second.url))
    let id = try world.enqueue(try world.newJob("prompt", "One."))
    try await world.drain()
    let record = try #require(try world.store.job(id))
    #expect(record.state == .retryable)
    #expect(record.attempt == 0)
    #expect(try world.store.attempts(of: id).map(\.outcome) == [.parked])
    let wait = record.runAt - world.engine.clock.now()
    #expect(wait > 100_000 && wait <= 120_000)
  }

  @Test("a job whose attempts are used up is dead, with its first error and its last")
  func dead() async throws {
    let first = try SimulatedProvider.start(usual: .error(500))
    let second = try SimulatedProvider.start(usual: .html())
    let world = try TestWorld(config: Self.config(first.url, second.url))
    let id = try world.enqueue(try world.newJob("prompt", "One.", maxAttempts: 1))
    try await world.drain()
    let record = try #require(try world.store.job(id))
    #expect(record.state == .dead)
    #expect(record.error?.class == "server_error")
    #expect(record.error?.message.contains("first") == true)
    #expect(record.error?.cause?.contains("second") == true)
  }

  @Test("a long document is cut into parts, and a finished part is never paid twice")
  func checkpoints() async throws {
    let provider = try SimulatedProvider.start(usual: .text("A short part of the whole."))
    let config = """
      { main: { provider: "p", model: "m" },
        providers: { p: { base_url: "\(provider.url)/v1", context: 2000 } },
        retry: { backoff_base: 0.001 }, queue: { backoff: [0, 0, 0] } }
      """
    let world = try TestWorld(config: config)
    let text = (1...160).map {
      "Paragraph \($0) tells of the harbour, the tide and boat number \($0)."
    }
    .joined(separator: "\n\n")
    // The third and every later request fail until the first attempt is over.
    provider.enqueue(.text("Part one."), .text("Part two."))
    provider.enqueue(Array(repeating: Behaviour.error(500), count: 4))
    let id = try world.enqueue(try world.newJob("summarise", text))
    try await world.drain(concurrency: 1)
    let record = try #require(try world.store.job(id))
    #expect(record.state == .succeeded, "\(String(describing: record.error))")
    let bodies = provider.requests.map { String(decoding: $0.body, as: UTF8.self) }
    let answered = try world.calls(id).filter { $0.failure == nil }.count
    #expect(answered > 3)
    // Every request body that was answered well was sent once only.
    let counts = Dictionary(bodies.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(bodies.count - answered == bodies.count - counts.count)
  }

  @Test("cancelling a running job aborts its request and ends it as cancelled")
  func cancels() async throws {
    let provider = try SimulatedProvider.start(usual: Behaviour([.stall]))
    let config = """
      { main: { provider: "p", model: "m" }, providers: { p: { base_url: "\(provider.url)/v1" } } }
      """
    let world = try TestWorld(config: config)
    let id = try world.enqueue(try world.newJob("prompt", "One."))
    async let drained: Void = world.drain()
    while provider.requestCount == 0 { await Task.yield() }
    _ = try await world.store.transact([.cancel([id])])
    try await drained
    #expect(try world.store.job(id)?.state == .cancelled)
  }

  @Test("run makes as many attempts as it was given, and settles each")
  func attempts() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Fine at last."))
    provider.enqueue(Array(repeating: Behaviour.error(500), count: 4))
    let config = """
      { main: { provider: "p", model: "m" }, providers: { p: { base_url: "\(provider.url)/v1" } },
        retry: { backoff_base: 0.001 }, queue: { backoff: [0.01] } }
      """
    let world = try TestWorld(config: config)
    let id = try await world.runBlocking(try world.newJob("prompt", "One.", maxAttempts: 3))
    #expect(try world.store.job(id)?.state == .succeeded)
    #expect(
      try world.store.attempts(of: id).map(\.outcome) == [.failed, .failed, .succeeded])
    #expect(provider.requestCount == 5)
  }
}
