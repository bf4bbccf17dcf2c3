import Calls
import CurlTransport
import Fallback
import Foundation
import Glibc
import Synchronization

/// The transport beside libcurl alone: CPU of a call, and how well thousands fly at once.
struct TransportBenchmark {
  var yardstick: Yardstick
  /// Path of TransportLoad.
  var load: String
  var calls = 20_000
  var runs = 5

  func report() throws {
    let provider = try Yardstick.Provider(yardstick)
    print("transport, median of \(runs), the yardstick in the same run")
    try cpu(provider, "bytes in and out", mode: "bytes", limit: 1.6)
    try cpu(provider, "with JSON, decision, events", mode: "steps", limit: 4)
    try flight(provider, inFlight: 1_000, milliseconds: 300, wallLimit: 1.3, peakLimit: 64)
    try flight(provider, inFlight: 5_000, milliseconds: 1_000, wallLimit: 1.4, peakLimit: 200)
  }

  private func cpu(
    _ provider: Yardstick.Provider, _ name: String, mode: String, limit: Double
  ) throws {
    var ratios: [Double] = []
    var ours: [Double] = []
    var theirs: [Double] = []
    for _ in 0..<runs {
      let base = try yardstick.callMicroseconds(provider.url, total: calls, concurrency: 32)
      let own = try child(mode, provider.url, total: calls, inFlight: 32)
      let cost = try Yardstick.number("cpu_us_each", in: own.output)
      theirs.append(base)
      ours.append(cost)
      ratios.append(cost / base)
    }
    print("  \(name), 32 in flight: x libcurl \(Spread(values: ratios)) (at most \(limit))")
    print("    µs: \(Spread(values: ours)) beside \(Spread(values: theirs))")
  }

  private func flight(
    _ provider: Yardstick.Provider, inFlight: Int, milliseconds: Int, wallLimit: Double,
    peakLimit: Double
  ) throws {
    var ratios: [Double] = []
    var peaks: [Double] = []
    for _ in 0..<runs {
      let usage = try child(
        "bytes", provider.url + "/d\(milliseconds)", total: 2 * inFlight, inFlight: inFlight)
      let wall = try Yardstick.number("sec", in: usage.output)
      ratios.append(wall / (2 * Double(milliseconds) / 1_000))
      peaks.append(usage.peakMegabytes)
    }
    print(
      "  \(inFlight) in flight, \(milliseconds) ms: x ideal \(Spread(values: ratios)) (at most"
        + " \(wallLimit)), peak MB \(Spread(values: peaks)) (at most \(peakLimit))")
  }

  /// In a process of its own, so that its memory can be told.
  private func child(
    _ mode: String, _ url: String, total: Int, inFlight: Int
  ) throws -> ChildUsage {
    let usage =
      try mode == "steps"
      ? run(
        CommandLine.arguments[0], ["transport-steps", url, "\(total)", "\(inFlight)"],
        environment: [:])
      : run(load, [url, "\(total)", "\(inFlight)"], environment: [:])
    guard usage.status == 0 else { throw BenchmarkError("calls failed: \(usage.output)") }
    return usage
  }
}

/// Calls through the decision, with JSON and the encoding of their events; says what that cost.
struct TransportSteps {
  var url: String
  var total: Int
  var inFlight: Int

  static let content = String(repeating: "q", count: 1_599)

  /// - Returns: How many failed.
  func perform() async -> Int {
    let transport = CurlAsyncTransport(CurlOptions(proxy: ProxySettings()))
    let cpu = Self.cpuMicroseconds()
    let next = Counter()
    let failures = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<inFlight {
        group.addTask { await self.lane(transport, next) }
      }
      return await group.reduce(0, +)
    }
    let each = Double(Self.cpuMicroseconds() - cpu) / Double(total)
    print("n=\(total) bad=\(failures) cpu_us_each=\(each)")
    transport.shutdown()
    return failures
  }

  private func lane(_ transport: CurlAsyncTransport, _ next: Counter) async -> Int {
    var failures = 0
    let caller = AsyncCaller(
      transport: transport, sleep: { _, _ in }, offload: { work in work() })
    let script = Self.script(url)
    while next.value.wrappingAdd(1, ordering: .relaxed).oldValue < total {
      let run = await caller.run(script, facts: StepFacts(), cancellation: Cancellation())
      let trace = Trace(
        plan: script.plan,
        steps: [Trace.Step(key: "", events: run.events, decisions: run.decisions)])
      if run.completion == nil || trace.encoded().isEmpty { failures += 1 }
    }
    return failures
  }

  static func script(_ url: String) -> CallScript {
    let route = Route(provider: "mock", baseURL: url + "/v1", model: "mock-model", host: .loopback)
    return CallScript(
      plan: Plan(mode: .auto, routes: [route], policy: Policy()),
      request: CompletionRequest(
        messages: Array(#"[{"role":"user","content":"\#(content)"}]"#.utf8), maxOutputTokens: 256,
        temperature: 0.2),
      jobID: 1, source: KeylessSource(), redactor: Redactor(),
      now: { Milliseconds(DispatchTime.now().uptimeNanoseconds / 1_000_000) },
      journal: { _, _ in })
  }

  private static func cpuMicroseconds() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + usage.ru_utime.tv_usec
      + usage.ru_stime.tv_usec
  }
}

/// Requests begun so far, by all lanes.
private final class Counter: Sendable {
  let value = Atomic(0)
}

/// Asks without a key and forgets.
struct KeylessSource: CredentialSource {
  func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    .acquired(now, Acquisition(credential: nil, baseURL: route.baseURL))
  }
  func header(for order: SendOrder, route: Route) -> CredentialHeader? { nil }
  func headers(for route: Route) -> [(name: String, value: String)] { [] }
  func refresh(
    _ order: RefreshOrder, route: Route, now: Milliseconds,
    told: @escaping @Sendable (RefreshReport) -> Void
  ) -> Bool {
    told(RefreshReport(outcome: .unchanged, startedAt: now))
    return true
  }
  func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {}
}
