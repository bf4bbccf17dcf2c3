import Calls
import Configuration
import Fallback
import JSONText
import Platform

/// Saving what was granted, and taking out what was refused for good.
extension GrantRefresher {
  func save(
    _ grant: TokenGrant, _ spent: GrantCopies.Copy, _ copies: GrantCopies, _ held: HeldCredential,
    _ lock: borrowing AuthLock, _ shared: SharedCopy?
  ) -> Renewal {
    let time = transport.now()
    let fields = GrantFields(grant, replacing: spent.node, isNous: keys.isNous, now: time)
    var fault: AuthFileError?
    for attempt in 0..<5 {
      if attempt > 0 { SystemTime.sleep(milliseconds: 100 << Int64(attempt)) }
      do throws(AuthFileError) {
        try write(fields, copies.places, spent.node, lock, shared)
        return checked(grant, held)
      } catch {
        fault = error
      }
    }
    var renewal = checked(grant, held)
    renewal.unsaved = unsaved(grant, held, time)
    renewal.detail =
      "the new token of \(keys.provider) could not be saved, and serves only until this process"
      + " ends: \(fault?.words ?? "")"
    return renewal
  }

  /// The copy of all profiles first: hermes-agent prefers it whenever it differs.
  private func write(
    _ fields: GrantFields, _ places: [AuthDocument.Place], _ login: JSONNode,
    _ lock: borrowing AuthLock, _ shared: SharedCopy?
  ) throws(AuthFileError) {
    try shared?.write(fields.shared(login, now: transport.now()))
    try AuthDocument.update(under: lock, now: transport.now()) { (document) throws(AuthFileError) in
      for place in places { try fields.write(to: place, in: &document) }
    }
  }

  /// Makes all places say what the newest one says.
  func even(
    _ copies: GrantCopies, _ newest: JSONNode, _ lock: borrowing AuthLock,
    _ shared: SharedCopy?
  ) throws(AuthFileError) {
    try write(GrantFields(copying: newest), copies.places, newest, lock, shared)
  }

  /// What came may still be of no use; it was saved all the same.
  private func checked(_ grant: TokenGrant, _ held: HeldCredential) -> Renewal {
    let token: JSONValue = ["access_token": .string(grant.access.text)]
    let node = try? JSONNode.parse(token.encoded())
    if keys.isNous, node.map({ Token($0, isNous: true).secret }) == .some(nil) {
      return Renewal(
        .failed(isFinal: false), loginNeeded("its new token does not allow inference"))
    }
    return Renewal(grant.access == held.secret ? .unchanged : .renewed)
  }

  private func unsaved(
    _ grant: TokenGrant, _ held: HeldCredential, _ time: Milliseconds
  ) -> HeldCredential {
    var fresh = held
    fresh.secret = grant.access
    let url = held.ownURL ?? keys.baseURL
    fresh.reference.fingerprint = grant.access.withBytes { HeldCredential.fingerprint($0, url) }
    fresh.reference.lifetime = grant.lifetime > 0 ? Milliseconds(grant.lifetime) * 1000 : nil
    fresh.reference.expiresAt = fresh.reference.lifetime.map { time + $0 }
    return fresh
  }

  /// Takes a token that will never be accepted again out of every place that still holds it. The
  /// entries stay, so that a person sees what happened.
  func quarantine(
    _ token: Secret, _ code: String, _ words: String, _ lock: borrowing AuthLock,
    _ shared: SharedCopy?
  ) throws(AuthFileError) {
    let time = transport.now()
    try shared?.removeIfHolding(token)
    let error: JSONValue = [
      "provider": .string(keys.provider), "code": .string(code),
      "message": .string(redactor.redact(words)), "reason": "refresh_failure",
      "relogin_required": true, "at": .string(Timestamp.text(time)),
    ]
    try AuthDocument.update(under: lock, now: time) { (document) throws(AuthFileError) in
      let login = AuthDocument.Place.login(keys.provider)
      if document.node(login)?.text("refresh_token") == token.text {
        try document.remove(Self.perishable, from: login)
        try document.set([JSONPair("last_auth_error", error)], in: login)
      }
      for pool in keys.poolNames {
        for entry in document.entries(pool) where entry.node.text("refresh_token") == token.text {
          try document.remove(["refresh_token"], from: entry.place)
        }
      }
    }
  }

  /// What hermes-agent takes out of a login that was revoked.
  private static let perishable: Set<String> = [
    "access_token", "refresh_token", "expires_at", "expires_in", "obtained_at", "agent_key",
    "agent_key_id", "agent_key_expires_at", "agent_key_expires_in", "agent_key_reused",
    "agent_key_obtained_at",
  ]
}
