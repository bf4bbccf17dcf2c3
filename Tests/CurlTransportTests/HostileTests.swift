import Calls
import CurlTransport
import Fallback
import Glibc
import Simulator
import Testing

/// What a server may do to us: each ends with its class, in time, in bounded memory, and no secret
/// gets to another socket than the one that it is bound to.
@Suite("Hostile servers")
struct HostileTests {
  private static func bound(to provider: SimulatedProvider) -> CredentialHeader {
    CredentialHeader(
      name: "x-api-key", prefix: "", secret: Secret("sk-canary"),
      allowedOrigins: [Origin(scheme: "http", host: "127.0.0.1", port: Int(provider.port))])
  }

  static func request(_ example: HostileCase, to provider: SimulatedProvider) -> HTTPRequest {
    var request = HTTPRequest.to(
      provider.url + "/v1/chat/completions", credential: bound(to: provider),
      timeouts: example.timeouts, maxBodyBytes: example.maxBodyBytes)
    request.mayStream = example.streams
    return request
  }

  static func failure(of reply: HTTPReply) -> Failure? {
    classify(ReplyReader(reply, provider: "x", allowsLength: false, now: 0).digest)
  }

  @Test("each ends with its fault and its class", arguments: HostileCase.all, Path.allCases)
  func ends(_ example: HostileCase, path: Path) async throws {
    let provider = try SimulatedProvider.start()
    provider.enqueue(example.behaviour)
    let sender = Sender(path)
    let reply = await sender.send(Self.request(example, to: provider))
    #expect(reply.fault == example.fault, "\(reply.detail ?? "")")
    #expect(reply.status == example.status)
    #expect(Self.failure(of: reply)?.class == example.class, "\(Wire.text(reply.body))")
    if let body = example.body { #expect(Wire.text(reply.body) == body) }
    #expect(reply.body.count <= example.maxBodyBytes)
    #expect(reply.detail?.contains("canary") != true)
    #expect(provider.requestCount == 1)
    // Nothing of it is left for the request behind it.
    var next = await sender.send(.to(provider.url))
    // Some hang up behind their answer: at the very moment when the next request goes out.
    if next.fault == .reset { next = await sender.send(.to(provider.url)) }
    #expect(next.fault == nil)
    #expect(Self.failure(of: next) == nil)
    let second = try #require(provider.requests.dropFirst().first)
    #expect(!Wire.text(second.head).contains("canary"))
  }

  @Test(
    "one that keeps a request waiting is left in time",
    arguments: HostileCase.silent, Path.allCases)
  func inTime(_ example: HostileCase, path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: example.behaviour)
    let sender = Sender(path)
    let end = try #require(example.end)
    _ = try await expectTime((end - 1)...(end + max(50, end / 10))) {
      let began = milliseconds()
      let reply = await sender.send(Self.request(example, to: provider))
      return (reply, milliseconds() - began)
    }
  }

  @Test("none costs more memory than the limit of its reply", .timeLimit(.minutes(5)))
  func inBoundedMemory() async throws {
    // In a process of its own: it is the process's memory that is looked at.
    await #expect(processExitsWith: .success) {
      let provider = try SimulatedProvider.start()
      for path in Path.allCases {
        let sender = Sender(path)
        _ = await sender.send(.to(provider.url))
        let before = Self.peakMegabytes()
        for example in HostileCase.all where example.end == nil {
          provider.enqueue(example.behaviour)
          _ = await sender.send(Self.request(example, to: provider))
        }
        // The longest limit is 8 MB; an array that grows is there twice for a moment.
        guard Self.peakMegabytes() - before < 32 else { exit(1) }
      }
    }
  }

  @Test(
    "a redirect carries nothing away, whether host, port or scheme changes",
    arguments: Path.allCases)
  func redirects(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let otherPort = try SimulatedProvider.start()
    let otherHost = try SimulatedProvider.start(port: provider.port, host: 2)
    let targets = [
      otherPort.url + "/steal", otherHost.url + "/steal", "http://localhost:\(provider.port)/steal",
      "https://127.0.0.1:\(otherPort.port)/steal", "//127.0.0.2:\(provider.port)/steal", "/steal",
    ]
    let sender = Sender(path)
    for target in targets {
      for status in [301, 302, 303, 307, 308] {
        provider.enqueue(.redirect(to: target, status: status))
        let reply = await sender.send(
          .to(provider.url, body: "a prompt", credential: Self.bound(to: provider)))
        #expect(reply.fault == .redirect)
        #expect(Self.failure(of: reply)?.class == .redirect)
        #expect(reply.status == status)
      }
    }
    #expect(provider.requestCount == targets.count * 5)
    #expect(provider.requests.allSatisfy { $0.path != "/steal" })
    #expect(otherPort.connectionCount + otherHost.connectionCount == 0)
  }

  @Test(
    "headers that would move, tame or tag later requests have no effect", arguments: Path.allCases)
  func injected(path: Path) async throws {
    let elsewhere = try SimulatedProvider.start()
    let provider = try SimulatedProvider.start(
      usual: .text(
        "ok",
        headers: [
          ("Location", elsewhere.url), ("Content-Location", elsewhere.url),
          ("Refresh", "0; url=\(elsewhere.url)"), ("Set-Cookie", "sid=1; Path=/"),
          ("Alt-Svc", "h2=\"127.0.0.1:\(elsewhere.port)\"; ma=86400"),
          ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
          ("WWW-Authenticate", "Basic realm=x"), ("Proxy-Authenticate", "Basic realm=x"),
          ("Upgrade", "h2c"), ("Trailer", "X-Evil"),
        ]))
    let sender = Sender(path)
    for _ in 0..<3 {
      let reply = await sender.send(.to(provider.url, credential: Self.bound(to: provider)))
      #expect(reply.fault == nil)
    }
    #expect(elsewhere.connectionCount == 0)
    for request in provider.requests {
      for name in ["cookie", "authorization", "proxy-authorization", "upgrade"] {
        #expect(request.header(name) == nil)
      }
    }
  }

  /// The most memory that this process has had.
  private static func peakMegabytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1_024
  }
}
