import Calls
import CurlTransport
import Fallback
import Glibc
import Simulator
import Synchronization
import Testing

@Suite("A name server that does not answer", .serialized, .timeLimit(.minutes(5)))
struct LookUpTests {
  private static let url = "http://api.stalled.test:9/v1"

  /// Sends one request whose name hangs, and waits until it does.
  private func beginStalled(
    _ sender: Sender, _ cancellation: Cancellation, timeouts: Timeouts = .ample
  ) async throws -> Task<HTTPReply, Never> {
    let before = StalledNames.count
    let isOver = Flag()
    let task = Task {
      let reply = await sender.send(.to(Self.url, timeouts: timeouts), cancellation: cancellation)
      isOver.value.store(true, ordering: .releasing)
      return reply
    }
    try await waitUntil { StalledNames.count > before || isOver.value.load(ordering: .acquiring) }
    try #require(StalledNames.count > before, "the look-up did not come to this program's function")
    return task
  }

  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  @Test("other requests go on while it hangs", arguments: Path.allCases)
  func others(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    let cancellation = Cancellation()
    let stalled = try await beginStalled(sender, cancellation)
    for _ in 0..<20 { #expect(await sender.send(.to(provider.url)).fault == nil) }
    cancellation.cancel(.user)
    #expect(await stalled.value.fault == .cancelled)
    // The transport is none the worse for it.
    for _ in 0..<20 { #expect(await sender.send(.to(provider.url)).fault == nil) }
    #expect(StalledNames.count > 0)
  }

  @Test("the limit for connecting ends a request although it hangs", arguments: Path.allCases)
  func limit(path: Path) async throws {
    let sender = Sender(path)
    let limits = Timeouts(connect: 80, firstByte: 300_000, idle: 300_000, total: 300_000)
    let stalled = try await beginStalled(sender, Cancellation(), timeouts: limits)
    #expect(await stalled.value.fault == .connectTimeout)
  }

  @Test("many requests to the name cost one look-up at a time, and hold up nobody else")
  func together() async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(.async)
    let (one, others) = (Cancellation(), Cancellation())
    let first = try await beginStalled(sender, one)
    let before = StalledNames.count
    let faults = try await withThrowingTaskGroup(of: TransportFault?.self) { group in
      for _ in 0..<50 {
        group.addTask { await sender.send(.to(Self.url), cancellation: others).fault }
      }
      for _ in 0..<10 { #expect(await sender.send(.to(provider.url)).fault == nil) }
      #expect(StalledNames.count == before)
      // The next one in line looks for itself.
      one.cancel(.user)
      #expect(await first.value.fault == .cancelled)
      try await waitUntil { StalledNames.count > before }
      for _ in 0..<10 { #expect(await sender.send(.to(provider.url)).fault == nil) }
      #expect(StalledNames.count == before + 1)
      others.cancel(.user)
      return try await group.reduce(into: [TransportFault?]()) { $0.append($1) }
    }
    #expect(faults.count == 50 && faults.allSatisfy { $0 == .cancelled })
  }

  @Test("who waits for another's look-up ends at its own limit")
  func ownLimit() async throws {
    let sender = Sender(.async)
    let cancellation = Cancellation()
    let first = try await beginStalled(sender, cancellation)
    let limits = Timeouts(connect: 50, firstByte: 300_000, idle: 300_000, total: 300_000)
    #expect(await sender.send(.to(Self.url, timeouts: limits)).fault == .connectTimeout)
    cancellation.cancel(.user)
    #expect(await first.value.fault == .cancelled)
  }

  @Test("a program ends although it hangs")
  func exit() async throws {
    await #expect(processExitsWith: .success) {
      let limits = Timeouts(connect: 50, firstByte: 300_000, idle: 300_000, total: 300_000)
      for path in Path.allCases {
        let reply = await Sender(path).send(.to(Self.url, timeouts: limits))
        guard reply.fault == .connectTimeout else { Glibc.exit(1) }
      }
      guard StalledNames.count == 2 else { Glibc.exit(2) }
    }
  }
}
