package import Fallback
import JSONText

extension Trace {
  /// The layout of the stored text; grows when it changes.
  private static let version = 2

  /// As JSON text.
  ///
  /// - Parameter planText: What `text(of:)` gave for the same plan, so that attempts need not write
  ///   it anew.
  /// - Returns: UTF-8.
  package func encoded(planText: [UInt8]? = nil) -> [UInt8] {
    var writer = JSONWriter(reserving: (planText?.count ?? 512) + steps.count * 1_024)
    writer.beginObject()
    writer.key("v")
    writer.int(Self.version)
    writer.key("plan")
    if let planText { writer.raw(planText) } else { writer.value(PlanCoding.encode(plan)) }
    writer.key("steps")
    writer.beginArray()
    for step in steps { Self.write(step, into: &writer) }
    writer.endArray()
    writer.endObject()
    return writer.finished()
  }

  private static func write(_ step: Step, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.text("key", step.key)
    writer.key("events")
    writer.beginArray()
    for event in step.events { EventCoding.write(event, into: &writer) }
    writer.endArray()
    writer.key("did")
    writer.beginArray()
    for decision in step.decisions { writer.string(decision) }
    writer.endArray()
    writer.endObject()
  }

  /// A plan as it stands in encoded traces.
  package static func text(of plan: Plan) -> [UInt8] { PlanCoding.encode(plan).encoded() }

  /// Reads what `encoded` wrote; nil where it is empty, damaged or of a newer version.
  ///
  /// - Parameter bytes: As stored.
  package init?(_ bytes: [UInt8]) {
    guard let root = try? JSONNode.parse(bytes, as: .strict, maxDepth: 16),
      let version = root["v"]?.int, (1...Self.version).contains(version),
      let plan = root["plan"].flatMap({ PlanCoding.decode($0, version: version) }),
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
  static func some(_ value: Int?) -> JSONValue? { value.map { .int($0) } }
  static func flag(_ value: Bool) -> JSONValue? { value ? .bool(true) : nil }
}

/// Members of an event; what is nil, false or empty is left out.
extension JSONWriter {
  mutating func tag(_ name: String, _ time: Milliseconds) {
    text("e", name)
    self.time("t", time)
  }

  mutating func text(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  mutating func count(_ name: String, _ value: Int?) {
    guard let value else { return }
    key(name)
    int(value)
  }

  mutating func time(_ name: String, _ value: Milliseconds?) { count(name, value.map { Int($0) }) }

  mutating func flag(_ name: String, _ value: Bool) {
    guard value else { return }
    key(name)
    bool(true)
  }

  mutating func texts(_ name: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    key(name)
    beginArray()
    for value in values { string(value) }
    endArray()
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
