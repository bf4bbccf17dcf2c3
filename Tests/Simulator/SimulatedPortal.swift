import Glibc
import Platform
import Synchronization

/// A Nous portal and the inference API behind it, on one port of this machine. Its refresh tokens can be
/// spent once: whoever shows one a second time loses the whole login. It can be slow, down, a page of
/// somebody else's, or take a token and never answer.
package final class SimulatedPortal: Sendable {
  /// How it answers token requests.
  package enum Mood: Sendable {
    case well
    case down(status: Int)
    case html
    case stalling
    /// It spends the token, and the connection ends before the answer.
    case hangingUp
  }

  fileprivate struct State {
    var mood = Mood.well
    var delay = 0
    var life: Int64 = 3_600
    var number = 0
    var refresh: String?
    var spent: Set<String> = []
    var accepted: Set<String> = []
    var isRevoked = false
    var refreshes = 0
    var reuses = 0
    var tokenRequests = 0
    var completions = 0
    var isPaid = false
    var acceptsNothing = false
    var owes = false
    var models = #"{"freeRecommendedCompactionModel":{"modelName":"free/small"}}"#
    var dropped: Set<String> = []
    var device: [Behaviour] = []
  }

  private let provider: SimulatedProvider
  private let state = Mutex(State())

  package init() throws {
    provider = try SimulatedProvider.start()
    provider.answer { [unowned self] in answer($0) }
  }

  package var url: String { provider.url }
  package var requests: [SimulatedRequest] { provider.requests }
  /// Requests that spent a token.
  package var refreshes: Int { state.withLock { $0.refreshes } }
  /// Tokens that were shown again after they had been spent.
  package var reuses: Int { state.withLock { $0.reuses } }
  /// All requests to the token endpoint.
  package var tokenRequests: Int { state.withLock { $0.tokenRequests } }
  package var completions: Int { state.withLock { $0.completions } }
  package var isRevoked: Bool { state.withLock { $0.isRevoked } }

  package func setMood(_ mood: Mood) { state.withLock { $0.mood = mood } }
  /// Milliseconds before a token is answered.
  package func setDelay(_ delay: Int) { state.withLock { $0.delay = delay } }
  /// Seconds that new tokens live.
  package func setLife(_ life: Int64) { state.withLock { $0.life = life } }
  package func setPaid(_ isPaid: Bool) { state.withLock { $0.isPaid = isPaid } }
  /// Inference wants money until a token is renewed after the account was paid.
  package func setOwing() { state.withLock { $0.owes = true } }
  package func setModels(_ text: String) { state.withLock { $0.models = text } }
  package func drop(model: String) { state.withLock { _ = $0.dropped.insert(model) } }
  /// No access token so far is accepted for inference any more.
  package func forgetAccess() { state.withLock { $0.accepted = [] } }
  /// Inference refuses every token, new ones too.
  package func acceptNothing() { state.withLock { $0.acceptsNothing = true } }
  package func revoke() { state.withLock { $0.isRevoked = true } }
  /// What the device-code endpoints answer, in order; the last one stays.
  package func scriptDevice(_ answers: [Behaviour]) { state.withLock { $0.device = answers } }

  /// A pair as if it had been issued so that it expires in some seconds (negative: ago).
  package func issue(expiresIn seconds: Int64) -> (access: String, refresh: String) {
    state.withLock { state in
      state.issue(expiresAt: SystemTime.wall() / 1000 + seconds)
    }
  }

  /// A file as hermes-agent 0.19.0 writes it, with a pair of this portal.
  ///
  /// - Parameters:
  ///   - seconds: Until the access token expires.
  ///   - extra: Further members of the pool's entry, with a comma in front.
  /// - Returns: The text.
  package func authFile(expiresIn seconds: Int64 = -60, extra: String = "") -> String {
    let pair = issue(expiresIn: seconds)
    let expiry = Timestamp.text(SystemTime.wall() + seconds * 1000)
    let tokens = """
      "access_token": "\(pair.access)", "refresh_token": "\(pair.refresh)",
            "expires_at": "\(expiry)", "expires_in": 3600, "token_type": "Bearer",
            "scope": "inference:invoke", "client_id": "hermes-cli",
            "portal_base_url": "\(url)",
            "inference_base_url": "https://inference-api.nousresearch.com/v1"
      """
    return """
      {
        "version": 1,
        "providers": {
          "nous": {
            \(tokens),
            "tls": { "insecure": false, "ca_bundle": null }, "agent_key": null
          }
        },
        "active_provider": "nous",
        "credential_pool": {
          "nous": [
            {
              "id": "b2efad", "label": "device_code", "auth_type": "oauth", "priority": 0,
              "source": "device_code", "last_status": null, "unknown_field": [1, 2.50],
              \(tokens)\(extra)
            }
          ]
        }
      }

      """
  }

  // MARK: Answering

  private func answer(_ request: SimulatedRequest) -> Behaviour {
    let path = request.path.split(separator: "?").first.map(String.init) ?? request.path
    switch path {
    case "/api/oauth/token": return token(request)
    case "/api/oauth/device/code": return device()
    case "/api/oauth/account":
      let isPaid = state.withLock { $0.isPaid }
      return .json(#"{"user":{},"paid_service_access":{"allowed":\#(isPaid)}}"#)
    case "/api/nous/recommended-models": return .json(state.withLock { $0.models })
    default: return path.hasSuffix("/chat/completions") ? completion(request) : .error(404)
    }
  }

  private func device() -> Behaviour {
    state.withLock { state in
      if state.device.count > 1 { return state.device.removeFirst() }
      return state.device.first ?? .error(404)
    }
  }

  private func token(_ request: SimulatedRequest) -> Behaviour {
    if request.text.contains("device_code") { return device() }
    let shown = request.header("x-nous-refresh-token") ?? Self.field("refresh_token", request.text)
    return state.withLock { state in
      state.tokenRequests += 1
      switch state.mood {
      case .down(let status): return .error(status)
      case .html: return .html(502)
      case .stalling: return Behaviour([.stall])
      case .well, .hangingUp: break
      }
      guard let shown, shown == state.refresh, !state.isRevoked else {
        if let shown, state.spent.contains(shown) {
          state.reuses += 1
          state.isRevoked = true
        }
        return .json(
          #"{"error":"invalid_grant","error_description":"refresh token is not valid"}"#,
          status: 400)
      }
      state.refreshes += 1
      if state.isPaid { state.owes = false }
      let life = state.life
      let pair = state.issue(expiresAt: SystemTime.wall() / 1000 + life)
      if case .hangingUp = state.mood { return Behaviour([.close]) }
      return Behaviour.json(
        """
        {"access_token":"\(pair.access)","refresh_token":"\(pair.refresh)","token_type":"Bearer",\
        "scope":"inference:invoke","expires_in":\(life)}
        """
      ).delayed(milliseconds: state.delay)
    }
  }

  private func completion(_ request: SimulatedRequest) -> Behaviour {
    let token = (request.header("authorization") ?? "").dropFirst("Bearer ".count)
    return state.withLock { state in
      state.completions += 1
      guard !state.acceptsNothing, state.accepted.contains(String(token)) else {
        return .error(401)
      }
      if state.owes { return .error(402) }
      if let model = state.dropped.first(where: { request.text.contains("\"\($0)\"") }) {
        return .error(404, "The model `\(model)` does not exist", code: "model_not_found")
      }
      return .text("Fine.")
    }
  }

  private static func field(_ name: String, _ form: String) -> String? {
    form.split(separator: "&").first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }
}

extension SimulatedPortal.State {
  /// Makes a new pair the only valid one; the refresh token before it is spent.
  fileprivate mutating func issue(expiresAt: Int64) -> (access: String, refresh: String) {
    if let refresh { spent.insert(refresh) }
    number += 1
    let random = SHA256.hexText(Random.bytes(8))
    let now = SystemTime.wall() / 1000
    let claims = """
      {"scope":"inference:invoke","iat":\(min(now, expiresAt - life)),"exp":\(expiresAt),"n":\(number)}
      """
    let access = "eyJhbGciOiJub25lIn0.\(base64URL(Array(claims.utf8))).\(random)"
    let refresh = "rt-\(number)-\(random)"
    self.refresh = refresh
    if expiresAt > now { accepted.insert(access) }
    return (access, refresh)
  }
}

/// https://www.rfc-editor.org/rfc/rfc4648#section-5, without padding.
package func base64URL(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = Array(bytes[start..<min(start + 3, bytes.count)])
    let word = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
    for place in 0...group.count { text.append(alphabet[word >> (18 - 6 * place) & 63]) }
  }
  return String(decoding: text, as: UTF8.self)
}
