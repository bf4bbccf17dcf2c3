import Configuration
import Testing

@Suite("How a provider's logins are renewed")
struct OAuthTests {
  private func parse(_ oauth: String, more: String = "") -> (Settings, [ConfigProblem]) {
    let text = """
      { providers: { own: { base_url: "https://api.example/v1", \(more) oauth: \(oauth) } } }
      """
    let parsed = Settings.parse(Array(text.utf8), path: "config.json")
    return (parsed.settings, parsed.errors)
  }

  @Test("address and client are needed, the rest has defaults")
  func reads() {
    let (settings, errors) = parse(
      #"{ token_url: "https://login.example/token/", client_id: "me" }"#)
    #expect(errors.isEmpty)
    let oauth = settings.providers["own"]?.oauth
    #expect(oauth?.tokenURL == "https://login.example/token/" && oauth?.clientID == "me")
    #expect(oauth?.format == .form && oauth?.scope == nil && oauth?.clientSecretName == nil)
    let (full, problems) = parse(
      """
      { token_url: "http://127.0.0.1:9/t", client_id: "me", format: "json", scope: "a b",
        client_secret_env: "SECRET" }
      """)
    #expect(problems.isEmpty)
    #expect(full.providers["own"]?.oauth?.format == .json)
    #expect(full.providers["own"]?.oauth?.clientSecretName == "SECRET")
  }

  @Test(
    "what cannot work or would give a secret away is an error",
    arguments: [
      (#"{ client_id: "me" }"#, "oauth needs token_url"),
      (#"{ token_url: "https://l.example/t" }"#, "oauth needs client_id"),
      (#"{ token_url: "http://l.example/t", client_id: "me" }"#, "unencrypted"),
      (#"{ token_url: "l.example/t", client_id: "me" }"#, "begins with https://"),
      (#"{ token_url: "https://u:p@l.example/t", client_id: "me" }"#, "user name"),
      (#"{ token_url: "https://l.example/t", client_id: "me", format: "xml" }"#, "must be"),
      (#"{ token_url: "https://l.example/t", client_id: "me", tokn: 1 }"#, "unknown key"),
      (
        #"{ token_url: "https://l.example/t", client_id: "me", client_secret_env: "s3-cret" }"#,
        "takes the name"
      ),
    ])
  func refuses(oauth: String, message: String) {
    let (_, errors) = parse(oauth)
    #expect(errors.contains { $0.message.contains(message) }, "\(errors.map(\.message))")
    #expect(!errors.contains { $0.message.contains("s3-cret") })
  }

  @Test("plain http to another machine needs insecure_http; nous has a login of its own")
  func exceptions() {
    let (settings, errors) = parse(
      #"{ token_url: "http://l.example/t", client_id: "me" }"#, more: "insecure_http: true,")
    #expect(errors.isEmpty && settings.providers["own"]?.oauth != nil)
    let text =
      #"{ providers: { nous: { oauth: { token_url: "https://l.example/t", client_id: "m" } } } }"#
    let nous = Settings.parse(Array(text.utf8), path: "config.json")
    #expect(nous.errors.contains { $0.message.contains("auxq auth login nous") })
  }
}
