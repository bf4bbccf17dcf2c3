import Calls
import Testing

struct SecrecyTests {
  private static let secret = "s3cr3t/\"Key\"+with=odd~bytes"
  private static let hidden = "‹redacted›"

  private static func redacted(_ text: String) -> String {
    let redactor = Redactor()
    redactor.learn(Secret(secret))
    return redactor.redact(text)
  }

  @Test(
    "a known secret is found in every spelling",
    arguments: [
      secret,
      #"s3cr3t/\"Key\"+with=odd~bytes"#,
      #"s3cr3t\/\"Key\"+with=odd~bytes"#,
      "s3cr3t%2F%22Key%22%2Bwith%3Dodd~bytes",
      "s3cr3t%2f%22Key%22%2bwith%3dodd~bytes",
      #"s3cr3t\/\u0022Key\u0022\u002Bwith\u003dodd~bytes"#,
      secret.utf8.map { #"\u00"# + String($0, radix: 16) }.joined(),
      #"s3cr3t/\\\"Key\\\"\\u002bwith=odd~bytes"#,
      "s3cr3t/&quot;Key&quot;&#43;with&#x3D;odd~bytes",
      "s3cr3t/&amp;quot;Key&amp;quot;+with=odd~bytes",
    ])
  func spellings(spelling: String) {
    #expect(Self.redacted("before \(spelling) after") == "before \(Self.hidden) after")
    #expect(Self.redacted("\(spelling)\(spelling)") == "\(Self.hidden)\(Self.hidden)")
  }

  @Test(
    "a known secret is found in base64, whatever stands before it",
    arguments: ["", "u", "us", "user:", "someone:"])
  func base64(user: String) {
    let encoded = Self.encoded(Array((user + Self.secret).utf8))
    let clean = Self.redacted("x \(encoded) y")
    #expect(clean.contains(Self.hidden))
    // At most a group at each end is left.
    #expect(clean.utf8.count < Self.hidden.utf8.count + 24)
  }

  private static func encoded(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for group in stride(from: 0, to: bytes.count, by: 3) {
      let part = Array(bytes[group..<min(group + 3, bytes.count)])
      let word = part.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
      for place in 0..<4 {
        text.append(place <= part.count ? alphabet[word >> (18 - 6 * place) & 63] : "=")
      }
    }
    return text
  }

  @Test("very short secrets are not learnt: they would garble every message")
  func short() {
    let redactor = Redactor()
    redactor.learn(Secret("no"))
    #expect(redactor.redact("no way") == "no way")
  }

  @Test(
    "of secrets that overlap nothing is left, of neighbours each is hidden",
    arguments: [
      ("<first-second>", "<‹redacted›>"), ("<second-thirds>", "<‹redacted›>"),
      ("<first-second-thirds>", "<‹redacted›>"), ("<thirds-first-second>", "<thirds-‹redacted›>"),
      ("<first-secondthirds>", "<‹redacted›thirds>"), ("thirds", "thirds"),
      ("first-secon", "first-secon"),
      ("first-second", "‹redacted›"), ("-thirdsfirst-second-", "-thirds‹redacted›-"),
    ])
  func overlaps(text: String, clean: String) {
    let redactor = Redactor()
    redactor.learn(Secret("first-second"))
    redactor.learn(Secret("second-thirds"))
    #expect(redactor.hidingKnown(in: text) == clean)
  }

  @Test("each of a hundred secrets is found wherever it stands, and nothing else")
  func many() {
    var random = Seeded(state: 7)
    func word(_ length: Int) -> String {
      String(decoding: (0..<length).map { _ in UInt8(97 + random.next() % 3) }, as: UTF8.self)
    }
    let redactor = Redactor()
    let secrets = (0..<100).map { "0" + word(8 + $0 % 40) + "1" }
    for secret in secrets { redactor.learn(Secret(secret)) }
    for secret in secrets {
      let (before, after) = (word(Int(random.next() % 60)), word(Int(random.next() % 60)))
      let found = redactor.hidingKnown(in: before + secret + after)
      #expect(found == before + Self.hidden + after)
      let almost = before + secret.dropLast() + after
      #expect(redactor.hidingKnown(in: almost) == almost)
    }
  }

  /// https://prng.di.unimi.it/splitmix64.c
  private struct Seeded {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  @Test(
    "what looks like a secret is hidden although nobody named it",
    arguments: [
      "Incorrect API key provided: sk-proj-abcdefghijklmnop1234",
      "Authorization: Bearer abcdef1234567890",
      "authorization: bearer abcdef1234567890",
      #"{"access_token":"opaqueopaque","x":1}"#,
      #"{"refresh_token" : "opaque-opaque"}"#,
      "x-api-key: 0123456789abcdef",
      "https://x.example/?api_key=abcdefgh&x=1",
      "postgres://user:hunter22@db.example/x",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc",
      "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "AKIAIOSFODNN7EXAMPLE",
      "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    ])
  func shapes(text: String) {
    let clean = Redactor().redact(text)
    #expect(clean.contains(Self.hidden), "\(clean)")
    for part in [
      "abcdefgh", "1234567890", "opaque", "0123456789abcdef", "hunter22", "eyJ", "ghp_", "AKIA",
      "AIza",
    ] { #expect(!clean.contains(part), "\(clean)") }
  }

  @Test(
    "ordinary prose stays as it is",
    arguments: [
      "Bearer authentication is required for this endpoint.",
      "You sent a basic request; use bearer tokens.",
      "The password: incorrect. Ask your administrator.",
      "A key-value-store-based-approach-with-many-hyphens is fine.",
      "task-force, risk-averse, desk-based, sk-short",
      "See https://example.com/a:b/c and http://[::1]:8080/v1.",
      "Your authorization has expired.",
      "Rate limit reached for gpt-5-nano in organization org-abc on requests per min.",
      "max_tokens=4096, temperature=0.3", "日本語のテキスト: 問題ありません",
    ])
  func prose(text: String) {
    #expect(Redactor().redact(text) == text)
  }

  @Test("a secret does not print, in whatever way it is asked to")
  func printing() {
    let secret = Secret(Self.secret)
    var dumped = ""
    dump(secret, to: &dumped)
    let prints = [
      "\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])",
      "\(Optional(secret) as Any)", "\(["k": secret])", dumped,
      "\(CredentialHeader(secret: secret, allowedOrigins: []))",
    ]
    for text in prints { #expect(!text.contains("s3cr3t") && !text.contains("115, 51"), "\(text)") }
    #expect(secret == Secret(Self.secret))
    #expect(secret != Secret("other"))
    #expect(secret.withBytes { $0 } == Array(Self.secret.utf8))
  }
}
