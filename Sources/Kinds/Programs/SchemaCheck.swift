import JSONText

/// Checks a value against the commonest part of JSON Schema; keywords that it does not know are
/// passed over.
struct SchemaCheck {
  private let root: JSONNode
  private static let maxDepth = 64

  init(_ schema: JSONNode) { root = schema }

  /// - Returns: The first place where the value does not fit, in words; nil where it fits.
  func mistake(in value: JSONNode) -> String? { mistake(value, root, "", 0) }

  private func mistake(_ value: JSONNode, _ schema: JSONNode, _ path: String, _ depth: Int)
    -> String?
  {
    if let allowed = schema.bool { return allowed ? nil : "\(place(path)) is not allowed" }
    guard depth < Self.maxDepth else { return nil }
    if let reference = schema["$ref"]?.string {
      guard let target = Self.resolve(reference, in: root) else { return nil }
      return mistake(value, target, path, depth + 1)
    }
    return typeMistake(value, schema, path) ?? choiceMistake(value, schema, path)
      ?? sizeMistake(value, schema, path) ?? memberMistake(value, schema, path, depth)
      ?? elementMistake(value, schema, path, depth) ?? combinedMistake(value, schema, path, depth)
  }

  private func place(_ path: String) -> String { path.isEmpty ? "the value" : path }

  /// A place in the same schema; elements of arrays go by number.
  static func resolve(_ reference: String, in root: JSONNode) -> JSONNode? {
    guard reference.hasPrefix("#") else { return nil }
    return reference.dropFirst().split(separator: "/").reduce(root as JSONNode?) { node, key in
      let name = String(key).replacing("~1", with: "/").replacing("~0", with: "~")
      if let elements = node?.elements {
        return Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      }
      return node?[name]
    }
  }

  private func typeMistake(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> String? {
    guard let type = schema["type"] else { return nil }
    let names = type.string.map { [$0] } ?? type.elements?.compactMap(\.string) ?? []
    let isFine =
      names.isEmpty
      || names.contains { name in
        name == "integer" ? isWhole(value) : value.kindName == name
      }
    return isFine ? nil : "\(place(path)) must be of type \(names.joined(separator: " or "))"
  }

  /// `3.0` is a whole number too.
  private func isWhole(_ value: JSONNode) -> Bool {
    value.int != nil || value.double.map { $0 == $0.rounded() } ?? false
  }

  private func choiceMistake(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> String? {
    if let choices = schema["enum"]?.elements, !choices.contains(where: value.hasSameContent) {
      return "\(place(path)) must be one of the values of the enum"
    }
    if let constant = schema["const"], !value.hasSameContent(as: constant) {
      return "\(place(path)) must be the constant of the schema"
    }
    return nil
  }

  private func sizeMistake(_ value: JSONNode, _ schema: JSONNode, _ path: String) -> String? {
    if let number = value.double {
      let isTooLow =
        schema["minimum"]?.double.map { number < $0 } ?? false
        || schema["exclusiveMinimum"]?.double.map { number <= $0 } ?? false
      let isTooHigh =
        schema["maximum"]?.double.map { number > $0 } ?? false
        || schema["exclusiveMaximum"]?.double.map { number >= $0 } ?? false
      if isTooLow || isTooHigh { return "\(place(path)) is outside its range" }
      guard let step = schema["multipleOf"]?.double, step > 0 else { return nil }
      let times = number / step
      return abs(times - times.rounded()) < 1e-9 ? nil : "\(place(path)) is no multiple of \(step)"
    }
    let bounds: (count: Int, low: String, high: String)? =
      if let text = value.string {
        (text.unicodeScalars.count, "minLength", "maxLength")
      } else if let elements = value.elements {
        (elements.count, "minItems", "maxItems")
      } else if let members = value.members {
        (members.count, "minProperties", "maxProperties")
      } else {
        nil
      }
    guard let bounds else { return nil }
    let isShort = schema[bounds.low]?.int.map { bounds.count < $0 } ?? false
    let isLong = schema[bounds.high]?.int.map { bounds.count > $0 } ?? false
    return isShort || isLong ? "\(place(path)) is shorter or longer than allowed" : nil
  }

  private func memberMistake(
    _ value: JSONNode, _ schema: JSONNode, _ path: String, _ depth: Int
  ) -> String? {
    guard let members = value.members else { return nil }
    for key in schema["required"]?.elements?.compactMap(\.string) ?? [] where value[key] == nil {
      return "\(JSONPointer.appending(key, to: path)) is missing"
    }
    for member in members {
      let inner = JSONPointer.appending(member.key, to: path)
      let rule = schema["properties"]?[member.key] ?? schema["additionalProperties"]
      if let rule, let mistake = mistake(member.value, rule, inner, depth + 1) { return mistake }
    }
    return nil
  }

  private func elementMistake(
    _ value: JSONNode, _ schema: JSONNode, _ path: String, _ depth: Int
  ) -> String? {
    guard let elements = value.elements else { return nil }
    if schema["uniqueItems"]?.bool == true, hasTwins(elements) {
      return "\(place(path)) holds the same element twice"
    }
    let first = schema["prefixItems"]?.elements ?? []
    for (index, element) in elements.enumerated() {
      guard let rule = index < first.count ? first[index] : schema["items"] else { continue }
      if let mistake = mistake(element, rule, "\(path)/\(index)", depth + 1) { return mistake }
    }
    return nil
  }

  private func hasTwins(_ elements: [JSONNode]) -> Bool {
    elements.indices.contains { index in
      elements[..<index].contains { $0.hasSameContent(as: elements[index]) }
    }
  }

  private func combinedMistake(
    _ value: JSONNode, _ schema: JSONNode, _ path: String, _ depth: Int
  ) -> String? {
    for rule in schema["allOf"]?.elements ?? [] {
      if let mistake = mistake(value, rule, path, depth + 1) { return mistake }
    }
    for keyword in ["anyOf", "oneOf"] {
      guard let rules = schema[keyword]?.elements, !rules.isEmpty else { continue }
      let fitting = rules.count { mistake(value, $0, path, depth + 1) == nil }
      if fitting == 0 { return "\(place(path)) fits none of the forms of \(keyword)" }
      if keyword == "oneOf", fitting > 1 {
        return "\(place(path)) fits several forms of oneOf, and may fit only one"
      }
    }
    if let excluded = schema["not"], mistake(value, excluded, path, depth + 1) == nil {
      return "\(place(path)) is what the schema excludes"
    }
    return nil
  }
}
