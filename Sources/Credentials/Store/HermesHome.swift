import Calls
package import Configuration
import Fallback
import JSONText
import Platform

/// Another program's home folder, to take credentials over from. Nothing there is changed.
package struct HermesHome: Sendable {
  /// What becomes of one entry.
  package struct Finding: Sendable {
    package enum Fate: Sendable {
      /// To be stored under this pool.
      case imported(NewCredential, pool: String)
      /// Stored here already, or found without being stored.
      case known
      /// Left where it is; a sentence says why.
      case left(String)
    }

    /// As the file calls the provider.
    package var provider: String
    package var label: String
    package var source: String
    package var fate: Fate
    /// Something the user should know all the same.
    package var note: String?
  }

  /// Path of its `auth.json`.
  package let path: String
  private let document: AuthDocument
  private let home: String

  /// Reads it.
  ///
  /// - Parameter home: The folder, for example `~/.hermes`.
  /// - Throws: `AuthFileError`; a file that is not there is `unreadable`.
  package init(_ home: String) throws(AuthFileError) {
    self.home = home
    path = FileSystem.joined(home, "auth.json")
    guard FileSystem.exists(path) else {
      throw .unreadable(FileError(.notFound, path: path, operation: "read"))
    }
    document = try AuthDocument(path)
  }

  /// What would be taken over.
  ///
  /// - Parameters:
  ///   - own: Our file, as it is.
  ///   - provider: Only this one, by its canonical name; nil: all.
  ///   - settings: Say what the providers are called here and which variables are read anyway.
  ///   - environment: To say which references give a key here.
  /// - Returns: One finding for each entry, in the order of the file.
  package func findings(
    for own: AuthDocument, provider: String?, _ settings: Settings, environment: [String: String]
  ) -> [Finding] {
    let reader = ImportReader(
      own: own, settings: settings, environment: environment, path: path,
      names: dotEnvironment())
    var findings: [Finding] = []
    for pool in document.poolNames {
      let name = settings.canonicalProvider(pool)
      guard provider == nil || name == provider else { continue }
      for entry in document.entries(pool) {
        findings.append(reader.finding(entry.node, pool: pool, provider: name))
      }
    }
    let hasNous = findings.contains { $0.provider == "nous" && $0.source == "device_code" }
    if !hasNous, provider == nil || provider == "nous",
      let login = document.node(.login("nous")), login.text("refresh_token") != nil
    {
      findings.append(reader.login(label: login.text("label") ?? "device_code"))
    }
    return findings
  }

  /// Names that the home's own `.env` sets; no value is kept.
  private func dotEnvironment() -> Set<String> {
    guard let bytes = try? FileSystem.readSecret(FileSystem.joined(home, ".env"), limit: 1 << 20)
    else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    return Set(
      lines.compactMap { line in
        var text = line.drop { $0 == " " || $0 == "\t" }
        if text.hasPrefix("export ") { text = text.dropFirst(7) }
        guard !text.hasPrefix("#"), let equals = text.firstIndex(of: "="),
          text.index(after: equals) < text.endIndex
        else { return nil }
        return String(text[..<equals])
      })
  }
}

/// Judges single entries.
private struct ImportReader {
  let own: AuthDocument
  let settings: Settings
  let environment: [String: String]
  let path: String
  /// Set in the home's `.env`.
  let names: Set<String>

  func finding(_ node: JSONNode, pool: String, provider: String?) -> HermesHome.Finding {
    let source = node.text("source") ?? "manual"
    let label = node.text("label") ?? source
    func made(_ fate: HermesHome.Finding.Fate, _ note: String? = nil) -> HermesHome.Finding {
      HermesHome.Finding(
        provider: provider ?? pool, label: label, source: source, fate: fate, note: note)
    }
    guard let provider else { return made(.left(unknown(pool))) }
    if provider == "nous", source.hasSuffix("device_code") { return login(label: label) }
    if case .variable(let name)? = KeyReference(source: source) {
      return variable(name, provider, made)
    }
    if let reference = KeyReference(source: source) {
      let new = NewCredential(label: label, origin: .reference(reference, known: nil))
      return made(fate(of: new, provider))
    }
    guard source == "manual" || source.hasPrefix("manual:") || source.isEmpty else {
      return made(.left("\(source) keeps the key; it is not in this file"))
    }
    guard node.text("refresh_token") == nil else {
      return made(.left("its refresh token works once and has one owner: log in here instead"))
    }
    guard let text = node.text("access_token"), KeyText.usable(Array(text.utf8)) != nil else {
      return made(.left("it holds no key"))
    }
    var new = NewCredential(
      label: label, isOAuth: node.text("auth_type") == "oauth", origin: .secret(Secret(text)),
      baseURL: ownURL(node.text("base_url"), provider))
    if let id = node.text("id"), isFree(id, provider) { new.id = id }
    return made(fate(of: new, provider))
  }

  private func unknown(_ pool: String) -> String {
    if let reason = Registry.unsupported(pool) { return reason }
    let name = pool.hasPrefix("custom:") ? String(pool.dropFirst(7)) : pool
    return "no provider of that name here: describe providers.\(name) in the configuration first"
  }

  /// References stay references.
  private func variable(
    _ name: String, _ provider: String,
    _ made: (HermesHome.Finding.Fate, String?) -> HermesHome.Finding
  ) -> HermesHome.Finding {
    let value = environment[name].flatMap { KeyText.usable(Array($0.utf8)) }
    let isOnlyThere = value == nil && names.contains(name)
    let hint =
      value != nil
      ? nil
      : "\(name) is not set here"
        + (isOnlyThere ? "; it stands in that home's .env: export it" : "")
    if settings.keySources(provider).names.contains(name) { return made(.known, hint) }
    let new = NewCredential(
      label: name, origin: .reference(.variable(name), known: value.map { Secret($0) }))
    return made(fate(of: new, provider), hint)
  }

  func login(label: String) -> HermesHome.Finding {
    let new = NewCredential(
      label: label, isOAuth: true, origin: .reference(.login(path), known: nil))
    return HermesHome.Finding(
      provider: "nous", label: label, source: "device_code", fate: fate(of: new, "nous"),
      note: "the login stays in \(path), where both programs renew it; nothing was copied")
  }

  private func fate(of new: NewCredential, _ provider: String) -> HermesHome.Finding.Fate {
    let pools = settings.poolNames(provider)
    guard own.twin(of: new, in: pools) == nil else { return .known }
    return .imported(new, pool: own.pool(among: pools))
  }

  private func isFree(_ id: String, _ provider: String) -> Bool {
    settings.poolNames(provider).allSatisfy { own.place(of: id, in: $0) == nil }
  }

  /// An address of its own: the built-in one counts as none.
  private func ownURL(_ text: String?, _ provider: String) -> String? {
    guard let text, let url = try? BaseURL(text) else { return text }
    let known = Registry.entry(provider)?.baseURL.flatMap { try? BaseURL($0) }
    return url == known ? nil : text
  }
}
