import Calls
import Credentials
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// Credentials that take turns are counted with the claim of a job.
struct TurnTests {
  /// What the store has counted, by credential.
  private func uses(_ world: TestWorld) throws -> [String: Int] {
    world.store.flush()
    return Dictionary(
      uniqueKeysWithValues: try world.store.poolUses().map { ($0.credential, $0.uses) })
  }

  private func seen(_ provider: SimulatedProvider) -> [String: Int] {
    Dictionary(PoolScene.keys(provider).map { ($0, 1) }, uniquingKeysWith: +)
  }

  @Test(
    "two workers share keys evenly, and the counts say what the provider saw",
    arguments: ["least_used", "round_robin"])
  func shared(strategy: String) async throws {
    let scene = try PoolScene()
    let extra = "strategy: \"\(strategy)\""
    let world = try scene.world(["a", "b", "c"], first: extra)
    let other = try TestWorld(config: scene.config(first: extra), sharing: world)
    for turn in 0..<30 { _ = try world.enqueue(try world.newJob("prompt", "Hi \(turn).")) }
    async let one: Void = world.drain(concurrency: 2)
    async let two: Void = other.drain(concurrency: 2)
    _ = try await (one, two)
    #expect(seen(scene.first) == ["a": 10, "b": 10, "c": 10])
    #expect(try uses(world) == ["a": 10, "b": 10, "c": 10])
  }

  @Test("a job that asks nobody has used no turn", arguments: [true, false])
  func unasked(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let world = try scene.world(["a", "b", "c"], first: "strategy: \"round_robin\"")
    // Far below the threshold: it comes back as it is.
    let short = try world.newJob(
      "compress", #"[{"role":"system","content":"s"},{"role":"user","content":"u"}]"#)
    _ = try await world.run(short, isBlocking: isBlocking)
    #expect(scene.first.requestCount == 0)
    #expect(try uses(world).values.allSatisfy { $0 == 0 })
    for _ in 0..<3 {
      _ = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    }
    #expect(PoolScene.keys(scene.first) == ["a", "b", "c"])
  }

  @Test(
    "a key that is refused is counted once, and so is the one after it", arguments: [true, false])
  func refused(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    PoolScene.answer(scene.first, ["a": [.error(402)]])
    let world = try scene.world(["a", "b", "c"], first: "strategy: \"round_robin\"")
    for _ in 0..<3 {
      _ = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    }
    #expect(PoolScene.keys(scene.first) == ["a", "b", "c", "b"])
    #expect(try uses(world) == ["a": 1, "b": 2, "c": 1])
  }

  @Test("what turned out benched after the claim is given back, and another key is used")
  func benched() throws {
    let scene = try PoolScene()
    let world = try scene.world(["a", "b", "c"], first: "strategy: \"round_robin\"")
    let choices = FirstChoices(context: world.engine.context(), pools: world.engine.pools)
    let job = try world.newJob("prompt", "Hi.")
    let operation = Operation.enqueueLeased(
      job, worker: world.engine.worker, path: .blocking, lease: 60_000,
      choice: choices.ofPlan(job.plan))
    guard case .claimed(let claimed)? = try world.store.transact([operation]).first,
      let reserved = claimed.first?.reserved
    else {
      Issue.record("nothing was set aside")
      return
    }
    #expect(reserved.credential == "a")
    try world.mark("first", "a")
    let route = world.engine.route(to: "first")
    let look = world.engine.pools.look(
      AcquireOrder(route: 0), route: route, waited: [:], reserved: reserved,
      now: world.engine.clock.now())
    guard case .event(.acquired(_, let acquisition), _) = look else {
      Issue.record("\(look)")
      return
    }
    #expect(acquisition.credential?.id == "b")
    #expect(acquisition.passedOver.map(\.id) == ["a"])
    #expect(try uses(world) == ["a": 0, "b": 1])
  }

  @Test("the key that was set aside is used without another transaction")
  func atOnce() async throws {
    let scene = try PoolScene()
    let world = try scene.world(["a", "b"], first: "strategy: \"least_used\"")
    // Both keys have been seen to work.
    for _ in 0..<2 { _ = try await world.runBlocking(try world.newJob("prompt", "Hi.")) }
    let route = world.engine.route(to: "first")
    let reserved = ReservedCredential(provider: "first", credential: "b")
    let now = world.engine.clock.now()
    let order = AcquireOrder(route: 0)
    #expect(
      world.engine.pools.lookAtOnce(order, route: route, waited: [:], now: now) == nil)
    guard
      case .event(.acquired(_, let acquisition), _)? = world.engine.pools.lookAtOnce(
        order, route: route, waited: [:], reserved: reserved, now: now)
    else {
      Issue.record("it has to ask the store")
      return
    }
    #expect(acquisition.credential?.id == "b" && acquisition.alternates == 1)
  }

  @Test("a limit of calls is kept with the key that was set aside", arguments: [true, false])
  func limited(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let world = try scene.world(
      ["a", "b"], first: "strategy: \"round_robin\", concurrency: 1")
    for _ in 0..<4 {
      _ = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    }
    #expect(PoolScene.keys(scene.first) == ["a", "b", "a", "b"])
    #expect(try uses(world) == ["a": 2, "b": 2])
  }
}
