package import Kinds

extension Complaint {
  /// No usable definition under a name.
  ///
  /// - Parameters:
  ///   - error: The catalog's.
  ///   - exitCode: For a name that there is not: wrong usage, or bad data in a batch.
  package init(_ error: KindError, unknownIs exitCode: ExitCode = .usage) {
    switch error {
    case .unknown(let name, let suggestion):
      let remedy = suggestion.map { "did you mean \($0)?" } ?? "all kinds: auxq kinds list"
      self.init(exitCode, "unknown kind “\(name)”", remedy: remedy)
    case .broken(let name, let problems):
      let lines = problems.map { $0.line(of: name) }
      self.init(
        .configuration,
        "the definition of kind \(name) is broken\n  " + lines.joined(separator: "\n  "),
        remedy: "mend it, then: auxq kinds check \(name)")
    }
  }

  /// An input or a variable that no attempt can work on.
  ///
  /// - Parameters:
  ///   - error: The kind's.
  ///   - source: Where the input comes from: a file, `stdin`, a line of a batch.
  package init(_ error: InputError, in source: String) {
    let what =
      error.variable.map { "variable \($0): \(error.detail)" }
      ?? "the input cannot be used: \(error.detail)"
    self.init(.badData, what, at: Complaint.place(error, source), remedy: Complaint.remedy(error))
  }

  /// A variable is named on the command line and not in the input.
  private static func place(_ error: InputError, _ source: String) -> String? {
    if error.variable != nil { return nil }
    if let line = error.line { return "\(source):\(line)" + (error.column.map { ":\($0)" } ?? "") }
    return error.offset.map { "\(source), byte \($0)" } ?? source
  }

  private static func remedy(_ error: InputError) -> String? {
    if let suggestion = error.suggestion { return "did you mean \(suggestion)?" }
    if !error.allowed.isEmpty { return "there are: \(error.allowed.joined(separator: ", "))" }
    if error.code == .missingVariable, let name = error.variable {
      return "give it: --set \(name)=VALUE"
    }
    return nil
  }
}

extension DefinitionProblem {
  /// `file:line:column: message, did you mean …?`
  func line(of kind: String) -> String {
    var text = file
    if let line { text += ":\(line)" + (column.map { ":\($0)" } ?? "") }
    if let pointer, !pointer.isEmpty { text += " \(pointer)" }
    text += ": \(message)"
    return suggestion.map { "\(text), did you mean \($0)?" } ?? text
  }
}

extension KindCatalog {
  /// What is wrong with a name that leads to no kind; nil: it leads to one, broken or not.
  func unknownName(_ name: String) -> String? {
    do throws(KindError) {
      _ = try definition(named: name)
      return nil
    } catch {
      guard case .unknown = error else { return nil }
      let complaint = Complaint(error)
      return complaint.what + (complaint.remedy.map { ", \($0)" } ?? "")
    }
  }
}
