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
    let now = session.program.now()
    var done: [Done] = []
    for provider in try session.providers(engine) {
      let rows = engine.credentialRows(provider, now)
      let target = try session.invocation.argument("TARGET").map { (text) throws(Complaint) in
        try CredentialTarget.find(text, in: rows, of: provider)
      }
      let lifted = try store.map { (store) throws(Complaint) in
        try lift(reset(provider, target, rows, now), in: store)
      }
      done.append(Done(provider: provider, rows: rows, lifted: lifted ?? []))
    }
    try tell(done, session)
    return .success
  }

  /// What was done for one provider.
  private struct Done {
    var provider: String
    var rows: [CredentialRow]
    var lifted: [MarkKey]

    var credentials: Int {
      rows.map(\.listing.credential).count { one in lifted.contains { $0.concerns(one) } }
    }

    var json: JSONValue {
      [
        "provider": .string(provider), "credentials": .int(credentials),
        "marks": .int(lifted.count),
      ]
    }

    var text: String {
      let others = lifted.count { $0.scope == .route || $0.scope == .model }
      let places =
        others > 0 ? ", \(Quantity.counted(others, "mark")) on its address or models" : ""
      return "\(provider): reset \(Quantity.counted(credentials, "credential"))\(places)\n"
    }
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

  /// Of all providers only those where there was something.
  private static func tell(_ done: [Done], _ session: Session) throws(Complaint) {
    let isOne = session.invocation.argument("PROVIDER") != nil
    let told = isOne ? done : done.filter { !$0.lifted.isEmpty }
    if session.invocation.wantsJSON {
      try session.emitLines(told.map(\.json))
    } else if told.isEmpty {
      session.note("auxq: nothing is marked")
    } else {
      try session.emit(told.map(\.text).joined())
    }
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
