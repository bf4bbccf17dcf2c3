import Fallback
import JSONText
import Platform
import Spelling

/// Collects problems while sections of the file are read. Lives only during one parse.
final class SettingsReader {
  let path: String
  let environment: [String: String]
  /// For `~` in paths.
  let home: String?
  private let lines: LineMap
  private var found: [(offset: Int, problem: ConfigProblem)] = []

  init(path: String, bytes: [UInt8], environment: [String: String], home: String?) {
    self.path = path
    self.environment = environment
    self.home = home
    lines = LineMap(bytes)
  }

  /// In the order of the file.
  var problems: [ConfigProblem] {
    found.sorted { $0.offset < $1.offset }.map(\.problem)
  }

  func report(
    _ code: ConfigProblem.Code, at range: Range<Int>, _ pointer: String, _ message: String,
    suggestion: String? = nil, severity: ConfigProblem.Severity = .error
  ) {
    let place = lines.position(at: range.lowerBound)
    found.append(
      (
        range.lowerBound,
        ConfigProblem(
          code: code, severity: severity, path: path, line: place.line, column: place.column,
          pointer: pointer, message: message, suggestion: suggestion)
      ))
  }

  func report(
    _ code: ConfigProblem.Code, _ value: Located, _ message: String, suggestion: String? = nil
  ) {
    report(code, at: value.node.range, value.pointer, message, suggestion: suggestion)
  }

  /// Opens an object.
  ///
  /// - Parameters:
  ///   - value: Where it stands.
  ///   - keys: What it may hold; nil for any key.
  /// - Returns: Nil when it is no object, which is reported.
  func section(_ value: Located, keys: [String]?) -> Section? {
    guard let members = value.node.members else {
      reportType(value, expected: "an object")
      return nil
    }
    if let keys {
      for member in members where !keys.contains(member.key) {
        reportUnknown(member, in: value, keys: keys)
      }
    }
    return Section(reader: self, pointer: value.pointer, members: members)
  }

  func reportType(_ value: Located, expected: String) {
    report(.wrongType, value, "expected \(expected), not \(value.node.article)")
  }

  private func reportUnknown(_ member: JSONMember, in value: Located, keys: [String]) {
    let pointer = JSONPointer.appending(member.key, to: value.pointer)
    let isSecret = ["api_key", "apikey", "key", "token", "secret", "password", "access_token"]
      .contains(member.key.lowercased())
    if isSecret, keys.contains("key_env") {
      let hint = "name a variable in key_env, or use key_file or key_command"
      return report(
        .secret, at: member.keyRange, pointer, "secrets do not belong in this file",
        suggestion: hint)
    }
    report(
      .unknownKey, at: member.keyRange, pointer, "unknown key \(shown(member.key))",
      suggestion: Spelling.closest(to: member.key, among: keys))
  }

  /// A name for a message: short and without control characters.
  func shown(_ name: String) -> String {
    let safe = name.unicodeScalars.prefix(64).map { scalar -> Character in
      scalar.properties.isPatternWhitespace || scalar.value < 0x20 || scalar.value == 0x7F
        || scalar.properties.generalCategory == .format
        || scalar.properties.generalCategory == .control ? "?" : Character(scalar)
    }
    return "\"\(String(safe))\""
  }

  /// A path of the file: `~/` is the home directory, a relative one is beside the file.
  func resolved(_ text: String) -> String {
    if text.hasPrefix("~/"), let home { return home + text.dropFirst() }
    if text.hasPrefix("/") { return text }
    guard let slash = path.lastIndex(of: "/") else { return text }
    return path[...slash] + text
  }

  /// The file of `ca_file`. It may be on its way, or of a provider that is never asked: no error.
  func certificateFile(_ section: Section) -> String? {
    guard let value = section.value("ca_file"), let text = section.string("ca_file") else {
      return nil
    }
    let file = resolved(text)
    if !FileSystem.exists(file) {
      report(
        .noFile, at: value.node.range, value.pointer, "the file that ca_file names is not there",
        severity: .warning)
    }
    return file
  }
}

/// A value and its pointer.
struct Located {
  var node: JSONNode
  var pointer: String
}

extension JSONNode {
  /// `a string`, `an array`: for messages.
  fileprivate var article: String {
    switch kind {
    case .null: "null"
    case .array, .object: "an \(kindName)"
    case .bool, .number, .string: "a \(kindName)"
    }
  }
}
