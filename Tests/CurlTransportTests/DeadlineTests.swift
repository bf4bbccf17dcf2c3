import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

/// Which limit must end a request, and when.
struct LimitCase: Sendable, CustomTestStringConvertible {
  let name: String
  let behaviour: Behaviour
  let timeouts: Timeouts
  /// Milliseconds after which it must end.
  let end: Int64
  var fault = TransportFault.timeout
  var status: Int?
  var body = ""

  var testDescription: String { name }

  static let all = [
    LimitCase(
      name: "no first byte", behaviour: .stalled,
      timeouts: Timeouts(connect: 300_000, firstByte: 60, idle: 300_000, total: 300_000), end: 60),
    LimitCase(
      name: "silence within the body", behaviour: .stalledBody("{\"a\""),
      timeouts: Timeouts(connect: 300_000, firstByte: 300_000, idle: 60, total: 300_000), end: 60,
      status: 200, body: "{\"a\""),
    LimitCase(
      name: "a body that drips for ever", behaviour: .dripping(every: 10),
      timeouts: Timeouts(connect: 300_000, firstByte: 300_000, idle: 50, total: 90), end: 90,
      status: 200),
    LimitCase(
      name: "an answer that never comes, by the limit of the whole", behaviour: .stalled,
      timeouts: Timeouts(connect: 300_000, firstByte: 300_000, idle: 300_000, total: 60), end: 60),
  ]
}

@Suite("Limits", .serialized)
struct DeadlineTests {
  /// Runs something that must end after `end` ms, never before, and at most 10 % or 50 ms later.
  private func expectEnd(
    after end: Int64, _ run: () async throws -> HTTPReply
  ) async throws -> HTTPReply {
    try await expectTime((end - 1)...(end + max(50, end / 10))) {
      let began = milliseconds()
      let reply = try await run()
      return (reply, milliseconds() - began)
    }
  }

  @Test("each limit ends a request in time", arguments: LimitCase.all, Path.allCases)
  func limits(_ example: LimitCase, path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: example.behaviour)
    let sender = Sender(path)
    let reply = try await expectEnd(after: example.end) {
      await sender.send(.to(provider.url, timeouts: example.timeouts))
    }
    #expect(reply.fault == example.fault)
    #expect(reply.status == example.status)
    if !example.body.isEmpty {
      #expect(String(decoding: reply.body, as: UTF8.self) == example.body)
    }
  }

  @Test(
    "a host that takes no connection ends at the limit for connecting", arguments: Path.allCases)
  func connect(path: Path) async throws {
    let port = try Nobody.FullPort()
    let sender = Sender(path)
    let limits = Timeouts(connect: 60, firstByte: 300_000, idle: 300_000, total: 300_000)
    let reply = try await expectEnd(after: 60) {
      await sender.send(.to(port.url, timeouts: limits))
    }
    #expect(reply.fault == .connectTimeout)
  }

  @Test("the whole limit counts while connecting too", arguments: Path.allCases)
  func totalWhileConnecting(path: Path) async throws {
    let port = try Nobody.FullPort()
    let sender = Sender(path)
    let limits = Timeouts(connect: 300_000, firstByte: 300_000, idle: 300_000, total: 60)
    let reply = try await expectEnd(after: 60) {
      await sender.send(.to(port.url, timeouts: limits))
    }
    #expect(reply.fault == .timeout)
  }

  @Test("a body that never stops for long is let through", arguments: Path.allCases)
  func steady(path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: .dripping(total: 8, every: 10))
    let limits = Timeouts(connect: 300_000, firstByte: 300_000, idle: 300_000, total: 300_000)
    let reply = await Sender(path).send(.to(provider.url, timeouts: limits))
    #expect(reply.fault == nil)
    #expect(reply.body.count == 8)
  }

  @Test("without any time nothing is sent", arguments: Path.allCases, [0, -5])
  func noTime(path: Path, total: Milliseconds) async throws {
    let provider = try SimulatedProvider.start()
    var limits = Timeouts.ample
    limits.total = total
    let reply = await Sender(path).send(.to(provider.url, timeouts: limits))
    #expect(reply.fault == .timeout)
    #expect(provider.connectionCount == 0)
  }

  @Test("limits beyond any clock are no limits", arguments: Path.allCases)
  func hugeLimits(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let limits = Timeouts(connect: .max, firstByte: .max, idle: .max, total: .max)
    #expect(await Sender(path).send(.to(provider.url, timeouts: limits)).fault == nil)
  }

  @Test("many requests with different limits each end at their own")
  func many() async throws {
    let provider = try SimulatedProvider.start(usual: .stalled)
    let sender = Sender(.async)
    let began = milliseconds()
    await withTaskGroup(of: (Int64, Int64, TransportFault?).self) { group in
      for index in 0..<200 {
        let total = Int64(20 + (index * 37) % 80)
        group.addTask {
          let limits = Timeouts(connect: 300_000, firstByte: 300_000, idle: 300_000, total: total)
          let reply = await sender.send(.to(provider.url, timeouts: limits))
          return (total, milliseconds() - began, reply.fault)
        }
      }
      for await (total, elapsed, fault) in group {
        #expect(fault == .timeout)
        #expect(elapsed >= total - 1)
      }
    }
    #expect(milliseconds() - began < 1000)
  }
}

@Suite("The heap of deadlines")
struct DeadlineHeapTests {
  private final class Entry: Deadlined {
    var due: Instant
    var heapIndex: Int?

    init(_ microseconds: Int64) { due = Instant(microseconds: microseconds) }
  }

  @Test("it gives the earliest, whatever was added, moved and taken out", arguments: 1...20)
  func order(seed: UInt64) {
    var random = Random(seed: seed)
    let heap = DeadlineHeap<Entry>()
    var entries: [Entry] = []
    for _ in 0..<500 {
      switch random.next(4) {
      case 0, 1:
        let entry = Entry(Int64(random.next(1000)))
        heap.insert(entry)
        entries.append(entry)
      case 2 where !entries.isEmpty:
        heap.remove(entries.remove(at: random.next(entries.count)))
      case 3 where !entries.isEmpty:
        let entry = entries[random.next(entries.count)]
        heap.update(entry, due: Instant(microseconds: Int64(random.next(1000))))
      default: break
      }
      #expect(heap.count == entries.count)
      #expect(heap.earliest?.due == entries.map(\.due).min())
    }
  }

  @Test("rounding waits too long rather than too short")
  func rounding() {
    let now = Instant(microseconds: 1_000_000)
    #expect(Instant(microseconds: 1_000_001).wait(from: now) == 1)
    #expect(Instant(microseconds: 1_001_000).wait(from: now) == 1)
    #expect(Instant(microseconds: 1_001_001).wait(from: now) == 2)
    #expect(now.wait(from: now) == 0)
    #expect(Instant.never.wait(from: now) == -1)
    #expect(now.advanced(by: .max) == .never)
    #expect(now.advanced(by: -1) < now)
  }
}
