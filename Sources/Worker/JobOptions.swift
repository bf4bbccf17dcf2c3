import JSONText

/// What the user asked for beside the input; stored with the job as JSON text.
package struct JobOptions: Sendable, Hashable {
  package var provider: String?
  package var model: String?
  /// Variables of the kind.
  package var variables: [String: String]

  package init(provider: String? = nil, model: String? = nil, variables: [String: String] = [:]) {
    self.provider = provider
    self.model = model
    self.variables = variables
  }

  /// Reads the stored text; what cannot be read counts as not asked for.
  package init(_ bytes: [UInt8]) {
    let root = try? JSONNode.parse(bytes, as: .strict, maxDepth: 8)
    provider = root?["provider"]?.string
    model = root?["model"]?.string
    variables = [:]
    for member in root?["set"]?.members ?? [] { variables[member.key] = member.value.string }
  }

  /// As it is stored.
  package func encoded() -> [UInt8] {
    let set = variables.sorted { $0.key < $1.key }.map { JSONPair($0.key, .string($0.value)) }
    let value: JSONValue = [
      "provider": .optional(provider), "model": .optional(model), "set": .object(set),
    ]
    return value.encoded()
  }
}
