import Calls
import CurlTransport
import Fallback
import Glibc
import Simulator
import Testing

@Suite("What is left behind")
struct LeakTests {
  @Test("a transport that is gone has closed its descriptors and ended its threads")
  func descriptors() async throws {
    // In a process of its own: other tests open descriptors too.
    await #expect(processExitsWith: .success) {
      let provider = try SimulatedProvider.start()
      for _ in 0..<2 { await Self.useTransports(provider) }
      try await waitUntil { provider.openConnections == 0 }
      // Threads of tests and of the provider end a little later than what they did.
      try await Task.sleep(for: .milliseconds(50))
      let (files, threads) = (Self.entries("/proc/self/fd"), Self.entries("/proc/self/task"))
      for _ in 0..<10 { await Self.useTransports(provider) }
      // The runtime's own pool of threads may still grow by one or two.
      try await waitUntil {
        Self.entries("/proc/self/fd") <= files && Self.entries("/proc/self/task") <= threads + 2
      }
    }
  }

  /// Successes, faults and requests cut short over transports that end with this function.
  private static func useTransports(_ provider: SimulatedProvider) async {
    for path in Path.allCases {
      let sender = Sender(path)
      provider.enqueue(.text("a"), .hangUp, .cutBody(), .stalled, .text("b"))
      for _ in 0..<5 {
        let limits = Timeouts(connect: 300_000, firstByte: 30, idle: 300_000, total: 300_000)
        _ = await sender.send(.to(provider.url, timeouts: limits))
      }
    }
  }

  private static func entries(_ path: String) -> Int {
    guard let folder = opendir(path) else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
