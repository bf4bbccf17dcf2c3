import JSONText
import Spelling

/// Checks a JSON Schema itself before anything is asked for: a type that there is not would fit
/// nothing, or everything. https://json-schema.org/draft/2020-12/json-schema-validation
struct SchemaRules {
  struct Mistake: Error {
    var pointer: String
    var message: String
    var offset: Int
    var suggestion: String?
  }

  /// Keywords that a value is not checked against; they still reach the model.
  private(set) var unchecked: [String] = []
  private let root: JSONNode

  static let types = ["array", "boolean", "integer", "null", "number", "object", "string"]
  private static let unsupported: Set<String> = [
    "pattern", "patternProperties", "propertyNames", "if", "then", "else", "dependentRequired",
    "dependentSchemas", "contains", "minContains", "maxContains", "unevaluatedItems",
    "unevaluatedProperties", "$dynamicRef",
  ]
  private static let maxDepth = 64

  /// - Throws: The first mistake, with its place.
  init(_ schema: JSONNode) throws(Mistake) {
    root = schema
    try check(schema, "", 0)
  }

  private mutating func check(
    _ schema: JSONNode, _ pointer: String, _ depth: Int
  ) throws(Mistake) {
    if schema.bool != nil { return }
    guard let members = schema.members else {
      throw Mistake(
        pointer: pointer, message: "must be an object, true or false",
        offset: schema.range.lowerBound)
    }
    guard depth < Self.maxDepth else { return }
    for member in members where Self.unsupported.contains(member.key) {
      if !unchecked.contains(member.key) { unchecked.append(member.key) }
    }
    try checkType(schema, pointer)
    try checkShapes(schema, pointer)
    try checkReference(schema, pointer)
    try checkInner(schema, pointer, depth)
  }

  private func mistake(_ node: JSONNode, _ pointer: String, _ message: String) -> Mistake {
    Mistake(pointer: pointer, message: message, offset: node.range.lowerBound)
  }

  private func checkType(_ schema: JSONNode, _ pointer: String) throws(Mistake) {
    guard let type = schema["type"] else { return }
    let names = type.string != nil ? [type] : type.elements ?? []
    if names.isEmpty {
      throw mistake(type, pointer + "/type", "must be the name of a type, or an array of names")
    }
    for name in names {
      guard let text = name.string, Self.types.contains(text) else {
        var mistake = mistake(
          name, pointer + "/type", "\(name.string ?? "this") is no type of JSON Schema")
        mistake.suggestion = name.string.flatMap { word in
          Spelling.closest(to: word, among: Self.types)
            ?? Self.types.first { word.count > 2 && $0.hasPrefix(word.lowercased()) }
        }
        throw mistake
      }
    }
  }

  private func checkShapes(_ schema: JSONNode, _ pointer: String) throws(Mistake) {
    for key in ["enum", "allOf", "anyOf", "oneOf", "prefixItems"] {
      if let node = schema[key], node.elements?.isEmpty ?? true {
        throw mistake(node, "\(pointer)/\(key)", "must be an array with something in it")
      }
    }
    for key in ["properties", "$defs", "definitions"] {
      if let node = schema[key], node.members == nil {
        throw mistake(node, "\(pointer)/\(key)", "must be an object")
      }
    }
    if let required = schema["required"],
      required.elements?.contains(where: { $0.string == nil }) ?? true
    {
      throw mistake(required, pointer + "/required", "must be an array of names")
    }
    let numbers = [
      "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
      "minItems", "maxItems", "minProperties", "maxProperties", "multipleOf",
    ]
    for key in numbers {
      if let node = schema[key], node.double == nil {
        throw mistake(node, "\(pointer)/\(key)", "must be a number")
      }
    }
  }

  private func checkReference(_ schema: JSONNode, _ pointer: String) throws(Mistake) {
    guard let reference = schema["$ref"] else { return }
    guard let path = reference.string, SchemaCheck.resolve(path, in: root) != nil else {
      throw mistake(
        reference, pointer + "/$ref", "leads nowhere: only places in this schema can be named")
    }
  }

  private mutating func checkInner(
    _ schema: JSONNode, _ pointer: String, _ depth: Int
  ) throws(Mistake) {
    for key in ["items", "additionalProperties", "not"] {
      guard let node = schema[key] else { continue }
      try check(node, "\(pointer)/\(key)", depth + 1)
    }
    for key in ["properties", "$defs", "definitions"] {
      for member in schema[key]?.members ?? [] {
        let inner = JSONPointer.appending(member.key, to: "\(pointer)/\(key)")
        try check(member.value, inner, depth + 1)
      }
    }
    for key in ["allOf", "anyOf", "oneOf", "prefixItems"] {
      for (index, node) in (schema[key]?.elements ?? []).enumerated() {
        try check(node, "\(pointer)/\(key)/\(index)", depth + 1)
      }
    }
  }
}
