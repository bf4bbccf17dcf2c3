import Calls
import Credentials
import Fallback
import Platform
import Synchronization
import Testing

@Suite("Pools of credentials")
struct PoolTests {
  @Test("stored entries come first, then variables, file and command; the same secret counts once")
  func order() throws {
    let folder = try Folder()
    let file = try folder.write("sk-file\n", to: "key")
    let world = try PoolWorld(
      auth: """
        {"credential_pool":{"p":[{"id":"s1","access_token":"sk-stored"},
          {"id":"s2","access_token":"sk-stored"}]}}
        """,
      environment: ["A": "sk-env", "B": "sk-stored", "C": "sk-env"],
      providers: [
        ProviderKeys(
          provider: "p", variables: ["A", "B", "C"], file: file, command: "echo sk-command",
          isConfigured: true, needsKey: true)
      ])
    #expect(
      world.rows("p").map(\.credential.label) == ["manual", "A", "key", "key_command"])
    #expect(world.rows("p").map(\.source) == ["manual", "env:A", "key_file", "key_command"])
  }

  @Test("a borrowed entry takes its secret from the variable, under its own id and in its place")
  func borrowed() throws {
    let auth = """
      {"credential_pool":{"p":[{"id":"e1","label":"KEY","source":"env:KEY","priority":0},
        {"id":"m1","access_token":"sk-manual","priority":1}]}}
      """
    let keys = ProviderKeys(provider: "p", variables: ["KEY"], needsKey: true)
    let with = try PoolWorld(auth: auth, environment: ["KEY": "sk-env"], providers: [keys])
    #expect(with.ids("p") == ["e1", "m1"])
    #expect(with.header("p") == "sk-env")
    #expect(with.rows("p").count == 2)
    let without = try PoolWorld(auth: auth, providers: [keys])
    #expect(without.ids("p") == ["m1"])
    #expect(without.rows("p").map { $0.problem?.code } == [.variableMissing, nil])
    #expect(without.rows("p").map(\.isNext) == [false, true])
  }

  @Test(
    "placeholders are no keys",
    arguments: [
      "changeme", "none", "dummy", "***", "********", "xxxx", "abc", "YOUR_API_KEY", "a b",
    ])
  func placeholders(text: String) throws {
    let world = try PoolWorld(
      auth: "{\"credential_pool\":{\"p\":[{\"id\":\"a\",\"access_token\":\"\(text)\"}]}}",
      environment: ["KEY": text],
      providers: [ProviderKeys(provider: "p", variables: ["KEY"], needsKey: false)])
    #expect(world.ids("p") == [])
    #expect(world.rows("p").first?.problem?.code == .unusable)
    // Something is stored, so it is not asked without a key.
    #expect(world.acquired("p") == nil)
  }

  @Test("without any credential a provider that needs no key is asked without one")
  func keyless() throws {
    let world = try PoolWorld(providers: [ProviderKeys(provider: "p", needsKey: false)])
    let acquisition = try #require(world.acquired("p"))
    #expect(acquisition.credential == nil)
    #expect(world.pools.header(for: world.order(acquisition), route: world.route("p")) == nil)
  }

  @Test("two entries with one id are two credentials")
  func sameID() throws {
    let world = try PoolWorld(
      auth: """
        {"credential_pool":{"p":[{"id":"a","access_token":"sk-one1"},
          {"id":"a","access_token":"sk-two2"}]}}
        """, providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(world.ids("p").count == 2)
    #expect(Set(world.ids("p")).count == 2)
  }

  @Test("entries under custom:NAME and under aliases belong to the provider")
  func names() throws {
    let world = try PoolWorld(
      auth: """
        {"credential_pool":{"local":[{"id":"a","access_token":"sk-aaa"}],
          "custom:local":[{"id":"b","access_token":"sk-bbb"}],
          "custom:other":[{"id":"c","access_token":"sk-ccc"}]}}
        """,
      providers: [
        ProviderKeys(provider: "local", needsKey: true, poolNames: ["local", "custom:local"])
      ])
    #expect(world.ids("local") == ["a", "b"])
  }

  struct Address: Sendable {
    var own: String?
    var expected: String
  }

  @Test(
    "an entry's own address is used unless it is the default",
    arguments: [
      Address(own: nil, expected: "https://override.example/v1"),
      Address(own: "https://default.example/v1", expected: "https://override.example/v1"),
      Address(own: "https://DEFAULT.example/v1/", expected: "https://override.example/v1"),
      Address(own: "https://eu.example/v2", expected: "https://eu.example/v2"),
    ])
  func addresses(_ address: Address) throws {
    let own = address.own.map { ",\"base_url\":\"\($0)\"" } ?? ""
    let world = try PoolWorld(
      auth: "{\"credential_pool\":{\"p\":[{\"id\":\"a\",\"access_token\":\"sk-aaa\"\(own)}]}}",
      providers: [
        ProviderKeys(
          provider: "p", needsKey: true, baseURL: "https://override.example/v1",
          registryURL: "https://default.example/v1")
      ])
    let acquisition = try #require(
      world.acquired("p", url: "https://override.example/v1"))
    #expect(acquisition.baseURL == address.expected)
    let route = world.route("p", url: "https://override.example/v1")
    let header = try #require(world.pools.header(for: world.order(acquisition), route: route))
    let host = address.expected.split(separator: "/")[1]
    #expect(header.allowedOrigins.map(\.host) == [String(host)])
  }

  @Test("a key whose own address is none is not sent anywhere")
  func badAddress() throws {
    let world = try PoolWorld(
      auth:
        #"{"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa","base_url":"nonsense"}]}}"#,
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(world.ids("p") == [])
    #expect(world.rows("p").first?.problem?.code == .badAddress)
  }

  @Test("a key that was replaced in auth.json is adopted, and marks of the old one do not hold")
  func replaced() throws {
    func text(_ key: String) -> String {
      "{\"credential_pool\":{\"p\":[{\"id\":\"a\",\"access_token\":\"\(key)\"}]}}"
    }
    let world = try PoolWorld(
      auth: text("sk-old-key"), providers: [ProviderKeys(provider: "p", needsKey: true)])
    let old = try #require(world.acquired("p")?.credential)
    let same = world.refresh("p", old)
    #expect(same.outcome == .unchanged && !same.didSend)
    let note = world.note("p", "a")
    world.pools.apply([.failed(note)], job: 1, now: world.now)
    #expect(world.acquired("p") == nil)
    try world.folder.write(text("sk-new-key-longer"))
    let report = world.refresh("p", old)
    guard case .adopted(let fresh) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(fresh.id == "a" && fresh.fingerprint != old.fingerprint)
    #expect(world.header("p") == "sk-new-key-longer")
    // A late failure of the old key says nothing about the new one.
    world.pools.apply([.failed(note)], job: 2, now: world.now + 1)
    #expect(world.acquired("p") != nil)
    #expect(world.rows("p").first?.bench == nil)
  }

  @Test("a running process sees a key that was added")
  func added() throws {
    let world = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"}]}}"#,
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(world.acquired("p")?.alternates == 0)
    try world.folder.write(
      """
      {"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"},
        {"id":"b","access_token":"sk-bbb"}]}}
      """)
    #expect(world.acquired("p", at: world.now + 1_000)?.alternates == 1)
    // What cannot be read leaves the keys as they were.
    try world.folder.write("{")
    #expect(world.acquired("p", at: world.now + 2_000)?.alternates == 1)
  }

  @Test("an OAuth token of Anthropic goes into another header than a key")
  func oauth() throws {
    for (key, name, prefix) in [
      ("sk-ant-oat01-x", "Authorization", "Bearer "), ("sk-ant-api-x", "x-api-key", ""),
    ] {
      let world = try PoolWorld(
        environment: ["KEY": key],
        providers: [
          ProviderKeys(
            provider: "anthropic", variables: ["KEY"], needsKey: true, headerName: "x-api-key",
            headerPrefix: "")
        ])
      let acquisition = try #require(world.acquired("anthropic"))
      let header = try #require(
        world.pools.header(for: world.order(acquisition), route: world.route("anthropic")))
      #expect(header.name == name && header.prefix == prefix)
    }
  }

  @Test("an unknown credential is not marked")
  func unknown() throws {
    let world = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"}]}}"#,
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    world.pools.apply([.failed(world.note("p", "gone"))], job: 1, now: world.now)
    #expect(world.marks.state.withLock { $0.marks } == [])
  }

  @Test("an account of the database benches all of its keys")
  func accounts() throws {
    let world = try PoolWorld(
      auth: """
        {"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"},
          {"id":"b","access_token":"sk-bbb"},{"id":"c","access_token":"sk-ccc"}]}}
        """, providers: [ProviderKeys(provider: "p", needsKey: true)])
    world.marks.state.withLock { state in
      state.uses = ["a", "b"].map {
        PoolUse(provider: "p", credential: $0, uses: 0, order: 0, account: "me")
      }
      state.epoch += 1
    }
    #expect(world.acquired("p")?.credential?.account == "me")
    let key = MarkKey(scope: .account, provider: "p", credential: "me")
    var note = world.note("p", "a", class: .payment, status: 402)
    note.key = key
    world.pools.apply([.failed(note)], job: 1, now: world.now)
    #expect(world.acquired("p")?.credential?.id == "c")
    #expect(world.rows("p").map { $0.bench?.class } == [.payment, .payment, nil])
  }

  @Test("random uses every key, and neither it nor fill_first writes")
  func randomChoice() throws {
    let auth = """
      {"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"},
        {"id":"b","access_token":"sk-bbb"},{"id":"c","access_token":"sk-ccc"}]}}
      """
    let random = try PoolWorld(
      auth: auth, providers: [ProviderKeys(provider: "p", needsKey: true, strategy: .random)])
    let chosen = (0..<200).compactMap { _ in random.acquired("p")?.credential?.id }
    #expect(Set(chosen) == ["a", "b", "c"])
    #expect(random.marks.state.withLock { $0.writes } == 0)
    let first = try PoolWorld(
      auth: auth, providers: [ProviderKeys(provider: "p", needsKey: true)])
    #expect(Set((0..<100).compactMap { _ in first.acquired("p")?.credential?.id }) == ["a"])
    #expect(first.marks.state.withLock { $0.writes } == 0)
    #expect(first.marks.state.withLock { $0.reads } == 1)
  }

  @Test("of many calls after a mark has expired one asks, until it is back")
  func probe() throws {
    let world = try PoolWorld(
      auth: #"{"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"}]}}"#,
      providers: [ProviderKeys(provider: "p", needsKey: true)])
    world.pools.apply(
      [.failed(world.note("p", "a", class: .rateLimit, status: 429))], job: 1, now: world.now)
    let later = world.now + 60_000
    #expect(world.acquired("p", at: later - 1) == nil)
    let probe = try #require(world.acquired("p", at: later))
    #expect(probe.isProbe)
    #expect(world.acquired("p", at: later + 1) == nil)
    world.pools.release(probe, route: world.route("p"))
    #expect(world.marks.state.withLock { $0.ended }.count == 1)
    #expect(world.acquired("p", at: later + 2)?.isProbe == true)
    // A 2xx ends the mark.
    world.pools.apply(
      [.succeeded(keys: markKeys(of: probe, route: world.route("p")), sentAt: later)], job: 2,
      now: later + 3)
    #expect(world.acquired("p", at: later + 4)?.isProbe == false)
    #expect(world.marks.state.withLock { $0.marks } == [])
  }

  @Test(
    "a changed address lifts what was said of a refused key, but not of a spent one",
    arguments: [(FailureClass.auth, true), (.forbidden, true), (.payment, false), (.quota, false)])
  func movedAddress(reason: FailureClass, isLifted: Bool) throws {
    func world(_ url: String) throws -> PoolWorld {
      try PoolWorld(
        auth: #"{"credential_pool":{"p":[{"id":"a","access_token":"sk-aaa"}]}}"#,
        providers: [ProviderKeys(provider: "p", needsKey: true, baseURL: url)])
    }
    let old = try world("https://one.example/v1")
    old.pools.apply([.failed(old.note("p", "a", class: reason))], job: 1, now: old.now)
    #expect(old.acquired("p") == nil)
    let marks = old.marks.state.withLock { $0.marks }
    let moved = try world("https://two.example/v1")
    moved.marks.state.withLock { $0.marks = marks }
    #expect((moved.acquired("p") != nil) == isLifted)
    // The same address, as after a restart.
    let same = try world("https://one.example/v1")
    same.marks.state.withLock { $0.marks = marks }
    #expect(same.acquired("p") == nil)
  }

  @Test("a key that was revoked for good comes back with a new secret only")
  func revoked() throws {
    func world(_ key: String) throws -> PoolWorld {
      try PoolWorld(
        auth: "{\"credential_pool\":{\"p\":[{\"id\":\"a\",\"access_token\":\"\(key)\"}]}}",
        providers: [ProviderKeys(provider: "p", needsKey: true)])
    }
    let old = try world("sk-aaa")
    var note = old.note("p", "a")
    note.isTerminal = true
    old.pools.apply([.failed(note)], job: 1, now: old.now)
    #expect(old.acquired("p", at: old.now + 90 * 86_400_000) == nil)
    #expect(old.rows("p").first?.bench?.reason == .terminal)
    let renewed = try world("sk-bbb")
    let marks = old.marks.state.withLock { $0.marks }
    renewed.marks.state.withLock { $0.marks = marks }
    let acquisition = try #require(renewed.acquired("p"))
    // Its first success ends the mark.
    let keys = markKeys(of: acquisition, route: renewed.route("p"))
    renewed.pools.apply(
      [.succeeded(keys: keys, sentAt: renewed.now + 1)], job: 2, now: renewed.now + 2)
    #expect(renewed.marks.state.withLock { $0.marks } == [])
  }
}
