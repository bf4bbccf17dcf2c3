import Calls
import Configuration
import Credentials
import Fallback
import Queue
import Worker

extension Serving {
  /// For `doctor`: how the keys of each provider of the chain stand. Nothing is sent.
  ///
  /// - Parameter session: Whose files.
  /// - Returns: Findings for each provider that some job may ask.
  /// - Throws: `Complaint`.
  package func inspect(_ session: Session) throws(Complaint) -> [CredentialFinding] {
    // A database that cannot be read is a finding of its own; keys are looked at all the same.
    let store = try? session.existingStore(.read)
    defer { store?.close() }
    let engine = try engine(session, store ?? NoStore())
    var names: [String] = []
    for note in engine.resolve(kind: "", provider: nil, model: nil).notes
    where !names.contains(note.provider) {
      names.append(note.provider)
    }
    let stored = engine.settings.providerNames.filter { engine.pools.hasStored($0) }
    for name in engine.settings.providers.keys.sorted() + stored where !names.contains(name) {
      names.append(name)
    }
    let now = session.program.now()
    return names.flatMap { name in
      (states(name, engine, now) + aging(name, engine, now)).map {
        CredentialFinding(provider: name, state: $0)
      }
    }
  }

  /// A login that ends soon, however often its tokens are renewed.
  private func aging(
    _ provider: String, _ engine: Engine, _ now: Milliseconds
  ) -> [CredentialFinding.State] {
    guard provider == "nous", let days = engine.pools.agingLoginDays(now) else { return [] }
    return [
      .benched(
        "login is \(days) days old and ends after 30", remedy: "auxq auth login nous")
    ]
  }

  private func states(
    _ provider: String, _ engine: Engine, _ now: Milliseconds
  ) -> [CredentialFinding.State] {
    let rows = engine.credentialRows(provider, now)
    let usable = rows.filter { $0.listing.problem == nil }
    let well = usable.filter(\.isWell)
    var states: [CredentialFinding.State] = []
    if let broken = broken(provider, engine, isLast: usable.isEmpty) { states.append(broken) }
    if !well.isEmpty {
      let labels = well.map(\.listing.credential.label).joined(separator: ", ")
      states.append(.found(source: labels))
    }
    states += usable.filter { !$0.isWell }.map { row in
      let words = "#\(row.index) \(row.listing.credential.label): \(row.status)"
      let remedy = CredentialAdvice.text(row)
      let isHopeless = well.isEmpty && row.listing.bench?.until == nil
      return isHopeless ? .refused(words, remedy: remedy) : .benched(words, remedy: remedy)
    }
    guard states.isEmpty else { return states }
    guard !engine.pools.canAsk(provider) else { return [.notNeeded] }
    return [
      .missing(
        remedy: KeyWording.sentence(engine.pools.problems(provider))
          ?? "auxq auth add \(provider), or name a key source: key_env")
    ]
  }

  private func broken(
    _ provider: String, _ engine: Engine, isLast: Bool
  ) -> CredentialFinding.State? {
    let problem = engine.pools.problems(provider).first { problem in
      switch problem.code {
      case .variableMissing: false
      // One of several keys that is none: the others serve.
      case .unusable, .badAddress, .revoked: isLast
      case .fileUnreadable, .fileOpenToOthers, .commandFailed: true
      }
    }
    guard let problem else { return nil }
    let code: ExitCode = problem.code == .fileOpenToOthers ? .permission : .configuration
    return .unusable(Complaint(code, KeyWording.text(problem)))
  }
}
