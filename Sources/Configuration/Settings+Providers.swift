import Fallback
import JSONText
import Spelling

extension SettingsReader {
  private static let providerKeys =
    [
      "base_url", "api", "model", "key_env", "key_file", "key_command", "context", "timeout",
      "concurrency", "strategy", "headers", "price", "insecure_http", "ca_file", "oauth",
    ] + wireKeys

  /// Reads `providers`.
  func providers(_ root: Section) -> [String: ProviderSettings] {
    var providers: [String: ProviderSettings] = [:]
    for entry in root.section("providers", keys: nil)?.entries ?? [] {
      guard Self.isProviderName(entry.key) else {
        report(
          .badName, at: entry.keyRange, entry.value.pointer,
          "a provider's name is made of letters, digits, dot, dash and underscore, and is not auto")
        continue
      }
      guard let section = section(entry.value, keys: Self.providerKeys) else { continue }
      let settings = provider(section)
      if entry.key == "nous", let oauth = section.value("oauth") {
        report(.badValue, oauth, "nous has a login of its own: auxq auth login nous")
      }
      providers[entry.key] = settings
      checkAddress(entry.key, entry.keyRange, section, settings)
    }
    return providers
  }

  private static func isProviderName(_ name: String) -> Bool {
    guard name != "auto", name.utf8.count <= 64, let first = name.utf8.first,
      first != 0x2D, first != 0x2E
    else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
      default: false
      }
    }
  }

  private func provider(_ section: Section) -> ProviderSettings {
    var provider = ProviderSettings()
    provider.baseURL = section.value("base_url").flatMap { baseURL($0) }
    provider.dialect = section.choice("api", Dialect.self)
    provider.model = section.string("model")
    provider.keyNames = keyNames(section)
    provider.keyFile = section.string("key_file").map(resolved)
    provider.keyCommand = section.string("key_command")
    provider.context = section.int("context", 1 ... .max)
    provider.timeout = section.duration("timeout")
    provider.concurrency = section.int("concurrency", 1...100_000)
    provider.strategy = section.choice("strategy", ProviderSettings.Strategy.self) ?? .fillFirst
    provider.headers = headers(section)
    provider.price = price(section)
    provider.allowsInsecureHTTP = section.bool("insecure_http") ?? false
    provider.certificateFile = certificateFile(section)
    provider.wire = wire(section)
    provider.rate = rate(section)
    provider.oauth = oauth(section, allowsInsecureHTTP: provider.allowsInsecureHTTP)
    return provider
  }

  private func baseURL(_ value: Located) -> BaseURL? {
    guard let text = value.node.string else {
      reportType(value, expected: "a string")
      return nil
    }
    do throws(BaseURL.Fault) { return try BaseURL(text) } catch {
      report(.badURL, value, error.message)
      return nil
    }
  }

  /// One name or several. What does not look like a variable's name may be a key that somebody
  /// pasted here, so it is not repeated.
  private func keyNames(_ section: Section) -> [String]? {
    guard let value = section.value("key_env") else { return nil }
    guard value.node.string != nil || value.node.elements != nil else {
      reportType(value, expected: "a variable's name or an array of names")
      return nil
    }
    let values = value.node.string != nil ? [value] : section.list("key_env") ?? []
    if values.isEmpty { report(.badValue, value, "names no variable") }
    return values.compactMap { value in
      guard let name = value.node.string else {
        reportType(value, expected: "a string")
        return nil
      }
      if Self.isVariableName(name) { return name }
      report(
        .secret, value, "key_env takes the name of an environment variable, not a key",
        suggestion: "put the key into a variable, or use key_file or key_command")
      return nil
    }
  }

  static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 128 else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
      default: false
      }
    }
  }

  private func price(_ section: Section) -> Price? {
    guard let price = section.section("price", keys: ["input", "output"]) else { return nil }
    return Price(input: price.amount("input") ?? 0, output: price.amount("output") ?? 0)
  }

  private func headers(_ section: Section) -> [HTTPHeader] {
    (section.section("headers", keys: nil)?.entries ?? []).compactMap { entry in
      guard let value = entry.value.node.string else {
        reportType(entry.value, expected: "a string")
        return nil
      }
      if let fault = HeaderRules.fault(name: entry.key, value: value) {
        report(
          fault.isSecret ? .secret : .badHeader, at: entry.keyRange, entry.value.pointer,
          fault.message, suggestion: fault.suggestion)
        return nil
      }
      return HTTPHeader(name: entry.key, value: value)
    }
  }

  /// A provider needs an address from somewhere, and a key needs encryption on its way there.
  private func checkAddress(
    _ name: String, _ range: Range<Int>, _ section: Section, _ provider: ProviderSettings
  ) {
    let entry = Registry.entry(name)
    guard let place = section.value("base_url") else {
      let hasVariable = Settings.baseURLNames(name).contains {
        !(environment[$0] ?? "").isEmpty
      }
      if entry?.baseURL == nil, !hasVariable {
        let near = Registry.id(alias: name) ?? Spelling.closest(to: name, among: Registry.ids)
        report(
          .noBaseURL, at: range, section.pointer,
          "\(shown(name)) is not built in, so it needs a base_url", suggestion: near)
      }
      return
    }
    if let url = provider.baseURL, provider.wire.allowsPrivateAddress != true,
      HostAddress.isLinkLocal(url.host)
    {
      report(
        .badURL, place, "a link-local address, where clouds keep the secrets of a machine",
        suggestion: "use another address, or set allow_private: true")
    }
    let hasKey = provider.hasKeySource || entry?.needsKey == true
    guard let url = provider.baseURL, hasKey, !provider.allowsInsecureHTTP, !url.isEncrypted,
      url.hostClass != .loopback
    else { return }
    report(
      .insecureURL, place, "a key would travel unencrypted to another machine",
      suggestion: "use https, or set insecure_http: true")
  }
}

/// What a configured header may be.
enum HeaderRules {
  struct Fault {
    var message: String
    var suggestion: String?
    var isSecret = false
  }

  static func fault(name: String, value: String) -> Fault? {
    let lower = name.lowercased()
    guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
      return Fault(message: "a header's name holds a character that HTTP does not allow")
    }
    guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      return Fault(message: "a header's value holds a control character")
    }
    let names = ["authorization", "cookie", "api-key", "apikey", "token", "secret", "password"]
    let isSecretValue = ["bearer ", "basic ", "sk-"].contains { value.lowercased().hasPrefix($0) }
    if names.contains(where: lower.contains) || isSecretValue {
      return Fault(
        message: "secrets do not belong in this file",
        suggestion: "name a variable in key_env, or use key_file or key_command",
        isSecret: true)
    }
    if ["host", "content-length", "content-type", "transfer-encoding", "connection", "expect"]
      .contains(lower)
    {
      return Fault(message: "this header is set by auxq itself")
    }
    return nil
  }

  /// RFC 9110 §5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
