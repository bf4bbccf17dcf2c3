import Calls
import Configuration
import Credentials
import Fallback
import Worker

extension Serving {
  /// For `doctor`: where the key of each provider of the chain comes from. Nothing is sent.
  ///
  /// - Parameter session: Whose files.
  /// - Returns: One finding for each provider that some job may ask.
  /// - Throws: `Complaint`.
  package func inspect(_ session: Session) throws(Complaint) -> [CredentialFinding] {
    let engine = try engine(session, NoStore())
    var names: [String] = []
    for note in engine.resolve(kind: "", provider: nil, model: nil).notes
    where !names.contains(note.provider) {
      names.append(note.provider)
    }
    let stored = engine.settings.providerNames.filter { engine.pools.hasStored($0) }
    for name in engine.settings.providers.keys.sorted() + stored where !names.contains(name) {
      names.append(name)
    }
    return names.map { CredentialFinding(provider: $0, state: state($0, engine)) }
  }

  private func state(_ provider: String, _ engine: Engine) -> CredentialFinding.State {
    let found = engine.pools.credentials(provider)
    let problems = engine.pools.problems(provider)
    let broken = problems.first { problem in
      switch problem.code {
      case .variableMissing: false
      // One of several keys that is none: the others serve.
      case .unusable, .badAddress: found.isEmpty
      case .fileUnreadable, .fileOpenToOthers, .commandFailed: true
      }
    }
    if let broken {
      let code: ExitCode = broken.code == .fileOpenToOthers ? .permission : .configuration
      return .unusable(Complaint(code, KeyWording.text(broken)))
    }
    if !found.isEmpty { return .found(source: found.map(\.label).joined(separator: ", ")) }
    guard !engine.pools.canAsk(provider) else { return .notNeeded }
    return .missing(remedy: KeyWording.sentence(problems) ?? "name a key source: key_env")
  }
}
