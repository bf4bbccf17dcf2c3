/// A change of the request that a provider's refusal of a parameter leads to. The raw value is stored.
package enum Adjustment: String, CaseIterable, Sendable, Hashable {
  case renameMaxTokens = "max_tokens→max_completion_tokens"
  case dropMaxTokens = "drop max_tokens"
  case dropTemperature = "drop temperature"
  case dropResponseFormat = "drop response_format"

  /// The next change to try for a refused parameter.
  ///
  /// - Parameters:
  ///   - parameter: As the provider named it.
  ///   - applied: What this route's request has already been changed by.
  ///   - sent: Names of the parameters in the unchanged request.
  /// - Returns: nil when no change is left that would alter the request.
  package static func next(
    for parameter: String, applied: [Adjustment], sent: Set<String>
  ) -> Adjustment? {
    let candidates: [Adjustment] =
      switch parameter {
      case "max_tokens": [.renameMaxTokens, .dropMaxTokens]
      case "max_completion_tokens", "max_output_tokens": [.dropMaxTokens]
      case "temperature": [.dropTemperature]
      case "response_format", "json_schema": [.dropResponseFormat]
      default: []
      }
    return candidates.first { !applied.contains($0) && sent.contains($0.parameter) }
  }

  /// The request parameter that is changed.
  package var parameter: String {
    switch self {
    case .renameMaxTokens, .dropMaxTokens: "max_tokens"
    case .dropTemperature: "temperature"
    case .dropResponseFormat: "response_format"
    }
  }
}
