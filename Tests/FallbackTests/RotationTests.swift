import Fallback
import Testing

/// Going through the keys of one provider.
struct RotationTests {
  static let ten = (0..<10).map { key("k\($0)") }

  @Test(
    "ten keys are asked once each, without a wait and without a retry, before the next provider",
    arguments: [Scripted.status(401), .status(402), .status(403), .status(429)])
  func wholePool(answer: Scripted) {
    var world = World(routes("a", "b"), policy: Policy(transientRetries: 3))
    world.pools = ["a": Self.ten]
    for key in Self.ten { world.answers["a/\(key.id)"] = [answer] }
    let run = world.run()
    #expect(run.log == Self.ten.map { "a/\($0.id)" } + ["b/-"])
    #expect(run.waits.isEmpty)
    #expect(run.dispositions == Array(repeating: .rotate, count: 9) + [.fallback, .succeed])
    #expect(Set(run.marked.map(\.key.credential)) == Set(Self.ten.map(\.id)))
  }

  @Test("rotation leaves the transient retries of the route untouched")
  func rotationCostsNoRetry() {
    var world = World(routes("a"))
    world.pools = ["a": Self.ten]
    for key in Self.ten.dropLast() { world.answers["a/\(key.id)"] = [.status(429)] }
    world.answers["a/k9"] = [.status(500), .ok]
    let run = world.run()
    #expect(run.outcome == .succeeded)
    #expect(run.log == Self.ten.map { "a/\($0.id)" } + ["a/k9"])
    #expect(run.waits.count == 1)
  }

  @Test("a fault of the server is retried on the same key, never rotated")
  func serverFaultsDoNotRotate() {
    var world = World(routes("a"))
    world.pools = ["a": Self.ten]
    world.answers["a/k0"] = [.status(503)]
    let run = world.run()
    #expect(run.log == ["a/k0", "a/k0"])
  }

  @Test("keys of an account that failed as an account are passed over, and the record says so")
  func accounts() {
    var world = World(routes("a"))
    world.pools = [
      "a": [
        key("k0", account: "acme"), key("k1", account: "acme"), key("k2", account: "other"),
      ]
    ]
    world.answers = ["a/k0": [.status(402)]]
    let run = world.run()
    #expect(run.log == ["a/k0", "a/k2"])
    #expect(run.calls.first?.failure?.scope == .account)
    #expect(run.skips.map(\.credential) == ["k1"])
    #expect(run.marked.map(\.key) == [MarkKey(scope: .account, provider: "a", credential: "acme")])
  }

  @Test("a rate limit is about the key, even where its account is known")
  func rateLimitIsNotTheAccounts() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0", account: "acme"), key("k1", account: "acme")]]
    world.answers = ["a/k0": [.status(429)]]
    #expect(world.run().log == ["a/k0", "a/k1"])
  }

  @Test("a key that is benched already is a skip, not a call")
  func benchedKey() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0"), key("k1")]]
    let benched = MarkKey(scope: .credential, provider: "a", credential: "k0")
    world.marks[benched] = Mark(
      key: benched, class: .rateLimit, status: 429, until: World.start + 9_000,
      markedAt: World.start - 1)
    let run = world.run()
    #expect(run.log == ["a/k1"])
    #expect(run.skips.map(\.credential) == ["k0"])
    #expect(run.skips.map(\.reason) == [.coolingDown])
    #expect(run.skips.first?.until == World.start + 9_000)
  }

  @Test(
    "a dead key is not asked for another model of its provider either", arguments: [true, false])
  func deadKeyStaysDead(keepsMarks: Bool) {
    var world = World(routes("a", "a:other", "b"))
    world.keepsMarks = keepsMarks
    world.pools = ["a": [key("k")]]
    world.answers = ["a/k": [.status(401), .ok]]
    let run = world.run()
    #expect(run.log == ["a/k:m", "b/-"])
    #expect(run.skips.map(\.reason) == [.coolingDown])
    #expect(run.skips.map(\.class) == [.auth])
  }

  @Test("an entitlement is about (key, model): another key is tried, and another model of this key")
  func entitlement() {
    var world = World(routes("a", "a:other"))
    world.pools = ["a": [key("k0"), key("k1")]]
    let denied = Scripted.status(
      403, code: "access_terminated_error", message: "access_terminated_error")
    world.answers = ["a/k0": [denied, .ok], "a/k1": [denied]]
    let run = world.run()
    #expect(run.log == ["a/k0:m", "a/k1:m", "a/k0:other"])
  }

  @Test("what a visit has learnt about parameters holds for the next key")
  func adjustmentsSurviveRotation() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0"), key("k1")]]
    world.answers = ["a/k0": [.refused("temperature"), .status(429)]]
    let run = world.run(StepFacts(parameters: ["temperature"]))
    #expect(run.sends.map(\.order.adjustments) == [[], [.dropTemperature], [.dropTemperature]])
    #expect(run.outcome == .succeeded)
    #expect(run.dispositions == [.adjust, .rotate, .succeed])
  }
}
