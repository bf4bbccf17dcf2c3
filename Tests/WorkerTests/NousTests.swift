import Credentials
import Fallback
import Foundation
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// Nous with a login that is renewed at a portal, and another provider behind it, through both paths.
@Suite("Nous, through both paths")
struct NousTests {
  private func world(
    _ portal: SimulatedPortal, auth: String, behind second: SimulatedProvider? = nil,
    deadline: String = ""
  ) throws -> TestWorld {
    let chain = second.map { _ in "chain: [ { provider: \"second\", model: \"b\" } ]," } ?? ""
    let providers =
      second.map { "providers: { second: { base_url: \"\($0.url)/v1\" } }," } ?? ""
    return try TestWorld(
      config: """
        { main: { provider: "nous", model: "m" }, \(chain) \(providers)
          retry: { backoff_base: 0.001 } }
        """, environment: ["NOUS_INFERENCE_BASE_URL": portal.url + "/v1"], auth: auth)
  }

  private func steps(_ world: TestWorld, _ id: JobID) throws -> [String] {
    try world.calls(id).map { "\($0.provider) \($0.purpose.rawValue) \($0.status ?? 0)" }
  }

  @Test("an expired token is renewed before its first use", arguments: [true, false])
  func ahead(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    let world = try world(portal, auth: portal.authFile(expiresIn: -60))
    let id = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.state == .succeeded)
    let takenId = try steps(world, id)
    #expect(
      takenId == ["nous refresh 200", "nous completion 200"])
    #expect(portal.refreshes == 1 && portal.reuses == 0)
    #expect(world.authText.contains("\"unknown_field\": [1, 2.50]"))
  }

  @Test("a refused token is renewed and the request made again", arguments: [true, false])
  func refused(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    let second = try SimulatedProvider.start()
    let auth = portal.authFile(expiresIn: 3_000)
    portal.forgetAccess()
    let world = try world(portal, auth: auth, behind: second)
    let id = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let takenId = try steps(world, id)
    #expect(
      takenId == [
        "nous completion 401", "nous refresh 200", "nous completion 200",
      ])
    #expect(second.requestCount == 0)
    let refresh = try #require(try world.calls(id).first { $0.purpose == .refresh })
    #expect(refresh.credential?.label == "device_code" && refresh.disposition == .retry)
  }

  @Test(
    "refused again: the next key of the pool, then the next provider", arguments: [true, false])
  func refusedTwice(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    let second = try SimulatedProvider.start()
    portal.acceptNothing()
    let other =
      ", \"x\": 1 }, { \"id\": \"k2\", \"label\": \"key\", \"priority\": 1, "
      + "\"access_token\": \"sk-other-key\""
    let world = try world(
      portal, auth: portal.authFile(expiresIn: 3_000, extra: other), behind: second)
    let id = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let takenId = try steps(world, id)
    #expect(
      takenId == [
        "nous completion 401", "nous refresh 200", "nous completion 401", "nous completion 401",
        "second completion 200",
      ])
    #expect(portal.refreshes == 1)
    #expect(try world.store.job(id)?.state == .succeeded)
  }

  @Test(
    "a payment failure of an account that was paid by now renews once", arguments: [true, false])
  func paid(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    let world = try world(portal, auth: portal.authFile(expiresIn: 3_000))
    portal.setOwing()
    portal.setPaid(true)
    let id = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let takenId = try steps(world, id)
    #expect(
      takenId == [
        "nous completion 402", "nous account 200", "nous refresh 200", "nous completion 200",
      ])
  }

  @Test("an account that was not paid goes on to the next provider", arguments: [true, false])
  func unpaid(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    let second = try SimulatedProvider.start()
    let world = try world(portal, auth: portal.authFile(expiresIn: 3_000), behind: second)
    portal.setOwing()
    let id = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let takenId = try steps(world, id)
    #expect(
      takenId == [
        "nous completion 402", "nous account 200", "second completion 200",
      ])
    #expect(portal.refreshes == 0)
  }

  @Test("a dropped model is replaced by the recommended one, once", arguments: [true, false])
  func dropped(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    let world = try world(portal, auth: portal.authFile(expiresIn: 3_000))
    portal.drop(model: "m")
    let id = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let takenId = try steps(world, id)
    #expect(
      takenId == ["nous completion 404", "nous models 200", "nous completion 200"])
    #expect(try world.calls(id).last?.model == "free/small")
    portal.drop(model: "free/small")
    let next = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.calls(next).filter { $0.purpose == .models }.isEmpty)
  }

  @Test("while the portal is down, many jobs cost one request and wait without burning an attempt")
  func portalDown() async throws {
    let portal = try SimulatedPortal()
    portal.setMood(.down(status: 503))
    let world = try world(portal, auth: portal.authFile(expiresIn: -60))
    let ids = try (0..<100).map { _ in try world.enqueue(world.newJob("prompt", "Hi.")) }
    try await world.drain()
    #expect(portal.tokenRequests == 1)
    for id in ids {
      let job = try #require(try world.store.job(id))
      #expect(job.state == .scheduled || job.state == .retryable)
      #expect(job.attempt == 0)
    }
    #expect(try world.store.marks().isEmpty)
  }

  @Test(
    "a job that stops waiting does not cut the renewal short: the new token is saved",
    arguments: [true, false])
  func notCutShort(isBlocking: Bool) async throws {
    let portal = try SimulatedPortal()
    portal.setDelay(3_000)
    let world = try world(portal, auth: portal.authFile(expiresIn: -60))
    let id = try await world.run(
      world.newJob("prompt", "Hi.", deadlineAfter: 1_500), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.error?.class == "timeout")
    world.engine.pools.finishRefreshes()
    #expect(portal.refreshes == 1)
    let next = try await world.run(world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let takenNext = try steps(world, next)
    #expect(
      takenNext == ["nous completion 200"])
    #expect(portal.tokenRequests == 1)
  }

  @Test("a refusal for good says that a new login is needed, and nothing is asked again")
  func revoked() async throws {
    let portal = try SimulatedPortal()
    let world = try world(portal, auth: portal.authFile(expiresIn: -60))
    portal.revoke()
    let id = try await world.runBlocking(world.newJob("prompt", "Hi."))
    let error = try #require(try world.store.job(id)?.error)
    #expect(error.class == "auth")
    #expect(error.hint?.contains("auxq auth login nous") == true)
    let next = try await world.runBlocking(world.newJob("prompt", "Hi."))
    let again = try #require(try world.store.job(next)?.error)
    #expect(again.hint?.contains("auxq auth login nous") == true)
    #expect(portal.tokenRequests == 1 && portal.completions == 0)
    #expect(world.listing("nous").count == 1)
  }
}
