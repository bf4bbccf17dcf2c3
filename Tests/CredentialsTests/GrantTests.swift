import Calls
import Configuration
import Credentials
import Fallback
import JSONText
import Platform
import Testing

@Suite("Renewing other logins, key commands and files")
struct GrantTests {
  private static func keys(_ format: OAuthSettings.Format = .form) -> ProviderKeys {
    var oauth = OAuthSettings(tokenURL: "https://login.example/token/", clientID: "the client")
    oauth.format = format
    oauth.scope = "chat"
    oauth.clientSecretName = "CLIENT_SECRET"
    return ProviderKeys(
      provider: "own", needsKey: true, poolNames: ["own", "custom:own"],
      baseURL: "https://api.example/v1", oauth: oauth)
  }

  private static func auth(_ access: String = "at-old-token", _ refresh: String? = "rt-&old")
    -> String
  {
    let refresh = refresh.map { ",\"refresh_token\":\"\($0)\"" } ?? ""
    return """
      {"credential_pool":{"custom:own":[{"id":"c1","label":"me","auth_type":"oauth",
        "access_token":"\(access)"\(refresh),"expires_at_ms":\(RefreshWorld.start - 1)}]}}
      """
  }

  private func entry(_ world: RefreshWorld) -> JSONNode? {
    world.document?["credential_pool"]?["custom:own"]?.elements?.first
  }

  @Test(
    "a form or JSON, with the client's secret from the environment",
    arguments: OAuthSettings.Format.allCases)
  func request(_ format: OAuthSettings.Format) throws {
    let world = try RefreshWorld(
      auth: Self.auth(), provider: Self.keys(format), environment: ["CLIENT_SECRET": "s3cret/+"]
    ) { _ in ScriptedEndpoint.tokens("at-new-token", life: 600) }
    let old = try #require(world.credential())
    guard case .renewed(let fresh) = world.refresh(old).outcome else {
      Issue.record("not renewed")
      return
    }
    #expect(fresh.id == "c1" && fresh.expiresAt == RefreshWorld.start + 600_000)
    #expect(world.secret(fresh) == "at-new-token")
    let request = try #require(world.endpoint.requests.first)
    #expect(request.url == "https://login.example/token/" && request.credential == nil)
    #expect(request.bodyBinding?.allowedOrigins.map(\.host) == ["login.example"])
    let body = String(decoding: request.body, as: UTF8.self)
    switch format {
    case .form:
      #expect(
        body == "grant_type=refresh_token&client_id=the+client&client_secret=s3cret%2F%2B"
          + "&scope=chat&refresh_token=rt-%26old")
    case .json:
      let root = try JSONNode.parse(body)
      #expect(root["refresh_token"]?.string == "rt-&old" && root["scope"]?.string == "chat")
      #expect(root["client_secret"]?.string == "s3cret/+")
    }
    #expect(entry(world)?["refresh_token"]?.string == "rt-new")
    #expect(entry(world)?["expires_at"]?.string == Timestamp.text(RefreshWorld.start + 600_000))
    #expect(entry(world)?["expires_at_ms"] == nil && entry(world)?["agent_key"] == nil)
  }

  @Test("an endpoint that gives no new refresh token keeps the old one in use")
  func keepsRefreshToken() throws {
    let world = try RefreshWorld(auth: Self.auth(), provider: Self.keys()) { _ in
      ScriptedEndpoint.tokens("at-new-token", nil)
    }
    _ = world.refresh(try #require(world.credential()))
    #expect(entry(world)?["refresh_token"]?.string == "rt-&old")
  }

  @Test("a refusal for good takes only the dead token away; other refusals take nothing")
  func refusals() throws {
    let world = try RefreshWorld(auth: Self.auth(), provider: Self.keys()) { _ in
      ScriptedEndpoint.json(#"{"error":"invalid_client"}"#, 401)
    }
    let old = try #require(world.credential())
    #expect(world.refresh(old).outcome == .failed(isTerminal: false))
    #expect(entry(world)?["refresh_token"] != nil)
    world.endpoint.answer { _ in ScriptedEndpoint.json(#"{"error":"invalid_grant"}"#, 400) }
    world.time.advance(30_000)
    let report = world.refresh(old)
    #expect(report.outcome == .failed(isTerminal: true))
    #expect(report.detail.contains("auxq auth add own"))
    #expect(entry(world)?["id"]?.string == "c1" && entry(world)?["refresh_token"] == nil)
    #expect(world.listing.first?.bench?.reason == .terminal)
    #expect(world.credential() == nil)
  }

  @Test("an entry with only a refresh token gets its first access token before it is used")
  func noAccessToken() throws {
    let world = try RefreshWorld(auth: Self.auth(""), provider: Self.keys()) { _ in
      ScriptedEndpoint.tokens("at-new-token")
    }
    let credential = try #require(world.credential())
    #expect(credential.expiresAt.map { $0 < world.time.now } == true)
    #expect(world.secret(credential) == nil)
    let report = world.refresh(credential)
    #expect(world.secret(report.credential) == "at-new-token")
  }

  @Test("a login whose provider has no token endpoint is only read again")
  func noEndpoint() throws {
    let keys = ProviderKeys(provider: "own", needsKey: true, poolNames: ["custom:own"])
    let world = try RefreshWorld(auth: Self.auth(), provider: keys) { _ in HTTPReply() }
    let old = try #require(world.credential())
    #expect(world.refresh(old).outcome == .unchanged)
    #expect(world.endpoint.requests.isEmpty)
    try world.folder.write(Self.auth("at-other-token"))
    #expect(world.refresh(old).outcome == .unchanged)
  }

  @Test("a key command is run again, once for all who wait, and a failing one is remembered")
  func command() throws {
    let folder = try Folder()
    let count = folder.path + "/count"
    let keys = ProviderKeys(
      provider: "own", command: "echo x >> \(count); cat \(folder.path)/key", isConfigured: true,
      needsKey: true)
    try folder.write("sk-first-key\n", to: "key")
    let world = try RefreshWorld(provider: keys) { _ in HTTPReply() }
    let old = try #require(world.credential())
    #expect(world.refresh(old).outcome == .unchanged)
    try folder.write("sk-second-key\n", to: "key")
    #expect(world.secret(world.refresh(old).credential) == "sk-second-key")
    // The rejected key is passed in: who comes late adopts.
    guard case .adopted = world.refresh(old).outcome else {
      Issue.record("not adopted")
      return
    }
    #expect(try FileSystem.read(count).count == 6)
    try FileSystem.remove(folder.path + "/key")
    let current = try #require(world.credential())
    let report = world.refresh(current)
    #expect(
      report.outcome == .failed(isTerminal: false) && report.retryAt == world.time.now + 30_000)
    #expect(world.refresh(current).retryAt == report.retryAt)
    #expect(try FileSystem.read(count).count == 8)
  }

  @Test("a key file that has changed is read again")
  func file() throws {
    let folder = try Folder()
    let path = try folder.write("sk-first-key\n", to: "key")
    let keys = ProviderKeys(provider: "own", file: path, isConfigured: true, needsKey: true)
    let world = try RefreshWorld(provider: keys) { _ in HTTPReply() }
    let old = try #require(world.credential())
    #expect(world.refresh(old).outcome == .unchanged)
    try folder.write("sk-second-key\n", to: "key")
    #expect(world.secret(world.refresh(old).credential) == "sk-second-key")
  }
}

@Suite("What else the Nous portal is asked")
struct NousAnswerTests {
  private func world(_ script: @escaping ScriptedEndpoint.Script) throws -> RefreshWorld {
    let fields = RefreshWorld.pair(RefreshWorld.jwt("a", expiresIn: 3_000), "rt")
    return try RefreshWorld(auth: RefreshWorld.auth(login: fields, entry: fields), script)
  }

  @Test(
    "an account has paid access by `allowed`, else by `paid_access`",
    arguments: [
      (#"{"paid_service_access":{"allowed":true}}"#, true),
      (#"{"paid_service_access":{"allowed":false,"paid_access":true}}"#, false),
      (#"{"paid_service_access":{"allowed":null,"paid_access":true}}"#, true),
      (#"{"paid_service_access":{"reason":"no"}}"#, false),
    ])
  func account(_ body: String, _ isPaid: Bool) throws {
    let world = try world { _ in ScriptedEndpoint.json(body) }
    let credential = try #require(world.credential())
    let report = world.refresh(credential, .account)
    #expect(report.outcome == (isPaid ? .paid : .unchanged) && report.didSend)
    let request = try #require(world.endpoint.requests.first)
    #expect(request.method == .get && request.timeouts.total == 8_000)
    #expect(request.url == "https://portal.nousresearch.com/api/oauth/account")
    #expect(request.credential?.name == "Authorization" && request.credential?.prefix == "Bearer ")
    #expect(request.credential?.allowedOrigins.map(\.host) == ["portal.nousresearch.com"])
  }

  @Test("an account that cannot be looked up is not taken for a paid one")
  func accountFault() throws {
    let world = try world { _ in HTTPReply(status: 200, body: Array("<html>".utf8)) }
    let report = world.refresh(try #require(world.credential()), .account)
    #expect(report.outcome == .failed(isTerminal: false))
  }

  private static let models = """
    {"paidRecommendedCompactionModel":{"modelName":"paid/c"},
     "freeRecommendedCompactionModel":null,
     "freeRecommendedModels":[{"modelName":"free/1"},{"modelName":"free/2"}]}
    """

  @Test(
    "the recommended model is that of the tier last seen, else a free one; asked once in ten minutes"
  )
  func models() throws {
    let world = try world { request in
      request.url.hasSuffix("account")
        ? ScriptedEndpoint.json(#"{"paid_service_access":{"allowed":true}}"#)
        : ScriptedEndpoint.json(Self.models)
    }
    let credential = try #require(world.credential())
    #expect(world.refresh(credential, .models).outcome == .model("free/1"))
    #expect(world.endpoint.requests.first?.credential == nil)
    #expect(!world.refresh(credential, .models).didSend)
    _ = world.refresh(credential, .account)
    #expect(world.refresh(credential, .models).outcome == .model("paid/c"))
    #expect(world.endpoint.requests.count == 2)
    world.time.advance(600_000)
    #expect(world.refresh(credential, .models).didSend)
    // The last known good serves while the portal is down.
    world.endpoint.answer { _ in HTTPReply(fault: .refused) }
    world.time.advance(600_000)
    #expect(world.refresh(credential, .models).outcome == .model("paid/c"))
  }

  @Test("without any list there is no model")
  func noModels() throws {
    let world = try world { _ in ScriptedEndpoint.json(#"{"freeRecommendedModels":[]}"#) }
    let report = world.refresh(try #require(world.credential()), .models)
    #expect(report.outcome == .failed(isTerminal: false))
  }
}

@Suite("Logging in to Nous from a device")
struct DeviceLoginTests {
  private static let code = #"""
    {"device_code":"dc-secret-code","user_code":"ABCD-EFGH",
     "verification_uri":"https://portal.nousresearch.com/device",
     "verification_uri_complete":"https://portal.nousresearch.com/device?code=ABCD-EFGH",
     "expires_in":60,"interval":5}
    """#

  private static func error(_ code: String) -> HTTPReply {
    ScriptedEndpoint.json("{\"error\":\"\(code)\",\"error_description\":\"why\"}", 400)
  }

  /// Runs a login whose token requests are answered in order; the last answer stays.
  private func login(
    _ answers: [HTTPReply], code: HTTPReply = ScriptedEndpoint.json(code), cancelAfter: Int? = nil
  ) throws -> (
    result: Result<NousLogin, DeviceLogin.Failure>, waits: [Milliseconds],
    endpoint: ScriptedEndpoint
  ) {
    let left = WaitCondition(answers)
    let endpoint = ScriptedEndpoint { request in
      if request.url.hasSuffix("/device/code") { return code }
      return left.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? HTTPReply() }
    }
    let clock = RefreshWorld.Clock()
    let waits = WaitCondition<[Milliseconds]>([])
    let login = DeviceLogin(
      transport: RefreshTransport(
        endpoint,
        parseOrigin: { _ in
          Origin(scheme: "https", host: "portal.nousresearch.com", port: 443)
        }, now: { clock.now }),
      redactor: Redactor(), environment: [:],
      sleep: { until, cancellation in
        let number = waits.withLock { waits in
          waits.append((until - clock.now) / 1_000)
          return waits.count
        }
        if let cancelAfter, number > cancelAfter { return cancellation.cancel(.user) }
        clock.advance(until - clock.now)
      })
    var shown: [DeviceLogin.Prompt] = []
    do throws(DeviceLogin.Failure) {
      let done = try login.perform(cancellation: Cancellation()) { shown.append($0) }
      #expect(shown.map(\.userCode) == ["ABCD-EFGH"])
      return (.success(done), waits.withLock { $0 }, endpoint)
    } catch {
      return (.failure(error), waits.withLock { $0 }, endpoint)
    }
  }

  @Test("the server's interval is honoured, and slow_down adds five seconds each time")
  func intervals() throws {
    let token = RefreshWorld.jwt("t", expiresIn: 3_600)
    let run = try login([
      Self.error("authorization_pending"), Self.error("slow_down"),
      Self.error("authorization_pending"), Self.error("slow_down"), ScriptedEndpoint.tokens(token),
    ])
    #expect(run.waits == [5, 5, 10, 10, 15])
    #expect(try run.result.get().canBeRenewed)
    let first = try #require(run.endpoint.requests.first)
    #expect(first.url == "https://portal.nousresearch.com/api/oauth/device/code")
    #expect(
      String(decoding: first.body, as: UTF8.self) == "client_id=hermes-cli&scope=inference%3Ainvoke"
    )
    let poll = try #require(run.endpoint.requests.last)
    #expect(poll.url == "https://portal.nousresearch.com/api/oauth/token")
    #expect(
      String(decoding: poll.body, as: UTF8.self)
        == "client_id=hermes-cli&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
        + "&device_code=dc-secret-code")
    #expect(poll.bodyBinding?.allowedOrigins.map(\.host) == ["portal.nousresearch.com"])
  }

  private func failure(_ answers: [HTTPReply]) throws -> DeviceLogin.Failure? {
    if case .failure(let failure) = try login(answers).result { failure } else { nil }
  }

  @Test("it ends when the code expires, when the portal says no, and when it is cancelled")
  func ends() throws {
    let late = try login([Self.error("authorization_pending")])
    #expect(late.result.failure == .expired)
    #expect(late.waits.reduce(0, +) == 60)
    #expect(try failure([Self.error("expired_token")]) == .expired)
    #expect(
      try failure([Self.error("access_denied")])
        == .refused(code: "access_denied", description: "why"))
    let cancelled = try login([Self.error("authorization_pending")], cancelAfter: 1)
    #expect(cancelled.result.failure == .cancelled)
    #expect(cancelled.endpoint.requests.count == 2)
  }

  @Test("a portal that is busy for a moment is asked again, less often")
  func busy() throws {
    let token = RefreshWorld.jwt("t", expiresIn: 3_600)
    let run = try login([
      HTTPReply(fault: .timeout), ScriptedEndpoint.json("{}", 503), ScriptedEndpoint.tokens(token),
    ])
    #expect(run.waits == [5, 10, 20])
    #expect((try? run.result.get()) != nil)
  }

  @Test("an answer without the needed fields names them")
  func missing() throws {
    let run = try login([], code: ScriptedEndpoint.json(#"{"device_code":"d","user_code":"u"}"#))
    guard case .failure(.portal(let what, _)) = run.result else {
      Issue.record("\(run.result)")
      return
    }
    #expect(what.contains("verification_uri, verification_uri_complete, expires_in, interval"))
  }

  @Test("a login is stored where hermes-agent looks for it, and takes the place of a revoked one")
  func stored() throws {
    let token = RefreshWorld.jwt("t", expiresIn: 3_600)
    let login = try login([ScriptedEndpoint.tokens(token, "rt-login")]).result.get()
    let world = try RefreshWorld(auth: "{}") { _ in HTTPReply() }
    let path = world.folder.path + "/auth.json"
    let id = try login.store(in: path, environment: [:], label: "mine")
    #expect(world.entry?["id"]?.string == id && world.entry?["label"]?.string == "mine")
    #expect(world.entry?["auth_type"]?.string == "oauth")
    #expect(world.entry?["source"]?.string == "device_code")
    for place in [world.entry, world.login] {
      #expect(place?["access_token"]?.string == token)
      #expect(place?["refresh_token"]?.string == "rt-login")
      #expect(place?["portal_base_url"]?.string == "https://portal.nousresearch.com")
      #expect(place?["scope"]?.string == "inference:invoke")
    }
    #expect(try FileSystem.status(path).mode & 0o777 == 0o600)
    let peer = try RefreshWorld(sharing: world) { _ in HTTPReply() }
    #expect(peer.secret(peer.credential()) == token)
    let again = try login.store(in: path, environment: [:])
    #expect(again == id && world.entry?["label"]?.string == "mine")
    #expect(world.document?["credential_pool"]?["nous"]?.elements?.count == 1)
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
