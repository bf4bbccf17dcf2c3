package import Configuration

extension ConfigProblem {
  /// `file:line:column: what is wrong, did you mean …?`
  package var text: String {
    let place = "\(path):\(line):\(column): \(message)"
    guard let suggestion else { return place }
    return suggestion.contains(" ")
      ? "\(place); \(suggestion)" : "\(place), did you mean \(suggestion)?"
  }
}

extension Complaint {
  /// Errors in config.json.
  package init(_ errors: [ConfigProblem]) {
    let lines = errors.map(\.text).joined(separator: "\n  ")
    self.init(
      .configuration, "the configuration has errors\n  \(lines)",
      remedy: "mend them, then: auxq config check")
  }

  /// Why there is no route as asked for.
  ///
  /// - Parameters:
  ///   - problem: The plan's.
  ///   - wasAsked: The provider was named with the job, not in the configuration.
  package init(_ problem: PlanProblem, wasAsked: Bool) {
    let asked: ExitCode = wasAsked ? .usage : .configuration
    switch problem {
    case .unknownProvider(let name, let suggestion):
      self.init(
        asked, "unknown provider “\(name)”",
        remedy: suggestion.map { "did you mean \($0)?" }
          ?? "describe it under providers: auxq config path")
    case .unsupportedProvider(let name, let reason):
      self.init(asked, "provider \(name) is not supported: \(reason)")
    case .noModel(let name):
      self.init(
        .configuration, "no model is named for provider \(name)",
        remedy: "--model M, or providers.\(name).model in the configuration")
    case .noBaseURL(let name):
      self.init(
        .configuration, "no address is known for provider \(name)",
        remedy: "set providers.\(name).base_url in the configuration")
    case .badBaseURL(let name, let variable, let fault):
      self.init(
        .configuration, "the address of provider \(name) in \(variable): \(fault.message)",
        remedy: "set \(variable) right, or unset it")
    case .insecureURL(let name):
      self.init(
        .configuration, "a key of provider \(name) would travel unencrypted",
        remedy: "use https, or set providers.\(name).insecure_http: true")
    }
  }
}
