/// Something wrong in config.json, with its place.
package struct ConfigProblem: Sendable, Hashable {
  package enum Code: String, Sendable, Hashable {
    case syntax
    case unknownKey = "unknown_key"
    case duplicateKey = "duplicate_key"
    case wrongType = "wrong_type"
    case outOfRange = "out_of_range"
    /// Not one of the words or forms that the key takes.
    case badValue = "bad_value"
    case badURL = "bad_url"
    /// A key would travel in the clear.
    case insecureURL = "insecure_url"
    case badHeader = "bad_header"
    case badName = "bad_name"
    case unknownProvider = "unknown_provider"
    case unknownKind = "unknown_kind"
    case noBaseURL = "no_base_url"
    case noModel = "no_model"
    /// A secret stands in the file, or seems to.
    case secret
    case missing
    /// It names a file that is not there.
    case noFile = "no_file"
  }

  package enum Severity: Sendable, Hashable { case error, warning }

  package var code: Code
  package var severity: Severity = .error
  /// The file.
  package var path: String
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int
  /// JSON Pointer; empty for the whole file.
  package var pointer: String
  /// What is wrong, as a sentence without a full stop. Never holds a value of the file.
  package var message: String
  /// A name to use instead, or what to do.
  package var suggestion: String?
}

/// Settings as far as they could be read, and all that is wrong with them.
package struct ParsedSettings: Sendable {
  /// Use it only where `errors` is empty.
  package var settings: Settings
  /// In the order of the file.
  package var problems: [ConfigProblem]

  package var errors: [ConfigProblem] { problems.filter { $0.severity == .error } }
  package var warnings: [ConfigProblem] { problems.filter { $0.severity == .warning } }
}
