/// JSON to be written: literals build it, members keep their order.
///
///     let line: JSONValue = ["id": 42, "name": .string(name), "error": nil]
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int)
  /// The spelling of a number; see `JSONWriter.number(_:)`.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONPair])
  /// One complete JSON value, spliced as it is.
  case raw([UInt8])
}

/// One member of an object to be written.
package struct JSONPair: Sendable, Hashable {
  package var key: String
  package var value: JSONValue

  package init(_ key: String, _ value: JSONValue) {
    self.key = key
    self.value = value
  }
}

extension JSONValue {
  /// A string, or null.
  package static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// A whole number, or null.
  package static func optional(_ number: Int?) -> JSONValue { number.map { .int($0) } ?? .null }

  /// A number; null for infinities and NaN, which JSON does not have.
  package static func double(_ value: Double) -> JSONValue {
    if let whole = JSONNumber.whole(value) { return .int(whole) }
    return value.isFinite ? .number("\(value)") : .null
  }

  /// The same content as a node; numbers keep their spelling where JSON allows it.
  package init(_ node: JSONNode) {
    switch node.kind {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .number(let raw): self = .number(raw)
    case .string(let value): self = .string(value)
    case .array(let values): self = .array(values.map { JSONValue($0) })
    case .object(let members):
      self = .object(members.map { JSONPair($0.key, JSONValue($0.value)) })
    }
  }

  /// This value as compact text, or indented by two spaces.
  ///
  /// - Parameter style: Compact unless asked otherwise.
  /// - Returns: UTF-8 without a final line feed.
  package func encoded(_ style: JSONWriter.Style = .compact) -> [UInt8] {
    var writer = JSONWriter(style)
    writer.value(self)
    return writer.bytes
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .int(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { JSONPair($0.0, $0.1) })
  }
}
