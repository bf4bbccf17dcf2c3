import Calls
import Configuration
import Credentials
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

@Suite("Keys of a pool in turn", .timeLimit(.minutes(10)))
struct PoolRotationTests {
  @Test("C1: with another key at hand the first 429 rotates at once", arguments: [true, false])
  func rotates(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    PoolScene.answer(scene.first, ["a": [.error(429)]])
    let world = try scene.world(["a", "b"], chain: false)
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(PoolScene.keys(scene.first) == ["a", "b"])
    #expect(try world.calls(id).map(\.disposition) == [.rotate, .succeed])
  }

  @Test("C2: a lone key is tried once more, then it counts", arguments: [true, false])
  func alone(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    scene.first.enqueue(.error(429))
    let world = try scene.world(["a"], chain: false)
    let good = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(good)?.state == .succeeded)
    #expect(PoolScene.keys(scene.first) == ["a", "a"])
    scene.first.forget()
    scene.first.setUsual(.error(429))
    let bad = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(scene.first.requestCount == 2)
    #expect(try world.store.job(bad)?.state == .retryable)
    #expect(world.listing("first").first?.bench?.class == .rateLimit)
  }

  @Test(
    "C3, C6: ten keys that all refuse are asked once each, and no attempt is burnt",
    arguments: [true, false])
  func allRefuse(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(429))
    let keys = (0..<10).map { "k\($0)" }
    let world = try scene.world(keys, chain: false)
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(PoolScene.keys(scene.first) == keys)
    let job = try #require(try world.store.job(id))
    #expect(job.state == .retryable && job.attempt == 0)
  }

  @Test("C6: rotating leaves the last key all of its retries", arguments: [true, false])
  func lastKey(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(429))
    let keys = (0..<10).map { "k\($0)" }
    var answers = Dictionary(keys.map { ($0, [Behaviour.error(429)]) }) { $1 }
    answers["k9"] = [.error(500), .text("Fine.")]
    PoolScene.answer(scene.first, answers)
    let world = try scene.world(keys, chain: false)
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(PoolScene.keys(scene.first) == keys + ["k9"])
    #expect(try world.store.job(id)?.state == .succeeded)
  }

  @Test("C4: when all others cool down, a key is as good as alone", arguments: [true, false])
  func othersCool(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    scene.first.enqueue(.error(429))
    let world = try scene.world(["a", "b", "c"], chain: false)
    try world.mark("first", "b")
    try world.mark("first", "c")
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.state == .succeeded)
    #expect(PoolScene.keys(scene.first) == ["a", "a"])
  }

  @Test("C5: how many alternates there are is told without writing or asking anybody")
  func alternates() throws {
    let scene = try PoolScene()
    let two = try scene.world(["a", "b"])
    let before = try two.store.healthEpoch()
    #expect(two.alternates("first") == 1)
    #expect(two.alternates("second") == 0)
    #expect(try two.store.healthEpoch() == before)
    try two.mark("first", "b")
    #expect(two.alternates("first") == 0)
    try two.mark("first", "b", for: -1)
    #expect(two.alternates("first") == 1)
    #expect(scene.first.connectionCount + scene.second.connectionCount == 0)
  }

  /// A source that knows only what every source must.
  private struct PlainSource: CredentialSource {
    var inner: any CredentialSource

    func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
      inner.acquire(order, route: route, now: now)
    }
    func header(for order: SendOrder, route: Route) -> CredentialHeader? {
      inner.header(for: order, route: route)
    }
    func headers(for route: Route) -> [(name: String, value: String)] { inner.headers(for: route) }
    func refresh(
      _ order: RefreshOrder, route: Route, now: Milliseconds,
      told: @escaping @Sendable (RefreshReport) -> Void
    ) -> Bool {
      inner.refresh(order, route: route, now: now, told: told)
    }
    func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {
      inner.apply(effects, job: job, now: now)
    }
  }

  @Test("C7: a source without the quick answer gives the same one")
  func plain() throws {
    let scene = try PoolScene()
    let world = try scene.world(["a", "b"], first: "strategy: \"least_used\"")
    let source = PlainSource(inner: world.engine.pools)
    let route = world.engine.route(to: "first")
    let now = world.engine.clock.now()
    #expect(
      world.engine.pools.acquireAtOnce(AcquireOrder(route: 0), route: route, now: now) == nil)
    let chosen = (0..<4).compactMap { _ -> String? in
      guard
        case .acquired(_, let acquisition)? = source.acquireAtOnce(
          AcquireOrder(route: 0), route: route, now: now)
      else { return nil }
      return acquisition.credential?.id
    }
    #expect(chosen == ["a", "b", "a", "b"])
  }

  @Test(
    "D1: least_used spreads calls evenly, and the counter is in the store",
    arguments: [true, false])
  func leastUsed(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let world = try scene.world(["a", "b", "c"], first: "strategy: \"least_used\"")
    if isBlocking {
      for _ in 0..<9 { _ = try await world.runBlocking(try world.newJob("prompt", "Hi.")) }
    } else {
      for _ in 0..<9 { _ = try world.enqueue(try world.newJob("prompt", "Hi.")) }
      try await world.drain()
    }
    let seen = Dictionary(PoolScene.keys(scene.first).map { ($0, 1) }, uniquingKeysWith: +)
    #expect(seen == ["a": 3, "b": 3, "c": 3])
    #expect(world.listing("first").map(\.uses) == [3, 3, 3])
  }

  @Test("round_robin takes turns over processes and restarts", arguments: [true, false])
  func roundRobin(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let extra = "strategy: \"round_robin\""
    let world = try scene.world(["a", "b", "c"], first: extra)
    for turn in 0..<6 {
      let other = try TestWorld(config: scene.config(first: extra), sharing: world)
      let one = turn % 2 == 0 ? world : other
      _ = try await one.run(try one.newJob("prompt", "Hi."), isBlocking: isBlocking)
    }
    #expect(PoolScene.keys(scene.first) == ["a", "b", "c", "a", "b", "c"])
  }

  @Test("D2: a 403 rotates", arguments: [true, false])
  func forbidden(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    PoolScene.answer(scene.first, ["a": [.error(403)]])
    let world = try scene.world(["a", "b"])
    _ = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(PoolScene.keys(scene.first) == ["a", "b"])
    #expect(scene.second.requestCount == 0)
  }

  @Test("D2b: a 403 on the only key falls back, and the list says so", arguments: [true, false])
  func forbiddenAlone(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(403))
    let world = try scene.world(["a"])
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.servedBy?.provider == "second")
    let bench = try #require(world.listing("first").first?.bench)
    #expect(bench.class?.isAboutAuthority == true && bench.status == 403)
  }

  @Test("D4: a provider whose only key is stored is found")
  func discovered() throws {
    let world = try TestWorld(
      config: "{}", auth: PoolScene.auth(["openrouter": [.init("a")]]))
    let found = world.engine.resolve(kind: "prompt", provider: nil, model: nil)
    #expect(found.plan?.routes.map(\.provider) == ["openrouter"])
  }

  struct Case: Sendable, CustomStringConvertible {
    var keys: Int
    var cooling: Int
    /// Requests that the first provider sees.
    var asked: Int
    var rotates: Bool
    var description: String { "\(keys) keys, \(cooling) cooling" }
  }

  @Test(
    "D5: a 429 falls back without waiting unless another key is at hand",
    arguments: [
      Case(keys: 0, cooling: 0, asked: 1, rotates: false),
      Case(keys: 1, cooling: 0, asked: 1, rotates: false),
      Case(keys: 1, cooling: 1, asked: 0, rotates: false),
      Case(keys: 2, cooling: 1, asked: 1, rotates: false),
      Case(keys: 2, cooling: 0, asked: 2, rotates: true),
      Case(keys: 4, cooling: 4, asked: 0, rotates: false),
      Case(keys: 4, cooling: 0, asked: 2, rotates: true),
    ], [true, false])
  func fallsBack(_ one: Case, isBlocking: Bool) async throws {
    let scene = try PoolScene()
    scene.first.enqueue(.error(429))
    let keys = (0..<one.keys).map { "k\($0)" }
    let world = try scene.world(keys)
    for key in keys.suffix(one.cooling) { try world.mark("first", key) }
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(scene.first.requestCount == one.asked)
    let served = try #require(try world.store.job(id)?.servedBy)
    #expect(served.provider == (one.rotates ? "first" : "second"))
  }

  @Test("D6: of many jobs after a cooldown one asks the key again")
  func probes() async throws {
    let scene = try PoolScene()
    let world = try scene.world(["a"])
    try world.mark("first", "a", for: -1)
    scene.first.setUsual(Behaviour.error(429).delayed(milliseconds: 60))
    for _ in 0..<16 { _ = try world.enqueue(try world.newJob("prompt", "Hi.")) }
    try await world.drain()
    #expect(scene.first.requestCount == 1)
    #expect(scene.second.requestCount == 16)
    // The probe failed: the mark holds again, for longer.
    let mark = try #require(try world.store.marks().first { $0.key.credential == "a" })
    #expect(mark.failures == 2 && mark.until > world.engine.clock.now() + 60_000)
  }

  @Test("of two processes one probes, and its success frees the key for both")
  func sharedProbe() async throws {
    let scene = try PoolScene()
    let world = try scene.world(["a"])
    let other = try TestWorld(config: scene.config(), sharing: world)
    try world.mark("first", "a", for: -1)
    let route = world.engine.route(to: "first")
    let order = AcquireOrder(route: 0)
    let now = world.engine.clock.now()
    guard case .acquired(_, let probe) = world.engine.pools.acquire(order, route: route, now: now)
    else {
      Issue.record("nobody may probe")
      return
    }
    #expect(probe.isProbe)
    #expect(other.alternates("first") == nil)
    let success = Effect.succeeded(keys: markKeys(of: probe, route: route), sentAt: now)
    world.engine.pools.apply([success], job: 1, now: now + 1)
    world.store.flush()
    #expect(other.alternates("first") == 0)
    #expect(try world.store.marks().isEmpty)
  }

  @Test("a key that died is not asked again by later jobs, other processes or after a restart")
  func dying() async throws {
    let scene = try PoolScene(first: .error(401))
    let keys = (0..<10).map { "k\($0)" }
    let world = try scene.world(keys)
    for _ in 0..<16 { _ = try world.enqueue(try world.newJob("prompt", "Hi.")) }
    try await world.drain(concurrency: 1)
    #expect(PoolScene.keys(scene.first) == keys)
    let other = try TestWorld(config: scene.config(), sharing: world)
    _ = try await other.runBlocking(try other.newJob("prompt", "Hi."))
    #expect(scene.first.requestCount == 10)
    #expect(scene.second.requestCount == 17)
  }

  @Test("an old success lifts no newer mark")
  func oldSuccess() throws {
    let scene = try PoolScene()
    let world = try scene.world(["a"])
    let pools = world.engine.pools
    let now = world.engine.clock.now()
    let credential = try #require(pools.credentials("first").first)
    let key = MarkKey(scope: .credential, provider: "first", credential: credential.id)
    let note = FailureNote(
      key: key, class: .rateLimit, status: 429, hintUntil: nil, sentAt: now - 5,
      fingerprint: credential.fingerprint, isTerminal: false, needsConfirmation: false)
    pools.apply([.failed(note)], job: 1, now: now)
    for job in Int64(0)..<63 {
      pools.apply([.succeeded(keys: [key], sentAt: now - 5)], job: job, now: now + job)
    }
    world.store.flush()
    #expect(try world.store.marks().map(\.key) == [key])
    #expect(world.alternates("first") == nil)
    pools.apply([.succeeded(keys: [key], sentAt: now + 1)], job: 2, now: now + 100)
    world.store.flush()
    #expect(try world.store.marks().isEmpty)
  }

  @Test("a reset by another process frees a key at once, and what was under way does not undo it")
  func reset() throws {
    let scene = try PoolScene()
    let world = try scene.world(["a"])
    let other = try TestWorld(config: scene.config(), sharing: world)
    let pools = world.engine.pools
    let credential = try #require(pools.credentials("first").first)
    let now = world.engine.clock.now()
    let note = FailureNote(
      key: MarkKey(scope: .credential, provider: "first", credential: credential.id),
      class: .payment, status: 402, hintUntil: nil, sentAt: now - 5,
      fingerprint: credential.fingerprint, isTerminal: false, needsConfirmation: false)
    pools.apply([.failed(note)], job: 1, now: now)
    world.store.flush()
    #expect(world.alternates("first") == nil && other.alternates("first") == nil)
    let reset = HealthReset(provider: "first", credentials: nil, at: now + 1)
    _ = try other.store.transact([.reset(reset)])
    #expect(world.alternates("first") == 0 && other.alternates("first") == 0)
    other.engine.pools.apply([.failed(note)], job: 2, now: now + 2)
    other.store.flush()
    #expect(try world.store.marks().isEmpty)
    #expect(world.alternates("first") == 0)
  }
}
