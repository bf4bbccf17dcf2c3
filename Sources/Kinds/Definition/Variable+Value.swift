import JSONText
import Spelling

/// Why a value does not fit its variable.
struct VariableMistake: Error {
  var message: String
  var suggestion: String?
  var line: Int?
  var column: Int?
}

extension Variable {
  /// - Returns: The one spelling of this value.
  /// - Throws: Where it does not fit.
  func normalised(_ text: String) throws(VariableMistake) -> String {
    let value = try typed(text)
    guard allowed.isEmpty || allowed.contains(value) else {
      throw VariableMistake(
        message: "must be one of \(allowed.joined(separator: ", "))",
        suggestion: Spelling.closest(to: value, among: allowed))
    }
    return value
  }

  private func typed(_ text: String) throws(VariableMistake) -> String {
    switch type {
    case .string: return text
    case .integer:
      guard let value = Int(text) else { throw VariableMistake(message: "must be a whole number") }
      try checkRange(Double(value))
      return String(value)
    case .number:
      guard let value = Double(text), value.isFinite else {
        throw VariableMistake(message: "must be a number")
      }
      try checkRange(value)
      return "\(value)"
    case .boolean: return try boolean(text)
    case .json: return try json(text)
    case .list: return try list(text).joined(separator: ",")
    }
  }

  private func checkRange(_ value: Double) throws(VariableMistake) {
    let isFine = value >= minimum ?? -.infinity && value <= maximum ?? .infinity
    guard !isFine else { return }
    switch (minimum, maximum) {
    case (let low?, let high?):
      throw VariableMistake(message: "must be between \(Self.plain(low)) and \(Self.plain(high))")
    case (let low?, nil): throw VariableMistake(message: "must be at least \(Self.plain(low))")
    case (nil, let high): throw VariableMistake(message: "must be at most \(Self.plain(high ?? 0))")
    }
  }

  static func plain(_ value: Double) -> String {
    value.magnitude < 1e15 && Double(Int64(value)) == value ? "\(Int64(value))" : "\(value)"
  }

  private func boolean(_ text: String) throws(VariableMistake) -> String {
    switch text.lowercased() {
    case "true", "yes", "1", "on": return "true"
    case "false", "no", "0", "off": return "false"
    default: throw VariableMistake(message: "must be true or false")
    }
  }

  private func json(_ text: String) throws(VariableMistake) -> String {
    let node: JSONNode
    do throws(JSONError) {
      node = try JSONNode.parse(text)
    } catch {
      throw VariableMistake(
        message: "must be JSON: \(error.code.phrase)", line: error.line, column: error.column)
    }
    guard node.members != nil else { throw VariableMistake(message: "must be a JSON object") }
    return text
  }

  /// - Returns: The values without the white space around them.
  private func list(_ text: String) throws(VariableMistake) -> [String] {
    let values = Self.listed(text)
    guard !values.isEmpty else { throw VariableMistake(message: "must name at least one value") }
    if let twice = Set(values).count == values.count
      ? nil
      : values.first(where: { value in
        values.count { $0 == value } > 1
      })
    {
      throw VariableMistake(message: "names \(twice) twice")
    }
    return values
  }

  static func listed(_ text: String) -> [String] {
    if text.hasPrefix("["), let array = (try? JSONNode.parse(text))?.elements {
      return array.compactMap(\.string)
    }
    return text.split(separator: ",").map { part in
      let start = part.drop(while: \.isWhitespace)
      let end = start.lastIndex { !$0.isWhitespace }
      return end.map { String(start[...$0]) } ?? ""
    }.filter { !$0.isEmpty }
  }

  func phrase(for value: String) -> String {
    guard let template = phrases[value] ?? phrases["*"] else { return value }
    return template.expanded(["value": value])
  }
}
