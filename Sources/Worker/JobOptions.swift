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

  /// Names the routes that a job of a kind will ask, for `NewJob.plan`; nil: it has no short name.
  package func planName(kind: String) -> String? {
    let parts = [kind, provider ?? "", model ?? ""]
    guard !parts.contains(where: { $0.utf8.contains(UInt8(ascii: "\t")) || $0.utf8.count > 500 })
    else { return nil }
    return parts.joined(separator: "\t")
  }

  /// The kind, and the options without variables, that a plan was named after.
  static func parse(planName: String) -> (kind: String, options: JobOptions)? {
    let parts = planName.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else { return nil }
    return (
      parts[0],
      JobOptions(
        provider: parts[1].isEmpty ? nil : parts[1], model: parts[2].isEmpty ? nil : parts[2])
    )
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
