import Credentials
import Fallback
import Platform
import Testing

@Suite("Reading auth.json")
struct AuthFileTests {
  @Test("a file that is not there is an empty one")
  func absent() throws {
    let folder = try Folder()
    #expect(try AuthFile.read(folder.path + "/none.json").poolNames == [])
    #expect(try AuthFile.read(folder.write("")).poolNames == [])
  }

  @Test(
    "a broken file is refused as a whole, with its place",
    arguments: [
      ("{\n \"credential_pool\": {,}}", 2, "unexpected character"),
      ("[]", 1, "an object is expected here"),
      ("{\n\n \"credential_pool\": 3 }", 3, "credential_pool must be an object"),
      ("{ \"providers\": [] }", 1, "providers must be an object"),
    ])
  func broken(text: String, line: Int, what: String) throws {
    let folder = try Folder()
    let path = try folder.write(text)
    do throws(AuthFileError) {
      _ = try AuthFile.read(path)
      Issue.record("it was read")
    } catch {
      guard case .broken(let named, let at, _, let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(named == path && at == line && reason == what)
    }
  }

  @Test("a file that others can read is refused")
  func loose() throws {
    let folder = try Folder()
    let path = try folder.write("{}", mode: 0o640)
    #expect(throws: AuthFileError.self) { try AuthFile.read(path) }
  }

  @Test("single bad entries are passed over with a warning, the others stay")
  func badEntries() throws {
    let world = try PoolWorld(
      auth: """
        { "credential_pool": { "p": [
          7,
          { "id": "a", "access_token": "sk-first" },
          { "id": "b", "access_token": 5 },
          { "id": "c", "priority": "high", "access_token": "sk-third" } ],
          "q": "opaque" } }
        """, providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(world.ids("p") == ["a"])
    #expect(world.auth.warnings.map(\.line) == [2, 4, 5, 6])
    #expect(world.auth.warnings.allSatisfy { !$0.what.contains("sk-") })
  }

  @Test("fields that are absent have the values that hermes gives them")
  func defaults() throws {
    let world = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"access_token":"sk-first"}]}}"#,
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    let row = try #require(world.rows("p").first)
    #expect(row.source == "manual" && row.credential.label == "manual" && !row.isOAuth)
    #expect(row.credential.id.count == 6)
    let again = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"access_token":"sk-first"}]}}"#,
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(again.rows("p").first?.credential.id == row.credential.id)
  }

  @Test(
    "the expiry of a token is understood in every form",
    arguments: [
      #""expires_at": "2026-11-22T10:00:00.123456+00:00""#,
      #""expires_at": "2026-11-22T11:00:00+01:00""#, #""expires_at": 1795341600"#,
      #""expires_at_ms": 1795341600000"#, #""expires_at": "1795341600""#,
    ])
  func expiry(field: String) throws {
    let world = try PoolWorld(
      auth: "{\"credential_pool\":{\"p\":[{\"id\":\"a\",\"access_token\":\"sk-first\",\(field)}]}}",
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    let expiry = try #require(world.rows("p").first?.credential.expiresAt)
    #expect(expiry / 1000 == 1_795_341_600)
  }

  @Test("entries come in the order of their priority; equal ones as they stand")
  func order() throws {
    let world = try PoolWorld(
      auth: """
        { "credential_pool": { "p": [
          { "id": "c", "access_token": "sk-ccc", "priority": 2 },
          { "id": "a", "access_token": "sk-aaa" }, { "id": "b", "access_token": "sk-bbb" } ] } }
        """, providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(world.ids("p") == ["a", "b", "c"])
  }

  @Test("D7: the login of Nous is a credential, and the newer of two copies counts")
  func nous() throws {
    let keys = ProviderKeys(
      provider: "nous", needsKey: true, baseURL: "https://nous.example/v1",
      registryURL: "https://nous.example/v1")
    let alone = try PoolWorld(
      auth: """
        { "providers": { "nous": { "access_token": "token-new", "refresh_token": "r",
          "expires_at": 2000000000, "inference_base_url": "http://127.0.0.1:9/v1/" } } }
        """, providers: [keys])
    let row = try #require(alone.rows("nous").first)
    #expect(row.source == "device_code" && row.isOAuth)
    #expect(alone.header("nous") == "token-new")
    #expect(alone.acquired("nous")?.baseURL == "http://127.0.0.1:9/v1")
    for (stored, login, expected) in [(1, 2, "token-login"), (2, 1, "token-entry")] {
      let both = try PoolWorld(
        auth: """
          { "credential_pool": { "nous": [ { "id": "n1", "label": "me@x", "source": "device_code",
              "access_token": "token-entry", "expires_at": \(2_000_000_000 + stored),
              "inference_base_url": "https://nous.example/v1/" } ] },
            "providers": { "nous": { "access_token": "token-login",
              "expires_at": \(2_000_000_000 + login) } } }
          """, providers: [keys])
      #expect(both.ids("nous") == ["n1"])
      #expect(both.header("nous") == expected)
      #expect(
        both.acquired("nous", url: "https://nous.example/v1")?.baseURL == "https://nous.example/v1")
    }
  }

  @Test("a web token of Nous serves only with the scope for inference, and its own expiry counts")
  func webToken() throws {
    // {"scope":"inference:invoke profile","exp":1999999999,"iat":1999996399} and {"scope":"profile"}
    let good =
      "eyJh.eyJzY29wZSI6ImluZmVyZW5jZTppbnZva2UgcHJvZmlsZSIsImV4cCI6MTk5"
      + "OTk5OTk5OSwiaWF0IjoxOTk5OTk2Mzk5fQ.c2ln"
    let bad = "eyJh.eyJzY29wZSI6InByb2ZpbGUifQ.c2ln"
    let keys = ProviderKeys(provider: "nous", needsKey: true)
    let world = try PoolWorld(
      auth: """
        {"credential_pool":{"nous":[
          {"id":"a","access_token":"\(bad)"},
          {"id":"b","access_token":"\(bad)","agent_key":"\(good)","expires_at":1},
          {"id":"c","access_token":"\(good)","expires_at":1} ]}}
        """, providers: [keys])
    let rows = world.rows("nous")
    #expect(rows.map { $0.problem == nil } == [false, true])
    #expect(rows.last?.credential.expiresAt == 1_999_999_999_000)
    #expect(rows.last?.credential.lifetime == 3_600_000)
  }
}
