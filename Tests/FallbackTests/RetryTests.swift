import Fallback
import Testing

/// Asking the same credential again.
struct RetryTests {
  @Test("transient faults are retried as often as configured, with growing waits", arguments: 0...4)
  func counts(retries: Int) {
    var world = World(routes("a"), policy: Policy(transientRetries: retries))
    world.answers = ["a/-": [.status(500)]]
    let run = world.run()
    #expect(run.log.count == 1 + retries)
    #expect(run.waits.count == retries)
    for (number, wait) in run.waits.enumerated() {
      let base = Milliseconds(500 << number)
      #expect((base / 2...min(base * 3 / 2, 8_000)).contains(wait))
    }
    #expect(run.outcome.failure?.kind == .retryable)
  }

  @Test("no backoff is longer than its cap, and the same seed gives the same waits")
  func cap() {
    var jitter = Jitter(seed: 7)
    let waits = (1...200).map { Policy().backoff(number: $0, jitter: &jitter) }
    #expect(waits.allSatisfy { (0...8_000).contains($0) })
    #expect(waits.contains { $0 > 7_000 })
    var again = Jitter(seed: 7)
    #expect(waits == (1...200).map { Policy().backoff(number: $0, jitter: &again) })
  }

  struct Hint: Sendable {
    var wait: Milliseconds?
    var log: [String]
    var waits: [Milliseconds]?
  }

  @Test(
    "a hint up to short_wait is waited out, a longer one moves on at once",
    arguments: [
      Hint(wait: 3_000, log: ["a/-", "a/-"], waits: [3_000]),
      Hint(wait: 10_000, log: ["a/-", "a/-"], waits: [10_000]),
      Hint(wait: 10_001, log: ["a/-", "b/-"], waits: []),
    ])
  func hints(hint: Hint) {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.status(503, wait: hint.wait), .ok]]
    let run = world.run()
    #expect(run.log == hint.log)
    #expect(run.waits == hint.waits)
  }

  @Test("a timeout is not retried while another route is left, but on the last one it is")
  func timeouts() {
    var two = World(routes("a", "b"))
    two.answers = ["a/-": [.hanging], "b/-": [.hanging]]
    #expect(two.run().log == ["a/-", "b/-", "b/-"])
    var benched = World(routes("a", "b"))
    benched.answers = ["a/-": [.hanging, .ok]]
    benched.pools = ["b": []]
    let run = benched.run()
    #expect(run.log == ["a/-", "a/-"])
    #expect(run.outcome == .succeeded)
    #expect(run.dispositions == [.retry, .succeed])
  }

  @Test("a lone key's 429 without another route waits once: the hint, else a backoff")
  func loneRateLimit() {
    var hinted = World(routes("a"))
    hinted.pools = ["a": [key("k")]]
    hinted.answers = ["a/k": [.status(429, wait: 2_000), .ok]]
    let run = hinted.run()
    #expect(run.log == ["a/k", "a/k"])
    #expect(run.waits == [2_000])
    #expect(run.outcome == .succeeded)
    #expect(run.dispositions == [.retry, .succeed])
    #expect(hinted.marks.isEmpty, "the success lifts the mark")

    var bare = World(routes("a"))
    bare.pools = ["a": [key("k")]]
    bare.answers = ["a/k": [.status(429)]]
    let second = bare.run()
    #expect(second.log == ["a/k", "a/k"])
    #expect(second.waits.count == 1 && second.waits[0] <= 750)
    #expect(second.outcome.parkedFor.map { $0 >= 60_000 } == true)
    #expect(second.dispositions == [.retry, .park])
  }

  @Test("a lone key's 429 with a long hint parks, with another route it falls back at once")
  func loneRateLimitLongOrRouted() {
    var long = World(routes("a"))
    long.answers = ["a/-": [.status(429, wait: 45_000)]]
    let parked = long.run()
    #expect(parked.log == ["a/-"])
    #expect(parked.outcome.parkedFor == 45_010)

    var routed = World(routes("a", "b"))
    routed.answers = ["a/-": [.status(429, wait: 2_000)]]
    let run = routed.run()
    #expect(run.log == ["a/-", "b/-"])
    #expect(run.waits.isEmpty)
  }

  @Test("a pool whose other keys cool down behaves like a lone key")
  func lonelyPool() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0"), key("k1")]]
    let benched = MarkKey(scope: .credential, provider: "a", credential: "k1")
    world.marks[benched] = Mark(
      key: benched, class: .quota, until: World.start + 900_000, markedAt: World.start - 1)
    world.answers = ["a/k0": [.status(429), .ok]]
    let run = world.run()
    #expect(run.log == ["a/k0", "a/k0"])
    #expect(run.outcome == .succeeded)
  }

  @Test("a whole pool that was walked is not walked again")
  func walkedPool() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0"), key("k1")]]
    world.answers = ["a/k0": [.status(429, wait: 30_000)], "a/k1": [.status(429, wait: 20_000)]]
    let run = world.run()
    #expect(run.log == ["a/k0", "a/k1"])
    #expect(run.outcome.parkedFor == 20_020)
  }

  @Test("a mark for the server's own fault never screens out the last route", arguments: [1, 2, 3])
  func lastRoute(benched: Int) {
    let names = ["a", "b", "c"]
    var world = World(names.prefix(benched).map { route($0) })
    for name in names {
      let key = MarkKey(scope: .route, provider: name, baseURL: "https://\(name).example/v1")
      world.marks[key] = Mark(
        key: key, class: .serverError, until: World.start + 20_000, markedAt: World.start - 1)
    }
    let run = world.run()
    #expect(run.outcome == .succeeded)
    #expect(run.log == [names[benched - 1] + "/-"])
    #expect(run.waits.count == 1 && run.waits[0] > 0)
    #expect(run.skips.count == benched)
    #expect(world.marks.count == 2, "the success lifts the mark of the route that served")
  }

  @Test(
    "of several routes with such marks each is tried at most once, and none of them parks the job")
  func lastRoutes() {
    var world = World(routes("a", "b"))
    for name in ["a", "b"] {
      let key = MarkKey(scope: .route, provider: name, baseURL: "https://\(name).example/v1")
      world.marks[key] = Mark(
        key: key, class: .timeout, until: World.start + 20_000, markedAt: World.start - 1)
    }
    world.answers = ["a/-": [.status(500)], "b/-": [.status(500)]]
    let run = world.run()
    #expect(run.log == ["b/-", "b/-", "a/-", "a/-"])
    #expect(run.outcome.failure?.kind == .retryable)
  }

  @Test("any other mark screens out the last route too")
  func otherMarks() {
    var world = World(routes("a"))
    let key = MarkKey(scope: .route, provider: "a", baseURL: "https://a.example/v1")
    world.marks[key] = Mark(
      key: key, class: .tls, until: World.start + 20_000, markedAt: World.start - 1)
    let run = world.run()
    #expect(run.log.isEmpty)
    #expect(run.outcome == .parked(until: World.start + 20_000, class: .tls, isOffline: false))
  }

  @Test("the requests of one step are bounded, refreshes included", arguments: [1, 2, 3, 7])
  func callsPerStep(limit: Int) {
    var world = World(
      routes("a", "b", "c"), policy: Policy(transientRetries: 9, callsPerStep: limit))
    world.pools = ["a": [key("k", isRefreshable: true)]]
    world.answers = ["a/k": [.status(401)], "b/-": [.status(500)], "c/-": [.status(500)]]
    let run = world.run()
    #expect(run.log.count == limit)
    #expect(run.outcome.failure?.kind == .retryable)
  }
}
