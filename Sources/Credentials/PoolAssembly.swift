import Calls
import Configuration
import Fallback
import JSONText
import Platform

/// Puts a provider's pool together: what `auth.json` keeps, in its order, then what configuration and
/// environment name and the file does not hold already.
struct PoolAssembly {
  let keys: ProviderKeys
  let environment: [String: String]
  /// Sources that the user has removed.
  var suppressed: Set<String> = []
  /// As it was before: a command is not run again only because another entry changed.
  var known: Pool?

  func pool(_ stored: [StoredCredential], own: [HeldCredential], version: Int) -> Pool {
    var members: [HeldCredential] = []
    for entry in named(stored) where !members.contains(where: { $0.isSame(as: entry) }) {
      members.append(entry)
    }
    var problems = members.compactMap(\.problem)
    for one in own {
      if members.contains(where: { $0.covers(one) }) { continue }
      if !keys.isConfigured, suppressed.contains(one.source.name) { continue }
      if let problem = one.problem { problems.append(problem) }
      // A built-in provider has several variables; those that are not set are no credentials.
      if one.problem?.code != .variableMissing || keys.isConfigured { members.append(one) }
    }
    return Pool(members: members.map(placed), problems: problems, own: own, authVersion: version)
  }

  /// A key of a plan with an address of its own goes there and nowhere else.
  private func placed(_ member: HeldCredential) -> HeldCredential {
    guard member.ownURL == nil, keys.baseURL == keys.registryURL, let secret = member.secret,
      let place = keys.keyEndpoints.first(where: { place in
        secret.withBytes { $0.starts(with: place.prefix.utf8) }
      })
    else { return member }
    var member = member
    member.ownURL = place.baseURL
    return member
  }

  /// The stored entries, each with an id that no other has.
  private func named(_ stored: [StoredCredential]) -> [HeldCredential] {
    var ids: Set<String> = []
    return stored.map { entry in
      var held = held(entry)
      if !ids.insert(held.reference.id).inserted {
        let print = held.reference.fingerprint
        held.reference.id = ownID("\(keys.provider) \(entry.source) \(entry.label) \(print)")
        ids.insert(held.reference.id)
      }
      return held
    }
  }

  private func ownID(_ entry: StoredCredential, _ fingerprint: String) -> String {
    // A login keeps its id, however often its tokens are renewed; a key is known by itself, since it
    // may be labelled anew.
    guard let secret = entry.secret, !entry.hasRefreshToken, !entry.isRevoked else {
      let print = entry.hasRefreshToken || entry.isRevoked ? "" : fingerprint
      return ownID("\(keys.provider) \(entry.source) \(entry.label) \(print)")
    }
    return ownID("\(keys.provider) " + secret.withBytes { SHA256.hex($0) })
  }

  private func ownID(_ text: String) -> String {
    String(SHA256.hex(Array(text.utf8)).prefix(6))
  }

  private func held(_ entry: StoredCredential) -> HeldCredential {
    let address = address(entry.baseURL)
    let found = found(entry)
    let key = found.secret
    let url = address.url ?? keys.baseURL
    let fingerprint =
      key.map { $0.withBytes { bytes in HeldCredential.fingerprint(bytes, url) } } ?? ""
    let id = entry.id ?? ownID(entry, fingerprint)
    let reference = CredentialReference(
      id: id, label: entry.label, account: entry.account, fingerprint: fingerprint,
      expiresAt: entry.expiresAt, lifetime: entry.lifetime,
      isRefreshable: entry.variable == nil)
    var held = HeldCredential(
      reference: reference, secret: key, source: .stored(entry.source), isOAuth: entry.isOAuth,
      ownURL: address.url, place: entry.place, owner: entry.owner, pointer: entry.pointer,
      hasRefreshToken: entry.hasRefreshToken)
    if let fault = address.fault {
      held.secret = nil
      held.problem = problem(entry, .badAddress, fault.message)
    } else if entry.isRevoked {
      held.problem = problem(entry, .revoked, "")
    } else if key == nil, held.canBeRenewed(by: keys) {
      // Nothing that could be sent, but something to get it with: as good as expired.
      held.reference.expiresAt = 1
    } else if key == nil {
      held.problem = found.problem ?? problem(entry, .unusable, "")
    }
    return held
  }

  /// What the file holds; for a borrowed entry what is found where it points.
  private func found(_ entry: StoredCredential) -> (secret: Secret?, problem: KeyProblem?) {
    if let secret = entry.secret { return (secret, nil) }
    guard let reference = entry.reference else { return (nil, nil) }
    if case .command = reference, let secret = known?.secret(of: entry) { return (secret, nil) }
    switch KeyLoader(environment: environment).key(at: reference, of: keys.provider) {
    case .success(let secret): return (secret, nil)
    case .failure(let fault): return (nil, fault.value)
    }
  }

  private func problem(
    _ entry: StoredCredential, _ code: KeyProblem.Code, _ detail: String
  ) -> KeyProblem {
    KeyProblem(
      provider: keys.provider, source: entry.variable ?? entry.label, code: code, detail: detail)
  }

  /// Where the secret of an entry is sent.
  func url(of entry: JSONNode) -> String {
    address(entry.address(isNous: keys.isNous)).url ?? keys.baseURL
  }

  /// Its own address. One that is no address makes it unusable: the key was meant for another host
  /// than the provider's.
  private func address(_ stored: String?) -> (url: String?, fault: BaseURL.Fault?) {
    guard let text = stored else { return (nil, nil) }
    do throws(BaseURL.Fault) {
      let url = try BaseURL(text).text
      return (url == keys.registryURL ? nil : url, nil)
    } catch {
      return (nil, error)
    }
  }
}

extension Pool {
  /// What a reference gave when it was last looked at.
  fileprivate func secret(of entry: StoredCredential) -> Secret? {
    members.first { $0.reference.id == entry.id && $0.source == .stored(entry.source) }?.secret
  }
}

extension HeldCredential {
  /// The same secret for the same place, kept twice.
  fileprivate func isSame(as other: HeldCredential) -> Bool {
    guard let secret, let theirs = other.secret else { return false }
    return secret == theirs && ownURL == other.ownURL
  }

  /// A stored entry stands for a source of the configuration: the same secret, or the same variable.
  fileprivate func covers(_ own: HeldCredential) -> Bool {
    if case .variable = own.source, source.name == own.source.name { return true }
    guard let secret, let theirs = own.secret else { return false }
    return secret == theirs
  }
}
