import Calls
import Fallback
import Platform

/// Reads keys from where the configuration says they are.
package struct KeyLoader: Sendable {
  let environment: [String: String]

  /// Makes a loader.
  ///
  /// - Parameter environment: Variables as they were when the process started.
  package init(environment: [String: String]) { self.environment = environment }

  /// All keys of a provider, and what went wrong with the others.
  func load(_ keys: ProviderKeys) -> (credentials: [HeldCredential], problems: [KeyProblem]) {
    var credentials: [HeldCredential] = []
    var problems: [KeyProblem] = []
    for source in sources(keys) {
      switch read(source, keys) {
      case .success(let credential): credentials.append(credential)
      case .failure(let problem): problems.append(problem.value)
      }
    }
    return (credentials, problems)
  }

  private func sources(_ keys: ProviderKeys) -> [HeldCredential.Source] {
    keys.variables.map { .variable($0) } + [keys.file].compactMap { $0.map { .file($0) } }
      + [keys.command].compactMap { $0.map { .command($0) } }
  }

  /// Reads one source anew.
  func read(
    _ source: HeldCredential.Source, _ keys: ProviderKeys
  ) -> Result<HeldCredential, KeyFault> {
    let provider = keys.provider
    let bytes: [UInt8]
    let label: String
    switch source {
    case .variable(let name):
      label = name
      guard let value = environment[name], !value.isEmpty else {
        return .failure(KeyFault(provider, name, .variableMissing))
      }
      bytes = Array(value.utf8)
    case .file(let path):
      label = path.split(separator: "/").last.map(String.init) ?? path
      do {
        bytes = try FileSystem.readSecret(path)
      } catch {
        return .failure(KeyFault(provider, path, error))
      }
    case .command(let command):
      label = "key_command"
      do {
        bytes = try Shell.run(
          command, timeoutMilliseconds: 10_000, environment: Environment.forChildren(environment))
      } catch {
        return .failure(KeyFault(provider, label, .commandFailed, "\(error.code)"))
      }
    }
    return usable(bytes, label: label, source: source, keys)
  }

  /// Keys are one line of printable characters; the final line break of a file does not count.
  private func usable(
    _ bytes: [UInt8], label: String, source: HeldCredential.Source, _ keys: ProviderKeys
  ) -> Result<HeldCredential, KeyFault> {
    let key = bytes.trimmed
    guard key.count >= 4, key.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return .failure(KeyFault(keys.provider, label, .unusable))
    }
    let isRefreshable = if case .variable = source { false } else { true }
    let reference = CredentialReference(
      id: String(SHA256.hex(Array("\(keys.provider) \(source)".utf8)).prefix(6)), label: label,
      fingerprint: Self.fingerprint(key), isRefreshable: isRefreshable)
    return .success(
      HeldCredential(reference: reference, secret: Secret(key), source: source))
  }

  /// Tells two secrets apart and says nothing about either.
  static func fingerprint(_ key: [UInt8]) -> String {
    String(SHA256.hex(Array("auxq credential\n".utf8) + key).prefix(12))
  }
}

/// A problem that can be thrown or returned as a failure.
struct KeyFault: Error {
  var value: KeyProblem

  init(_ provider: String, _ source: String, _ code: KeyProblem.Code, _ detail: String = "") {
    value = KeyProblem(provider: provider, source: source, code: code, detail: detail)
  }

  init(_ provider: String, _ path: String, _ error: FileError) {
    let isOpen = if case .looseMode = error.code { true } else { false }
    self.init(
      provider, path, isOpen ? .fileOpenToOthers : .fileUnreadable, "\(error.code)")
  }
}

extension [UInt8] {
  fileprivate var trimmed: [UInt8] {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return [] }
    return Array(self[first...last])
  }
}
