import JSONText

/// One mistake in a definition, with the place where it stands.
package struct DefinitionProblem: Sendable, Hashable {
  /// Path of the file, as it was opened.
  package var file: String
  /// JSON Pointer of the value; nil in prompts.
  package var pointer: String?
  /// From 1; nil where the problem is the file itself.
  package var line: Int?
  package var column: Int?
  package var message: String
  /// What was most likely meant.
  package var suggestion: String?

  package init(
    file: String, pointer: String? = nil, line: Int? = nil, column: Int? = nil, message: String,
    suggestion: String? = nil
  ) {
    self.file = file
    self.pointer = pointer
    self.line = line
    self.column = column
    self.message = message
    self.suggestion = suggestion
  }

  /// The last key of the pointer.
  package var key: String? {
    pointer?.split(separator: "/").last.map(String.init)
  }
}

/// Collects the problems of one file; lives only while it is read.
final class ProblemLog {
  private(set) var problems: [DefinitionProblem] = []
  private let file: String
  private let lines: LineMap

  init(file: String, bytes: [UInt8]) {
    self.file = file
    lines = LineMap(bytes)
  }

  func add(_ message: String, at offset: Int, pointer: String? = nil, suggestion: String? = nil) {
    let place = lines.position(at: offset)
    problems.append(
      DefinitionProblem(
        file: file, pointer: pointer, line: place.line, column: place.column, message: message,
        suggestion: suggestion))
  }

  func append(_ others: [DefinitionProblem]) { problems += others }
}
