import Configuration
import Fallback
import Spelling
import Testing

@Suite("Spans, spelling, hosts and addresses")
struct TextFormTests {
  static let spans: [(String, Int64?)] = [
    ("90", 90_000), ("1.5", 1_500), ("0", 0), ("500ms", 500), ("90s", 90_000), ("5m", 300_000),
    ("24h", 86_400_000), ("7d", 604_800_000), ("2w", 1_209_600_000), ("1h30m", 5_400_000),
    ("1.5h", 5_400_000), ("0.0004s", 0), ("", nil), ("s", nil), ("5x", nil), ("-5s", nil),
    ("5 m", nil), ("1h30", nil), ("30 1h", nil), (".5s", nil), ("5.s", nil), ("1e3", nil),
    ("99999999999999999999d", nil), ("1..5s", nil), ("٣s", nil), ("inf", nil), ("5M", nil),
  ]

  @Test("spans of time are read as people write them", arguments: spans)
  func reads(text: String, expected: Int64?) {
    #expect(DurationText.parse(text) == expected)
  }

  @Test("seconds become milliseconds, and nonsense nothing")
  func seconds() {
    #expect(DurationText.seconds(0.25) == 250)
    for bad in [-1, .nan, .infinity, 1e300] { #expect(DurationText.seconds(bad) == nil) }
  }

  static let words: [(String, String?)] = [
    ("opnrouter", "openrouter"), ("OpenRouter", "openrouter"), ("chian", "chain"), ("mian", "main"),
    ("xyz", nil), ("", nil), ("nuos", "nous"), ("openrouterrrrrr", nil),
  ]

  @Test("the nearest name is suggested, a far one not", arguments: words)
  func suggests(word: String, expected: String?) {
    #expect(Spelling.closest(to: word, among: ["main", "chain", "openrouter", "nous"]) == expected)
  }

  static let hosts: [(String, HostClass)] = [
    ("localhost", .loopback), ("LOCALHOST.", .loopback), ("a.localhost", .loopback),
    ("127.0.0.1", .loopback), ("127.1", .loopback), ("0x7f000001", .loopback),
    ("0x7F.1", .loopback), ("2130706433", .loopback), ("0177.0.0.1", .loopback),
    ("0.0.0.0", .loopback), ("0", .loopback), ("127.255.255.255", .loopback), ("[::1]", .loopback),
    ("::1", .loopback), ("::", .loopback), ("0:0:0:0:0:0:0:1", .loopback),
    ("::ffff:127.0.0.1", .loopback), ("[::ffff:7f00:1]", .loopback), ("10.1.2.3", .private),
    ("10.1", .private), ("172.16.0.1", .private), ("172.31.255.255", .private),
    ("172.32.0.1", .public), ("192.168.1.1", .private), ("3232235777", .private),
    ("169.254.169.254", .private), ("100.64.0.1", .private), ("100.128.0.1", .public),
    ("fd00::1", .private), ("fe80::1%eth0", .private), ("fec0::1", .public),
    ("::ffff:192.168.0.1", .private), ("2001:db8::1", .public), ("::2", .public),
    ("8.8.8.8", .public), ("api.openai.com", .public), ("127.0.0.1.example.com", .public),
    ("localhost.example.com", .public), ("ollama", .private), ("box.local", .private),
    ("host.docker.internal", .private), ("256.1.1.1", .public), ("1.2.3.4.5", .public),
    ("127.0.0.256", .public), ("4294967296", .private), ("1:2:3", .public),
    ("10.example.com", .public),
  ]

  @Test("hosts are sorted by where they lie, in every form an address has", arguments: hosts)
  func classifies(host: String, expected: HostClass) {
    #expect(HostAddress.classify(host) == expected)
  }

  static let addresses: [(String, String?)] = [
    ("https://api.example.com/v1", "https://api.example.com/v1"),
    ("HTTPS://API.Example.com/V1//", "https://api.example.com/V1"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://[::1]:80/x/", "http://[::1]:80/x"),
    ("http://[FE80::1]", "http://[fe80::1]"), ("http://h:/x", "http://h/x"),
    ("http://h:0080/", "http://h:80"), ("https://my_host/", "https://my_host"),
    ("ftp://h", nil), ("file:///etc/passwd", nil), ("h/v1", nil), ("", nil), ("https://", nil),
    ("https:///v1", nil), ("https://u:p@h", nil), ("https://u@h", nil), ("https://h\r\nX: y", nil),
    ("https://h/a b", nil), ("https://h\\@evil", nil), ("https://é.example", nil),
    ("https://h?x=1", nil), ("https://h/v1#f", nil), ("https://h:0", nil), ("https://h:65536", nil),
    ("https://h:x", nil), ("https://[::1", nil), ("https://[zz]", nil), ("https://[::1]x", nil),
    ("https://.h", nil), ("https://a..b", nil), ("https://h:99999999999999999999", nil),
    ("https://%31", nil),
  ]

  @Test("addresses are brought into one form, and dangerous ones refused", arguments: addresses)
  func checksAddress(text: String, expected: String?) {
    #expect((try? BaseURL(text))?.text == expected)
  }

  @Test("an address without a port has the one of its scheme")
  func ports() throws {
    #expect(try BaseURL("https://h").port == 443)
    #expect(try BaseURL("http://h").port == 80)
    #expect(try BaseURL("http://h:8080/x").port == 8080)
    #expect(try BaseURL("http://[::1]:81").port == 81)
    #expect(throws: BaseURL.Fault.user) { try BaseURL("https://user:secret@h") }
    #expect(!BaseURL.Fault.user.message.contains("secret"))
  }
}
