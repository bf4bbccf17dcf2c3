import Fallback
import Testing

/// New secrets, and what Nous adds.
struct RefreshTests {
  private func world(_ answers: [Scripted], _ refreshes: [ScriptedRefresh]) -> World {
    var world = World(routes("a", "b"))
    world.pools = ["a": [key("k", isRefreshable: true)]]
    world.answers = ["a/k": answers]
    world.refreshes = ["refresh a/k": refreshes]
    return world
  }

  @Test("an auth failure refreshes and asks again; no fallback is contacted")
  func refreshHelps() {
    var world = world([.status(401), .ok], [.renewed])
    let run = world.run()
    #expect(run.log == ["a/k", "refresh a/k", "a/k"])
    #expect(run.sends.map(\.order.credential?.fingerprint) == ["print-k", "print-k'"])
    #expect(run.calls.map(\.purpose) == [.completion, .refresh, .completion])
    #expect(run.dispositions == [.refresh, .retry, .succeed])
    #expect(run.calls[1].failure == nil)
    #expect(world.marks.isEmpty)
  }

  @Test("a token that somebody else has renewed is adopted without a request")
  func adopted() {
    var world = world([.status(401), .ok], [.adopted])
    let run = world.run()
    #expect(run.calls.map(\.purpose) == [.completion, .completion])
    #expect(run.dispositions == [.refresh, .succeed])
  }

  @Test(
    "a refresh that does not help continues with the next route, and carries the class it was to mend",
    arguments: [ScriptedRefresh.failed, .dead, .unchanged])
  func refreshFails(end: ScriptedRefresh) {
    var world = world([.status(401)], [end])
    let run = world.run()
    #expect(run.log == ["a/k", "refresh a/k", "b/-"])
    #expect(run.dispositions == [.refresh, .fallback, .succeed])
    #expect(run.calls[1].failure?.class == .auth)
    #expect(run.fallbacks == [.auth])
  }

  @Test("a second auth failure after a refresh falls back: one refresh per credential and call")
  func secondRefusal() {
    var world = world([.status(401)], [.renewed])
    let run = world.run()
    #expect(run.log == ["a/k", "refresh a/k", "a/k", "b/-"])
    #expect(run.outcome == .succeeded)
    #expect(run.fallbacks == [.auth])
  }

  @Test("one refresh per credential and call, over all routes of its provider")
  func oncePerCall() {
    var world = World(routes("a", "a:other", "b"))
    world.keepsMarks = false
    world.pools = ["a": [key("k", isRefreshable: true)]]
    world.answers = ["a/k": [.status(401)]]
    let run = world.run()
    #expect(run.log.filter { $0.hasPrefix("refresh") }.count == 1)
  }

  @Test("each key of a pool is refreshed before the next one is tried")
  func poolOfRefreshable() {
    var world = World(routes("a"))
    world.pools = ["a": [key("k0", isRefreshable: true), key("k1", isRefreshable: true)]]
    world.answers = ["a/k0": [.status(401)], "a/k1": [.status(401), .ok]]
    world.refreshes = ["refresh a/k1": [.renewed]]
    let run = world.run()
    #expect(run.log == ["a/k0", "refresh a/k0", "a/k1", "refresh a/k1", "a/k1"])
    #expect(run.dispositions == [.refresh, .rotate, .refresh, .retry, .succeed])
  }

  @Test("forbidden is not refreshed")
  func forbidden() {
    var world = world([.status(403)], [.renewed])
    #expect(world.run().log == ["a/k", "b/-"])
  }

  private func expiring(in span: Milliseconds, lifetime: Milliseconds? = nil) -> CredentialReference
  {
    var key = key("k", isRefreshable: true)
    key.expiresAt = World.start + span
    key.lifetime = lifetime
    return key
  }

  @Test(
    "a secret is refreshed ahead when less than min(120 s, a quarter of its life) is left",
    arguments: [
      (119_999, nil, true), (120_000, nil, false), (119_999, 3_600_000, true),
      (15_000, 60_000, false), (14_999, 60_000, true), (-1, 60_000, true),
    ] as [(Milliseconds, Milliseconds?, Bool)])
  func ahead(left: Milliseconds, lifetime: Milliseconds?, isDue: Bool) {
    var world = World(routes("a"))
    world.pools = ["a": [expiring(in: left, lifetime: lifetime)]]
    world.refreshes = ["refresh a/k": [.renewed]]
    let run = world.run()
    #expect(run.log == (isDue ? ["refresh a/k", "a/k"] : ["a/k"]))
    #expect(run.outcome == .succeeded)
  }

  @Test("what cannot be refreshed ahead is rotated; alone, it is used while it is valid")
  func aheadFails() {
    var pool = World(routes("a"))
    pool.pools = ["a": [expiring(in: 50_000), key("other")]]
    let rotated = pool.run()
    #expect(rotated.log == ["refresh a/k", "a/other"])
    #expect(rotated.dispositions == [.rotate, .succeed])
    #expect(rotated.calls[0].failure?.class == .auth)

    var alone = World(routes("a", "b"))
    alone.pools = ["a": [expiring(in: 50_000)]]
    #expect(alone.run().log == ["refresh a/k", "a/k"])

    var expired = World(routes("a", "b"))
    expired.pools = ["a": [expiring(in: -1)]]
    let left = expired.run()
    #expect(left.log == ["refresh a/k", "b/-"])
    #expect(left.dispositions == [.fallback, .succeed])
  }

  @Test("an expired key that nothing can refresh is passed without a request")
  func expiredForGood() {
    var world = World(routes("a", "b"))
    var key = expiring(in: -1)
    key.isRefreshable = false
    world.pools = ["a": [key]]
    #expect(world.run().log == ["b/-"])
    var alone = World(routes("a"))
    alone.pools = ["a": [key]]
    let failure = alone.run(StepFacts(path: .blocking)).outcome.failure
    #expect(
      failure == StepFailure(kind: .needsPerson, class: .auth, cause: .auth, sentNothing: true))
  }

  @Test("an expiring second key does not inherit the failure of the first")
  func expiringSecond() {
    var world = World(routes("a"))
    world.pools = ["a": [key("first"), expiring(in: 50_000)]]
    world.answers = ["a/first": [.status(429)]]
    let run = world.run()
    #expect(run.log == ["a/first", "refresh a/k", "a/k"])
    #expect(run.dispositions == [.rotate, .retry, .succeed])
    #expect(run.calls[1].failure?.class == .auth)
  }

  private func nous(_ answers: [Scripted]) -> World {
    var nous = route("nous")
    nous.isNous = true
    var world = World([nous] + routes("b"))
    world.pools = ["nous": [key("k", isRefreshable: true)]]
    world.answers = ["nous/k": answers]
    return world
  }

  @Test("Nous: a dropped model is replaced by the recommended one, once")
  func nousModel() {
    let dropped = Scripted.status(404, code: "model_not_found")
    var world = nous([dropped, .ok])
    world.refreshes = ["models nous/k": [.model("fresh")]]
    let run = world.run()
    #expect(run.log == ["nous/k", "models nous/k", "nous/k:fresh"])
    #expect(run.calls.map(\.purpose) == [.completion, .models, .completion])
    #expect(world.marks.isEmpty, "the dropped model does not bench the route for the next job")

    var again = nous([dropped])
    again.refreshes = ["models nous/k": [.model("fresh")]]
    #expect(again.run().log == ["nous/k", "models nous/k", "nous/k:fresh", "b/-"])

    var same = nous([dropped])
    same.refreshes = ["models nous/k": [.model("m")]]
    #expect(same.run().log == ["nous/k", "models nous/k", "b/-"])
  }

  @Test("Nous: a payment failure asks the account, and refreshes only when it is paid by now")
  func nousPayment() {
    var paid = nous([.status(402), .ok])
    paid.refreshes = ["account nous/k": [.paid], "refresh nous/k": [.renewed]]
    let run = paid.run()
    #expect(run.log == ["nous/k", "account nous/k", "refresh nous/k", "nous/k"])
    #expect(run.dispositions == [.refresh, .refresh, .retry, .succeed])

    var unpaid = nous([.status(402)])
    unpaid.refreshes = ["account nous/k": [.unchanged], "refresh nous/k": [.renewed]]
    let second = unpaid.run()
    #expect(second.log == ["nous/k", "account nous/k", "b/-"])
    #expect(second.fallbacks == [.payment])
  }

  @Test("only Nous has those remedies")
  func othersHaveNone() {
    var world = world([.status(402)], [.renewed])
    #expect(world.run().log == ["a/k", "b/-"])
  }
}
