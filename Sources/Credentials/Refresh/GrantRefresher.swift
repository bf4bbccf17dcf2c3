import Calls
import Configuration
import Fallback
import JSONText
import Platform

/// Renews tokens that an endpoint gives for a refresh token that can be spent once. Under the locks of
/// every place where the login is kept: what somebody else has renewed is adopted without a request;
/// else the token is spent, and the new pair is saved before anybody uses it.
struct GrantRefresher: Sendable {
  let keys: ProviderKeys
  let environment: [String: String]
  let authPath: String
  /// The second copy of a Nous login.
  let sharedPath: String?
  let transport: RefreshTransport
  let memory: RefreshMemory
  let redactor: Redactor
  /// Answers from memory do not count: a person asks.
  var isForced = false

  /// How long to wait for the locks: longer than a holder may take for its request.
  private static let patience: Milliseconds = 25_000

  /// Renews one credential.
  ///
  /// - Parameters:
  ///   - held: The credential as this process knows it.
  ///   - rejected: Fingerprint of the secret that is of no more use.
  /// - Returns: How it went; nothing is thrown.
  func refresh(_ held: HeldCredential, rejected: String) -> Renewal {
    do throws(AuthFileError) {
      let lock = try AuthLock(authPath, waitMilliseconds: Self.patience)
      guard let sharedPath else { return try renew(held, rejected, lock, nil) }
      let shared = try SharedCopy(sharedPath, waitMilliseconds: Self.patience)
      return try renew(held, rejected, lock, shared)
    } catch {
      var renewal = unsaveable(error)
      renewal.retryAt = transport.now() + 30_000
      return renewal
    }
  }

  /// Nothing was spent.
  func unsaveable(_ cause: AuthFileError) -> Renewal {
    Renewal(
      .failed(isFinal: false),
      "the token of \(keys.provider) was not renewed, since the result could not be saved:"
        + " \(cause.words)")
  }

  private func renew(
    _ held: HeldCredential, _ rejected: String, _ lock: borrowing AuthLock,
    _ shared: SharedCopy?
  ) throws(AuthFileError) -> Renewal {
    let document = try AuthDocument(under: lock)
    guard let place = try place(of: held, document) else {
      return Renewal(.failed(isFinal: false), "the credential is no longer in \(authPath)")
    }
    let copies = GrantCopies(of: place, in: document, shared: try shared?.root(), keys)
    if let newest = copies.newest, isNew(newest, rejected), isUsable(newest.token) {
      if copies.areUneven { try? even(copies, newest.node, lock, shared) }
      return memory.note(
        Renewal(.adopted), keys.provider, held.reference.id, offered: rejected, now: transport.now()
      )
    }
    guard let spent = copies.spendable, let token = spent.refresh else {
      return Renewal(.failed(isFinal: true), loginNeeded("it has no refresh token"))
    }
    let print = RefreshMemory.fingerprint(token)
    if !isForced,
      let known = memory.answer(
        keys.provider, held.reference.id, offering: print, now: transport.now())
    {
      return known
    }
    redactor.learn(token)
    do throws(AuthFileError) {
      try document.checkSaveable(under: lock)
      try shared?.checkSaveable()
    } catch {
      return memory.note(
        unsaveable(error), keys.provider, held.reference.id, offered: print, now: transport.now())
    }
    let renewal = try spend(token, of: spent, copies, held, lock, shared)
    return memory.note(
      renewal, keys.provider, held.reference.id, offered: print, now: transport.now())
  }

  /// Sends the one request that a refresh token allows.
  private func spend(
    _ token: Secret, of spent: GrantCopies.Copy, _ copies: GrantCopies, _ held: HeldCredential,
    _ lock: borrowing AuthLock, _ shared: SharedCopy?
  ) throws(AuthFileError) -> Renewal {
    let endpoint = endpoint(of: spent.node)
    let reply = transport.send(endpoint.refreshing(token, over: transport))
    let answer = TokenAnswer(reply, defaultCode: keys.isNous ? "invalid_grant" : nil)
    var renewal: Renewal
    switch answer {
    case .granted(let grant):
      redactor.learn(grant.access)
      if let refresh = grant.refresh { redactor.learn(refresh) }
      renewal = save(grant, spent, copies, held, lock, shared)
    case .refused(let code, let description, let isFinal):
      renewal = try refused(code, description, isFinal, token, held, lock, shared)
    case .fault(let what):
      renewal = Renewal(
        .failed(isFinal: false),
        "the token of \(keys.provider) was not renewed: \(host(endpoint.url)): \(what)")
    }
    renewal.loginAge = spent.node.moment("obtained_at")
    renewal.status = reply.status
    renewal.didSend = reply.fault?.isBeforeSending != true
    renewal.detail = String(redactor.redact(renewal.detail).prefix(400))
    return renewal
  }

  private func refused(
    _ code: String, _ description: String?, _ isFinal: Bool, _ token: Secret,
    _ held: HeldCredential, _ lock: borrowing AuthLock, _ shared: SharedCopy?
  ) throws(AuthFileError) -> Renewal {
    let words = description.map { "\(code): \($0)" } ?? code
    guard isFinal else {
      return Renewal(
        .failed(isFinal: false), "the token of \(keys.provider) was not renewed: \(words)")
    }
    // Somebody who does not know the locks may have renewed it in between.
    let document = try AuthDocument(under: lock)
    if let place = try place(of: held, document) {
      let copies = GrantCopies(of: place, in: document, shared: try shared?.root(), keys)
      if let newest = copies.newest, newest.refresh != token, isUsable(newest.token) {
        return Renewal(.adopted)
      }
    }
    try quarantine(token, code, words, lock, shared)
    return Renewal(.failed(isFinal: true), loginNeeded(words))
  }

  func loginNeeded(_ why: String) -> String {
    let command = keys.isNous ? "auxq auth login nous" : "auxq auth add \(keys.provider)"
    return "the login of \(keys.provider) is no longer valid (\(why)): log in again: \(command)"
  }

  private func host(_ url: String) -> String {
    transport.origins(url).first?.host ?? "its token endpoint"
  }
}

// MARK: Places

extension GrantRefresher {
  /// Where the credential stands now: it is found by its id, as the pool finds it.
  private func place(
    of held: HeldCredential, _ document: AuthDocument
  ) throws(AuthFileError) -> AuthDocument.Place? {
    let file = try AuthFileReader(path: authPath, bytes: document.text).read()
    let stored = keys.poolNames.flatMap { file.pools[$0] ?? [] }
    // Another program's file knows nothing of our entry that points there.
    if held.owner != nil { return stored.first { $0.source.hasSuffix("device_code") }?.place }
    return PoolAssembly(keys: keys, environment: environment)
      .pool(stored, own: [], version: 0).member(held.reference.id)?.place
  }

  private func isNew(_ copy: GrantCopies.Copy, _ rejected: String) -> Bool {
    guard let secret = copy.token.secret else { return false }
    let url = PoolAssembly(keys: keys, environment: environment).url(of: copy.node)
    return secret.withBytes { HeldCredential.fingerprint($0, url) } != rejected
  }

  /// It lives for longer than it may take to use it: min(wanted, half of its life).
  private func isUsable(_ token: Token) -> Bool {
    guard token.secret != nil else { return false }
    guard let end = token.expiresAt else { return true }
    return end - transport.now() > min(keys.wantedLife(environment), (token.lifetime ?? .max) / 2)
  }

  private func endpoint(of login: JSONNode) -> TokenEndpoint {
    if let oauth = keys.oauth {
      let name = oauth.clientSecretName
      return TokenEndpoint(
        url: oauth.tokenURL, clientID: oauth.clientID,
        clientSecret: name.flatMap { environment[$0] }.map { Secret($0) }, scope: oauth.scope,
        style: oauth.format == .json ? .json : .form,
        allowsInsecureHTTP: keys.allowsInsecureHTTP, timeout: 20_000)
    }
    let portal = NousPortal.address(
      stored: login.text("portal_base_url"), environment: environment)
    return TokenEndpoint(
      url: portal + "/api/oauth/token", clientID: login.text("client_id") ?? NousPortal.clientID,
      style: .header, allowsInsecureHTTP: keys.allowsInsecureHTTP, timeout: NousPortal.timeout)
  }
}

extension TransportFault {
  /// Nothing has left this machine, so that nothing was spent.
  var isBeforeSending: Bool {
    switch self {
    case .dns, .refused, .unreachable, .connectTimeout, .hostNotAllowed, .malformedRequest: true
    case .reset, .timeout, .tls, .truncated, .tooLarge, .redirect, .cancelled: false
    }
  }
}
