package import Fallback
import JSONText

extension Trace {
  /// The layout of the stored text; grows when it changes.
  private static let version = 1

  /// As JSON text.
  ///
  /// - Parameter planText: What `text(of:)` gave for the same plan, so that attempts need not write
  ///   it anew.
  /// - Returns: UTF-8.
  package func encoded(planText: [UInt8]? = nil) -> [UInt8] {
    let steps = self.steps.map { step in
      JSONValue.object([
        JSONPair("key", .string(step.key)),
        JSONPair("events", .array(step.events.map(EventCoding.encode))),
        JSONPair("did", .array(step.decisions.map { .string($0) })),
      ])
    }
    let value: JSONValue = [
      "v": .int(Self.version), "plan": planText.map { .raw($0) } ?? PlanCoding.encode(plan),
      "steps": .array(steps),
    ]
    return value.encoded()
  }

  /// A plan as it stands in encoded traces.
  package static func text(of plan: Plan) -> [UInt8] { PlanCoding.encode(plan).encoded() }

  /// Reads what `encoded` wrote; nil where it is empty, damaged or of a newer version.
  ///
  /// - Parameter bytes: As stored.
  package init?(_ bytes: [UInt8]) {
    guard let root = try? JSONNode.parse(bytes, as: .strict, maxDepth: 16),
      root["v"]?.int == Self.version, let plan = root["plan"].flatMap(PlanCoding.decode),
      let steps = root["steps"]?.elements
    else { return nil }
    var decoded: [Step] = []
    for step in steps {
      guard let key = step["key"]?.string, let nodes = step["events"]?.elements else { return nil }
      let events = nodes.compactMap(EventCoding.decode)
      guard events.count == nodes.count else { return nil }
      decoded.append(Step(key: key, events: events, decisions: step.strings("did")))
    }
    self.init(plan: plan, steps: decoded)
  }
}

/// Members that are nil are left out.
func compact(_ pairs: [(String, JSONValue?)]) -> JSONValue {
  .object(pairs.compactMap { key, value in value.map { JSONPair(key, $0) } })
}

extension JSONValue {
  static func time(_ value: Milliseconds) -> JSONValue { .int(Int(value)) }
  static func some(_ value: Milliseconds?) -> JSONValue? { value.map { .int(Int($0)) } }
  static func some(_ value: Int?) -> JSONValue? { value.map { .int($0) } }
  static func some(_ value: String?) -> JSONValue? { value.map { .string($0) } }
  static func flag(_ value: Bool) -> JSONValue? { value ? .bool(true) : nil }
  static func strings(_ values: some Sequence<String>) -> JSONValue? {
    let items = values.map { JSONValue.string($0) }
    return items.isEmpty ? nil : .array(items)
  }
}

extension JSONNode {
  func time(_ key: String) -> Milliseconds? { self[key]?.int.map { Milliseconds($0) } }
  func text(_ key: String) -> String? { self[key]?.string }
  func number(_ key: String) -> Int? { self[key]?.int }
  func flag(_ key: String) -> Bool { self[key]?.bool ?? false }
  func strings(_ key: String) -> [String] { self[key]?.elements?.compactMap(\.string) ?? [] }
  func word<Word: RawRepresentable<String>>(_ key: String) -> Word? {
    self[key]?.string.flatMap { Word(rawValue: $0) }
  }

  /// A member that may be missing but not unreadable: nil for damage, `.some(nil)` for none.
  func optional<Value>(_ key: String, _ read: (JSONNode) -> Value?) -> Value?? {
    guard let node = self[key] else { return .some(nil) }
    return read(node).map { .some($0) }
  }

  func optionalWord<Word: RawRepresentable<String>>(_ key: String) -> Word?? {
    optional(key) { $0.string.flatMap { Word(rawValue: $0) } }
  }

  /// All elements of a list that may be missing; nil where one is unreadable.
  func list<Value>(_ key: String, _ read: (JSONNode) -> Value?) -> [Value]? {
    guard let node = self[key] else { return [] }
    guard let elements = node.elements else { return nil }
    let values = elements.compactMap(read)
    return values.count == elements.count ? values : nil
  }
}
