/// Finds what looks like a secret although nobody told us of it: vendors' key prefixes, bearer tokens,
/// JSON web tokens, values of fields with telling names, passwords in URLs.
enum SecretShapes {
  /// Prefix of a key, and how many further characters make it one.
  private static let prefixes: [(text: [UInt8], more: Int)] = [
    ("sk-", 16), ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20),
    ("github_pat_", 20), ("AIza", 30), ("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10), ("AKIA", 12),
    ("ya29.", 10), ("hf_", 20), ("gsk_", 20), ("xai-", 20), ("eyJ", 20), ("pplx-", 20),
    ("r8_", 20), ("nvapi-", 20),
  ].map { (Array($0.0.utf8), $0.1) }

  /// Names of fields and headers that hold a secret.
  private static let names: [[UInt8]] = [
    "authorization", "x-api-key", "x-goog-api-key", "api-key", "api_key", "apikey",
    "access_token", "refresh_token", "id_token", "device_code", "client_secret", "password",
  ].map { Array($0.utf8) }

  private static let schemes: [[UInt8]] = ["bearer ", "basic "].map { Array($0.utf8) }

  /// Pairs of bytes that any shape begins with: nearly all of a text is passed over by one look-up.
  private static let openings: [Bool] = {
    var openings = [Bool](repeating: false, count: 1 << 16)
    for prefix in prefixes { openings[pair(prefix.text[0], prefix.text[1])] = true }
    for name in names + schemes {
      for first in cases(of: name[0]) {
        for second in cases(of: name[1]) { openings[pair(first, second)] = true }
      }
    }
    openings[pair(UInt8(ascii: ":"), UInt8(ascii: "/"))] = true
    return openings
  }()

  private static func pair(_ first: UInt8, _ second: UInt8) -> Int {
    Int(first) << 8 | Int(second)
  }

  private static func cases(of letter: UInt8) -> [UInt8] {
    0x61...0x7A ~= letter ? [letter, letter ^ 0x20] : [letter]
  }

  static func hide(in text: [UInt8]) -> [UInt8] {
    let openings = openings
    var result: [UInt8] = []
    var index = 0
    var copied = 0
    while index + 1 < text.count {
      guard openings[pair(text[index], text[index + 1])],
        let secret = secret(in: text, from: index), !secret.isEmpty
      else {
        index += 1
        continue
      }
      result += text[copied..<secret.lowerBound]
      result += hidden
      index = secret.upperBound
      copied = index
    }
    if copied == 0 { return text }
    result += text[copied...]
    return result
  }

  /// Where the secret lies that something at this place begins or announces.
  private static func secret(in text: [UInt8], from start: Int) -> Range<Int>? {
    if text[start] == UInt8(ascii: ":") { return password(in: text, from: start) }
    guard start == 0 || !isWord(text[start - 1]) else { return nil }
    return key(in: text, from: start) ?? token(in: text, from: start)
      ?? value(in: text, from: start)
  }

  private static func key(in text: [UInt8], from start: Int) -> Range<Int>? {
    for prefix in prefixes where text[start] == prefix.text[0] {
      guard text[start...].starts(with: prefix.text) else { continue }
      let end = wordEnd(in: text, from: start + prefix.text.count)
      if end - start - prefix.text.count >= prefix.more { return start..<end }
    }
    return nil
  }

  /// What follows `Bearer `: long, or with a digit, so that `Bearer authentication` stays.
  private static func token(in text: [UInt8], from start: Int) -> Range<Int>? {
    for scheme in schemes where starts(text, at: start, with: scheme) {
      let token = (start + scheme.count)..<wordEnd(in: text, from: start + scheme.count)
      return isToken(text[token]) ? token : nil
    }
    return nil
  }

  /// The value beside a telling name: `api_key=x`, `"access_token": "x"`, `x-api-key: x`.
  private static func value(in text: [UInt8], from start: Int) -> Range<Int>? {
    for name in names where starts(text, at: start, with: name) {
      var index = start + name.count
      var isData = false
      var isAssigned = false
      while index < text.count, index - start - name.count < 6 {
        let byte = text[index]
        if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "\"") { isData = true }
        if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") { isAssigned = true }
        guard "\\\"' :=".utf8.contains(byte) else { break }
        index += 1
      }
      guard isAssigned else { return nil }
      for scheme in schemes where starts(text, at: index, with: scheme) { index += scheme.count }
      let value = index..<wordEnd(in: text, from: index)
      return isData && value.count >= 6 || isToken(text[value]) ? value : nil
    }
    return nil
  }

  /// `scheme://user:password@host`, seen from its first colon.
  private static func password(in text: [UInt8], from start: Int) -> Range<Int>? {
    guard text[start...].starts(with: Array("://".utf8)) else { return nil }
    var colon: Int?
    for index in (start + 3)..<min(text.count, start + 512) {
      switch text[index] {
      case UInt8(ascii: ":"): colon = colon ?? index
      case UInt8(ascii: "@"): return colon.map { ($0 + 1)..<index }
      case UInt8(ascii: "/"), UInt8(ascii: "\""), 0x00...0x20: return nil
      default: break
      }
    }
    return nil
  }

  private static func isToken(_ word: ArraySlice<UInt8>) -> Bool {
    if word.count >= 20 { return true }
    return word.count >= 8 && word.contains { (0x30...0x39).contains($0) }
  }

  private static func starts(_ text: [UInt8], at start: Int, with part: [UInt8]) -> Bool {
    guard start < text.count, text.count - start >= part.count, lower(text[start]) == part[0] else {
      return false
    }
    return text[start..<start + part.count].elementsEqual(part) { lower($0) == $1 }
  }

  private static func wordEnd(in text: [UInt8], from start: Int) -> Int {
    var end = start
    while end < text.count, isWord(text[end]) || text[end] == UInt8(ascii: "/") { end += 1 }
    return end
  }

  private static func isWord(_ byte: UInt8) -> Bool {
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
