import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

@Suite("TLS", .enabled(if: Certificates.areAvailable))
struct TLSTests {
  /// Sends when the server is up: until then its port refuses.
  private func send(_ request: HTTPRequest, _ sender: Sender) async throws -> HTTPReply {
    let end = milliseconds() + 300_000
    while true {
      let reply = await sender.send(request)
      if reply.fault != .refused || milliseconds() > end { return reply }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private func sender(_ path: Path, trusting file: String?) -> Sender {
    Sender(path, CurlOptions(caFile: file, proxy: ProxySettings()))
  }

  @Test(
    "a trusted certificate lets requests through, over one connection", arguments: Path.allCases)
  func trusted(path: Path) async throws {
    let files = try Certificates()
    let server = try TLSServer(
      certificate: files.path("good", "crt"), key: files.path("good", "key"), connections: 1)
    let sender = sender(path, trusting: files.path("good", "crt"))
    for _ in 0..<3 {
      let reply = try await send(.to(server.url, method: .get), sender)
      #expect(reply.fault == nil, "\(reply.detail ?? "")")
      #expect(reply.status == 200)
    }
    #expect(server.requestCount == 3)
  }

  @Test(
    "a certificate that proves nothing ends before the request",
    arguments: ["good", "elsewhere", "expired"], Path.allCases)
  func untrusted(name: String, path: Path) async throws {
    let files = try Certificates()
    let server = try TLSServer(
      certificate: files.path(name, "crt"), key: files.path(name, "key"))
    // The good one is not trusted; the others are, and are for another host or too old.
    let trusted = name == "good" ? nil : files.path(name, "crt")
    let origin = Origin(scheme: "https", host: "127.0.0.1", port: server.port)
    let credential = CredentialHeader(secret: Secret("sk-canary"), allowedOrigins: [origin])
    let reply = try await send(
      .to(server.url, method: .get, credential: credential), sender(path, trusting: trusted))
    #expect(reply.fault == .tls)
    #expect(reply.detail?.isEmpty == false)
    #expect(server.requestCount == 0)
  }

  @Test("TLS below 1.2 is refused", arguments: Path.allCases)
  func old(path: Path) async throws {
    let files = try Certificates()
    let server = try TLSServer(
      certificate: files.path("good", "crt"), key: files.path("good", "key"),
      more: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
    let reply = try await send(
      .to(server.url, method: .get), sender(path, trusting: files.path("good", "crt")))
    #expect(reply.fault == .tls)
    #expect(server.requestCount == 0)
  }

  @Test("a missing file of certificates is a fault of TLS", arguments: Path.allCases)
  func missingFile(path: Path) async throws {
    let files = try Certificates()
    let server = try TLSServer(
      certificate: files.path("good", "crt"), key: files.path("good", "key"))
    let reply = try await send(
      .to(server.url, method: .get), sender(path, trusting: "/nonexistent/ca.pem"))
    #expect(reply.fault == .tls, "\(reply.detail ?? "")")
  }

  @Test("a server that speaks plain HTTP is no TLS server", arguments: Path.allCases)
  func plain(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    // It waits for the end of a request that never comes, as TLS looks to it.
    let limits = Timeouts(connect: 80, firstByte: 300_000, idle: 300_000, total: 300_000)
    let reply = await sender(path, trusting: nil).send(
      .to("https://127.0.0.1:\(provider.port)/", timeouts: limits))
    #expect(reply.fault == .connectTimeout)
    #expect(provider.requestCount == 0)
  }

  @Test("a connection cut while shaking hands is a reset", arguments: Path.allCases)
  func cut(path: Path) async throws {
    let provider = try SimulatedProvider.start(hangsUpAtOnce: true)
    let reply = await sender(path, trusting: nil).send(
      .to("https://127.0.0.1:\(provider.port)/"))
    #expect(reply.fault == .reset, "\(reply.detail ?? "")")
  }
}
