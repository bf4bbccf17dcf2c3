import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

/// Names that promise the public network and lead elsewhere.
@Suite("Where a name leads")
struct PrivateAddressTests {
  private func sender(_ path: Path, _ addresses: [String], proxy: String? = nil) -> Sender {
    Sender(path, CurlOptions(proxy: ProxySettings(https: proxy), addresses: addresses))
  }

  @Test(
    "a public name may not lead into a private network, and nothing is connected",
    arguments: [
      "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1",
      "[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "0.0.0.0",
    ], Path.allCases)
  func refused(address: String, path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = sender(path, ["api.example.com:\(provider.port):\(address)"])
    let reply = await sender.send(.to("http://api.example.com:\(provider.port)/v1"))
    #expect(reply.fault == .hostNotAllowed, "\(reply.detail ?? "")")
    #expect(reply.detail?.contains("allow_private") == true)
    #expect(provider.connectionCount == 0)
  }

  @Test("it may where the user says so", arguments: Path.allCases)
  func allowed(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    let sender = sender(path, ["api.example.com:\(provider.port):127.0.0.1"])
    var request = HTTPRequest.to("http://api.example.com:\(provider.port)/v1")
    request.allowsPrivateAddress = true
    #expect(await sender.send(request).fault == nil)
    // A connection that was allowed is not lent to a request that is not.
    request.allowsPrivateAddress = false
    #expect(await sender.send(request).fault == .hostNotAllowed)
    #expect(provider.requestCount == 1)
  }

  @Test(
    "names of local networks and addresses in writing are what they say", arguments: Path.allCases)
  func local(path: Path) async throws {
    let provider = try SimulatedProvider.start()
    for host in ["localhost", "127.0.0.1", "box.local", "models.test", "gpu"] {
      let sender = sender(path, ["\(host):\(provider.port):127.0.0.1"])
      #expect(await sender.send(.to("http://\(host):\(provider.port)/")).fault == nil, "\(host)")
    }
  }

  @Test("a link-local address is refused even in writing", arguments: Path.allCases)
  func linkLocal(path: Path) async throws {
    let reply = await sender(path, []).send(.to("http://169.254.169.254/latest/meta-data"))
    #expect(reply.fault == .hostNotAllowed)
  }

  @Test("the address of a proxy is not the provider's", arguments: Path.allCases)
  func proxy(path: Path) async throws {
    let proxy = try SimulatedProvider.start(usual: .error(407))
    let reply = await sender(path, [], proxy: proxy.url).send(.to("https://api.example.com/v1"))
    #expect(reply.fault == .unreachable, "\(reply.detail ?? "")")
    #expect(proxy.requests.map(\.method) == ["CONNECT"])
  }
}
