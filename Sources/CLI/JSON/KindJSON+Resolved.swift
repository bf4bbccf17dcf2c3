import JSONText
import Kinds

extension KindJSON {
  /// `kinds show --resolved`: the definition with every default written out, keys as in `job.json`.
  static func resolved(_ kind: KindDefinition) -> JSONValue {
    var pairs: [JSONPair] = [
      JSONPair("format", 1), JSONPair("name", .string(kind.name)),
      JSONPair("aliases", .strings(kind.aliases)), JSONPair("version", .string(kind.version)),
      JSONPair("description", .string(kind.description)),
      JSONPair("strategy", .string(kind.strategy.rawValue)),
      JSONPair(
        "input",
        [
          "types": .strings(kind.input.kinds.map(\.rawValue)),
          "maxBytes": .int(kind.input.maxBytes),
        ]),
      JSONPair("variables", variables(kind)), JSONPair("prompts", prompts(kind)),
      JSONPair("model", model(kind)), JSONPair("chunking", chunking(kind)),
    ]
    if kind.strategy == .compress { pairs.append(JSONPair("compress", compression(kind))) }
    pairs += [
      JSONPair("output", output(kind)),
      JSONPair(
        "checks",
        .array(
          kind.checks.map {
            ["id": .string($0.id.rawValue), "severity": .string($0.severity.rawValue)]
          })),
      JSONPair("retry", retry(kind)), JSONPair("fallback", .string(kind.fallback.rawValue)),
      JSONPair(
        "privacy",
        ["localOnly": .bool(kind.privacy.localOnly), "redact": .bool(kind.privacy.redact)]),
      JSONPair("reuse", .bool(kind.isReusable)), JSONPair("x-hash", .string(kind.hash)),
      JSONPair("x-source", .string(kind.path ?? kind.source.rawValue)),
    ]
    return .object(pairs)
  }

  private static func variables(_ kind: KindDefinition) -> JSONValue {
    .object(kind.variables.map { JSONPair($0.name, variable($0)) })
  }

  private static func prompts(_ kind: KindDefinition) -> JSONValue {
    .object(
      kind.files.dropFirst().map {
        JSONPair($0.name, .string(String(decoding: $0.bytes, as: UTF8.self)))
      })
  }

  private static func model(_ kind: KindDefinition) -> JSONValue {
    [
      "contextTokens": .int(kind.model.contextTokens),
      "maxOutputTokens": .optional(kind.model.maxOutputTokens),
      "temperature": kind.model.temperature.map { .double($0) } ?? .null,
    ]
  }

  private static func chunking(_ kind: KindDefinition) -> JSONValue {
    [
      "maxTokens": .int(kind.chunking.maxTokens),
      "windowShare": .double(kind.chunking.windowShare), "fanIn": .int(kind.chunking.fanIn),
      "maxDepth": .int(kind.chunking.maxDepth), "maxCalls": .int(kind.chunking.maxCalls),
    ]
  }

  private static func compression(_ kind: KindDefinition) -> JSONValue {
    [
      "marker": .string(kind.compression.marker),
      "sections": .strings(kind.compression.sections),
      "keptToolResults": .int(kind.compression.keptToolResults),
    ]
  }

  private static func output(_ kind: KindDefinition) -> JSONValue {
    [
      "format": .string(kind.output.format.rawValue), "maxChars": .optional(kind.output.maxChars),
      "prefixes": .strings(kind.output.prefixes),
    ]
  }

  private static func retry(_ kind: KindDefinition) -> JSONValue {
    [
      "attempts": .optional(kind.retry.attempts),
      "backoff": kind.retry.backoff.map { .array($0.map { .double($0) }) } ?? .null,
      "timeoutSeconds": kind.retry.timeoutSeconds.map { .double($0) } ?? .null,
    ]
  }
}
