import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

@Suite("Connections")
struct ConnectionTests {
  @Test("requests one after another share a connection", arguments: Path.allCases)
  func keepAlive(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    for _ in 0..<10 { #expect(await sender.send(.to(provider.url)).fault == nil) }
    #expect(provider.requestCount == 10)
    #expect(provider.connectionCount == 1)
  }

  @Test(
    "64 requests at once run at once, and find their connections again", arguments: Path.allCases)
  func concurrent(path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: .text("ok").delayed(milliseconds: 80))
    let sender = Sender(path)
    for _ in 0..<2 { #expect(await sendAll(64, to: provider, sender) == 64) }
    #expect(provider.requestCount == 128)
    // One after another it would be 1; how many meet within 80 ms is up to the machine.
    #expect(provider.maxConcurrent > 8)
    #expect(provider.connectionCount <= 64 + 8)
  }

  @Test("more requests than one shard takes are all carried")
  func thousands() async throws {
    let provider = try SimulatedProvider.start(
      usual: .text("ok").delayed(milliseconds: 100), records: false)
    #expect(await sendAll(1500, to: provider, Sender(.async)) == 1500)
    #expect(provider.requestCount == 1500)
  }

  @Test("a connection that the server closed while idle is not noticed", arguments: Path.allCases)
  func closedWhileIdle(path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: .text("ok").closing())
    let sender = Sender(path)
    for _ in 0..<5 {
      #expect(await sender.send(.to(provider.url)).fault == nil)
      try await waitUntil { provider.openConnections == 0 }
    }
    #expect(provider.requestCount == 5)
  }

  @Test(
    "a POST that the server may have read is not sent twice",
    arguments: [Behaviour.hangUp, .resetAtOnce], Path.allCases)
  func noRepetition(ending: Behaviour, path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    provider.enqueue(.text("first"), ending)
    #expect(await sender.send(.to(provider.url)).fault == nil)
    let second = await sender.send(.to(provider.url))
    #expect(second.fault == .reset)
    #expect(second.status == nil)
    #expect(provider.requestCount == 2)
    #expect(provider.requests.map(\.connection) == [1, 1])
    // The caller's own retry works.
    #expect(await sender.send(.to(provider.url)).fault == nil)
  }

  @Test("a GET may be repeated", arguments: Path.allCases)
  func repetition(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    provider.enqueue(.text("first"), .hangUp)
    #expect(await sender.send(.to(provider.url, method: .get)).fault == nil)
    #expect(await sender.send(.to(provider.url, method: .get)).fault == nil)
    #expect(provider.requestCount == 3)
  }

  @Test("a large POST that is answered early and cut is one request", arguments: Path.allCases)
  func earlyAnswer(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    provider.enqueue(.text("first"), .error(413).closing())
    let body = String(repeating: "x", count: 2 << 20)
    #expect(await sender.send(.to(provider.url)).fault == nil)
    #expect(await sender.send(.to(provider.url, body: body)).status == 413)
    #expect(provider.requestCount == 2)
  }

  @Test(
    "only an orderly end without a byte received proves that a request was not read",
    arguments: [
      (true, 100, true), (true, 101, false),
      // Reset: the acknowledgement may have been lost.
      (false, 100, false), (false, 300, false),
    ] as [(Bool, UInt64, Bool)])
  func neverRead(isClosedByPeer: Bool, acknowledged: UInt64, proven: Bool) {
    let result = ConnectionFacts.wasNeverRead(
      before: ConnectionFacts(isClosedByPeer: false, acknowledged: 100),
      atClose: ConnectionFacts(isClosedByPeer: isClosedByPeer, acknowledged: acknowledged))
    #expect(result == proven)
  }

  /// How many of the requests had a whole answer.
  private func sendAll(_ count: Int, to provider: SimulatedProvider, _ sender: Sender) async -> Int
  {
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<count {
        group.addTask { await sender.send(.to(provider.url)).fault == nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
  }
}

@Suite("Shards")
struct ShardPlanTests {
  private func origin(_ number: Int) -> Origin {
    Origin(scheme: "https", host: "host\(number)", port: 443)
  }

  @Test("one shard is enough until it has its fill")
  func one() {
    var plan = ShardPlan(most: 8)
    for number in 0..<ShardPlan.fill { #expect(plan.place(origin(number % 7)) == 0) }
    #expect(plan.count == 1)
    #expect(plan.place(origin(0)) == 1)
  }

  @Test("an origin comes home when there is room again")
  func home() {
    var plan = ShardPlan(most: 8)
    for _ in 0..<ShardPlan.fill { _ = plan.place(origin(1)) }
    #expect(plan.place(origin(1)) == 1)
    #expect(plan.place(origin(2)) == 1)
    plan.leave(0)
    #expect(plan.place(origin(1)) == 0)
    for _ in 0..<100 { plan.leave(0) }
    #expect(plan.place(origin(2)) == 1)
    #expect(plan.inFlight == ShardPlan.fill - 97)
  }

  @Test("beyond the last shard the load is shared")
  func full() {
    var plan = ShardPlan(most: 2)
    for _ in 0..<(2 * ShardPlan.fill) { _ = plan.place(origin(1)) }
    let more = (0..<10).map { _ in plan.place(origin(1)) }
    #expect(plan.count == 2)
    #expect(more.filter { $0 == 0 }.count == 5)
  }
}
