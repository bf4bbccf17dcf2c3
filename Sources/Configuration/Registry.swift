package import Fallback

/// A provider that is known without being configured.
package struct RegistryEntry: Sendable, Hashable {
  /// How a key is presented.
  package enum Auth: Sendable, Hashable {
    /// `Authorization: Bearer KEY`.
    case bearer
    /// The key alone in a header of this name.
    case header(String)
    /// `x-api-key`, but `Authorization: Bearer` for OAuth tokens (`sk-ant-oat…`).
    case anthropic
  }

  package var id: String
  package var aliases: [String] = []
  /// Nil where every user has another one.
  package var baseURL: String?
  package var dialect: Dialect = .chat
  package var auth: Auth = .bearer
  /// Variables that may hold a key, best first.
  package var keyNames: [String] = []
  /// Some of `keyNames` that other programs own: they count only for a provider that the user named.
  package var sharedKeyNames: Set<String> = []
  /// Variables beside `<ID>_BASE_URL` that may hold the address.
  package var baseURLNames: [String] = []
  /// Cheap and good enough for auxiliary work.
  package var model: String?
  /// Tokens that `model` takes.
  package var context: Int?
  package var needsKey = true
  /// Keys that begin so are for another address than the registry's.
  package var keyEndpoints: [KeyEndpoint] = []
  /// Never a candidate unless the user names it.
  package var isNeverAutomatic = false
}

/// An address that the keys of one plan belong to.
package struct KeyEndpoint: Sendable, Hashable {
  package var prefix: String
  package var baseURL: String
}

/// The built-in providers.
package enum Registry {
  /// All ids, in the order of discovery.
  package static let ids: [String] = entries.map(\.id)

  /// Finds a provider by its id.
  package static func entry(_ id: String) -> RegistryEntry? { byID[id] }

  /// The id behind another name for it.
  package static func id(alias: String) -> String? { byAlias[alias] }

  /// Why a well-known provider cannot be used; nil for others.
  package static func unsupported(_ name: String) -> String? { unsupportedReasons[name] }

  private static let byID: [String: RegistryEntry] = Dictionary(
    entries.map { ($0.id, $0) }
  ) { first, _ in first }

  private static let byAlias: [String: String] = Dictionary(
    entries.flatMap { entry in entry.aliases.map { ($0, entry.id) } }
  ) { first, _ in first }

  private static let unsupportedReasons: [String: String] = [
    "openai-codex": "it speaks only the Responses API, with a login of its own",
    "codex": "it speaks only the Responses API, with a login of its own",
    "copilot": "it needs a token exchange that is not built in",
    "github": "it needs a token exchange that is not built in; github-models may serve",
    "vertex": "it needs Google service accounts; gemini may serve",
    "bedrock": "it needs AWS request signatures",
  ]
}
