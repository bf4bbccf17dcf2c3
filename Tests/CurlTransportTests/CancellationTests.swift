import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

@Suite("Cancelling")
struct CancellationTests {
  @Test(
    "it ends a request at any point within 100 ms",
    arguments: [Behaviour.stalled, .stalledBody(), .dripping(every: 5)],
    Path.allCases)
  func cancel(behaviour: Behaviour, path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: behaviour)
    let sender = Sender(path)
    let reply = try await expectTime(0...100) {
      provider.forget()
      let cancellation = Cancellation()
      async let pending = sender.send(.to(provider.url), cancellation: cancellation)
      try await waitUntil { provider.requestCount == 1 }
      let began = milliseconds()
      cancellation.cancel(.user)
      return (await pending, milliseconds() - began)
    }
    #expect(reply.fault == .cancelled)
  }

  @Test("cancelled before, it sends nothing", arguments: Path.allCases)
  func before(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let cancellation = Cancellation()
    cancellation.cancel(.shutdown)
    let reply = await Sender(path).send(.to(provider.url), cancellation: cancellation)
    #expect(reply.fault == .cancelled)
    #expect(provider.connectionCount == 0)
  }

  @Test("what had come before stays known", arguments: Path.allCases)
  func keepsStatus(path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: .stalledBody())
    let sender = Sender(path)
    var last: HTTPReply?
    // How long the answer's beginning takes to get here is up to the machine.
    for span in [20, 80, 80, 80, 80, 80] where last?.status == nil {
      provider.forget()
      let cancellation = Cancellation()
      async let pending = sender.send(.to(provider.url), cancellation: cancellation)
      try await waitUntil { provider.requestCount == 1 }
      try await Task.sleep(for: .milliseconds(span))
      cancellation.cancel(.leaseLost)
      last = await pending
      #expect(last?.fault == .cancelled)
    }
    #expect(last?.status == 200)
  }

  @Test("a transport works on after a cancelled request", arguments: Path.allCases)
  func goesOn(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    provider.enqueue(.stalled)
    let cancellation = Cancellation()
    async let pending = sender.send(.to(provider.url), cancellation: cancellation)
    try await waitUntil { provider.requestCount == 1 }
    cancellation.cancel(.user)
    #expect(await pending.fault == .cancelled)
    #expect(await sender.send(.to(provider.url)).fault == nil)
  }

  @Test("every call ends exactly once, whoever cancels it when", arguments: [1, 2, 3] as [UInt64])
  func race(seed: UInt64) async throws {
    let provider = try SimulatedProvider.start(usual: .text("ok").delayed(milliseconds: 8))
    let transport = CurlAsyncTransport(CurlOptions(proxy: ProxySettings()))
    let calls = (0..<300).map { _ in Cancellation() }
    async let cancelling: Void = cancelAtRandom(calls, seed: seed)
    // The continuation traps when it is resumed twice; a call never resumed would hang here.
    let faults = await withTaskGroup(of: TransportFault?.self) { group in
      for cancellation in calls {
        group.addTask {
          await transport.send(.to(provider.url), cancellation: cancellation).fault
        }
      }
      var faults: [TransportFault?] = []
      for await fault in group { faults.append(fault) }
      return faults
    }
    await cancelling
    #expect(faults.count == calls.count)
    #expect(faults.allSatisfy { $0 == nil || $0 == .cancelled })
    #expect(await transport.send(.to(provider.url), cancellation: Cancellation()).fault == nil)
  }

  @Test("blocking calls end once as well when other threads cancel them")
  func blockingRace() async throws {
    let provider = try SimulatedProvider.start(usual: .text("ok").delayed(milliseconds: 8))
    let sender = Sender(.blocking)
    let calls = (0..<60).map { _ in Cancellation() }
    async let cancelling: Void = cancelAtRandom(calls, seed: 7)
    let faults = await withTaskGroup(of: TransportFault?.self) { group in
      for cancellation in calls {
        group.addTask { await sender.send(.to(provider.url), cancellation: cancellation).fault }
      }
      return await group.reduce(into: [TransportFault?]()) { $0.append($1) }
    }
    await cancelling
    #expect(faults.allSatisfy { $0 == nil || $0 == .cancelled })
  }

  @Test("shutting down ends what is in flight and answers later calls")
  func shutdown() async throws {
    let provider = try SimulatedProvider.start(usual: .stalled)
    let transport = CurlAsyncTransport(CurlOptions(proxy: ProxySettings()))
    await withTaskGroup(of: TransportFault?.self) { group in
      for _ in 0..<50 {
        group.addTask {
          await transport.send(.to(provider.url), cancellation: Cancellation()).fault
        }
      }
      group.addTask {
        try? await waitUntil { provider.requestCount == 50 }
        await onThread { transport.shutdown() }
        return .cancelled
      }
      for await fault in group { #expect(fault == .cancelled) }
    }
    let late = await transport.send(.to(provider.url), cancellation: Cancellation())
    #expect(late.fault == .cancelled)
    #expect(provider.requestCount == 50)
  }

  /// Four threads, each cancelling a quarter of the calls at random moments; every third call is left
  /// alone.
  private func cancelAtRandom(_ calls: [Cancellation], seed: UInt64) async {
    await withTaskGroup { group in
      for part in 0..<4 {
        group.addTask {
          await onThread {
            var random = Random(seed: seed &+ UInt64(part))
            for index in calls.indices where index % 4 == part && index % 3 != 0 {
              if random.next(4) == 0 { pause(microseconds: UInt32(random.next(400))) }
              calls[index].cancel(.user)
            }
          }
        }
      }
    }
  }
}
