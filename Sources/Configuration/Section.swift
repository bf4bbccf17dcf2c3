import Fallback
import JSONText
import Spelling

/// An object of the file, read key by key. A missing key and null are the same: not set.
struct Section {
  let reader: SettingsReader
  let pointer: String
  let members: [JSONMember]

  /// Members with their places, duplicates left out.
  var entries: [(key: String, keyRange: Range<Int>, value: Located)] {
    var seen: Set<String> = []
    return members.filter { seen.insert($0.key).inserted }.map {
      ($0.key, $0.keyRange, Located(node: $0.value, pointer: pointer(of: $0.key)))
    }
  }

  func pointer(of key: String) -> String { JSONPointer.appending(key, to: pointer) }

  func value(_ key: String) -> Located? {
    guard let node = members.first(where: { $0.key == key })?.value, !node.isNull else {
      return nil
    }
    return Located(node: node, pointer: pointer(of: key))
  }

  /// A string that is not empty and has no control characters.
  func string(_ key: String) -> String? { value(key).flatMap(text) }

  func text(_ value: Located) -> String? {
    guard let text = value.node.string else {
      reader.reportType(value, expected: "a string")
      return nil
    }
    guard !text.isEmpty else {
      reader.report(.badValue, value, "must not be empty")
      return nil
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      reader.report(.badValue, value, "holds a control character")
      return nil
    }
    return text
  }

  func bool(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    if value.node.bool == nil { reader.reportType(value, expected: "true or false") }
    return value.node.bool
  }

  func int(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    value(key).flatMap { int($0, range) }
  }

  func int(_ value: Located, _ range: ClosedRange<Int>) -> Int? {
    guard value.node.number != nil else {
      reader.reportType(value, expected: "a whole number")
      return nil
    }
    guard let number = value.node.int, range.contains(number) else {
      let limits =
        range.upperBound == .max
        ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
      reader.report(.outOfRange, value, "must be a whole number, \(limits)")
      return nil
    }
    return number
  }

  /// A number of at least 0.
  func amount(_ key: String) -> Double? {
    guard let value = value(key) else { return nil }
    guard value.node.number != nil else {
      reader.reportType(value, expected: "a number")
      return nil
    }
    guard let number = value.node.double, number >= 0, number.isFinite else {
      reader.report(.outOfRange, value, "must be a number, 0 or more")
      return nil
    }
    return number
  }

  /// One of the raw values of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let value = value(key), let text = text(value) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    reader.report(
      .badValue, value, "must be \(names.map { "\"\($0)\"" }.joined(separator: " or "))",
      suggestion: Spelling.closest(to: text, among: names))
    return nil
  }

  /// A span: seconds, or a text such as `24h`.
  func duration(_ key: String, atLeast least: Milliseconds = 0) -> Milliseconds? {
    value(key).flatMap { duration($0, atLeast: least) }
  }

  func duration(_ value: Located, atLeast least: Milliseconds = 0) -> Milliseconds? {
    let span: Milliseconds?
    switch value.node.kind {
    case .number: span = value.node.double.flatMap(DurationText.seconds)
    case .string(let text): span = DurationText.parse(text)
    default:
      reader.reportType(value, expected: "seconds, or a text such as \"5m\"")
      return nil
    }
    if let span, span >= least { return span }
    let range = least > 0 ? "at least \(Double(least) / 1000)" : "0 or more"
    reader.report(
      .outOfRange, value, "must be a span of time: seconds (\(range)), or a text such as \"24h\"")
    return nil
  }

  func list(_ key: String) -> [Located]? {
    guard let value = value(key) else { return nil }
    guard let elements = value.node.elements else {
      reader.reportType(value, expected: "an array")
      return nil
    }
    return elements.enumerated().map {
      Located(node: $0.element, pointer: "\(value.pointer)/\($0.offset)")
    }
  }

  func section(_ key: String, keys: [String]?) -> Section? {
    value(key).flatMap { reader.section($0, keys: keys) }
  }
}
