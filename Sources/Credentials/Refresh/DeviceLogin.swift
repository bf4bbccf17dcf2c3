package import Calls
package import Fallback
import JSONText
import Platform

/// Logs in to Nous from a device without a browser of its own: https://www.rfc-editor.org/rfc/rfc8628.
/// It shows an address and a code, and asks the portal until a person has entered it there. Nothing is
/// stored here: `NousLogin` holds what to store once it is done.
package struct DeviceLogin: Sendable {
  /// What a person needs in order to go on.
  package struct Prompt: Sendable, Hashable {
    package var userCode: String
    /// To be opened, and the code typed there.
    package var url: String
    /// The same with the code in it.
    package var completeURL: String
    /// Milliseconds from now.
    package var expiresIn: Milliseconds
  }

  package enum Failure: Error, Sendable, Hashable {
    /// The portal cannot be used; what happened, and the HTTP status where one came.
    case portal(String, status: Int?)
    /// The portal said no, in its words.
    case refused(code: String, description: String)
    /// Nobody entered the code in time.
    case expired
    case cancelled
  }

  private let transport: RefreshTransport
  private let redactor: Redactor
  private let portal: String
  private let allowsInsecureHTTP: Bool
  private let sleep: @Sendable (_ until: Milliseconds, Cancellation) -> Void

  /// Makes one.
  ///
  /// - Parameters:
  ///   - transport: Sends the requests.
  ///   - redactor: Learns every secret as soon as it is there.
  ///   - environment: For `NOUS_PORTAL_BASE_URL`.
  ///   - allowsInsecureHTTP: Also over plain http to other machines; the user said so.
  ///   - sleep: Returns at a time of that clock, or when cancelled.
  package init(
    transport: RefreshTransport, redactor: Redactor, environment: [String: String],
    allowsInsecureHTTP: Bool = false,
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) -> Void
  ) {
    self.transport = transport
    self.redactor = redactor
    self.allowsInsecureHTTP = allowsInsecureHTTP
    self.sleep = sleep
    portal = NousPortal.address(stored: nil, environment: environment)
  }

  /// Logs in; blocks until a person has agreed, the code has expired, or `cancellation`.
  ///
  /// - Parameters:
  ///   - cancellation: Ends it; nothing was stored then.
  ///   - show: Told once what the person has to do.
  /// - Returns: The login.
  /// - Throws: `Failure`.
  package func perform(
    cancellation: Cancellation, show: (Prompt) -> Void
  ) throws(Failure) -> NousLogin {
    let grant = try begin(cancellation)
    show(grant.prompt)
    let end = transport.now() + grant.prompt.expiresIn
    var interval = grant.interval
    while true {
      let next = transport.now() + interval
      guard next < end else {
        // Nobody can be late by asking once more at the very end.
        throw try waited(until: end, cancellation)
      }
      sleep(next, cancellation)
      if cancellation.isCancelled { throw .cancelled }
      switch try poll(grant.deviceCode) {
      case .granted(let tokens): return login(tokens)
      case .pending: continue
      // https://www.rfc-editor.org/rfc/rfc8628#section-3.5
      case .slowDown: interval += 5_000
      // A connection that timed out: less often, too.
      case .unreachable: interval = min(interval * 2, 60_000)
      }
    }
  }

  private func waited(
    until end: Milliseconds, _ cancellation: Cancellation
  ) throws(Failure) -> Failure {
    sleep(end, cancellation)
    return cancellation.isCancelled ? .cancelled : .expired
  }

  // MARK: The code

  private struct Grant {
    var prompt: Prompt
    var deviceCode: Secret
    var interval: Milliseconds
  }

  private static let required = [
    "device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in",
    "interval",
  ]

  private func begin(_ cancellation: Cancellation) throws(Failure) -> Grant {
    let reply = send(
      "/api/oauth/device/code", [("scope", Secret(NousPortal.scope))])
    if cancellation.isCancelled { throw .cancelled }
    let body = try body(of: reply)
    guard reply.status == 200 else { throw refusal(body, reply.status) }
    let missing = Self.required.filter { name in
      body[name] == nil || body[name]?.isNull == true
    }
    guard missing.isEmpty, let code = body.text("device_code"), let user = body.text("user_code"),
      let url = body.text("verification_uri"), let complete = body.text("verification_uri_complete")
    else {
      let names = missing.isEmpty ? "usable fields" : missing.joined(separator: ", ")
      throw .portal("its answer lacks \(names)", status: reply.status)
    }
    let deviceCode = Secret(code)
    redactor.learn(deviceCode)
    let lifetime = max(1, body.seconds("expires_in"))
    let prompt = Prompt(
      userCode: user, url: url, completeURL: complete, expiresIn: Milliseconds(lifetime) * 1000)
    return Grant(
      prompt: prompt, deviceCode: deviceCode,
      interval: Milliseconds(min(max(1, body.seconds("interval")), 3_600)) * 1000)
  }

  // MARK: Asking

  private enum Poll {
    case granted(TokenGrant)
    case pending, slowDown, unreachable
  }

  private func poll(_ deviceCode: Secret) throws(Failure) -> Poll {
    let reply = send(
      "/api/oauth/token",
      [
        ("grant_type", Secret("urn:ietf:params:oauth:grant-type:device_code")),
        ("device_code", deviceCode),
      ])
    switch TokenAnswer(reply) {
    case .granted(let tokens):
      redactor.learn(tokens.access)
      if let refresh = tokens.refresh { redactor.learn(refresh) }
      return .granted(tokens)
    case .refused("authorization_pending", _, _): return .pending
    case .refused("slow_down", _, _): return .slowDown
    case .refused("expired_token", _, _): throw .expired
    case .refused(let code, let description, _):
      throw .refused(code: redacted(code), description: redacted(description ?? ""))
    case .fault(let what):
      // Busy or out of reach for a moment: the code is still good.
      let status = reply.status ?? 0
      if reply.fault?.isPassing == true || status == 429 || status >= 500 { return .unreachable }
      throw .portal(redacted(what), status: reply.status)
    }
  }

  private func send(_ path: String, _ fields: [(String, Secret)]) -> HTTPReply {
    let endpoint = TokenEndpoint(
      url: portal + path, clientID: NousPortal.clientID, style: .form,
      allowsInsecureHTTP: allowsInsecureHTTP, timeout: NousPortal.timeout)
    let client = [("client_id", Secret(NousPortal.clientID))]
    return transport.send(endpoint.posting(client + fields, over: transport))
  }

  private func body(of reply: HTTPReply) throws(Failure) -> JSONNode {
    if let obstacle = reply.obstacle { throw .portal(redacted(obstacle), status: reply.status) }
    guard let body = try? JSONNode.parse(reply.body, maxDepth: 16), body.members != nil else {
      throw .portal("it answered with something else than JSON", status: reply.status)
    }
    return body
  }

  private func refusal(_ body: JSONNode, _ status: Int?) -> Failure {
    guard let code = body.text("error") else {
      return .portal("it answered with HTTP \(status ?? 0)", status: status)
    }
    return .refused(
      code: redacted(code), description: redacted(body.text("error_description") ?? ""))
  }

  private func redacted(_ text: String) -> String { String(redactor.redact(text).prefix(300)) }

  private func login(_ tokens: TokenGrant) -> NousLogin {
    NousLogin(tokens, now: transport.now())
  }
}

extension TransportFault {
  /// The same request may get through in a moment.
  fileprivate var isPassing: Bool {
    switch self {
    case .dns, .refused, .unreachable, .reset, .connectTimeout, .timeout, .truncated: true
    case .tls, .tooLarge, .redirect, .hostNotAllowed, .malformedRequest, .cancelled: false
    }
  }
}
