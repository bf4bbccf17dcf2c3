import Fallback
import Spelling

/// What is known about a provider from configuration, environment and registry together.
package struct KeySources: Sendable, Hashable {
  /// The canonical name, under which credentials are stored too.
  package var provider: String
  /// Variables that may hold a key, best first.
  package var names: [String]
  package var file: String?
  package var command: String?
  /// The user named a source: if none yields a key, that is `no credential`.
  package var isConfigured: Bool
  /// A built-in provider that does not work without a key.
  package var needsKey: Bool
  package var auth: RegistryEntry.Auth
  package var strategy: ProviderSettings.Strategy
  package var allowsInsecureHTTP: Bool

  package init(
    provider: String, names: [String] = [], file: String? = nil, command: String? = nil,
    isConfigured: Bool = false, needsKey: Bool = false, auth: RegistryEntry.Auth = .bearer,
    strategy: ProviderSettings.Strategy = .fillFirst, allowsInsecureHTTP: Bool = false
  ) {
    self.provider = provider
    self.names = names
    self.file = file
    self.command = command
    self.isConfigured = isConfigured
    self.needsKey = needsKey
    self.auth = auth
    self.strategy = strategy
    self.allowsInsecureHTTP = allowsInsecureHTTP
  }
}

/// A provider's address and who named it.
package struct ProviderAddress: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    case config
    /// The variable.
    case environment(String)
    case registry
  }

  package var url: BaseURL
  package var source: Source
}

/// Why a provider has no usable address.
package enum AddressFault: Error, Sendable, Hashable {
  case missing
  /// The variable that holds something else than an address.
  case invalid(variable: String, BaseURL.Fault)
}

extension Settings {
  /// Built-in and configured names, sorted.
  package var providerNames: [String] { Set(Registry.ids).union(providers.keys).sorted() }

  /// The name that a provider has here: a configured name first, then a built-in one, then an alias;
  /// `custom:NAME` is the configured NAME.
  ///
  /// - Parameter name: As typed.
  /// - Returns: Nil for an unknown provider.
  package func canonicalProvider(_ name: String) -> String? {
    if providers[name] != nil || Registry.entry(name) != nil { return name }
    if let id = Registry.id(alias: name) { return id }
    if name.hasPrefix("custom:") {
      let rest = String(name.dropFirst("custom:".count))
      return providers[rest] == nil ? nil : rest
    }
    return nil
  }

  /// The provider that somebody may have meant.
  package func suggestedProvider(_ name: String) -> String? {
    Spelling.closest(to: name, among: providerNames)
  }

  /// The model to ask: the one wanted, the provider's own, main's where main is this provider, or
  /// the registry's.
  ///
  /// - Parameters:
  ///   - provider: Its name.
  ///   - model: From the job or the chain entry.
  /// - Returns: Nil where nobody names one.
  package func model(provider: String, asked model: String?) -> String? {
    if let model { return model }
    let name = canonicalProvider(provider) ?? provider
    if let own = providers[name]?.model { return own }
    if let main, (canonicalProvider(main.provider) ?? main.provider) == name,
      let model = main.model
    {
      return model
    }
    return Registry.entry(name)?.model
  }

  /// A provider's address: config, else `<PROVIDER>_BASE_URL`, else the registry.
  ///
  /// - Parameters:
  ///   - provider: A canonical name.
  ///   - environment: All variables.
  /// - Returns: The address and its source.
  /// - Throws: `AddressFault`.
  package func address(
    _ provider: String, environment: [String: String]
  ) throws(AddressFault) -> ProviderAddress {
    if let url = providers[provider]?.baseURL {
      return ProviderAddress(url: url, source: .config)
    }
    for name in Self.baseURLNames(provider) {
      guard let text = environment[name], !text.isEmpty else { continue }
      do throws(BaseURL.Fault) {
        return ProviderAddress(url: try BaseURL(text), source: .environment(name))
      } catch {
        throw .invalid(variable: name, error)
      }
    }
    guard let text = Registry.entry(provider)?.baseURL, let url = try? BaseURL(text) else {
      throw .missing
    }
    return ProviderAddress(url: url, source: .registry)
  }

  /// Variables that may hold a provider's address, best first.
  static func baseURLNames(_ provider: String) -> [String] {
    // The one exception: its variables tell inference from portal.
    if provider == "nous" { return ["NOUS_INFERENCE_BASE_URL"] }
    let letters = provider.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
    return ["\(String(letters))_BASE_URL"] + (Registry.entry(provider)?.baseURLNames ?? [])
  }

  /// The Nous portal (login, account, recommended models).
  ///
  /// - Parameter environment: All variables.
  /// - Returns: The address; the default where a variable holds none.
  package static func nousPortal(_ environment: [String: String]) -> String {
    for name in ["NOUS_PORTAL_BASE_URL", "HERMES_PORTAL_BASE_URL"] {
      if let text = environment[name], let url = try? BaseURL(text) { return url.text }
    }
    return "https://portal.nousresearch.com"
  }

  /// Where a provider's keys may come from, apart from auth.json. What the user configured replaces
  /// the registry's variables.
  ///
  /// - Parameters:
  ///   - provider: Its name.
  ///   - includingShared: Also variables that other programs own; not for discovery.
  /// - Returns: The sources.
  package func keySources(_ provider: String, includingShared: Bool = true) -> KeySources {
    let name = canonicalProvider(provider) ?? provider
    let own = providers[name] ?? ProviderSettings()
    let entry = Registry.entry(name)
    let known = (entry?.keyNames ?? []).filter {
      includingShared || entry?.sharedKeyNames.contains($0) != true
    }
    return KeySources(
      provider: name, names: own.hasKeySource ? own.keyNames ?? [] : known, file: own.keyFile,
      command: own.keyCommand, isConfigured: own.hasKeySource,
      needsKey: entry?.needsKey ?? false, auth: auth(own, entry), strategy: own.strategy,
      allowsInsecureHTTP: own.allowsInsecureHTTP)
  }

  private func auth(_ own: ProviderSettings, _ entry: RegistryEntry?) -> RegistryEntry.Auth {
    entry?.auth ?? (own.dialect == .messages ? .anthropic : .bearer)
  }
}
