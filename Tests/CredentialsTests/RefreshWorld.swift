import Calls
import Credentials
import Fallback
import JSONText
import Platform
import Synchronization

/// A token endpoint in memory.
final class ScriptedEndpoint: BlockingTransport {
  typealias Script = @Sendable (HTTPRequest) -> HTTPReply

  private let state: Mutex<(requests: [HTTPRequest], script: Script)>

  init(_ script: @escaping Script) { state = Mutex(([], script)) }

  func send(_ request: HTTPRequest, cancellation: Cancellation) -> HTTPReply {
    let script = state.withLock { state in
      state.requests.append(request)
      return state.script
    }
    return script(request)
  }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }
  func answer(_ script: @escaping Script) { state.withLock { $0.script = script } }

  static func json(_ text: String, _ status: Int = 200) -> HTTPReply {
    HTTPReply(
      status: status, headers: [("content-type", "application/json")], body: Array(text.utf8))
  }

  static func tokens(_ access: String, _ refresh: String? = "rt-new", life: Int = 3_600)
    -> HTTPReply
  {
    let refresh = refresh.map { ",\"refresh_token\":\"\($0)\"" } ?? ""
    return json("{\"access_token\":\"\(access)\"\(refresh),\"expires_in\":\(life)}")
  }
}

/// Pools over a hermes-shaped file and a token endpoint in memory, at a time that a test sets.
final class RefreshWorld: Sendable {
  static let start: Milliseconds = 1_800_000_000_000

  let folder: Folder
  let endpoint: ScriptedEndpoint
  let marks: MemoryMarks
  let redactor = Redactor()
  let pools: CredentialPools

  /// Makes a world.
  ///
  /// - Parameters:
  ///   - auth: Text of auth.json.
  ///   - provider: Keys of the provider; Nous unless told.
  ///   - environment: Variables.
  ///   - peer: Another world whose file and memory it shares, as another process does.
  ///   - script: What the endpoint answers.
  /// - Throws: What keeps the files from being made.
  init(
    auth: String? = nil, provider: ProviderKeys = RefreshWorld.nous,
    environment: [String: String] = [:], sharing peer: RefreshWorld? = nil,
    _ script: @escaping ScriptedEndpoint.Script
  ) throws {
    let folder = try peer?.folder ?? Folder()
    self.folder = folder
    if let auth { try folder.write(auth) }
    let endpoint = peer?.endpoint ?? ScriptedEndpoint(script)
    self.endpoint = endpoint
    marks = peer?.marks ?? MemoryMarks()
    let time = Clock()
    self.time = time
    let parseOrigin: @Sendable (String) -> Origin? = { url in
      let parts = url.split(separator: "/", omittingEmptySubsequences: true)
      guard parts.count > 1 else { return nil }
      return Origin(scheme: String(parts[0].dropLast()), host: String(parts[1]), port: 443)
    }
    pools = CredentialPools(
      providers: [provider], loader: KeyLoader(environment: environment),
      auth: try AuthStore(path: folder.path + "/auth.json"), marks: marks, policy: Policy(),
      redactor: redactor, parseOrigin: parseOrigin,
      refreshing: RefreshTransport(endpoint, parseOrigin: parseOrigin, now: { time.now }))
    self.provider = provider.provider
  }

  let time: Clock
  let provider: String

  final class Clock: Sendable {
    private let state = Mutex(RefreshWorld.start)
    var now: Milliseconds { state.withLock { $0 } }
    func advance(_ span: Milliseconds) { state.withLock { $0 += span } }
  }

  static let nous = ProviderKeys(
    provider: "nous", variables: ["NOUS_API_KEY"], needsKey: true,
    baseURL: "https://inference-api.nousresearch.com/v1",
    registryURL: "https://inference-api.nousresearch.com/v1")

  var route: Route {
    Route(
      provider: provider, baseURL: "https://inference-api.nousresearch.com/v1", model: "m",
      isNous: provider == "nous")
  }

  var listing: [CredentialListing] { pools.listing(route, now: time.now) }

  /// The credential that the next call would use.
  func credential() -> CredentialReference? {
    guard
      case .acquired(_, let acquisition) = pools.acquire(
        AcquireOrder(route: 0), route: route, now: time.now)
    else { return nil }
    return acquisition.credential
  }

  func refresh(
    _ credential: CredentialReference, _ purpose: RefreshPurpose = .credential
  ) -> RefreshReport {
    let order = RefreshOrder(route: 0, purpose: purpose, credential: credential)
    let end = WaitCondition<RefreshReport?>(nil)
    _ = pools.refresh(order, route: route, now: time.now) { report in
      end.broadcast { $0 = report }
    }
    return end.wait { $0 } ?? RefreshReport(outcome: .unchanged, startedAt: 0)
  }

  /// The secret that a request with this credential carries.
  func secret(_ credential: CredentialReference?) -> String? {
    let order = SendOrder(
      route: 0, credential: credential, baseURL: route.baseURL, model: "m", adjustments: [],
      connectTimeout: 1, totalTimeout: 1)
    return pools.header(for: order, route: route)?.secret.withBytes {
      String(decoding: $0, as: UTF8.self)
    }
  }

  // MARK: Files

  var document: JSONNode? {
    (try? FileSystem.read(folder.path + "/auth.json")).flatMap { try? JSONNode.parse($0) }
  }
  var login: JSONNode? { document?["providers"]?["nous"] }
  var entry: JSONNode? { document?["credential_pool"]?[provider]?.elements?.first }
  var shared: JSONNode? {
    (try? FileSystem.read(folder.path + "/shared/nous_auth.json"))
      .flatMap { try? JSONNode.parse($0) }
  }

  /// A web token for inference that expires in some seconds.
  static func jwt(_ name: String, expiresIn seconds: Int64, scope: String = "inference:invoke")
    -> String
  {
    let exp = start / 1000 + seconds
    let claims = "{\"scope\":\"\(scope)\",\"exp\":\(exp),\"iat\":\(exp - 3_600)}"
    return "eyJhbGciOiJub25lIn0.\(base64URL(claims)).\(name)"
  }

  private static func base64URL(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0...group.count { result.append(alphabet[word >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The fields of a pair.
  static func pair(_ access: String, _ refresh: String) -> String {
    "\"access_token\":\"\(access)\",\"refresh_token\":\"\(refresh)\",\"token_type\":\"Bearer\""
  }

  /// A file with a login of Nous and its entry in the pool.
  static func auth(
    login: String? = nil, entry: String? = nil, more: String = ""
  ) -> String {
    let login = login.map { "\"nous\":{\"client_id\":\"hermes-cli\",\"odd\":[1.50],\($0)}" } ?? ""
    let entry =
      entry.map {
        """
        {"id":"b2efad","label":"device_code","auth_type":"oauth","priority":0,
          "source":"device_code","last_status":null,\($0)}
        """
      } ?? ""
    return """
      {"version":1,"providers":{\(login)},"unknown":{"b":1,"a":[2.0]},
       "credential_pool":{"nous":[\(entry)]}\(more)}
      """
  }

  /// Both with the same pair.
  static func expired(_ refresh: String = "rt-old") -> String {
    let fields = pair(jwt("old", expiresIn: -60), refresh)
    return auth(login: fields, entry: fields)
  }
}
