import Calls
package import Fallback

/// Where a provider's keys come from, as the configuration says.
package struct ProviderKeys: Sendable, Hashable {
  package var provider: String
  /// Names of environment variables, each a credential of its own.
  package var variables: [String]
  package var file: String?
  package var command: String?
  /// Without a key the provider is not asked. False for a configured provider that names no key
  /// source: it is asked without an Authorization header.
  package var needsKey: Bool
  package var strategy: PoolStrategy
  /// A key may go over plain http to other machines.
  package var allowsInsecureHTTP: Bool
  /// Name of the header that carries the key, and what stands before it.
  package var headerName: String
  package var headerPrefix: String
  /// Sent with every request; never secrets.
  package var headers: [String: String]

  package init(
    provider: String, variables: [String] = [], file: String? = nil, command: String? = nil,
    needsKey: Bool, strategy: PoolStrategy = .fillFirst, allowsInsecureHTTP: Bool = false,
    headerName: String = "Authorization", headerPrefix: String = "Bearer ",
    headers: [String: String] = [:]
  ) {
    self.provider = provider
    self.variables = variables
    self.file = file
    self.command = command
    self.needsKey = needsKey
    self.strategy = strategy
    self.allowsInsecureHTTP = allowsInsecureHTTP
    self.headerName = headerName
    self.headerPrefix = headerPrefix
    self.headers = headers
  }
}

/// A credential with its secret, as it lives in memory.
struct HeldCredential: Sendable {
  enum Source: Sendable, Hashable {
    case variable(String)
    case file(String)
    case command(String)
  }

  var reference: CredentialReference
  var secret: Secret
  var source: Source
}

/// Why a key source gave no key. Never holds what was read.
package struct KeyProblem: Sendable, Hashable {
  package enum Code: Sendable, Hashable {
    case variableMissing
    case fileUnreadable
    /// Others can read it.
    case fileOpenToOthers
    case commandFailed
    /// Nothing, white space, or control characters.
    case unusable
  }

  package var provider: String
  /// Name of the variable, path of the file, or `key_command`.
  package var source: String
  package var code: Code
  /// What the system said.
  package var detail: String

  package init(provider: String, source: String, code: Code, detail: String = "") {
    self.provider = provider
    self.source = source
    self.code = code
    self.detail = detail
  }
}
