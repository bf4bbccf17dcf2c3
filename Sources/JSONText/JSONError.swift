/// Why a text is not JSON, and where.
package struct JSONError: Error, Sendable, Hashable {
  package enum Code: String, Sendable, Hashable {
    /// Nothing but white space.
    case empty
    case unexpectedEnd
    case unexpectedCharacter
    /// Something follows the value.
    case trailingContent
    case invalidUTF8
    /// A control character inside a string must be written as an escape.
    case controlCharacter
    case invalidEscape
    case invalidNumber
    case unterminatedString
    case unterminatedComment
    /// Nested deeper than the limit.
    case tooDeep
    /// More values than the limit.
    case tooMany
  }

  package var code: Code
  /// Offset of the offending byte.
  package var offset: Int
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int

  package init(code: Code, offset: Int, line: Int, column: Int) {
    self.code = code
    self.offset = offset
    self.line = line
    self.column = column
  }
}

extension JSONError.Code {
  /// What is wrong, as the middle of a sentence.
  package var phrase: String {
    switch self {
    case .empty: "no value"
    case .unexpectedEnd: "unexpected end of the text"
    case .unexpectedCharacter: "unexpected character"
    case .trailingContent: "something follows the value"
    case .invalidUTF8: "invalid UTF-8"
    case .controlCharacter: "control character in a string"
    case .invalidEscape: "invalid escape"
    case .invalidNumber: "invalid number"
    case .unterminatedString: "string without an end"
    case .unterminatedComment: "comment without an end"
    case .tooDeep: "nested too deep"
    case .tooMany: "too many values"
    }
  }
}

/// What the parser throws inside: the line is worked out only for an error that gets out.
struct JSONFault: Error {
  var code: JSONError.Code
  var offset: Int
}
