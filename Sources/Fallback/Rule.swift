/// One line of the classifier's table: when an error looks like this, it is that.
///
/// Codes are compared whole, phrases by containment, both over text in lower case whose runs of
/// spaces, underscores and hyphens are one space. Every phrase group must have a hit.
package struct Rule: Sendable {
  /// Recorded with every call that it classified.
  package var id: String
  /// Empty: any provider.
  var providers: [String] = []
  /// Empty: any status.
  var statuses: [Int] = []
  var codes: [String] = []
  /// Each inner list is an alternative word; all outer lists must be met.
  var phrases: [[String]] = []
  /// None of these may occur.
  var unless: [String] = []
  package var `class`: FailureClass
  package var scope: FailureScope
  var isTerminal = false

  func matches(_ reply: NormalisedError) -> Bool {
    if !providers.isEmpty, !providers.contains(where: reply.provider.hasPrefix) { return false }
    if !statuses.isEmpty, !statuses.contains(reply.status) { return false }
    if !codes.isEmpty, !codes.contains(where: reply.codes.contains) { return false }
    if unless.contains(where: reply.contains) { return false }
    return phrases.allSatisfy { $0.contains(where: reply.contains) }
  }
}

/// An error's fields made comparable.
struct NormalisedError {
  var provider: String
  var status: Int
  var codes: Set<String>
  /// Codes, limit name and message together: what phrases are looked up in.
  var text: String

  init(provider: String, status: Int, fields: ErrorFields) {
    self.provider = Self.normalise(provider)
    self.status = status
    let codes = fields.codes.map(Self.normalise)
    self.codes = Set(codes)
    // Long messages are cut: what a provider says about a failure stands at its beginning, and an
    // echoed request behind it must cost nothing.
    let message = Self.normalise(String(fields.message.unicodeScalars.prefix(4_000)))
    text = (codes + [Self.normalise(fields.limit ?? ""), message]).joined(separator: " | ")
  }

  func contains(_ phrase: String) -> Bool { text.contains(phrase) }

  /// Lower case; runs of spaces, underscores, hyphens become one space; typographic quotes plain.
  static func normalise(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var gap = false
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case " ", "_", "-", "\n", "\r", "\t", "\u{A0}":
        gap = true
      default:
        if gap, !result.isEmpty { result.append(" ") }
        gap = false
        result.append(scalar == "\u{2019}" ? "'" : scalar)
      }
    }
    return String(result)
  }
}
