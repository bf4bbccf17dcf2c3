import Configuration
import Credentials
package import Fallback
import JSONText
import Queue
import Worker

/// `auth list`: every credential, where it comes from and how it stands.
enum AuthListCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let store = try session.existingStore(.read)
    defer { store?.close() }
    let engine = try session.engine(store ?? NoStore())
    let names = try session.providers(engine)
    let rows = names.flatMap { engine.credentialRows($0, session.program.now()) }
    if session.invocation.wantsJSON {
      try session.emitLines(rows.map(\.json))
    } else if rows.isEmpty {
      session.note(
        "auxq: no credential is known; store one: auxq auth add PROVIDER, or key_env in \(session.paths.config)"
      )
    } else {
      try session.emit(table(rows).text(style: session.style, width: session.width))
      for row in rows {
        guard let advice = CredentialAdvice.text(row) else { continue }
        session.note("auxq: \(row.title): \(advice)")
      }
    }
    if names.contains("nous"), let days = engine.pools.agingLoginDays(session.program.now()) {
      session.note(
        "auxq: the login of nous is \(days) days old and ends after 30: auxq auth login nous")
    }
    tellObstacle(session)
    return .success
  }

  /// A login that cannot be saved is not renewed; that should not come as a surprise.
  private static func tellObstacle(_ session: Session) {
    guard let document = try? AuthDocument(session.paths.authFile), !document.poolNames.isEmpty,
      let obstacle = document.obstacle
    else { return }
    session.note(
      "auxq: \(session.paths.authFile) is only read: \(obstacle); keys work, logins are not renewed"
    )
  }

  private static func table(_ rows: [CredentialRow]) -> Table {
    var table = Table([
      .init(title: "PROVIDER", limit: 24), .init(title: "#", isRightAligned: true),
      .init(title: "ID", limit: 16), .init(title: "LABEL", limit: 30), .init(title: "TYPE"),
      .init(title: "SOURCE", limit: 30), .init(title: "NEXT"), .init(title: "STATUS"),
    ])
    for row in rows {
      table.add(
        row.provider, "\(row.index)", row.listing.credential.id, row.listing.credential.label,
        row.type, row.source, row.listing.isNext ? "next" : "", row.status)
    }
    return table
  }
}

/// One line of `auth list`.
struct CredentialRow {
  var provider: String
  /// From 1.
  var index: Int
  var listing: CredentialListing
  var now: Milliseconds

  var type: String { listing.isOAuth ? "oauth" : "api_key" }

  /// `manual:` says nothing that a person needs.
  var source: String {
    listing.source.hasPrefix("manual:") ? String(listing.source.dropFirst(7)) : listing.source
  }

  var status: String {
    if listing.problem?.code == .revoked { return "revoked: log in again" }
    if listing.problem != nil { return "unavailable here" }
    return listing.bench.map { CredentialStatus.text($0, now: now) } ?? "ok"
  }

  var json: JSONValue {
    [
      "provider": .string(provider), "index": .int(index), "id": .string(listing.credential.id),
      "label": .string(listing.credential.label), "type": .string(type),
      "source": .string(listing.source), "status": .string(status),
      "class": .optional(listing.bench?.class?.rawValue),
      "code": .optional(listing.bench?.status), "reason": .optional(reason),
      "until": listing.bench?.until.map { .time($0) } ?? .null,
      "request_count": .int(listing.uses), "next": .bool(listing.isNext),
    ]
  }

  private var reason: String? {
    listing.problem.map(KeyWording.text) ?? listing.renewalProblem
      ?? listing.bench?.class?.phrase
  }
}

/// How a credential that is benched stands, in words.
package enum CredentialStatus {
  /// - Parameters:
  ///   - bench: The mark on it or its account.
  ///   - now: Milliseconds.
  /// - Returns: What is wrong, the status that came, and how long it lasts.
  package static func text(_ bench: Unavailability, now: Milliseconds) -> String {
    if bench.reason == .terminal { return "revoked: log in again" }
    let left = bench.until.map { TimeLeft.text(max(0, $0 - now)) }
    let code = bench.status.map { " (\($0))" } ?? ""
    switch bench.class {
    case .auth, .forbidden, .entitlement:
      let retry = left.map { ", retry in \($0)" } ?? ""
      return "auth failed\(code) re-login may be required\(retry)"
    case .rateLimit: return "rate-limited\(code)" + (left.map { " \($0) left" } ?? "")
    case .quota, .payment:
      return (bench.class?.rawValue ?? "") + code + (left.map { " \($0) left" } ?? "")
    default:
      return (bench.class?.phrase ?? "benched") + code + (left.map { " \($0) left" } ?? "")
    }
  }
}

extension FailureClass {
  /// A mark of it stands on a credential or its account.
  var isAboutKeys: Bool {
    switch self {
    case .auth, .forbidden, .entitlement, .payment, .quota, .rateLimit: true
    default: false
    }
  }
}

/// A span that is still to pass, rounded up: nobody comes back too early.
enum TimeLeft {
  static func text(_ span: Milliseconds) -> String {
    let seconds = (span + 999) / 1000
    if seconds < 60 { return "\(seconds)s" }
    let minutes = (seconds + 59) / 60
    if minutes < 60 { return "\(minutes)m" }
    return SpanText.text(minutes * 60_000)
  }
}

extension Session {
  /// The provider that was named, or all.
  func providers(_ engine: Engine) throws(Complaint) -> [String] {
    guard let name = invocation.argument("PROVIDER") else { return engine.settings.providerNames }
    guard let provider = engine.settings.canonicalProvider(name) else {
      throw Complaint(
        .unknownProvider(name, suggestion: engine.settings.suggestedProvider(name)),
        wasAsked: true)
    }
    return [provider]
  }
}

extension Engine {
  /// A provider's credentials with their standing; nothing is sent or written.
  func credentialRows(_ provider: String, _ now: Milliseconds) -> [CredentialRow] {
    pools.listing(route(to: provider), now: now).enumerated().map {
      CredentialRow(provider: provider, index: $0.offset + 1, listing: $0.element, now: now)
    }
  }
}
