/// An error's fields made comparable: lower case, runs of spaces, underscores and hyphens as one space,
/// no quotation marks.
struct NormalisedError {
  var provider: String
  /// nil where an error in HTTP 200 does not say.
  var status: Int?
  var codes: [[UInt8]]
  var isUpstream: Bool
  /// Codes, limit name and message together: what phrases are looked up in.
  var text: [UInt8]

  /// Long messages are cut: what a provider says about a failure stands at its beginning, and an
  /// echoed request behind it must cost nothing.
  private static let longestMessage = 4_000

  init(provider: String, status: Int?, fields: ErrorFields) {
    self.provider = String(decoding: Self.normalise(provider), as: UTF8.self)
    self.status = status
    isUpstream = fields.isUpstream
    let message = String(fields.message.unicodeScalars.prefix(Self.longestMessage))
    let said = Self.withoutEcho(Self.normalise(Self.withoutQuotations(message)))
    codes = fields.codes.map(Self.normalise)
    if Self.asksTooMuch(said) { codes.append(Array("@request exceeds limit".utf8)) }
    if Self.namesZeroLimit(said) { codes.append(Array("@limit is zero".utf8)) }
    let limit = Self.normalise(fields.limit ?? "")
    text = Array((codes + [limit, said]).joined(separator: Array(" | ".utf8)))
  }

  func contains(_ phrase: Phrase) -> Bool { phrase.occurs(in: text) }
  func codesContain(_ phrase: Phrase) -> Bool { codes.contains(where: phrase.occurs) }

  static func normalise(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var gap = false
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "\"", "`", "\u{201C}", "\u{201D}":
        continue
      case " ", "_", "-", "\n", "\r", "\t", "\u{A0}", "\u{2010}", "\u{2011}", "\u{2013}":
        gap = true
      default:
        if gap, !result.isEmpty { result.append(0x20) }
        gap = false
        result += Array(String(scalar == "\u{2019}" ? "'" : scalar).utf8)
      }
    }
    return result
  }

  /// What a message quotes at length is the request, not the provider's own words.
  static func withoutQuotations(_ message: String) -> String {
    let text = Array(message)
    var kept: [Character] = []
    var index = 0
    while index < text.count {
      if let end = quotationEnd(text, from: index), end - index > 60 {
        index = end + 1
      } else {
        kept.append(text[index])
        index += 1
      }
    }
    return String(kept)
  }

  /// Index of the closing mark; nil where no quotation begins here. An apostrophe is none.
  private static func quotationEnd(_ text: [Character], from start: Int) -> Int? {
    let mark: Character
    switch text[start] {
    case "\"", "'", "`": mark = text[start]
    case "“": mark = "”"
    default: return nil
    }
    if start > 0, text[start - 1].isLetter || text[start - 1].isNumber { return nil }
    // A whole message in quotes, or the value of a printed `message`, is the provider's own.
    let before = String(text[max(0, start - 12)..<start]).lowercased()
    if start == 0 || before.contains("message") || before.contains("error") { return nil }
    var index = start + 1
    while index < text.count {
      let isInside =
        index + 1 < text.count && (text[index + 1].isLetter || text[index + 1].isNumber)
      if text[index] == mark, !isInside { return index }
      index += 1
    }
    return nil
  }

  /// Words after which servers repeat what they were sent.
  private static let echoMarks: [Phrase] = [
    "input value=", "input was:", "received input", "request body:", "your input:", " input: ",
    "received: ", "you sent: ",
  ]

  /// The part of a message before it repeats the request.
  private static func withoutEcho(_ text: [UInt8]) -> [UInt8] {
    echoMarks.compactMap { $0.offset(in: text) }.min().map { Array(text[..<$0]) } ?? text
  }

  /// `limit 6000, requested 16008`: no wait makes that fit.
  private static func asksTooMuch(_ text: [UInt8]) -> Bool {
    guard let limit = number(after: "limit", in: text),
      let requested = number(after: "requested", in: text)
    else { return false }
    return requested > limit && limit > 0
  }

  /// `limit: 0`: the tier does not have this model at all.
  private static func namesZeroLimit(_ text: [UInt8]) -> Bool {
    ["limit: 0", "limit of 0", "limit is 0", "limit 0,", "limit=0"].contains { (words: Phrase) in
      guard let start = words.offset(in: text) else { return false }
      let end = start + words.bytes.count
      guard end < text.count else { return true }
      return !(0x30...0x39).contains(text[end]) && text[end] != UInt8(ascii: ".")
    }
  }

  /// The number that follows a word, within a few characters.
  private static func number(after word: Phrase, in text: [UInt8]) -> Int? {
    guard let start = word.offset(in: text) else { return nil }
    let rest = text[(start + word.bytes.count)...].prefix(24)
    let digits = rest.drop { $0 == 0x20 || $0 == UInt8(ascii: ":") }
      .prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ",") }
      .filter { $0 != UInt8(ascii: ",") }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
