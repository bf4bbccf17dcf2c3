import Calls
import CurlTransport
import Fallback
import Glibc
import Simulator
import Testing

/// A way to send a request that must not leave.
struct RefusedCase: Sendable, CustomTestStringConvertible {
  let name: String
  let fault: TransportFault
  /// Given the working request to 127.0.0.1.
  let change: @Sendable (inout HTTPRequest) -> Void

  init(
    _ name: String, _ fault: TransportFault,
    _ change: @escaping @Sendable (inout HTTPRequest) -> Void
  ) {
    self.name = name
    self.fault = fault
    self.change = change
  }

  var testDescription: String { name }

  static let all = [
    RefusedCase("another host", .hostNotAllowed) {
      $0.credential?.allowedOrigins = [Origin(scheme: "http", host: "127.0.0.2", port: 80)]
    },
    RefusedCase("another port", .hostNotAllowed) {
      $0.credential?.allowedOrigins = [Origin(scheme: "http", host: "127.0.0.1", port: 1)]
    },
    RefusedCase("another scheme", .hostNotAllowed) {
      $0.url = $0.url.replacing("http://", with: "https://", maxReplacements: 1)
    },
    RefusedCase("no origin at all", .hostNotAllowed) { $0.credential?.allowedOrigins = [] },
    RefusedCase("plain http to another machine", .hostNotAllowed) {
      $0.url = "http://192.0.2.1/v1"
      $0.credential?.allowedOrigins = [Origin(scheme: "http", host: "192.0.2.1", port: 80)]
    },
    RefusedCase("a body that is bound to another host", .hostNotAllowed) {
      $0.credential = nil
      $0.bodyBinding = HostBinding(
        allowedOrigins: [Origin(scheme: "http", host: "127.0.0.2", port: 80)])
    },
    RefusedCase("a bound body over plain http to another machine", .hostNotAllowed) {
      $0.credential = nil
      $0.url = "http://192.0.2.1/v1"
      $0.bodyBinding = HostBinding(
        allowedOrigins: [Origin(scheme: "http", host: "192.0.2.1", port: 80)])
    },
    RefusedCase("a user name in the URL", .malformedRequest) {
      $0.url = $0.url.replacing("http://", with: "http://user:pw@")
    },
    RefusedCase("the bound host as a user name", .malformedRequest) {
      $0.url += "@elsewhere.example/"
    },
    RefusedCase("another protocol", .malformedRequest) { $0.url = "file:///etc/hostname" },
    RefusedCase("no scheme", .malformedRequest) {
      $0.url = $0.url.replacing("http://", with: "")
    },
    RefusedCase("a line break in the URL", .malformedRequest) { $0.url += "/a\r\nX-Evil: 1" },
    RefusedCase("a space in the URL", .malformedRequest) { $0.url += "/a b" },
    RefusedCase("a line break in a value", .malformedRequest) {
      $0.headers.append(("X-Text", "a\r\nX-Evil: yes"))
    },
    RefusedCase("a zero byte in a value", .malformedRequest) {
      $0.headers.append(("X-Text", "a\u{0}b"))
    },
    RefusedCase("a delete byte in a value", .malformedRequest) {
      $0.headers.append(("X-Text", "a\u{7f}b"))
    },
    RefusedCase("a colon in a name", .malformedRequest) {
      $0.headers.append(("X-A: b\r\nX-B", "c"))
    },
    RefusedCase("an empty name", .malformedRequest) { $0.headers.append(("", "c")) },
    RefusedCase("a length of the caller's own", .malformedRequest) {
      $0.headers.append(("content-LENGTH", "3"))
    },
    RefusedCase("a host of the caller's own", .malformedRequest) {
      $0.headers.append(("Host", "elsewhere.example"))
    },
    RefusedCase("a line break in the secret", .malformedRequest) {
      $0.credential?.secret = Secret("sk-canary\r\nX-Evil: yes")
    },
    RefusedCase("a line break at the end of the secret", .malformedRequest) {
      $0.credential?.secret = Secret("sk-canary\n")
    },
    RefusedCase("an empty secret", .malformedRequest) { $0.credential?.secret = Secret("") },
    RefusedCase("a line break in the prefix", .malformedRequest) {
      $0.credential?.prefix = "Bearer\r\n "
    },
    RefusedCase("a space in the credential's name", .malformedRequest) {
      $0.credential?.name = "Author ization"
    },
  ]
}

@Suite("Credentials and requests that must not leave")
struct CredentialTests {
  private func bound(to provider: SimulatedProvider) -> CredentialHeader {
    CredentialHeader(
      secret: Secret("sk-canary"),
      allowedOrigins: [Origin(scheme: "http", host: "127.0.0.1", port: Int(provider.port))])
  }

  @Test("it is refused before anything is connected", arguments: RefusedCase.all, Path.allCases)
  func refused(_ example: RefusedCase, path: Path) async throws {
    let provider = try SimulatedProvider.start()
    var request = HTTPRequest.to(provider.url, credential: bound(to: provider))
    example.change(&request)
    let reply = await Sender(path).send(request)
    #expect(reply.fault == example.fault, "\(reply.detail ?? "")")
    #expect(reply.status == nil)
    #expect(reply.detail?.contains("sk-canary") != true)
    #expect(provider.connectionCount == 0)
  }

  @Test("at its own host the header arrives whole", arguments: Path.allCases)
  func arrives(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    var credential = bound(to: provider)
    #expect(await sender.send(.to(provider.url, credential: credential)).fault == nil)
    credential.name = "x-api-key"
    credential.prefix = ""
    #expect(await sender.send(.to(provider.url, credential: credential)).fault == nil)
    #expect(await sender.send(.to(provider.url)).fault == nil)
    let seen = provider.requests
    #expect(seen.map { $0.header("authorization") } == ["Bearer sk-canary", nil, nil])
    #expect(seen.map { $0.header("x-api-key") } == [nil, "sk-canary", nil])
  }

  @Test("every spelling of the bound host is the bound host", arguments: Path.allCases)
  func spellings(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = Sender(path)
    for host in ["127.0.0.1", "0x7f000001", "2130706433", "127.1"] {
      let request = HTTPRequest.to(
        "HTTP://\(host):\(provider.port)/v1", credential: bound(to: provider))
      #expect(await sender.send(request).fault == nil, "\(host)")
    }
    #expect(provider.requestCount == 4)
  }

  @Test("localhost counts as this machine", arguments: Path.allCases)
  func localhost(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    var credential = bound(to: provider)
    credential.allowedOrigins = [
      Origin(scheme: "http", host: "localhost", port: Int(provider.port))
    ]
    let request = HTTPRequest.to("http://LOCALHOST:\(provider.port)", credential: credential)
    #expect(await Sender(path).send(request).fault == nil)
    #expect(provider.hasSeen("sk-canary"))
  }

  @Test("plain http goes elsewhere only when the user asked for it", arguments: Path.allCases)
  func insecure(path: Path) async throws {
    var credential = CredentialHeader(
      secret: Secret("sk-canary"),
      allowedOrigins: [Origin(scheme: "http", host: "255.255.255.255", port: 80)])
    let sender = Sender(path)
    let closed = await sender.send(.to("http://255.255.255.255/", credential: credential))
    #expect(closed.fault == .hostNotAllowed)
    credential.allowsInsecureHTTP = true
    let open = await sender.send(.to("http://255.255.255.255/", credential: credential))
    #expect(open.fault == .unreachable)
  }

  @Test("proxies of the environment never see plain http", arguments: Path.allCases)
  func environmentProxy(path: Path) async throws {
    // In a process of its own: the environment belongs to all threads.
    await #expect(processExitsWith: .success) {
      let proxy = try SimulatedProvider.start()
      let provider = try SimulatedProvider.start()
      for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        setenv(name, proxy.url, 1)
      }
      for path in Path.allCases {
        let reply = await Sender(path, CurlOptions()).send(.to(provider.url))
        guard reply.fault == nil else { exit(1) }
      }
      let tunnelled = await Sender(.async, CurlOptions()).send(.to("https://provider.invalid/"))
      guard proxy.requestCount == 1, proxy.requests[0].method == "CONNECT", tunnelled.fault != nil
      else { exit(2) }
    }
  }

  @Test("https goes through the proxy, which sees no credential", arguments: Path.allCases)
  func httpsProxy(path: Path) async throws {
    let proxy = try SimulatedProvider.start(usual: .error(407))
    let credential = CredentialHeader(
      secret: Secret("sk-canary"),
      allowedOrigins: [Origin(scheme: "https", host: "provider.invalid", port: 443)])
    let options = CurlOptions(proxy: ProxySettings(https: proxy.url))
    let reply = await Sender(path, options).send(
      .to("https://provider.invalid/v1", credential: credential))
    #expect(reply.fault == .unreachable, "\(reply.detail ?? "")")
    #expect(reply.status == nil)
    #expect(proxy.requests.map(\.method) == ["CONNECT"])
    #expect(!proxy.hasSeen("canary"))
  }

  @Test("hosts excepted from the proxy are reached directly", arguments: Path.allCases)
  func exceptions(path: Path) async throws {
    let proxy = try SimulatedProvider.start(usual: .error(407))
    let provider = try SimulatedProvider.start(hangsUpAtOnce: true)
    let options = CurlOptions(proxy: ProxySettings(https: proxy.url, exceptions: "127.0.0.1"))
    let reply = await Sender(path, options).send(.to("https://127.0.0.1:\(provider.port)/"))
    #expect(reply.fault == .reset, "\(reply.detail ?? "")")
    #expect(proxy.connectionCount == 0)
    #expect(provider.connectionCount == 1)
  }

  @Test("the proxy is shown without its password")
  func proxyName() {
    #expect(ProxySettings(https: "http://me:secret@proxy:3128").displayName == "http://proxy:3128")
    #expect(ProxySettings(https: "proxy:3128").displayName == "http://proxy:3128")
    #expect(ProxySettings().displayName == nil)
  }
}

@Suite("Origins")
struct OriginTests {
  @Test(
    "a URL has one origin, however it is spelled",
    arguments: [
      ("https://api.example", "https api.example 443"),
      ("HTTPS://API.Example/v1?x#y", "https api.example 443"),
      ("https://api.example:8443/", "https api.example 8443"),
      ("http://127.1/", "http 127.0.0.1 80"),
      ("http://0x7f000001:80", "http 127.0.0.1 80"),
      ("http://[::1]:9/", "http [::1] 9"),
      ("https://api%2eexample/", "https api.example 443"),
    ])
  func parse(url: String, origin: String) {
    let parsed = parseOrigin(url)
    #expect(parsed.map { "\($0.scheme) \($0.host) \($0.port)" } == origin)
  }

  @Test(
    "what is no plain http or https URL has none",
    arguments: [
      "", "api.example", "ftp://api.example", "file:///etc/passwd", "https://",
      "https://user@api.example", "https://u:p@api.example", "https://api.example:99999",
      "https://api.example/\n", "https://api .example", "https://api.example/a b", "javascript:1",
    ])
  func refuse(url: String) {
    #expect(parseOrigin(url) == nil)
  }
}
