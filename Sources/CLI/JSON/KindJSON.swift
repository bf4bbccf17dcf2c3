import JSONText
import Kinds

/// Kinds of job as JSON.
enum KindJSON {
  /// A row of `kinds list`.
  static func listing(_ kind: KindListing) -> JSONValue {
    [
      "name": .string(kind.name), "version": .optional(kind.version),
      "source": .string(kind.source.rawValue), "path": .optional(kind.path),
      "hash": .optional(kind.hash), "description": .optional(kind.description),
      "aliases": .strings(kind.aliases), "problems": .int(kind.problems.count),
    ]
  }

  /// `kinds show`.
  static func object(_ kind: KindDefinition) -> JSONValue {
    let files = kind.files.map {
      JSONPair($0.name, .string(String(decoding: $0.bytes, as: UTF8.self)))
    }
    return [
      "name": .string(kind.name), "version": .string(kind.version),
      "source": .string(kind.source.rawValue), "path": .optional(kind.path),
      "hash": .string(kind.hash), "description": .string(kind.description),
      "aliases": .strings(kind.aliases), "strategy": .string(kind.strategy.rawValue),
      "input": [
        "types": .strings(kind.input.kinds.map(\.rawValue)), "max_bytes": .int(kind.input.maxBytes),
      ],
      "variables": .array(kind.variables.map { variable($0) }), "files": .object(files),
    ]
  }

  static func variable(_ variable: Variable) -> JSONValue {
    [
      "name": .string(variable.name), "type": .string(variable.type.rawValue),
      "default": .optional(variable.defaultValue), "required": .bool(variable.isRequired),
      "values": .strings(variable.allowed),
      "min": variable.minimum.map { .double($0) } ?? .null,
      "max": variable.maximum.map { .double($0) } ?? .null,
      "description": .string(variable.description),
    ]
  }

  /// A row of `kinds check`.
  static func problem(_ problem: DefinitionProblem, kind: String) -> JSONValue {
    [
      "kind": .string(kind), "file": .string(problem.file), "line": .optional(problem.line),
      "column": .optional(problem.column), "pointer": .optional(problem.pointer),
      "message": .string(problem.message), "suggestion": .optional(problem.suggestion),
    ]
  }
}
