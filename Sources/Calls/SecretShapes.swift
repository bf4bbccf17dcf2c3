/// Finds what looks like a secret although nobody told us of it: vendors' key prefixes, bearer tokens,
/// JSON web tokens, passwords in URLs.
enum SecretShapes {
  /// Prefix of a key, and how many further characters make it one.
  private static let prefixes: [(text: [UInt8], more: Int)] = [
    ("sk-", 16), ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20),
    ("github_pat_", 20), ("AIza", 30), ("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10), ("AKIA", 12),
    ("ya29.", 10), ("hf_", 20), ("gsk_", 20), ("xai-", 20), ("eyJ", 20), ("pplx-", 20),
    ("r8_", 20), ("nvapi-", 20), ("key-", 24),
  ].map { (Array($0.0.utf8), $0.1) }

  /// Words that are followed by a secret.
  private static let announcers: [[UInt8]] = [
    "bearer ", "authorization: ", "x-api-key: ", "x-goog-api-key: ", "api_key=", "apikey=",
    "access_token=", "refresh_token=", "client_secret=",
  ].map { Array($0.utf8) }

  static func hide(in text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if let end = secretEnd(in: text, from: index) {
        result += hidden
        index = end
      } else if let start = announcerEnd(in: text, from: index) {
        result += text[index..<start]
        let end = wordEnd(in: text, from: start)
        // A scheme word after the header's name, as in `authorization: Bearer x`, is no secret.
        if end - start >= 8 {
          result += hidden
          index = end
        } else {
          index = start
        }
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// End of the key that begins here; only at the beginning of a word.
  private static func secretEnd(in text: [UInt8], from start: Int) -> Int? {
    guard start == 0 || !isWordByte(text[start - 1]) else { return nil }
    for prefix in prefixes where text[start] == prefix.text[0] {
      guard text[start...].starts(with: prefix.text) else { continue }
      let end = wordEnd(in: text, from: start + prefix.text.count)
      if end - start - prefix.text.count >= prefix.more { return end }
    }
    return nil
  }

  private static func announcerEnd(in text: [UInt8], from start: Int) -> Int? {
    guard start == 0 || !isWordByte(text[start - 1]) else { return nil }
    for announcer in announcers where lower(text[start]) == announcer[0] {
      guard text.count - start >= announcer.count else { continue }
      let slice = text[start..<start + announcer.count]
      if slice.elementsEqual(announcer, by: { lower($0) == $1 }) { return start + announcer.count }
    }
    return nil
  }

  private static func wordEnd(in text: [UInt8], from start: Int) -> Int {
    var end = start
    while end < text.count, isWordByte(text[end]) { end += 1 }
    return end
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
