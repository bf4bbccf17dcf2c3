import Spelling

/// A setting that a job of a kind may be given with `--set name=value`.
package struct Variable: Sendable, Hashable {
  package enum ValueType: String, CaseIterable, Sendable {
    case string, integer, number, boolean
    /// JSON text.
    case json
    /// Values with commas between them, or a JSON array of strings.
    case list
  }

  package var name: String
  package var type = ValueType.string
  /// The value where none is given, in the spelling of `--set`.
  package var defaultValue: String?
  package var isRequired = false
  /// The only values allowed, where there are any.
  package var allowed: [String] = []
  package var minimum: Double?
  package var maximum: Double?
  package var description = ""
  /// How the value reads in a prompt: by value, and `*` for all others with `{{value}}` in it.
  var phrases: [String: Template] = [:]
  /// What a prompt reads where there is no value.
  var absent = ""

  init(name: String) { self.name = name }
}

/// The variables of one job: defaults and what was given, checked.
struct Variables: Sendable, Equatable {
  private var values: [String: String] = [:]
  private var phrases: [String: String] = [:]

  /// - Throws: `InputError` for an unknown name, a missing or an unusable value.
  init(_ declared: [Variable], given: [String: String]) throws(InputError) {
    let unknown = given.keys.filter { name in !declared.contains { $0.name == name } }
    if let name = unknown.min() {
      var error = InputError(.unknownVariable, "no such variable")
      error.variable = name
      error.suggestion = Spelling.closest(to: name, among: declared.map(\.name))
      error.allowed = declared.map(\.name)
      throw error
    }
    for variable in declared { try add(variable, given[variable.name]) }
  }

  private mutating func add(_ variable: Variable, _ given: String?) throws(InputError) {
    let isEmpty = given?.allSatisfy(\.isWhitespace) ?? true
    guard let text = isEmpty ? variable.defaultValue : given, !text.isEmpty else {
      if variable.isRequired {
        throw InputError(.missingVariable, "is required", variable: variable.name)
      }
      // What is missing comes out empty.
      if !variable.absent.isEmpty { phrases[variable.name] = variable.absent }
      return
    }
    do throws(VariableMistake) {
      let value = try variable.normalised(text)
      values[variable.name] = value
      phrases[variable.name] = variable.phrase(for: value)
    } catch {
      var mistake = InputError(.badVariable, error.message, variable: variable.name)
      mistake.suggestion = error.suggestion
      mistake.allowed = variable.allowed
      (mistake.line, mistake.column) = (error.line, error.column)
      throw mistake
    }
  }

  subscript(_ name: String) -> String? { values[name] }

  func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
  func number(_ name: String) -> Double? { values[name].flatMap { Double($0) } }
  func isTrue(_ name: String) -> Bool { values[name] == "true" }

  /// What the prompts read for a variable; nil: nothing.
  func phrase(_ name: String) -> String? { phrases[name] }

  /// The same for the same settings, however they were given.
  var canonical: String {
    if values.isEmpty { return "" }
    return values.keys.sorted().map {
      "\($0.utf8.count):\($0)=\((values[$0] ?? "").utf8.count):\(values[$0] ?? "")"
    }
    .joined(separator: ";")
  }
}
