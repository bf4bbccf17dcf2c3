import Calls
import JSONText
import Platform

/// Makes requests out of a definition's prompts. Shared by all that works on one input: a definition is
/// too large to be copied for each.
final class PromptBuilder: Sendable {
  let definition: KindDefinition
  let variables: Variables
  /// Name of the input, for the model to read.
  let name: String

  init(_ definition: KindDefinition, _ variables: Variables, inputName: String?) {
    self.definition = definition
    self.variables = variables
    name = inputName.map { Self.quotable($0) } ?? ""
  }

  /// A name stands between quotes in the prompts.
  private static func quotable(_ name: String) -> String {
    let plain = name.unicodeScalars.lazy.filter {
      !"\"<>".unicodeScalars.contains($0) && $0.value >= 0x20 && !TitleCleaner.isHidden($0)
    }
    return String(String.UnicodeScalarView(plain.prefix(120)))
  }

  /// One chat message as JSON.
  static func message(_ role: String, _ content: String) -> [UInt8] {
    var writer = JSONWriter(reserving: content.utf8.count + content.utf8.count / 8 + 96)
    writer.beginObject()
    writer.key("role")
    writer.string(role)
    writer.key("content")
    writer.string(content)
    writer.endObject()
    return writer.finished()
  }

  /// The opening of a request: the system prompt, if the kind has one, and one prompt.
  ///
  /// - Parameters:
  ///   - role: Which prompt.
  ///   - data: The text it is about, from which the delimiter is made: nobody who wrote the text
  ///     can have known it.
  ///   - values: Further placeholders.
  /// - Returns: Chat messages as JSON.
  func opening(_ role: PromptRole, data: String, _ values: [String: String] = [:]) -> [[UInt8]] {
    let data = definition.privacy.redact ? SecretShapes.redacted(data) : data
    let prompts = [role, .system].compactMap { definition.prompts[$0] }
    let fence = prompts.contains { $0.uses("fence") } ? self.fence(around: data) : ""
    let prompt = expanded(role) { name in
      switch name {
      case "text": data
      case "fence": fence
      default: values[name]
      }
    }
    let user = Self.message("user", prompt)
    guard definition.prompts[.system] != nil || variables["system"] != nil else { return [user] }
    let system = variables["system"] ?? expanded(.system, ["fence": fence])
    return [Self.message("system", system), user]
  }

  private func fence(around data: String) -> String {
    var hash = SHA256()
    hash.update(definition.hash)
    hash.update(data)
    return String(SHA256.hexText(hash.finish()).prefix(12))
  }

  func expanded(_ role: PromptRole, _ values: [String: String]) -> String {
    expanded(role) { values[$0] }
  }

  /// Expands a template; a line whose placeholders all came out empty goes.
  private func expanded(_ role: PromptRole, _ value: (_ name: String) -> String?) -> String {
    func read(_ placeholder: String) -> String? {
      value(placeholder) ?? (placeholder == "name" ? name : variables.phrase(placeholder))
    }
    return definition.prompts[role]?.withoutEmptyLines(read).expanded(read) ?? ""
  }

  /// Makes a step out of chat messages; `parts` is what makes it different from all others.
  func step(
    _ role: PromptRole, key parts: [String], label: String, messages: [[UInt8]], outputTokens: Int,
    isSplittable: Bool = false, isCheckpoint: Bool = false, schema: [UInt8]? = nil
  ) -> Step {
    var body: [UInt8] = []
    body.reserveCapacity(messages.reduce(2) { $0 + $1.count + 1 })
    body.append(UInt8(ascii: "["))
    for (index, message) in messages.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      body += message
    }
    body.append(UInt8(ascii: "]"))
    let request = CompletionRequest(
      messages: body,
      maxOutputTokens: variables.integer("max_tokens") ?? definition.model.maxOutputTokens,
      temperature: variables.number("temperature") ?? definition.model.temperature, schema: schema)
    return Step(
      key: key(role, parts), label: label, request: request,
      inputTokens: TokenEstimate.tokens(body) + TokenEstimate.perMessage * messages.count,
      outputTokens: request.maxOutputTokens ?? outputTokens, isSplittable: isSplittable,
      isCheckpoint: isCheckpoint)
  }

  func key(_ role: PromptRole, _ parts: [String]) -> String {
    var hash = SHA256()
    hash.update("\(definition.hash)\n\(variables.canonical)\n\(role.rawValue)\n")
    for part in parts {
      hash.update("\(part.utf8.count):")
      hash.update(part)
      hash.update("\n")
    }
    return SHA256.hexText(hash.finish())
  }

  /// Tokens of the longest prompt around a text.
  func overhead(of roles: [PromptRole]) -> Int {
    let longest = roles.map { TokenEstimate.tokens(expanded($0, [:])) }.max() ?? 0
    let system = TokenEstimate.tokens(variables["system"] ?? expanded(.system, [:]))
    return longest + system + TokenEstimate.perMessage * 2 + 64
  }
}

extension Template {
  /// A line of placeholders that all come out empty would leave a hole: it goes with its line end.
  fileprivate func withoutEmptyLines(_ value: (_ name: String) -> String?) -> Template {
    var result = self
    var index = 0
    while index < result.pieces.count {
      if case .placeholder(let name, _) = result.pieces[index], result.standsAlone(at: index),
        (value(name) ?? "").isEmpty
      {
        result.removeLine(at: index)
      } else {
        index += 1
      }
    }
    result.trimEnd()
    return result
  }
}
