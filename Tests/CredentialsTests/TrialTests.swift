import Calls
import Credentials
import Fallback
import Synchronization
import Testing

/// Several calls that choose at once: who waits for whom, and for how long.
struct TrialTests {
  private let route = Route(provider: "p", baseURL: "https://default.example/v1", model: "m")

  private func world(_ names: [String] = ["A"], strategy: PoolStrategy = .fillFirst) throws
    -> PoolWorld
  {
    try PoolWorld(
      environment: Dictionary(uniqueKeysWithValues: names.map { ($0, "sk-\($0)") }),
      providers: [
        ProviderKeys(
          provider: "p", variables: names, isConfigured: true, needsKey: true, strategy: strategy)
      ])
  }

  private func look(
    _ world: PoolWorld, at time: Milliseconds = 1_000_000, waited: Waited = [:],
    _ order: AcquireOrder = AcquireOrder(route: 0)
  ) -> AcquireLook {
    world.pools.look(order, route: route, waited: waited, now: time)
  }

  private func use(_ look: AcquireLook) throws -> RouteUse {
    guard case .event(.acquired(_, let acquisition), let places) = look else {
      throw Unexpected(what: "\(look)")
    }
    return RouteUse(route: route, acquisition: acquisition, solePlaces: places)
  }

  private func wait(_ look: AcquireLook) throws -> Suspense {
    guard case .wait(let suspense) = look else { throw Unexpected(what: "\(look)") }
    return suspense
  }

  struct Unexpected: Error { var what: String }

  @Test("the first call tries a key, the next waits a second at most and is woken by a success")
  func proven() throws {
    let world = try world()
    let first = try use(look(world))
    let suspense = try wait(look(world, at: 1_000_100))
    #expect(suspense.until == 1_001_000)
    #expect(!suspense.end.isCancelled)
    world.pools.learn(.accepted, of: first, now: 1_000_200)
    #expect(suspense.end.isCancelled)
    // From now on nobody waits.
    _ = try use(look(world, at: 1_000_201))
    _ = try use(look(world, at: 1_000_201))
  }

  @Test("a call that takes longer than a refusal holds nobody up, now or later")
  func slow() throws {
    let world = try world()
    _ = try use(look(world))
    _ = try wait(look(world, at: 1_000_999))
    _ = try use(look(world, at: 1_001_000))
    _ = try use(look(world, at: 1_005_000))
  }

  @Test("a refusal wakes those who wait, and they choose the next key")
  func refused() throws {
    let world = try world(["A", "B"])
    let first = try use(look(world))
    let suspense = try wait(look(world))
    let id = try #require(first.acquisition.credential?.id)
    world.pools.apply([.failed(world.note("p", id))], job: 1, now: 1_000_010)
    world.pools.learn(.refused, of: first, now: 1_000_010)
    #expect(suspense.end.isCancelled)
    let second = try use(look(world, at: 1_000_011))
    #expect(second.acquisition.credential?.label == "B")
    _ = try wait(look(world, at: 1_000_012))
  }

  @Test("a call that ends without an answer lets the next one try")
  func released() throws {
    let world = try world()
    let first = try use(look(world))
    let suspense = try wait(look(world))
    world.pools.release(first)
    #expect(suspense.end.isCancelled)
    _ = try use(look(world, at: 1_000_001))
    _ = try wait(look(world, at: 1_000_002))
  }

  @Test("no call waits more than three seconds for one key, whoever tries it")
  func patience() throws {
    let world = try world()
    let first = try use(look(world))
    let subject = try wait(look(world)).subject
    world.pools.release(first)
    _ = try use(look(world, at: 1_000_500))
    _ = try wait(look(world, at: 1_000_600, waited: [subject: 999_000]))
    _ = try use(look(world, at: 1_000_600, waited: [subject: 997_000]))
  }

  @Test("while a refused secret is being renewed, its mark sends nobody to another provider")
  func renewing() throws {
    let world = try world(["A", "B"])
    let first = try use(look(world))
    world.pools.learn(.accepted, of: first, now: 1_000_000)
    let old = try #require(first.acquisition.credential)
    world.pools.apply([.failed(world.note("p", old.id))], job: 1, now: 1_000_010)
    world.pools.learn(.renewing, of: first, now: 1_000_010)
    let suspense = try wait(look(world, at: 1_000_020))
    var renewed = first
    renewed.acquisition.credential?.fingerprint = "new"
    world.pools.learn(.renewed(from: old), of: renewed, now: 1_000_300)
    #expect(suspense.end.isCancelled)
    // It was not this test's to put the new secret into the pool: the next key is chosen.
    #expect(try use(look(world, at: 1_000_301)).acquisition.credential?.label == "B")
  }

  @Test("with turns every call keeps its own key while it waits to know whether that works")
  func turns() throws {
    let world = try world(["A", "B", "C"], strategy: .roundRobin)
    var uses: [RouteUse] = []
    for _ in 0..<3 {
      let use = try use(look(world))
      #expect(use.acquisition.alternates == 2)
      uses.append(use)
    }
    #expect(uses.map(\.acquisition.credential?.label) == ["A", "B", "C"])
    // The fourth has its turn with the first key, the fifth with the second.
    let fourth = try wait(look(world))
    let fifth = try wait(look(world))
    let first = try #require(uses[0].acquisition.credential?.id)
    #expect(fourth.reserved?.credential == first)
    #expect(fifth.reserved?.credential == uses[1].acquisition.credential?.id)
    world.pools.learn(.accepted, of: uses[0], now: 1_000_010)
    #expect(fourth.end.isCancelled && !fifth.end.isCancelled)
    let writes = world.marks.state.withLock(\.writes)
    let again = world.pools.look(
      AcquireOrder(route: 0), route: route, waited: [:], reserved: fourth.reserved,
      now: 1_000_020)
    #expect(try use(again).acquisition.credential?.id == first)
    #expect(world.marks.state.withLock { $0.writes == writes && $0.givenBack.isEmpty })
    // The second is refused: what was counted for the fifth is given back, and it chooses anew.
    let note = world.note("p", try #require(fifth.reserved?.credential), sentAt: 1_000_000)
    world.pools.apply([.failed(note)], job: 1, now: 1_000_030)
    world.pools.learn(.refused, of: uses[1], now: 1_000_030)
    world.pools.learn(.accepted, of: uses[2], now: 1_000_031)
    let other = world.pools.look(
      AcquireOrder(route: 0), route: route, waited: [:], reserved: fifth.reserved, now: 1_000_040)
    #expect(try use(other).acquisition.credential?.label == "C")
    #expect(world.marks.state.withLock(\.givenBack) == [fifth.reserved].compactMap(\.self))
  }

  @Test("a last route whose server is at fault is asked by one call at a time")
  func sole() throws {
    let world = try world()
    let place = MarkKey(scope: .route, provider: "p", baseURL: route.baseURL)
    world.marks.state.withLock { state in
      state.marks = [
        Mark(key: place, class: .serverError, status: 500, until: 2_000_000, markedAt: 900_000)
      ]
      state.epoch += 1
    }
    let order = AcquireOrder(route: 0, ignoresServerFaults: true)
    let first = try use(look(world, order))
    #expect(first.solePlaces == [place])
    let suspense = try wait(look(world, at: 1_000_010, order))
    #expect(suspense.until == 1_030_010)
    world.pools.release(first)
    #expect(suspense.end.isCancelled)
    let second = try use(look(world, at: 1_000_020, order))
    // Who has waited as long as a probe may take skips it.
    let late = look(world, at: 1_030_020, waited: [suspense.subject: 1_000_010], order)
    guard case .event(.unavailable(_, let reason), _) = late else {
      throw Unexpected(what: "\(late)")
    }
    #expect(reason.reason == .beingProbed && reason.class == .serverError)
    world.pools.release(second)
    _ = try use(look(world, at: 1_030_021, order))
  }
}
