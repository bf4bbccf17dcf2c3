/// One line of the classifier's table: when an error looks like this, it is that.
///
/// Codes are compared whole, code words and phrases by containment, all in normal form (see
/// `NormalisedError`). Every condition that is given must be met.
package struct Rule: Sendable {
  /// Recorded with every call that it classified.
  package var id: String
  /// Beginnings of names. Empty: any provider.
  var providers: [String] = []
  /// Empty: any status. An error without a status of its own meets every list.
  var statuses: [Int] = []
  /// One of these is a code.
  var codes: [Phrase] = []
  /// One of these is part of a code.
  var codeWords: [Phrase] = []
  /// Each inner list is an alternative; all outer lists must be met, anywhere in codes or message.
  var phrases: [[Phrase]] = []
  /// None of these may occur.
  var unless: [Phrase] = []
  /// Something behind the provider reported it.
  var isUpstream = false
  package var `class`: FailureClass
  package var scope: FailureScope
  var isTerminal = false
  /// The refused parameter, where the rule implies it.
  var parameter: String?
  /// It names a short window, which no long wait turns into a quota.
  var isShortWindow = false

  func matches(_ error: NormalisedError) -> Bool {
    if isUpstream, !error.isUpstream { return false }
    if !providers.isEmpty, !providers.contains(where: error.provider.hasPrefix) { return false }
    if let status = error.status, !statuses.isEmpty, !statuses.contains(status) { return false }
    if !codes.isEmpty, !codes.contains(where: { error.codes.contains($0.bytes) }) { return false }
    if !codeWords.isEmpty, !codeWords.contains(where: error.codesContain) { return false }
    if unless.contains(where: error.contains) { return false }
    return phrases.allSatisfy { $0.contains(where: error.contains) }
  }
}

/// Text to look for, in normal form: lower case, single spaces, no underscores or hyphens.
struct Phrase: Sendable, ExpressibleByStringLiteral {
  let bytes: [UInt8]

  init(stringLiteral text: String) { bytes = Array(text.utf8) }
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether the text holds it.
  func occurs(in text: [UInt8]) -> Bool { offset(in: text) != nil }

  /// Where it begins first.
  func offset(in text: [UInt8]) -> Int? {
    guard let first = bytes.first, text.count >= bytes.count else { return nil }
    // By index: a slice for every letter that fits would cost more than all the comparing.
    for start in 0...(text.count - bytes.count) where text[start] == first {
      var length = 1
      while length < bytes.count, text[start + length] == bytes[length] { length += 1 }
      if length == bytes.count { return start }
    }
    return nil
  }
}
