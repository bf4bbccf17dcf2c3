import Configuration
import Credentials
import Fallback
import JSONText
import Queue
import Worker

/// `auth reset`: lifts the marks of a provider's credentials.
enum AuthResetCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let store = try session.existingStore(.write)
    defer { store?.close() }
    let engine = try session.engine(store ?? NoStore())
    let provider = try session.providers(engine).first ?? ""
    let now = session.program.now()
    let rows = engine.credentialRows(provider, now)
    let target = try session.invocation.argument("TARGET").map { (text) throws(Complaint) in
      try find(text, in: rows, of: provider)
    }
    let lifted = try store.map { (store) throws(Complaint) in
      try lift(reset(provider, target, rows, now), in: store)
    }
    try tell(lifted ?? [], provider, rows, session)
    return .success
  }

  private static func reset(
    _ provider: String, _ target: CredentialRow?, _ rows: [CredentialRow], _ now: Milliseconds
  ) -> HealthReset {
    let meant = target.map { [$0] } ?? rows
    return HealthReset(
      provider: provider, credentials: target.map { [$0.listing.credential.id] },
      accounts: meant.compactMap(\.listing.credential.account), at: now)
  }

  private static func lift(
    _ reset: HealthReset, in store: any QueueStore
  ) throws(Complaint) -> [MarkKey] {
    let answer = try storing { () throws(StoreError) in try store.transact([.reset(reset)]).first }
    guard case .lifted(let keys)? = answer else { return [] }
    return keys
  }

  /// By id, then by label, then by number.
  private static func find(
    _ target: String, in rows: [CredentialRow], of provider: String
  ) throws(Complaint) -> CredentialRow {
    if let row = rows.first(where: { $0.listing.credential.id == target }) { return row }
    let named = rows.filter {
      $0.listing.credential.label.lowercased() == target.lowercased()
    }
    if named.count > 1 {
      let ids = named.map(\.listing.credential.id).joined(separator: ", ")
      throw Complaint(
        .usage, "\(named.count) credentials of \(provider) are labelled “\(target)”",
        remedy: "name one by its id: \(ids)")
    }
    if let row = named.first ?? rows.first(where: { "\($0.index)" == target }) { return row }
    throw Complaint(
      .usage, "\(provider) has no credential “\(target)”", remedy: "auxq auth list \(provider)")
  }

  private static func tell(
    _ lifted: [MarkKey], _ provider: String, _ rows: [CredentialRow], _ session: Session
  ) throws(Complaint) {
    let credentials = rows.map(\.listing.credential).filter { credential in
      lifted.contains { $0.concerns(credential) }
    }
    let others = lifted.count { $0.scope == .route || $0.scope == .model }
    if session.invocation.wantsJSON {
      try session.emit([
        "provider": .string(provider), "credentials": .int(credentials.count),
        "marks": .int(lifted.count),
      ])
      return
    }
    let places = others > 0 ? ", \(Quantity.counted(others, "mark")) on its address or models" : ""
    try session.emit(
      "\(provider): reset \(Quantity.counted(credentials.count, "credential"))\(places)\n")
  }
}

extension MarkKey {
  fileprivate func concerns(_ one: CredentialReference) -> Bool {
    switch scope {
    case .credential, .credentialModel: credential == one.id
    case .account: credential == one.account
    case .route, .model, .request: false
    }
  }
}
