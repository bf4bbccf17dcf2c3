import Configuration
import Fallback
import JSONText
import Testing

@Suite("How requests are made")
struct WireSettingsTests {
  private func provider(_ keys: String) -> (ProviderSettings?, [String]) {
    let parsed = parse("{ providers: { p: { base_url: 'https://h.example', \(keys) } } }")
    return (
      parsed.settings.providers["p"], parsed.problems.map { "\($0.code.rawValue) \($0.pointer)" }
    )
  }

  @Test("every key is read")
  func keys() throws {
    let (read, problems) = provider(
      """
      stream: true, first_token_timeout: 20, idle_timeout: "1.5s", reasoning: "low",
      extra_body: { top_k: 5, metadata: { a: [1, 'x'] } }, allow_private: true,
      requests_per_minute: 60, tokens_per_minute: 90000, rate_limit_per: "credential"
      """)
    #expect(problems == [])
    let found = try #require(read)
    #expect(found.wire.isStreaming && found.wire.firstToken == 20_000 && found.wire.idle == 1_500)
    #expect(found.wire.effort == .low && found.wire.allowsPrivateAddress == true)
    #expect(
      String(decoding: found.wire.extraMembers, as: UTF8.self)
        == #""top_k":5,"metadata":{"a":[1,"x"]}"#)
    #expect(found.rate.requestsPerMinute == 60 && found.rate.tokensPerMinute == 90_000)
    #expect(found.rate.scope == .credential)
    let parsed = parse("{ ca_file: 'corp.pem' }")
    #expect(parsed.errors == [] && parsed.settings.certificateFile == "/etc/auxq/corp.pem")
  }

  @Test("without a word answers come whole; a limit that only a stream can have asks for one")
  func streaming() {
    #expect(provider("").0?.wire.isStreaming == false)
    #expect(provider("idle_timeout: 5").0?.wire.isStreaming == true)
    #expect(provider("first_token_timeout: 5").0?.wire.isStreaming == true)
    #expect(provider("stream: false").0?.wire.isStreaming == false)
  }

  @Test(
    "what cannot be meant is told",
    arguments: [
      ("stream: false, idle_timeout: 5", "bad_value /providers/p/stream"),
      ("first_token_timeout: 0", "out_of_range /providers/p/first_token_timeout"),
      ("reasoning: 'lots'", "bad_value /providers/p/reasoning"),
      ("extra_body: { model: 'x' }", "bad_value /providers/p/extra_body/model"),
      ("extra_body: { max_tokens: 5 }", "bad_value /providers/p/extra_body/max_tokens"),
      (
        "reasoning: 'low', extra_body: { thinking: {} }",
        "bad_value /providers/p/extra_body/thinking"
      ),
      ("extra_body: []", "wrong_type /providers/p/extra_body"),
      ("requests_per_minute: 0", "out_of_range /providers/p/requests_per_minute"),
      ("tokens_per_minute: 1.5", "out_of_range /providers/p/tokens_per_minute"),
      ("rate_limit_per: 'key'", "bad_value /providers/p/rate_limit_per"),
      ("allow_private: 'yes'", "wrong_type /providers/p/allow_private"),
    ])
  func problems(keys: String, problem: String) {
    #expect(provider(keys).1 == [problem])
  }

  @Test(
    "an address where clouds keep secrets is no provider, unless the user insists",
    arguments: ["http://169.254.169.254/v1", "https://[fe80::1]/", "https://[::ffff:169.254.1.1]/"])
  func linkLocal(url: String) {
    let text = "{ providers: { p: { base_url: '\(url)' } } }"
    #expect(parse(text).problems.map(\.code) == [.badURL])
    let allowed = "{ providers: { p: { base_url: '\(url)', allow_private: true } } }"
    #expect(parse(allowed).problems == [])
  }

  @Test("effective settings are shown in the shape in which they are read")
  func shown() {
    let parsed = parse(
      """
      { ca_file: "/c.pem", providers: { p: { base_url: "https://h.example", idle_timeout: 5,
        extra_body: { a: 1 }, requests_per_minute: 9, reasoning: "none", allow_private: false } } }
      """)
    let again = Settings.parse(
      parsed.settings.json.encoded(), path: "/etc/auxq/config.json", environment: ["HOME": "/h"])
    #expect(again.errors == [])
    #expect(again.settings.providers["p"]?.rate == parsed.settings.providers["p"]?.rate)
    #expect(again.settings.certificateFile == "/c.pem")
    #expect(again.settings.providers["p"]?.wire.extraMembers == Array(#""a":1"#.utf8))
    #expect(again.settings.providers["p"]?.wire.isStreaming == true)
  }
}
