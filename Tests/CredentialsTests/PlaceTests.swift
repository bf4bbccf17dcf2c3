import Calls
import Credentials
import Fallback
import Synchronization
import Testing

@Suite("Places in a provider's minute")
struct PlaceTests {
  /// Two keys that each may be asked `requests` times a minute, and one call at a time.
  private func world(requests: Int, isPerCredential: Bool = true) throws -> PoolWorld {
    var keys = ProviderKeys(provider: "p", variables: ["A", "B"], needsKey: true, concurrency: 1)
    keys.pace = PaceLimits(requests: requests, isPerCredential: isPerCredential)
    return try PoolWorld(environment: ["A": "sk-a-123", "B": "sk-b-456"], providers: [keys])
  }

  private func look(_ world: PoolWorld) -> Event? {
    let order = AcquireOrder(route: 0, tokens: 10)
    let look = world.pools.look(order, route: world.route("p"), waited: [:], now: world.now)
    guard case .event(let event, _) = look else { return nil }
    return event
  }

  private func use(_ event: Event?, _ world: PoolWorld) throws -> RouteUse {
    guard case .acquired(_, let acquisition)? = event else { throw NothingAcquired() }
    return RouteUse(route: world.route("p"), acquisition: acquisition, solePlaces: [])
  }

  private struct NothingAcquired: Error {}

  @Test("a credential without a place gives back the lease on it and leaves the call to the next")
  func nextCredential() throws {
    let world = try world(requests: 1)
    let first = try use(look(world), world)
    #expect(first.acquisition.credential?.label == "A")
    world.pools.release(first)
    let second = try use(look(world), world)
    #expect(second.acquisition.credential?.label == "B")
    #expect(world.marks.state.withLock { $0.leases.values.filter { $0 != 0 } } == [1])
    world.pools.release(second)
    #expect(world.marks.state.withLock { $0.leases.values.allSatisfy { $0 == 0 } })
  }

  @Test("without a place anywhere nothing stays leased, and the first place is told")
  func nowhere() throws {
    let world = try world(requests: 1)
    for _ in 0..<2 { world.pools.release(try use(look(world), world)) }
    guard case .unavailable(_, let why)? = look(world) else {
      Issue.record("a place was given")
      return
    }
    #expect(why.reason == .paced)
    #expect(why.until == world.now + PaceLimits.window)
    #expect(world.marks.state.withLock { $0.leases.values.allSatisfy { $0 == 0 } })
  }

  @Test("a further request of the call takes a place of its own, where its first one was")
  func again() throws {
    for isPerCredential in [true, false] {
      let world = try world(requests: 2, isPerCredential: isPerCredential)
      let use = try use(look(world), world)
      let id = isPerCredential ? use.acquisition.credential?.id ?? "" : ""
      let next = { (deadline: Milliseconds?) in
        world.pools.placeAgain(for: use, tokens: 10, now: world.now, deadline: deadline)
      }
      #expect(next(nil) == world.now)
      #expect(next(nil) == world.now + PaceLimits.window)
      #expect(world.marks.state.withLock { $0.places["p \(id)"]?.count } == 3)
      // What would come too late is not taken.
      #expect(next(world.now + 5) >= world.now + 5)
      #expect(world.marks.state.withLock { $0.places["p \(id)"]?.count } == 3)
    }
  }

  @Test("who has no limit needs no place")
  func unlimited() throws {
    let keys = ProviderKeys(provider: "p", variables: ["A"], needsKey: true)
    let world = try PoolWorld(environment: ["A": "sk-a-123"], providers: [keys])
    #expect(!world.pools.needsPlace(world.route("p")))
    let use = try use(look(world), world)
    #expect(
      world.pools.placeAgain(for: use, tokens: 10, now: world.now, deadline: nil) == world.now)
  }
}
