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

  /// The keys that the configuration and the environment give; what gave none has a problem.
  func load(_ keys: ProviderKeys) -> [HeldCredential] {
    sources(keys).map { source in
      switch read(source, keys) {
      case .success(let credential): credential
      case .failure(let fault): missing(source, keys, fault.value)
      }
    }
  }

  private func sources(_ keys: ProviderKeys) -> [HeldCredential.Source] {
    keys.variables.map { .variable($0) } + [keys.file].compactMap { $0.map { .file($0) } }
      + [keys.command].compactMap { $0.map { .command($0) } }
  }

  /// Reads one source anew.
  func read(
    _ source: HeldCredential.Source, _ keys: ProviderKeys
  ) -> Result<HeldCredential, KeyFault> {
    let bytes: [UInt8]
    do throws(KeyFault) {
      bytes = try content(of: source, keys.provider)
    } catch {
      return .failure(error)
    }
    guard let key = KeyText.usable(bytes) else {
      return .failure(KeyFault(keys.provider, label(of: source), .unusable))
    }
    return .success(
      HeldCredential(
        reference: reference(source, keys, HeldCredential.fingerprint(key, keys.baseURL)),
        secret: Secret(key), source: source, isOAuth: key.starts(with: Array("sk-ant-oat".utf8))))
  }

  /// What an entry of `auth.json` points at.
  func key(at reference: KeyReference, of provider: String) -> Result<Secret, KeyFault> {
    let source: HeldCredential.Source
    switch reference {
    case .variable(let name): source = .variable(name)
    case .file(let path): source = .file(path)
    case .command(let line): source = .command(line)
    // A login is read with the file that owns it; nothing came of that.
    case .login(let path):
      return .failure(KeyFault(provider, path, .fileUnreadable, "no login there"))
    }
    do throws(KeyFault) {
      guard let key = KeyText.usable(try content(of: source, provider)) else {
        return .failure(KeyFault(provider, label(of: source), .unusable))
      }
      return .success(Secret(key))
    } catch {
      return .failure(error)
    }
  }

  private func content(
    of source: HeldCredential.Source, _ provider: String
  ) throws(KeyFault) -> [UInt8] {
    switch source {
    case .variable(let name):
      guard let value = environment[name], !value.isEmpty else {
        throw KeyFault(provider, name, .variableMissing)
      }
      return Array(value.utf8)
    case .file(let path):
      do { return try FileSystem.readSecret(path) } catch { throw KeyFault(provider, path, error) }
    case .command(let command):
      do {
        return try Shell.run(
          command, timeoutMilliseconds: 10_000, environment: Environment.forChildren(environment))
      } catch {
        throw KeyFault(provider, "key_command", .commandFailed, error.description)
      }
    case .stored(let name):
      switch KeyReference(source: name) {
      case .variable(let variable)?: return try content(of: .variable(variable), provider)
      case .file(let path)?: return try content(of: .file(path), provider)
      case .command(let line)?: return try content(of: .command(line), provider)
      case .login?, nil: throw KeyFault(provider, name, .unusable)
      }
    }
  }

  private func label(of source: HeldCredential.Source) -> String {
    switch source {
    case .variable(let name), .stored(let name): name
    case .file(let path): path.split(separator: "/").last.map(String.init) ?? path
    case .command: "key_command"
    }
  }

  private func reference(
    _ source: HeldCredential.Source, _ keys: ProviderKeys, _ fingerprint: String
  ) -> CredentialReference {
    let isRefreshable = if case .variable = source { false } else { true }
    return CredentialReference(
      id: String(SHA256.hex(Array("\(keys.provider) \(source)".utf8)).prefix(6)),
      label: label(of: source), fingerprint: fingerprint, isRefreshable: isRefreshable)
  }

  private func missing(
    _ source: HeldCredential.Source, _ keys: ProviderKeys, _ problem: KeyProblem
  ) -> HeldCredential {
    HeldCredential(reference: reference(source, keys, ""), source: source, problem: problem)
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
      provider, path, isOpen ? .fileOpenToOthers : .fileUnreadable, error.message)
  }
}
