import Calls
import Configuration
import Credentials
import Fallback
import JSONText
import Platform
import Synchronization
import Testing

@Suite("Renewing a Nous login")
struct NousRefreshTests {
  private static let fresh = RefreshWorld.jwt("new", expiresIn: 3_600)
  private static let granted: ScriptedEndpoint.Script = { _ in ScriptedEndpoint.tokens(fresh) }
  private static let refused: ScriptedEndpoint.Script = { _ in
    ScriptedEndpoint.json(
      #"{"error":"invalid_grant","error_description":"gone"}"#, 400)
  }

  @Test("the request goes to the portal with the token in its own header, bound to that host")
  func request() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.granted)
    let old = try #require(world.credential())
    let report = world.refresh(old)
    #expect(report.didSend && report.status == 200)
    let request = try #require(world.endpoint.requests.first)
    #expect(request.method == .post)
    #expect(request.url == "https://portal.nousresearch.com/api/oauth/token")
    #expect(request.credential?.name == "x-nous-refresh-token")
    #expect(request.credential?.secret == Secret("rt-old"))
    #expect(request.credential?.allowedOrigins.map(\.host) == ["portal.nousresearch.com"])
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "grant_type=refresh_token&client_id=hermes-cli")
    #expect(request.timeouts.total == 15_000)
  }

  @Test("the new pair is in both places before anybody uses it, and nothing else has changed")
  func saved() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.granted)
    let old = try #require(world.credential())
    guard case .renewed(let fresh) = world.refresh(old).outcome else {
      Issue.record("not renewed")
      return
    }
    #expect(fresh.id == "b2efad" && fresh.fingerprint != old.fingerprint)
    #expect(fresh.expiresAt == RefreshWorld.start + 3_600_000)
    #expect(world.secret(fresh) == Self.fresh)
    for place in [world.login, world.entry] {
      #expect(place?["access_token"]?.string == Self.fresh)
      #expect(place?["refresh_token"]?.string == "rt-new")
      #expect(place?["agent_key"]?.string == Self.fresh)
      #expect(place?["expires_at"]?.string == Timestamp.text(RefreshWorld.start + 3_600_000))
      #expect(
        place?["inference_base_url"]?.string == "https://inference-api.nousresearch.com/v1")
    }
    #expect(world.login?["odd"]?.elements?.first?.number == "1.50")
    #expect(world.document?["unknown"]?.members?.map(\.key) == ["b", "a"])
    // It lies in no hermes home, so there is no second copy.
    #expect(world.shared == nil)
  }

  @Test("in a hermes home the copy of all profiles is renewed too, and the newest copy is spent")
  func sharedCopy() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired("rt-stale"), Self.granted)
    try FileSystem.makeDirectories(world.folder.path + "/shared")
    let newer = RefreshWorld.pair(RefreshWorld.jwt("peer", expiresIn: 30), "rt-peer")
    try world.folder.write(
      "{\"_schema\":1,\"portal_base_url\":\"https://portal.nousresearch.com\",\(newer)}",
      to: "shared/nous_auth.json")
    defer {
      for name in ["nous_auth.json", "nous_auth.lock", "auth.lock"] {
        try? FileSystem.remove("\(world.folder.path)/shared/\(name)")
      }
      try? FileSystem.remove(world.folder.path + "/shared")
    }
    let old = try #require(world.credential())
    #expect(world.refresh(old).didSend)
    #expect(world.endpoint.requests.first?.credential?.secret == Secret("rt-peer"))
    #expect(world.shared?["refresh_token"]?.string == "rt-new")
    #expect(world.shared?["access_token"]?.string == Self.fresh)
    #expect(world.shared?["agent_key"] == nil)
    #expect(world.login?["refresh_token"]?.string == "rt-new")
    #expect(world.entry?["refresh_token"]?.string == "rt-new")
  }

  @Test("D8: what another process has renewed is adopted under the lock, without a request")
  func adopts() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.granted)
    let old = try #require(world.credential())
    let peer = try RefreshWorld(sharing: world, Self.granted)
    let theirs = try #require(peer.credential())
    guard case .renewed = peer.refresh(theirs).outcome else {
      Issue.record("not renewed")
      return
    }
    let report = world.refresh(old)
    guard case .adopted(let fresh) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(!report.didSend && world.endpoint.requests.count == 1)
    #expect(world.secret(fresh) == Self.fresh)
  }

  @Test("D8: a login that is newer than its entry in the pool is adopted into it")
  func adoptsLogin() throws {
    let auth = RefreshWorld.auth(
      login: RefreshWorld.pair(Self.fresh, "rt-login"),
      entry: RefreshWorld.pair(RefreshWorld.jwt("old", expiresIn: -60), "rt-entry"))
    let world = try RefreshWorld(auth: auth, Self.granted)
    let credential = try #require(world.credential())
    #expect(world.secret(credential) == Self.fresh)
    var old = credential
    old.fingerprint = "of-the-old"
    #expect(!world.refresh(old).didSend && world.endpoint.requests.isEmpty)
  }

  @Test("D9: nothing is written when nothing differs")
  func noWrite() throws {
    let fields = RefreshWorld.pair(Self.fresh, "rt-1")
    let world = try RefreshWorld(
      auth: RefreshWorld.auth(login: fields, entry: fields), Self.granted)
    let before = try FileSystem.status(world.folder.path + "/auth.json")
    var old = try #require(world.credential())
    old.fingerprint = "of-the-old"
    guard case .adopted = world.refresh(old).outcome else {
      Issue.record("not adopted")
      return
    }
    #expect(try FileSystem.status(world.folder.path + "/auth.json") == before)
    #expect(try !FileSystem.listDirectory(world.folder.path).contains { $0.hasSuffix(".tmp") })
  }

  @Test("D10: a benched entry serves again once another process has renewed it")
  func revives() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.granted)
    let old = try #require(world.credential())
    let note = FailureNote(
      key: MarkKey(scope: .credential, provider: "nous", credential: old.id), class: .auth,
      status: 401, hintUntil: nil, sentAt: world.time.now, fingerprint: old.fingerprint,
      isTerminal: false, needsConfirmation: false)
    world.pools.apply([.failed(note)], job: 1, now: world.time.now)
    #expect(world.credential() == nil)
    let peer = try RefreshWorld(sharing: world, Self.granted)
    let theirs = try #require(peer.listing.first?.credential)
    _ = peer.refresh(theirs)
    // At once, although the file was looked at a moment ago.
    #expect(world.credential()?.fingerprint != old.fingerprint)
    #expect(world.listing.first?.bench == nil)
  }

  @Test("a login says from its 25th day on how old it is, and only while there is one")
  func aging() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.granted)
    let day: Milliseconds = 86_400_000
    let now = world.time.now
    #expect(world.pools.agingLoginDays(now) == nil)
    world.pools.noteLogin(at: now)
    #expect(world.pools.agingLoginDays(now + 25 * day - 1) == nil)
    #expect(world.pools.agingLoginDays(now + 25 * day) == 25)
    #expect(world.pools.agingLoginDays(now + 40 * day) == 40)
    let without = try RefreshWorld(auth: "{}", Self.granted)
    without.pools.noteLogin(at: now)
    #expect(without.pools.agingLoginDays(now + 40 * day) == nil)
  }

  @Test("D12: when and how a login was obtained stays with its entry")
  func obtained() throws {
    let more = ",\"obtained_at\":\"2027-01-15T08:00:00.000Z\",\"agent_key_id\":\"k1\""
    let fields = RefreshWorld.pair(RefreshWorld.jwt("old", expiresIn: -60), "rt-old") + more
    let world = try RefreshWorld(
      auth: RefreshWorld.auth(login: fields, entry: fields), Self.granted)
    #expect(world.entry?["obtained_at"]?.string == "2027-01-15T08:00:00.000Z")
    _ = world.refresh(try #require(world.credential()))
    // A renewal obtains a new pair.
    #expect(world.entry?["obtained_at"]?.string == Timestamp.text(RefreshWorld.start))
    #expect(world.entry?["agent_key_obtained_at"]?.string == Timestamp.text(RefreshWorld.start))
    #expect(world.entry?["agent_key_id"]?.isNull == true)
  }

  @Test("D7: the login is preferred to the pool, and of several entries the longest-lived token")
  func prefersLogin() throws {
    let long = RefreshWorld.jwt("long", expiresIn: 3_000)
    let auth = RefreshWorld.auth(
      login: RefreshWorld.pair(long, "rt-login"),
      entry: RefreshWorld.pair(RefreshWorld.jwt("short", expiresIn: 300), "rt-entry"))
    let world = try RefreshWorld(auth: auth, Self.granted)
    #expect(world.listing.count == 1)
    #expect(world.secret(world.credential()) == long)
    // Without a login the pool serves.
    let pool = try RefreshWorld(
      auth: RefreshWorld.auth(entry: RefreshWorld.pair(long, "rt-entry")), Self.granted)
    #expect(pool.secret(pool.credential()) == long)
    // A key of its own, issued beside the token, is used where it lives longer.
    let key = RefreshWorld.jwt("key", expiresIn: 3_500)
    let both = try RefreshWorld(
      auth: RefreshWorld.auth(
        entry: RefreshWorld.pair(long, "rt") + ",\"agent_key\":\"\(key)\""), Self.granted)
    #expect(both.secret(both.credential()) == key)
  }

  @Test("D7: a revoked session is shown as revoked and not asked with again")
  func revoked() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.refused)
    let old = try #require(world.credential())
    let report = world.refresh(old)
    #expect(report.outcome == .failed(isTerminal: true))
    #expect(report.detail.contains("auxq auth login nous"))
    #expect(report.status == 400)
    // Its entry stays, without the token that failed.
    #expect(world.entry?["id"]?.string == "b2efad")
    #expect(world.entry?["refresh_token"] == nil)
    #expect(world.login?["access_token"] == nil && world.login?["refresh_token"] == nil)
    #expect(world.login?["last_auth_error"]?["relogin_required"]?.bool == true)
    #expect(world.login?["last_auth_error"]?["code"]?.string == "invalid_grant")
    #expect(world.login?["client_id"]?.string == "hermes-cli")
    #expect(world.credential() == nil)
    let row = try #require(world.listing.first)
    #expect(row.problem?.code == .revoked || row.bench?.reason == .terminal)
    // Another process that has only the file says the same.
    let peer = try RefreshWorld(sharing: world, Self.refused)
    peer.marks.state.withLock { $0.marks = [] }
    #expect(peer.listing.first?.problem?.code == .revoked)
    #expect(world.endpoint.requests.count == 1)
  }

  @Test("a new login, whoever made it, ends all that")
  func loggedInAgain() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.refused)
    _ = world.refresh(try #require(world.credential()))
    let fields = RefreshWorld.pair(Self.fresh, "rt-again")
    try world.folder.write(RefreshWorld.auth(login: fields, entry: fields))
    world.time.advance(2_000)
    let credential = try #require(world.credential())
    #expect(world.secret(credential) == Self.fresh)
    world.endpoint.answer { _ in
      ScriptedEndpoint.tokens(RefreshWorld.jwt("third", expiresIn: 7_200), "rt-3")
    }
    guard case .renewed = world.refresh(credential).outcome else {
      Issue.record("not renewed")
      return
    }
  }

  @Test("a token that was renewed while ours was refused is adopted and never wiped")
  func newerStays() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in ScriptedEndpoint.json("{}") }
    let path = world.folder.path
    world.endpoint.answer { _ in
      // Somebody who does not know the lock writes while we ask.
      let fields = RefreshWorld.pair(Self.fresh, "rt-theirs")
      let text = RefreshWorld.auth(login: fields, entry: fields)
      try? FileSystem.writeAtomically(path + "/auth.json", Array(text.utf8))
      return Self.refused(HTTPRequest(url: ""))
    }
    let report = world.refresh(try #require(world.credential()))
    guard case .adopted = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(world.login?["refresh_token"]?.string == "rt-theirs")
    #expect(world.entry?["refresh_token"]?.string == "rt-theirs")
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var reply: HTTPReply
    var didSend = true
    var testDescription: String { name }
  }

  static let faults = [
    Fault(name: "500", reply: ScriptedEndpoint.json("{}", 500)),
    Fault(
      name: "503 that names a code",
      reply: ScriptedEndpoint.json(#"{"error":"invalid_grant"}"#, 503)),
    Fault(name: "429", reply: ScriptedEndpoint.json("{}", 429)),
    Fault(name: "HTML 200", reply: HTTPReply(status: 200, body: Array("<html>".utf8))),
    Fault(name: "HTML 400", reply: HTTPReply(status: 400, body: Array("<html>".utf8))),
    Fault(name: "no token", reply: ScriptedEndpoint.json(#"{"ok":true}"#)),
    Fault(name: "timeout", reply: HTTPReply(fault: .timeout)),
    Fault(name: "cut", reply: HTTPReply(status: 200, body: [], fault: .truncated)),
    Fault(name: "redirect", reply: HTTPReply(status: 307, fault: .redirect)),
    Fault(name: "refused", reply: HTTPReply(fault: .refused), didSend: false),
    Fault(name: "dns", reply: HTTPReply(fault: .dns), didSend: false),
    Fault(
      name: "temporary", reply: ScriptedEndpoint.json(#"{"error":"temporarily_unavailable"}"#, 400)),
  ]

  @Test(
    "a fault of the portal takes nothing away, and is answered from memory for 30 s",
    arguments: faults)
  func fault(_ fault: Fault) throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in fault.reply }
    let before = try FileSystem.read(world.folder.path + "/auth.json")
    let old = try #require(world.credential())
    let report = world.refresh(old)
    #expect(report.outcome == .failed(isTerminal: false))
    #expect(report.didSend == fault.didSend && report.status == fault.reply.status)
    #expect(report.retryAt == world.time.now + 30_000)
    #expect(!report.detail.isEmpty)
    #expect(try FileSystem.read(world.folder.path + "/auth.json") == before)
    #expect(world.marks.state.withLock { $0.marks.isEmpty })
    let row = try #require(world.listing.first)
    #expect(row.bench?.reason == .expired && row.bench?.until == report.retryAt)
    #expect(row.renewalProblem == report.detail)
    // Another process gets the same answer at once.
    let peer = try RefreshWorld(sharing: world) { _ in fault.reply }
    let again = peer.refresh(try #require(peer.credential()))
    #expect(again.outcome == .failed(isTerminal: false) && !again.didSend)
    #expect(again.detail == report.detail)
    #expect(world.endpoint.requests.count == 1)
  }

  @Test("failures in a row are remembered for 30 s, doubling to 10 min, until one goes well")
  func doubling() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in HTTPReply(fault: .refused) }
    let old = try #require(world.credential())
    var spans: [Milliseconds] = []
    for _ in 0..<7 {
      let report = world.refresh(old)
      let until = try #require(report.retryAt)
      spans.append((until - world.time.now) / 1_000)
      world.time.advance(until - world.time.now - 1)
      #expect(!world.refresh(old).didSend)
      world.time.advance(1)
    }
    #expect(spans == [30, 60, 120, 240, 480, 600, 600])
    #expect(world.endpoint.requests.count == 7)
    world.endpoint.answer { _ in
      ScriptedEndpoint.tokens(RefreshWorld.jwt("new", expiresIn: 9_000))
    }
    guard case .renewed = world.refresh(old).outcome else {
      Issue.record("not renewed")
      return
    }
    #expect(world.marks.state.withLock { $0.failures.isEmpty })
  }

  @Test("a person who asks is not put off by memory")
  func forced() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in HTTPReply(fault: .refused) }
    let old = try #require(world.credential())
    _ = world.refresh(old)
    world.endpoint.answer(Self.granted)
    guard case .renewed = world.pools.renew(old, route: world.route).outcome else {
      Issue.record("not renewed")
      return
    }
  }

  struct Routing: Sendable {
    var stored: String?
    var environment: [String: String] = [:]
    var expected: String
  }

  @Test(
    "the portal is believed by the host rules: its own, this machine, what the environment names",
    arguments: [
      Routing(expected: "https://portal.nousresearch.com"),
      Routing(
        stored: "https://portal.nousresearch.com/", expected: "https://portal.nousresearch.com"),
      Routing(stored: "http://127.0.0.1:9", expected: "http://127.0.0.1:9"),
      Routing(stored: "http://localhost:9", expected: "http://localhost:9"),
      Routing(
        stored: "http://portal.nousresearch.com", expected: "https://portal.nousresearch.com"),
      Routing(stored: "https://evil.example", expected: "https://portal.nousresearch.com"),
      Routing(
        stored: "https://portal.nousresearch.com.evil.example",
        expected: "https://portal.nousresearch.com"),
      Routing(
        stored: "https://evil.example",
        environment: ["NOUS_PORTAL_BASE_URL": "https://own.example"],
        expected: "https://own.example"),
      Routing(
        stored: "https://portal.nousresearch.com",
        environment: ["HERMES_PORTAL_BASE_URL": "https://own.example/"],
        expected: "https://own.example"),
    ])
  func portal(_ routing: Routing) {
    #expect(
      NousPortal.address(stored: routing.stored, environment: routing.environment)
        == routing.expected)
  }

  @Test("an environment's portal is asked and never stored")
  func environmentPortal() throws {
    let world = try RefreshWorld(
      auth: RefreshWorld.expired(), environment: ["NOUS_PORTAL_BASE_URL": "https://own.example"],
      Self.granted)
    _ = world.refresh(try #require(world.credential()))
    #expect(world.endpoint.requests.first?.url == "https://own.example/api/oauth/token")
    let text = try String(
      decoding: FileSystem.read(world.folder.path + "/auth.json"), as: UTF8.self)
    #expect(!text.contains("own.example"))
  }

  @Test(
    "an inference address from the network is believed for the known host only",
    arguments: [
      ("https://inference-api.nousresearch.com/v2", "https://inference-api.nousresearch.com/v2"),
      ("http://inference-api.nousresearch.com/v1", "https://inference-api.nousresearch.com/v1"),
      ("https://evil.example/v1", "https://inference-api.nousresearch.com/v1"),
      ("http://127.0.0.1:1/v1", "https://inference-api.nousresearch.com/v1"),
      (
        "https://inference-api.nousresearch.com:8443/v1",
        "https://inference-api.nousresearch.com/v1"
      ),
    ])
  func inference(_ sent: String, _ stored: String) throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in
      ScriptedEndpoint.json(
        """
        {"access_token":"\(Self.fresh)","refresh_token":"rt","inference_base_url":"\(sent)"}
        """)
    }
    _ = world.refresh(try #require(world.credential()))
    #expect(world.login?["inference_base_url"]?.string == stored)
    #expect(world.entry?["inference_base_url"]?.string == stored)
  }

  @Test("a stored inference address of another host is not used")
  func poisoned() throws {
    let fields =
      RefreshWorld.pair(Self.fresh, "rt") + ",\"inference_base_url\":\"https://evil.example/v1\""
    let world = try RefreshWorld(
      auth: RefreshWorld.auth(login: fields, entry: fields), Self.granted)
    guard
      case .acquired(_, let acquisition) = world.pools.acquire(
        AcquireOrder(route: 0), route: world.route, now: world.time.now)
    else {
      Issue.record("nothing to use")
      return
    }
    #expect(acquisition.baseURL == "https://inference-api.nousresearch.com/v1")
  }

  @Test("a token is not spent where the result could not be saved")
  func notSpent() throws {
    let newer = RefreshWorld.expired().replacingFirst("\"version\":1", with: "\"version\":9")
    let world = try RefreshWorld(auth: newer, Self.granted)
    let report = world.refresh(try #require(world.credential()))
    #expect(report.outcome == .failed(isTerminal: false) && !report.didSend)
    #expect(report.detail.contains("version 9"))
    #expect(world.endpoint.requests.isEmpty)
  }

  @Test("what the portal repeats of a token is in no report and no file")
  func redacted() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired("rt-secret-canary-1")) { _ in
      ScriptedEndpoint.json(
        #"{"error":"invalid_grant","error_description":"token rt-secret-canary-1 is dead"}"#, 400)
    }
    let report = world.refresh(try #require(world.credential()))
    #expect(report.outcome == .failed(isTerminal: true))
    #expect(!report.detail.contains("canary"))
    #expect(world.login?["last_auth_error"]?["message"]?.string?.contains("canary") == false)
    #expect(world.marks.state.withLock { $0.failures }.allSatisfy { !$0.detail.contains("canary") })
  }

  @Test("a new token that does not allow inference is kept, and said to need a new login")
  func noInference() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in
      ScriptedEndpoint.tokens(
        RefreshWorld.jwt("other", expiresIn: 3_600, scope: "profile"), "rt-kept")
    }
    let report = world.refresh(try #require(world.credential()))
    #expect(report.outcome == .failed(isTerminal: false))
    #expect(report.detail.contains("does not allow inference"))
    #expect(world.login?["refresh_token"]?.string == "rt-kept")
  }

  @Test("sixteen who ask at once get the result of one request")
  func singleFlight() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired()) { _ in
      SystemTime.sleep(milliseconds: 30)
      return ScriptedEndpoint.tokens(Self.fresh)
    }
    let old = try #require(world.credential())
    let order = RefreshOrder(route: 0, purpose: .credential, credential: old)
    let reports = WaitCondition<[RefreshReport]>([])
    let begun = (0..<16).map { _ in
      world.pools.refresh(order, route: world.route, now: world.time.now) { report in
        reports.broadcast { $0.append(report) }
      }
    }
    let all = reports.wait { $0.count == 16 ? $0 : nil } ?? []
    #expect(begun.filter { $0 }.count == 1)
    #expect(all.filter(\.didSend).count == 1)
    #expect(
      all.allSatisfy { $0.credential?.fingerprint != old.fingerprint && $0.credential != nil })
    #expect(world.endpoint.requests.count == 1)
    world.pools.finishRefreshes()
    #expect(!world.pools.isRefreshing)
  }

  @Test("D11: worlds that share a file spend each refresh token once, whoever asks")
  func eachOnce() throws {
    let world = try RefreshWorld(auth: RefreshWorld.expired(), Self.granted)
    let peers = try (0..<8).map { _ in try RefreshWorld(sharing: world, Self.granted) }
    let olds = try peers.map { try #require($0.credential()) }
    let threads = try zip(peers, olds).map { peer, old in
      try OSThread(name: "peer") { _ = peer.refresh(old) }
    }
    for thread in threads { thread.join() }
    #expect(world.endpoint.requests.count == 1)
    for peer in peers { #expect(peer.secret(peer.credential()) == Self.fresh) }
  }
}

extension RefreshReport {
  var credential: CredentialReference? {
    switch outcome {
    case .renewed(let credential), .adopted(let credential): credential
    case .unchanged, .model, .paid, .failed: nil
    }
  }
}

extension String {
  func replacingFirst(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
