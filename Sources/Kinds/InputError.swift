/// Why an input or a setting cannot be worked on. Never holds the input's own text.
package struct InputError: Error, Sendable, Hashable {
  package enum Code: String, Sendable {
    /// Neither UTF-8 nor UTF-16 with a byte order mark; see `offset`.
    case notText = "invalid_utf8"
    /// Holds NUL bytes; see `offset`.
    case binary
    /// Nothing but white space.
    case empty
    case tooLarge = "too_large"
    /// The messages are not what chat APIs take; see `line` and `column`.
    case badMessages = "bad_messages"
    case badItems = "bad_items"
    case unknownVariable = "unknown_variable"
    case badVariable = "bad_variable"
    case missingVariable = "missing_variable"
  }

  package var code: Code
  /// What is wrong, as the end of a sentence.
  package var detail: String
  /// From 1.
  package var line: Int?
  package var column: Int?
  /// Of the offending byte, from 0.
  package var offset: Int?
  package var variable: String?
  package var suggestion: String?
  /// Names or values that would do.
  package var allowed: [String] = []

  init(
    _ code: Code, _ detail: String, offset: Int? = nil, variable: String? = nil, line: Int? = nil,
    column: Int? = nil
  ) {
    self.code = code
    self.detail = detail
    self.offset = offset
    self.variable = variable
    self.line = line
    self.column = column
  }
}
