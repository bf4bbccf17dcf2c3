import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

/// An answer that is as it should be, and what must come of it.
struct AnswerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let behaviour: Behaviour
  var status = 200
  var body: String?
  var maxBodyBytes = 1 << 20

  var testDescription: String { name }

  static let all = [
    AnswerCase(name: "a reply", behaviour: .reply(body: Array("{}".utf8)), body: "{}"),
    AnswerCase(
      name: "a chunked reply", behaviour: .reply(body: Array("chunked".utf8), chunked: true),
      body: "chunked"),
    AnswerCase(name: "an empty reply", behaviour: .empty(), body: ""),
    AnswerCase(
      name: "a document that ends with the connection", behaviour: .unframed(#"{"a":"}]"}"#),
      body: #"{"a":"}]"}"#),
    AnswerCase(
      name: "a text that ends with the connection", behaviour: .unframed("gone { fishing"),
      body: "gone { fishing"),
    AnswerCase(name: "an error status", behaviour: .error(429, retryAfter: "7"), status: 429),
    AnswerCase(
      name: "an answer behind preliminary ones",
      behaviour: .informed(.reply(body: Array("{}".utf8))), body: "{}"),
    AnswerCase(
      name: "a body that just fits",
      behaviour: .reply(body: [UInt8](repeating: 65, count: 5000), chunked: true),
      body: String(repeating: "A", count: 5000), maxBodyBytes: 5000),
  ]
}

@Suite("What can happen to a request")
struct FaultTests {
  @Test("an answer comes as it was sent", arguments: AnswerCase.all, Path.allCases)
  func answer(_ example: AnswerCase, path: Path) async throws {
    let provider = try SimulatedProvider.start()
    provider.enqueue(example.behaviour)
    let reply = await Sender(path).send(
      .to(provider.url + "/v1/chat/completions", maxBodyBytes: example.maxBodyBytes))
    #expect(reply.fault == nil, "\(reply.detail ?? "")")
    #expect(reply.status == example.status)
    if let body = example.body { #expect(String(decoding: reply.body, as: UTF8.self) == body) }
    #expect(provider.requestCount == 1)
  }

  @Test(
    "a body cut at its limit keeps what fits, and of a long one the first 64 KB",
    arguments: Path.allCases, [(length: 5_000, kept: 4_999), (300_000, 65_536)])
  func cutAtLimit(path: Path, body: (length: Int, kept: Int)) async throws {
    let provider = try SimulatedProvider.start(
      usual: .reply(body: [UInt8](repeating: 65, count: body.length), chunked: true))
    let reply = await Sender(path).send(.to(provider.url, maxBodyBytes: body.length - 1))
    #expect(reply.fault == .tooLarge)
    #expect(reply.body == [UInt8](repeating: 65, count: body.kept))
  }

  @Test("replies that are too long together end, and give back what they had")
  func together() async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(
      .async, CurlOptions(proxy: ProxySettings(), sharedBodyBytes: 4 << 20))
    let long = [UInt8](repeating: 0x20, count: 2 << 20)
    for _ in 0..<3 {
      // Each would fit alone; ten stall with more than there is for all.
      provider.setUsual(.stalledBody(String(repeating: " ", count: 2 << 20), announced: 3 << 20))
      let cancellation = Cancellation()
      let faults = await withTaskGroup(of: TransportFault?.self) { group in
        for _ in 0..<10 {
          group.addTask { await sender.send(.long(provider.url), cancellation: cancellation).fault }
        }
        var faults: [TransportFault?] = []
        for await fault in group {
          faults.append(fault)
          if faults.count == 6 { cancellation.cancel(.user) }
        }
        return faults
      }
      #expect(faults.prefix(6).allSatisfy { $0 == .tooLarge })
      #expect(faults.suffix(4).allSatisfy { $0 == .cancelled })
      provider.setUsual(.reply(body: long))
      #expect(await sender.send(.long(provider.url)).fault == nil)
    }
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

  @Test("each of many requests to a name that does not resolve is told so")
  func dnsOfMany() async throws {
    let sender = Sender(.async)
    let url = "http://\(String(repeating: "a", count: 64)).invalid/"
    let faults = await withTaskGroup(of: TransportFault?.self) { group in
      for _ in 0..<20 { group.addTask { await sender.send(.to(url)).fault } }
      return await group.reduce(into: [TransportFault?]()) { $0.append($1) }
    }
    #expect(faults == Array(repeating: .dns, count: 20))
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

extension HTTPRequest {
  /// Its answer may be long.
  fileprivate static func long(_ url: String) -> HTTPRequest { .to(url, maxBodyBytes: 8 << 20) }
}
