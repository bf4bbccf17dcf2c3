import Calls
import Configuration
import Credentials
import CurlTransport
import Fallback
import Foundation
import Platform
import Queue
import SQLiteQueue
import Simulator
import Testing
import Worker

/// Keys never reach another provider's host, and its failures never touch their pool.
@Suite("Credentials and hosts stay together", .timeLimit(.minutes(10)))
struct IsolationTests {
  @Test(
    "A1, B7: after a fallback neither key nor host of the first provider is used",
    arguments: [true, false])
  func fallback(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(402))
    let world = try scene.world(["a", "b"])
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.servedBy?.provider == "second")
    #expect(PoolScene.keys(scene.first) == ["a", "b"])
    #expect(PoolScene.keys(scene.second) == ["z"])
  }

  @Test(
    "A2, B8: a fallback within the provider goes on rotating its keys", arguments: [true, false])
  func within(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    scene.first.answer { request in
      if request.text.contains("\"model\":\"a\"") { return .error(404) }
      return PoolScene.keyID(request) == "a" ? .error(429) : .text("Fine.")
    }
    let config = """
      { main: { provider: "first", model: "a" }, chain: [ { provider: "first", model: "b" } ],
        providers: { first: { base_url: "\(scene.first.url)/v1" } } }
      """
    let auth = PoolScene.auth(["first": [.init("a"), .init("b")]])
    let world = try TestWorld(config: config, auth: auth)
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.state == .succeeded)
    #expect(Array(PoolScene.keys(scene.first).suffix(2)) == ["a", "b"])
  }

  @Test(
    "A3, A5: failures of another provider leave the rows and the file of this one as they were",
    arguments: [401, 402, 429], [true, false])
  func others(status: Int, isBlocking: Bool) async throws {
    let scene = try PoolScene(second: .error(status))
    let world = try scene.world(["a", "b"])
    let (before, text) = (world.listing("first"), world.authText)
    let job = try world.newJob(
      "prompt", "Hi.", options: JobOptions(provider: "second", model: "b"), maxAttempts: 1)
    _ = try await world.run(job, isBlocking: isBlocking)
    #expect(world.listing("first") == before)
    #expect(world.authText == text)
    #expect(world.listing("second").first?.bench?.status == status)
  }

  @Test(
    "A4: failures of a pool's own provider rotate it", arguments: [401, 402, 429], [true, false])
  func own(status: Int, isBlocking: Bool) async throws {
    let scene = try PoolScene()
    PoolScene.answer(scene.first, ["a": [.error(status)]])
    let world = try scene.world(["a", "b"])
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.servedBy?.credential == "b")
    #expect(world.listing("first").map { $0.bench?.status } == [status, nil])
    #expect(scene.second.requestCount == 0)
  }

  @Test(
    "A6, A7, A9: every later request of the job goes to the fallback's host",
    arguments: [true, false])
  func rest(isBlocking: Bool) async throws {
    let scene = try PoolScene(first: .error(402))
    scene.second.enqueue(.error(500))
    let world = try scene.world(["a"])
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    let calls = try world.calls(id)
    #expect(calls.map(\.provider) == ["first", "second", "second"])
    #expect(calls.dropFirst().allSatisfy { $0.baseURL == "\(scene.second.url)/v1" })
    #expect(scene.first.requestCount == 1 && scene.second.requestCount == 2)
  }

  @Test("A8: a key that is sent towards another host by mistake is stopped before it connects")
  func guarded() throws {
    let scene = try PoolScene()
    let world = try scene.world(["a"])
    let route = world.engine.route(to: "first")
    let credential = try #require(world.engine.pools.credentials("first").first)
    let wrong = SendOrder(
      route: 0, credential: credential, baseURL: "\(scene.second.url)/v1", model: "m",
      adjustments: [], connectTimeout: 1_000, totalTimeout: 1_000)
    let header = try #require(world.engine.pools.header(for: wrong, route: route))
    let reply = CurlBlockingTransport().send(
      HTTPRequest(
        url: wrong.baseURL + "/chat/completions", headers: [], credential: header,
        body: Array("{}".utf8),
        timeouts: Timeouts(connect: 1_000, firstByte: 1_000, idle: 1_000, total: 1_000)),
      cancellation: Cancellation())
    #expect(reply.fault == .hostNotAllowed)
    #expect(scene.second.connectionCount == 0)
  }
}

/// A provider's address survives every change of credential.
@Suite("Addresses across credentials", .timeLimit(.minutes(10)))
struct AddressTests {
  static let registryURL = "https://openrouter.ai/api/v1/"

  /// The built-in provider with an address of ours.
  private func world(
    _ scene: PoolScene, _ keys: [PoolScene.Key], isVariable: Bool = false
  ) throws -> TestWorld {
    let override = "providers: { openrouter: { base_url: \"\(scene.first.url)/v1\" } },"
    return try TestWorld(
      config: """
        { main: { provider: "openrouter", model: "m" }, \(isVariable ? "" : override)
          retry: { backoff_base: 0.001 } }
        """,
      environment: isVariable ? ["OPENROUTER_BASE_URL": "\(scene.first.url)/v1"] : [:],
      auth: PoolScene.auth(["openrouter": keys]))
  }

  @Test(
    "B1, B3, B6, B9, B10, B11: an override holds over rotation, for every job, and is not stored",
    arguments: [401, 403, 429], [true, false])
  func override(status: Int, isBlocking: Bool) async throws {
    let scene = try PoolScene()
    PoolScene.answer(scene.first, ["a": [.error(status)], "b": [.error(status)]])
    let world = try world(
      scene, [.init("a", at: Self.registryURL), .init("b"), .init("c", at: Self.registryURL)])
    let text = world.authText
    for (number, expected) in [(1, ["a", "b", "c"]), (2, ["c"])] {
      scene.first.forget()
      let job = try world.newJob("prompt", "Job \(number).")
      let id = try await world.run(job, isBlocking: isBlocking)
      #expect(PoolScene.keys(scene.first) == expected)
      #expect(try world.calls(id).allSatisfy { $0.baseURL == "\(scene.first.url)/v1" })
      #expect(try world.store.job(id)?.servedBy?.baseURL == "\(scene.first.url)/v1")
    }
    #expect(world.authText == text)
  }

  @Test(
    "B12: the variable of a provider's address holds as the configuration does",
    arguments: [true, false])
  func variable(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    PoolScene.answer(scene.first, ["a": [.error(401)]])
    let world = try world(
      scene, [.init("a", at: Self.registryURL), .init("b")], isVariable: true)
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.state == .succeeded)
    #expect(PoolScene.keys(scene.first) == ["a", "b"])
  }

  @Test(
    "B2, B5: a credential's own address is used, built-in provider or not",
    arguments: [true, false])
  func ownAddress(isBlocking: Bool) async throws {
    for provider in ["openrouter", "first"] {
      let scene = try PoolScene()
      PoolScene.answer(scene.first, ["a": [.error(401)]])
      let world = try TestWorld(
        config: """
          { main: { provider: "\(provider)", model: "m" },
            providers: { \(provider): { base_url: "\(scene.first.url)/v1" } } }
          """,
        auth: PoolScene.auth([
          provider: [.init("a"), .init("b", at: "\(scene.second.url)/other")]
        ]))
      let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
      #expect(PoolScene.keys(scene.first) == ["a"])
      #expect(PoolScene.keys(scene.second) == ["b"])
      #expect(scene.second.requests.first?.path == "/other/chat/completions")
      #expect(try world.store.job(id)?.servedBy?.baseURL == "\(scene.second.url)/other")
    }
  }

  @Test("B4: without an override a credential that names the default goes to the default")
  func usual() throws {
    let world = try TestWorld(
      config: "{ main: { provider: \"openrouter\", model: \"m\" } }",
      auth: PoolScene.auth(["openrouter": [.init("a", at: Self.registryURL)]]))
    let event = world.engine.pools.acquire(
      AcquireOrder(route: 0), route: world.engine.route(to: "openrouter"),
      now: world.engine.clock.now())
    guard case .acquired(_, let acquisition) = event else {
      Issue.record("\(event)")
      return
    }
    #expect(acquisition.baseURL == "https://openrouter.ai/api/v1")
  }

  @Test(
    "B9, E3: a key that was renewed goes to the same host, and nobody else is asked",
    arguments: [true, false])
  func renewed(isBlocking: Bool) async throws {
    let scene = try PoolScene()
    let folder = FileManager.default.temporaryDirectory.path + "/auxq-key-\(UUID().uuidString)"
    try FileSystem.makeDirectories(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = folder + "/key"
    try FileSystem.writeAtomically(file, Array("sk-secret-old".utf8))
    scene.first.answer { request in
      guard PoolScene.keyID(request) == "old" else { return .text("Fine.") }
      try? FileSystem.writeAtomically(file, Array("sk-secret-new".utf8))
      return .error(401)
    }
    let world = try scene.world([], first: "key_file: \"\(file)\"")
    let id = try await world.run(try world.newJob("prompt", "Hi."), isBlocking: isBlocking)
    #expect(try world.store.job(id)?.state == .succeeded)
    #expect(PoolScene.keys(scene.first) == ["old", "new"])
    #expect(scene.second.requestCount == 0)
    #expect(try world.calls(id).map(\.disposition) == [.refresh, .succeed])
  }
}
