import JSONText
import Spelling

/// Reads one JSON object key by key and reports what is missing, mistyped or unknown; remembers which
/// keys were asked for, and lives only while its file is read.
final class ObjectReader {
  private let members: [JSONMember]
  let pointer: String
  let range: Range<Int>
  private let log: ProblemLog
  private var known: [String] = []

  /// Reports and gives nil where the node is no object.
  init?(_ node: JSONNode, at pointer: String, log: ProblemLog) {
    guard let members = node.members else {
      log.add("must be an object", at: node.range.lowerBound, pointer: pointer)
      return nil
    }
    self.members = members
    self.pointer = pointer
    range = node.range
    self.log = log
  }

  func hasKey(_ key: String) -> Bool { members.contains { $0.key == key } }

  func pointer(to key: String) -> String { JSONPointer.appending(key, to: pointer) }

  func report(_ message: String, key: String, suggestion: String? = nil) {
    let place = members.first { $0.key == key }?.value.range.lowerBound ?? range.lowerBound
    log.add(message, at: place, pointer: pointer(to: key), suggestion: suggestion)
  }

  func node(_ key: String) -> JSONNode? {
    known.append(key)
    return members.first { $0.key == key }?.value
  }

  /// All members of an object whose keys are free, except those that begin with `x-`.
  func all() -> [JSONMember] {
    known += members.map(\.key)
    return members.filter { !$0.key.hasPrefix("x-") }
  }

  func string(_ key: String, required: Bool = false) -> String? {
    guard let node = node(key) else {
      if required { report("is missing", key: key) }
      return nil
    }
    guard let value = node.string else { return mistyped(key, "must be a string") }
    if required, value.isEmpty { report("must not be empty", key: key) }
    return value
  }

  func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let node = node(key) else { return nil }
    guard let value = node.int, range.contains(value) else {
      return mistyped(
        key, "must be a whole number between \(range.lowerBound) and \(range.upperBound)")
    }
    return value
  }

  func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let node = node(key) else { return nil }
    guard let value = node.double, range.contains(value) else {
      return mistyped(
        key,
        "must be a number between \(Variable.plain(range.lowerBound)) and \(Variable.plain(range.upperBound))"
      )
    }
    return value
  }

  func bool(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    return node.bool ?? mistyped(key, "must be true or false")
  }

  func strings(_ key: String) -> [String]? {
    guard let node = node(key) else { return nil }
    guard let values = node.elements?.map(\.string), !values.contains(nil) else {
      return mistyped(key, "must be an array of strings")
    }
    return values.compactMap { $0 }
  }

  /// One of the names of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _: Choice.Type, required: Bool = false
  ) -> Choice? where Choice.RawValue == String {
    guard let name = string(key, required: required) else { return nil }
    if let choice = Choice(rawValue: name) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    report(
      "must be one of \(names.joined(separator: ", "))", key: key,
      suggestion: Spelling.closest(to: name, among: names))
    return nil
  }

  func object(_ key: String) -> ObjectReader? {
    node(key).flatMap { ObjectReader($0, at: pointer(to: key), log: log) }
  }

  /// Reports every key that nobody asked for; keys that begin with `x-` are free.
  func finish() {
    for member in members where !known.contains(member.key) && !member.key.hasPrefix("x-") {
      log.add(
        "unknown key", at: member.keyRange.lowerBound, pointer: pointer(to: member.key),
        suggestion: Spelling.closest(to: member.key, among: known))
    }
  }

  private func mistyped<Value>(_ key: String, _ message: String) -> Value? {
    report(message, key: key)
    return nil
  }
}
