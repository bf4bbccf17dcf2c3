import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

/// What one misbehaviour must look like to the caller.
struct FaultCase: Sendable, CustomTestStringConvertible {
  let name: String
  let behaviour: Behaviour
  let fault: TransportFault?
  let status: Int?
  /// What must be left of the body.
  var body: String?
  var maxBodyBytes = 1 << 20

  init(
    _ name: String, _ behaviour: Behaviour, _ fault: TransportFault?, status: Int? = nil,
    body: String? = nil, maxBodyBytes: Int = 1 << 20
  ) {
    self.name = name
    self.behaviour = behaviour
    self.fault = fault
    self.status = status
    self.body = body
    self.maxBodyBytes = maxBodyBytes
  }

  var testDescription: String { name }

  static let all = [
    FaultCase("a reply", .reply(body: Array("{}".utf8)), nil, status: 200, body: "{}"),
    FaultCase(
      "a chunked reply", .reply(body: Array("chunked".utf8), chunked: true), nil, status: 200,
      body: "chunked"),
    FaultCase("an empty reply", .empty(), nil, status: 200, body: ""),
    FaultCase("an error status", .error(429, retryAfter: "7"), nil, status: 429),
    FaultCase(
      "informational answers", .informed(.reply(body: Array("{}".utf8))), nil, status: 200,
      body: "{}"),
    FaultCase("a body longer than announced", .longerThanAnnounced, nil, status: 200),
    FaultCase("a body that is no UTF-8", .invalidUTF8, nil, status: 200),
    FaultCase("control bytes in a header", .binaryHeader, nil, status: 200, body: "{}"),
    FaultCase("an end without an answer", .hangUp, .reset),
    FaultCase("a reset without an answer", .resetAtOnce, .reset),
    FaultCase("headers that end early", .cutHeaders, .truncated, status: 200),
    FaultCase(
      "a body shorter than announced", .cutBody("{\"a\":"), .truncated, status: 200,
      body: "{\"a\":"),
    FaultCase(
      "a reset within the body", .cutBody("{\"a\":", reset: true), .truncated, status: 200,
      body: "{\"a\":"),
    FaultCase(
      "chunks without the last", .cutChunks("{\"a\""), .truncated, status: 200, body: "{\"a\""),
    FaultCase(
      "a body over the cap by its length", .reply(body: [UInt8](repeating: 65, count: 5000)),
      .tooLarge, status: 200, maxBodyBytes: 4999),
    FaultCase(
      "a body that just fits", .reply(body: [UInt8](repeating: 65, count: 5000), chunked: true),
      nil, status: 200, body: String(repeating: "A", count: 5000), maxBodyBytes: 5000),
    FaultCase(
      "a body over the cap by its chunks",
      .reply(body: [UInt8](repeating: 65, count: 5000), chunked: true), .tooLarge, status: 200,
      body: String(repeating: "A", count: 4999), maxBodyBytes: 4999),
    FaultCase("a body without end", .endlessBody, .tooLarge, status: 200),
    FaultCase("headers without end", .endlessHeaders, .tooLarge, status: 200),
    FaultCase(
      "a bomb in the transfer coding", .gzipBomb("Transfer-Encoding"), .tooLarge, status: 200),
    FaultCase("something that is not HTTP", .garbage, .reset),
    FaultCase("a zero byte in a header", .zeroByteInHeader, .truncated, status: 200),
    FaultCase(
      "a redirect", .redirect(to: "https://elsewhere.example/v1?token=abc"), .redirect, status: 307),
  ]
}

@Suite("What can happen to a request")
struct FaultTests {
  @Test("each end of an answer has its fault", arguments: FaultCase.all, Path.allCases)
  func fault(_ example: FaultCase, path: Path) async throws {
    let provider = try SimulatedProvider.start()
    provider.enqueue(example.behaviour)
    let reply = await Sender(path).send(
      .to(provider.url + "/v1/chat/completions", maxBodyBytes: example.maxBodyBytes))
    #expect(reply.fault == example.fault, "\(reply.detail ?? "")")
    #expect(reply.status == example.status)
    if let body = example.body { #expect(String(decoding: reply.body, as: UTF8.self) == body) }
    #expect(reply.body.count <= example.maxBodyBytes)
    #expect(provider.requestCount == 1)
  }

  @Test("a gzip bomb is not unpacked", arguments: Path.allCases)
  func bomb(path: Path) async throws {
    let provider = try SimulatedProvider.start(usual: .gzipBomb())
    let reply = await Sender(path).send(.to(provider.url))
    #expect(reply.fault == nil)
    #expect(reply.body.count < 70_000)
  }

  @Test("a redirect names the host only", arguments: Path.allCases)
  func redirectDetail(path: Path) async throws {
    let elsewhere = try SimulatedProvider.start()
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    provider.enqueue(
      .redirect(to: "https://elsewhere.example/v1?token=abc"), .redirect(to: elsewhere.url),
      .redirect(to: "/v2", status: 302))
    var details: [String?] = []
    for _ in 0..<3 { details.append(await sender.send(.to(provider.url + "/v1")).detail) }
    #expect(details == ["elsewhere.example", "127.0.0.1", "127.0.0.1"])
    #expect(elsewhere.connectionCount == 0)
    #expect(provider.requestCount == 3)
  }

  @Test("a closed port is refused", arguments: Path.allCases)
  func refused(path: Path) async throws {
    let reply = await Sender(path).send(.to(try Nobody.refusedURL()))
    #expect(reply.fault == .refused)
    #expect(reply.status == nil)
  }

  @Test("a name that does not resolve is a fault of DNS", arguments: Path.allCases)
  func dns(path: Path) async throws {
    // No label may be that long, so the resolver says no without asking anyone.
    let name = String(repeating: "a", count: 64)
    let reply = await Sender(path).send(.to("http://\(name).invalid/"))
    #expect(reply.fault == .dns, "\(reply.detail ?? "")")
  }

  @Test("no route is unreachable", arguments: Path.allCases)
  func unreachable(path: Path) async throws {
    // TCP has no route to the broadcast address anywhere.
    let reply = await Sender(path).send(.to("http://255.255.255.255:9/"))
    #expect(reply.fault == .unreachable, "\(reply.detail ?? "")")
  }

  @Test("header names come in lower case and repeated headers stay", arguments: Path.allCases)
  func headers(path: Path) async throws {
    let provider = try SimulatedProvider.start(
      usual: .reply(headers: [("X-One", " 1 "), ("x-ONE", "2"), ("Empty", "")]))
    let reply = await Sender(path).send(.to(provider.url))
    #expect(reply.headers.filter { $0.name == "x-one" }.map { $0.value } == ["1", "2"])
    #expect(reply.headers.first { $0.name == "empty" }?.value == "")
  }

  @Test("the request arrives as it was given", arguments: Path.allCases)
  func request(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path, CurlOptions(userAgent: "auxq-test/1", proxy: ProxySettings()))
    let body = String(repeating: "ä\u{0}", count: 40_000)
    var request = HTTPRequest.to(provider.url + "/v1/x?y=1", body: body)
    request.headers += [("X-Empty", ""), ("X-Text", "grüße")]
    #expect(await sender.send(request).fault == nil)
    #expect(await sender.send(.to(provider.url + "/models", method: .get)).fault == nil)
    #expect(await sender.send(HTTPRequest(url: provider.url)).fault == nil)
    let seen = provider.requests
    #expect(seen.map(\.method) == ["POST", "GET", "POST"])
    #expect(seen.map(\.path) == ["/v1/x?y=1", "/models", "/"])
    #expect(seen[0].text == body)
    #expect(seen[0].header("x-empty") == "")
    #expect(seen[0].header("x-text") == "grüße")
    #expect(seen[0].header("user-agent") == "auxq-test/1")
    #expect(seen[0].header("content-type") == "application/json")
    #expect(seen[2].header("content-length") == "0")
    for request in seen {
      #expect(request.header("expect") == nil)
      #expect(request.header("accept-encoding") == nil)
      #expect(request.header("cookie") == nil)
    }
    #expect(seen[2].header("content-type") == nil)
  }
}
