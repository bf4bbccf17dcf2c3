package import Calls
package import Configuration
package import Fallback

/// Where a provider's keys come from, as the configuration says.
package struct ProviderKeys: Sendable, Hashable {
  package var provider: String
  /// Names of environment variables, each a credential of its own.
  package var variables: [String]
  package var file: String?
  package var command: String?
  /// The user named the sources, so that one without a key is worth telling.
  package var isConfigured: Bool
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
  /// Names under which `auth.json` may keep its credentials.
  package var poolNames: [String]
  /// Where it is asked, unless a credential has an address of its own; empty: nobody says.
  package var baseURL: String
  /// The address that is built in: a credential that names this one names none.
  package var registryURL: String?
  /// Addresses that keys of some plans belong to, as long as the provider's is the built-in one.
  package var keyEndpoints: [KeyEndpoint] = []
  /// How requests are made.
  package var wire = WireSettings()
  /// What a minute may hold; nil: nobody says.
  package var pace: PaceLimits?
  /// How the tokens of its logins are renewed; nil: they are not, but for Nous.
  package var oauth: OAuthSettings?
  /// Calls that one credential may have under way, over all processes; nil: any number.
  package var concurrency: Int?
  /// Tokens of a day in UTC, after which it is not asked; nil: any number.
  package var dailyTokens: Int?

  package init(
    provider: String, variables: [String] = [], file: String? = nil, command: String? = nil,
    isConfigured: Bool = false, needsKey: Bool, strategy: PoolStrategy = .fillFirst,
    allowsInsecureHTTP: Bool = false, headerName: String = "Authorization",
    headerPrefix: String = "Bearer ", headers: [String: String] = [:], poolNames: [String] = [],
    baseURL: String = "", registryURL: String? = nil, oauth: OAuthSettings? = nil,
    concurrency: Int? = nil
  ) {
    self.concurrency = concurrency
    self.provider = provider
    self.variables = variables
    self.file = file
    self.command = command
    self.isConfigured = isConfigured
    self.needsKey = needsKey
    self.strategy = strategy
    self.allowsInsecureHTTP = allowsInsecureHTTP
    self.headerName = headerName
    self.headerPrefix = headerPrefix
    self.headers = headers
    self.poolNames = poolNames.isEmpty ? [provider] : poolNames
    self.baseURL = baseURL
    self.registryURL = registryURL
    self.oauth = oauth
  }

  /// Its logins are renewed at the Nous portal.
  var isNous: Bool { provider == "nous" }

  /// A refresh token can be turned into a new secret.
  var renewsGrants: Bool { isNous || oauth != nil }
}

/// Why a key source gave no key. Never holds what was read.
package struct KeyProblem: Sendable, Hashable {
  package enum Code: Sendable, Hashable {
    case variableMissing
    case fileUnreadable
    /// Others can read it.
    case fileOpenToOthers
    case commandFailed
    /// Nothing, white space, control characters, or a placeholder.
    case unusable
    /// The provider has revoked the login.
    case revoked
    /// Its own address is none.
    case badAddress
  }

  package var provider: String
  /// Name of the variable, path of the file, `key_command`, or the label of a stored credential.
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

/// A key problem as an error.
package struct KeyProblemError: Error, Sendable, Hashable {
  package var problem: KeyProblem
}
