import Calls
import CurlTransport
import Glibc
import Platform
import Synchronization

/// Sends many requests through the async transport and says what that cost. A program of its own
/// without Foundation, as the released one is, so that what is measured is the transport:
///
///     TransportLoad URL TOTAL IN-FLIGHT
@main
struct TransportLoad {
  private static let content = String(repeating: "q", count: 1_599)

  private let request: HTTPRequest
  private let total: Int
  private let inFlight: Int
  private let next = Counter()

  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let total = Int(arguments[2]), let inFlight = Int(arguments[3])
    else {
      print("use: TransportLoad URL TOTAL IN-FLIGHT")
      exit(64)
    }
    let load = TransportLoad(url: arguments[1], total: total, inFlight: inFlight)
    if await load.perform() > 0 { exit(1) }
  }

  private init(url: String, total: Int, inFlight: Int) {
    request = HTTPRequest(
      url: url + "/v1/chat/completions", headers: [("Content-Type", "application/json")],
      body: Array(
        #"{"model":"mock-model","messages":[{"role":"user","content":"\#(Self.content)"}]}"#.utf8))
    self.total = total
    self.inFlight = inFlight
  }

  /// - Returns: How many failed.
  private func perform() async -> Int {
    Hardening.raiseOpenFileLimit()
    let transport = CurlAsyncTransport(CurlOptions(proxy: ProxySettings()))
    let (began, cpu) = (
      Self.microseconds(CLOCK_MONOTONIC), Self.microseconds(CLOCK_PROCESS_CPUTIME_ID)
    )
    let failures = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<inFlight { group.addTask { await lane(transport) } }
      return await group.reduce(0, +)
    }
    let seconds = Double(Self.microseconds(CLOCK_MONOTONIC) - began) / 1e6
    let each = Double(Self.microseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / Double(total)
    print("n=\(total) bad=\(failures) sec=\(seconds) cpu_us_each=\(each)")
    transport.shutdown()
    return failures
  }

  /// One request after another.
  private func lane(_ transport: CurlAsyncTransport) async -> Int {
    var failures = 0
    // As in life, every request has a body of its own.
    var request = request
    request.body.append(0x20)
    while next.value.wrappingAdd(1, ordering: .relaxed).oldValue < total {
      let reply = await transport.send(request, cancellation: Cancellation())
      if reply.status != 200 || reply.body.count < 600 { failures += 1 }
    }
    return failures
  }

  private static func microseconds(_ clock: clockid_t) -> Int {
    var time = timespec()
    clock_gettime(clock, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
  }
}

/// Requests begun so far, by all lanes.
private final class Counter: Sendable {
  let value = Atomic(0)
}
