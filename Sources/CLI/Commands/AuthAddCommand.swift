import Calls
import Configuration
import Credentials
import Fallback
import JSONText
import Queue
import Worker

/// `auth add`: stores a key, or where one is to be found.
enum AuthAddCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let engine = try session.engine(NoStore())
    let provider = try session.provider(engine)
    let address = try baseURL(session, engine, provider)
    let label = try session.invocation.text("label").map(checkedLabel)
    let account = try session.invocation.text("account").map(checkedLabel)
    let (origin, name) = try KeyIntake(session: session, engine: engine, provider: provider)
      .origin()
    // Opened first: without it the account would be lost after the key is stored.
    let store = try account.map { (_) throws(Complaint) in try session.openStore() }
    defer { store?.close() }
    let new = try stored(
      NewCredential(
        label: label ?? "", isOAuth: session.invocation.text("type") == "oauth", origin: origin,
        baseURL: address),
      defaultLabel: name, engine, provider, session)
    if let store, let account {
      try session.assign(account, to: new.id, of: provider, in: store)
    }
    try tell(new, provider, session)
    return .success
  }

  private static func stored(
    _ new: NewCredential, defaultLabel: String?, _ engine: Engine, _ provider: String,
    _ session: Session
  ) throws(Complaint) -> NewCredential {
    let pools = poolNames(engine, provider, session)
    var new = new
    let twin = try session.changeAuth { (document) throws(AuthFileError) -> String? in
      if let twin = document.twin(of: new, in: pools) {
        return document.node(twin)?["label"]?.string ?? document.node(twin)?["id"]?.string ?? "?"
      }
      if new.label.isEmpty {
        new.label = freeLabel(defaultLabel ?? "api-key", defaultLabel == nil, document, pools)
      }
      let pool = document.pool(among: pools)
      try document.add(new, to: pool)
      // As in hermes-agent: who adds a key wants the provider, with all that was found before.
      for name in pools { try document.suppress([], of: name) }
      return nil
    }
    guard let twin else { return new }
    throw Complaint(
      .cannotCreate, "\(provider) has this key already, labelled “\(twin)”; nothing is stored",
      remedy: "auxq auth list \(provider)")
  }

  /// The name that was typed first, where it is one under which credentials are kept.
  private static func poolNames(
    _ engine: Engine, _ provider: String, _ session: Session
  ) -> [String] {
    let names = engine.settings.poolNames(provider)
    guard let typed = session.invocation.argument("PROVIDER"), typed != provider,
      typed.hasPrefix("custom:"), names.contains(typed)
    else { return names }
    return [typed] + names.filter { $0 != typed }
  }

  private static func freeLabel(
    _ base: String, _ isNumbered: Bool, _ document: AuthDocument, _ pools: [String]
  ) -> String {
    let taken = Set(
      pools.flatMap { document.entries($0) }.compactMap { $0.node["label"]?.string?.lowercased() })
    if !isNumbered, !taken.contains(base.lowercased()) { return base }
    let count = pools.map { document.entries($0).count }.reduce(0, +)
    var number = isNumbered ? count + 1 : 2
    while taken.contains("\(base)-\(number)".lowercased()) { number += 1 }
    return "\(base)-\(number)"
  }

  // MARK: Checks

  private static func checkedLabel(_ text: String) throws(Complaint) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
      default: true
      }
    }
    guard isPlain, text.contains(where: { !$0.isWhitespace }), text.count <= 64 else {
      throw Complaint(
        .usage, "a label or an account is one line of at most 64 visible characters")
    }
    return text
  }

  private static func baseURL(
    _ session: Session, _ engine: Engine, _ provider: String
  ) throws(Complaint) -> String? {
    guard let text = session.invocation.text("base-url") else { return nil }
    let url: BaseURL
    do throws(BaseURL.Fault) { url = try BaseURL(text) } catch {
      throw Complaint(.usage, "--base-url: \(error.message)")
    }
    let isAllowed = engine.settings.keySources(provider).allowsInsecureHTTP
    guard url.isEncrypted || url.hostClass == .loopback || isAllowed else {
      throw Complaint(
        .usage, "--base-url: the key would travel unencrypted to \(url.text)",
        remedy: "use https, or allow it: providers.\(provider).insecure_http")
    }
    let known = Registry.entry(provider)?.baseURL.flatMap { try? BaseURL($0) }
    return url == known ? nil : url.text
  }

  private static func tell(
    _ new: NewCredential, _ provider: String, _ session: Session
  ) throws(Complaint) {
    let rows = try session.engine(NoStore()).credentialRows(provider, session.program.now())
    let row = rows.first { $0.listing.credential.id == new.id }
    if session.invocation.wantsJSON, let row { return try session.emit(row.json) }
    let number = row.map { "#\($0.index) " } ?? ""
    try session.emit("\(provider): added \(number)\(Sanitizer.line(new.label)) (\(new.id))\n")
    if case .reference(let reference, _) = new.origin {
      session.note("auxq: the key stays where it is (\(reference.place)); nothing was copied")
    }
  }
}

extension Session {
  /// The provider that was named.
  func provider(_ engine: Engine) throws(Complaint) -> String { try providers(engine).first ?? "" }
}
