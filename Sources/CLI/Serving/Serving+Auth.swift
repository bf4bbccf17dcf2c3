import Calls
import Configuration
import Credentials
import Fallback
import JSONText
import Platform
import Queue
import Worker

/// The commands of `auth` that ask somebody: all others touch files only.
extension Serving {
  // MARK: Refresh

  /// `auth refresh`: renews tokens, and reads keys anew where they are kept.
  package func renewCredentials(_ session: Session) throws(Complaint) -> ExitCode {
    // Failures are remembered there; without it the refresh itself works all the same.
    let store: any QueueStore = (try? session.openStore()) ?? NoStore()
    defer { store.close() }
    let engine = try engine(session, store)
    let provider = try session.provider(engine)
    let rows = engine.credentialRows(provider, session.program.now())
    let meant = try session.invocation.argument("TARGET").map { (text) throws(Complaint) in
      [try CredentialTarget.find(text, in: rows, of: provider)]
    }
    guard !rows.isEmpty else {
      throw Complaint(
        .usage, "\(provider) has no credential", remedy: "auxq auth add \(provider)")
    }
    var code = ExitCode.success
    for row in meant ?? rows {
      let report = engine.pools.renew(
        row.listing.credential, route: engine.route(to: provider))
      let line = RenewalLine(row: row, report: report)
      if session.invocation.wantsJSON {
        try session.emit(line.json)
      } else {
        try session.emit("\(Sanitizer.line(line.text))\n")
      }
      if let worse = line.exitCode { code = worse }
    }
    session.finishRefreshes(engine)
    store.flush()
    return code
  }

  // MARK: Login

  /// `auth login`: shows an address and a code, and waits until a person has agreed there.
  package func login(_ session: Session) throws(Complaint) -> ExitCode {
    let engine = try engine(session, NoStore())
    let provider = try session.provider(engine)
    guard provider == "nous" else {
      throw Complaint(
        .usage, "\(provider) has no login here: it takes keys",
        remedy: "auxq auth add \(provider)")
    }
    try checkSaveable(session)
    let cancellation = Cancellation()
    signals.listen { number in
      if cancellation.isCancelled { Signals.die(by: number) }
      cancellation.cancel(.user)
    }
    let found = try granted(session, engine, cancellation)
    let id: String
    do throws(AuthFileError) {
      id = try found.store(
        in: session.paths.authFile, environment: session.program.environment,
        label: session.invocation.text("label"))
    } catch {
      throw Complaint(error)
    }
    session.resetMarks(of: id, provider: provider)
    try tell(id, provider, session)
    return .success
  }

  /// A login that cannot be kept is not begun: it would be lost when the code has been entered.
  private func checkSaveable(_ session: Session) throws(Complaint) {
    let lock = try session.authLock()
    do throws(AuthFileError) {
      try AuthDocument(under: lock).checkSaveable(under: lock)
    } catch {
      throw Complaint(error)
    }
  }

  private func granted(
    _ session: Session, _ engine: Engine, _ cancellation: Cancellation
  ) throws(Complaint) -> NousLogin {
    let transport = RefreshTransport(
      makeBlocking(engine.settings.certificates), parseOrigin: parseOrigin,
      now: { SystemTime.wall() })
    let login = DeviceLogin(
      transport: transport, redactor: engine.redactor, environment: session.program.environment,
      allowsInsecureHTTP: engine.settings.keySources("nous").allowsInsecureHTTP,
      sleep: { until, cancellation in
        while !cancellation.isCancelled, SystemTime.wall() < until {
          SystemTime.sleep(milliseconds: min(50, until - SystemTime.wall()))
        }
      })
    do throws(DeviceLogin.Failure) {
      return try login.perform(cancellation: cancellation) { prompt in
        // Not a hint: without it nobody could go on, so `--quiet` does not hide it.
        _ = session.program.writeErrors(Array(prompt.text.utf8))
      }
    } catch {
      throw Complaint(error)
    }
  }

  private func tell(
    _ id: String, _ provider: String, _ session: Session
  ) throws(Complaint) {
    let rows = try session.engine(NoStore()).credentialRows(provider, session.program.now())
    let row = rows.first { $0.listing.credential.id == id }
    if session.invocation.wantsJSON, let row { return try session.emit(row.json) }
    try session.emit("\(provider): logged in (\(id))\n")
  }
}

extension DeviceLogin.Prompt {
  /// What the person has to do.
  fileprivate var text: String {
    """
    Open this address in any browser:
      \(Sanitizer.line(completeURL))
    and make sure that it shows this code: \(Sanitizer.line(userCode))
    (or type the code at \(Sanitizer.line(url)))
    Waiting for \(SpanText.text(expiresIn)) at most; Ctrl-C stops, and nothing is stored then.

    """
  }
}

extension Complaint {
  fileprivate init(_ failure: DeviceLogin.Failure) {
    switch failure {
    case .cancelled: self.init(.interrupted, "stopped; nothing is stored")
    case .expired:
      self.init(
        .temporary, "nobody entered the code in time; nothing is stored",
        remedy: "auxq auth login nous")
    case .refused(let code, let description):
      let words = [code, description].filter { !$0.isEmpty }.joined(separator: ": ")
      self.init(.jobFailed, "the portal refused the login (\(words)); nothing is stored")
    case .portal(let what, let status):
      let number = status.map { " (HTTP \($0))" } ?? ""
      self.init(
        .unavailable, "the portal cannot be used: \(what)\(number); nothing is stored",
        remedy: "try again later")
    }
  }
}

/// How one refresh went, for people and scripts.
private struct RenewalLine {
  var row: CredentialRow
  var report: RefreshReport

  private var word: String {
    switch report.outcome {
    case .renewed, .paid, .model: "renewed"
    case .adopted: "renewed already"
    case .unchanged: "unchanged"
    case .failed(isTerminal: true): "refused"
    case .failed(isTerminal: false): "failed"
    }
  }

  /// nil: it went well.
  var exitCode: ExitCode? {
    switch report.outcome {
    case .failed(isTerminal: true): .jobFailed
    case .failed(isTerminal: false): .unavailable
    default: nil
    }
  }

  var text: String {
    let detail = report.detail.isEmpty ? "" : " (\(report.detail))"
    let remedy =
      exitCode == .jobFailed && row.isLogin ? "; do: auxq auth login \(row.provider)" : ""
    return "\(row.title): \(word)\(detail)\(remedy)"
  }

  var json: JSONValue {
    [
      "provider": .string(row.provider), "index": .int(row.index),
      "id": .string(row.listing.credential.id), "label": .string(row.listing.credential.label),
      "outcome": .string(word), "detail": .optional(report.detail.isEmpty ? nil : report.detail),
      "sent": .bool(report.didSend),
    ]
  }
}
