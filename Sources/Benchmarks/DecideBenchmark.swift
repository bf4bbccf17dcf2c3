import Calls
import Fallback
import Foundation
import Glibc
import Simulator
import Synchronization

/// What understanding a failure and deciding on it costs, and how quickly a job gets past a provider
/// that refuses.
struct DecideBenchmark {
  var program: String
  var jobs = 1_000
  var runs = 5

  func report() throws {
    pure()
    print(
      "recovery: \(jobs) jobs each, concurrency 1, three keys; ms from the first refused request to "
        + "the request that is served")
    for status in [401, 402, 403, 429, 500] { try recovery(status) }
  }

  // MARK: Pure functions

  private static let bodies: [(String, Int, String)] = [
    (
      "openai", 401, #"{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}"#
    ),
    ("openrouter", 402, #"{"error":{"code":402,"message":"Insufficient credits"}}"#),
    ("openai", 429, #"{"error":{"message":"Rate limit reached, try again in 20s","code":null}}"#),
    ("any", 500, #"{"error":{"message":"The server had an error","type":"server_error"}}"#),
    ("any", 502, "<html><h1>502 Bad Gateway</h1></html>"),
    (
      "any", 200,
      #"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{}}"#
    ),
  ]

  private func pure() {
    let replies = Self.bodies.map { body in
      (
        body.0,
        HTTPReply(
          status: body.1, headers: [("content-type", "application/json")],
          body: Array(body.2.utf8))
      )
    }
    let digests = replies.map {
      ReplyReader($0.1, provider: $0.0, allowsLength: false, now: 0).digest
    }
    let reading = measure(20_000) { index in
      let reply = replies[index % replies.count]
      let digest = ReplyReader(reply.1, provider: reply.0, allowsLength: false, now: 0).digest
      return classify(digest) == nil ? 0 : 1
    }
    let classifying = measure(200_000) { classify(digests[$0 % digests.count]) == nil ? 0 : 1 }
    let (events, plan) = Self.walk()
    let deciding = measure(50_000) { _ in
      var machine = CallMachine(plan: plan)
      for event in events { _ = machine.step(event) }
      return machine.calls.count
    }
    print("classify, ns per call:            \(classifying)")
    print("read and classify, ns per call:   \(reading)")
    let perEvent = Spread(values: deciding.values.map { $0 / Double(events.count) })
    print("decide, ns per event (\(events.count) a walk): \(perEvent)")
  }

  /// Three refused keys, then a provider that serves.
  private static func walk() -> ([Event], Plan) {
    let routes = ["a", "b"].map { Route(provider: $0, baseURL: "https://\($0)", model: "m") }
    let plan = Plan(mode: .auto, routes: routes, policy: Policy())
    var events = [Event.begin(0, StepFacts())]
    for number in 0..<3 {
      let key = CredentialReference(id: "k\(number)", label: "k", fingerprint: "f\(number)")
      events.append(
        .acquired(0, Acquisition(credential: key, baseURL: "https://a", alternates: 2 - number)))
      let failure = Failure(.payment, scope: .credential, rule: "http-402")
      events.append(.answered(1, Answer(failure: failure, status: 402, sentAt: 0)))
    }
    events.append(.acquired(1, Acquisition(credential: nil, baseURL: "https://b")))
    events.append(.answered(2, Answer(failure: nil, status: 200, sentAt: 1)))
    return (events, plan)
  }

  /// Nanoseconds of one call, for each run.
  private func measure(_ count: Int, _ body: (Int) -> Int) -> Spread {
    var sum = 0
    var values: [Double] = []
    for _ in 0..<runs {
      let began = DispatchTime.now().uptimeNanoseconds
      for index in 0..<count { sum &+= body(index) }
      values.append(Double(DispatchTime.now().uptimeNanoseconds - began) / Double(count))
    }
    // Nobody may leave the work out.
    if sum == 42 { print("") }
    return Spread(values: values)
  }

  // MARK: Recovery

  /// When requests arrived, and at whom.
  private final class Arrivals: Sendable {
    let list = Mutex<[(isServed: Bool, at: UInt64)]>([])
    func note(_ isServed: Bool) {
      let now = DispatchTime.now().uptimeNanoseconds
      list.withLock { $0.append((isServed, now)) }
    }
  }

  private func recovery(_ status: Int) throws {
    let arrivals = Arrivals()
    let refusing = try SimulatedProvider.start(records: false)
    refusing.answer { _ in
      arrivals.note(false)
      return .error(status)
    }
    let serving = try SimulatedProvider.start(records: false)
    serving.answer { _ in
      arrivals.note(true)
      return .text("A short answer.")
    }
    try drain(refusing, serving)
    let noted = arrivals.list.withLock { $0 }
    let trip = try roundTrip(refusing)
    let (spans, hops) = Self.spans(noted)
    guard spans.count == jobs else {
      throw BenchmarkError("\(spans.count) of \(jobs) jobs fell back on \(status)")
    }
    let sorted = spans.sorted()
    func line(_ part: Double) -> String {
      let span = sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
      return String(format: "%.2f (%.2f above the round trips)", span, span - Double(hops) * trip)
    }
    print(
      "  \(status): p50 \(line(0.5)), p99 \(line(0.99)); \(hops) trips of "
        + String(format: "%.3f ms", trip))
  }

  /// Milliseconds from a job's first request to the one that was served, and the trips between.
  private static func spans(_ arrivals: [(isServed: Bool, at: UInt64)]) -> ([Double], Int) {
    var spans: [Double] = []
    var first: UInt64?
    var hops = 0
    var most = 0
    for arrival in arrivals {
      if arrival.isServed {
        if let first { spans.append(Double(arrival.at - first) / 1e6) }
        (first, most, hops) = (nil, max(most, hops), 0)
      } else {
        first = first ?? arrival.at
        hops += 1
      }
    }
    return (spans, most)
  }

  private func drain(_ refusing: SimulatedProvider, _ serving: SimulatedProvider) throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(
      at: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: home) }
    // Marks are written and end at once, so that every job meets the refusal anew.
    let config = """
      {main: {provider: "refusing", model: "m"}, chain: [{provider: "serving", model: "m"}],
       providers: {refusing: {base_url: "\(refusing.url)/v1", key_env: ["K1", "K2", "K3"]},
                   serving: {base_url: "\(serving.url)/v1"}},
       retry: {transient: 0},
       health: {auth: 0, payment: 0, forbidden: 0, rate_limit: 0, server_error: 0}}
      """
    try config.write(
      to: home.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
    let environment = [
      "AUXQ_HOME": home.path, "PATH": "/usr/bin:/bin", "K1": "benchmark-key-1",
      "K2": "benchmark-key-2", "K3": "benchmark-key-3",
    ]
    let lines = (0..<jobs).map { #"{"kind":"prompt","input":"Say something short, \#($0)."}"# }
    let enqueued = try run(
      program, ["enqueue", "--batch", "-"], environment: environment,
      input: lines.joined(separator: "\n") + "\n")
    guard enqueued.status == 0 else {
      throw BenchmarkError("enqueue ended with \(enqueued.status)")
    }
    let usage = try run(
      program, ["work", "--drain", "--concurrency", "1"], environment: environment)
    guard usage.status == 0 else { throw BenchmarkError("work ended with \(usage.status)") }
  }

  /// The middle of a thousand bare requests over one connection, in milliseconds.
  private func roundTrip(_ provider: SimulatedProvider) throws -> Double {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = provider.port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw BenchmarkError("cannot connect to the provider") }
    let request = Array("POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}".utf8)
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var values: [Double] = []
    for _ in 0..<1_000 {
      let began = DispatchTime.now().uptimeNanoseconds
      guard write(client, request, request.count) == request.count,
        read(client, &buffer, buffer.count) > 0
      else { throw BenchmarkError("the provider hung up") }
      values.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6)
    }
    return Spread(values: values).median
  }
}
