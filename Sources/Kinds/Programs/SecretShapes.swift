import Calls

/// Takes strings out of a text that look like secrets.
package enum SecretShapes {
  /// Knows bearer tokens, passwords in addresses and more vendors; it was told of no secret.
  private static let general = Redactor()

  private static let prefixes = [
    "sk-", "sk_live_", "sk_test_", "rk_live_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_",
    "glpat-", "xoxb-", "xoxp-", "xoxa-", "xapp-", "AKIA", "ASIA", "AIza", "hf_", "gsk_", "xai-",
    "npm_", "pypi-", "dop_v1_", "SG.", "eyJ", "ghr_", "ya29.", "pplx-", "nvapi-", "whsec_",
    "rk_test_", "shpat_", "lin_api_", "sbp_", "AGE-SECRET-KEY-",
  ].map { Array($0.utf8) }

  private static let names = [
    "password", "passwd", "passphrase", "passwort", "api_key", "apikey", "api-key", "api key",
    "access_token", "auth_token", "refresh_token", "session_token", "bearer_token", "client_secret",
    "private_key", "secret_access_key", "secret_key", "secret-key", "access_key", "access-key",
    "signing_key", "encryption_key", "webhook_secret",
  ].map { Array($0.utf8) }

  /// Their value must look like one, since they stand in front of ordinary words too.
  private static let vagueNames = ["secret", "token", "pwd", "credential", "密码", "密钥"].map {
    Array($0.utf8)
  }

  private static let keyHeader = Array("-----BEGIN ".utf8)

  /// Bytes that any shape begins with: most of a text is passed over by one look-up.
  private static let openings: [Bool] = {
    var openings = [Bool](repeating: false, count: 256)
    for shape in prefixes + names + vagueNames + [keyHeader] {
      openings[Int(shape[0])] = true
      if shape[0] >= 0x61, shape[0] <= 0x7A { openings[Int(shape[0] ^ 0x20)] = true }
    }
    return openings
  }()

  private static let replacement = Array("[secret]".utf8)

  /// - Complexity: O(n) times the number of shapes.
  package static func redacted(_ text: String) -> String {
    var bytes = Array(text.utf8)
    let known = general.redact(bytes)
    if known != bytes {
      bytes = Array(
        String(decoding: known, as: UTF8.self).replacing("‹redacted›", with: "[secret]").utf8)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if isInsideWord(bytes, index) || !openings[Int(bytes[index])] {
        result.append(bytes[index])
        index += 1
      } else if let end = privateKeyEnd(bytes, index) ?? tokenEnd(bytes, index) {
        result += replacement
        index = end
      } else if let value = assignedValue(bytes, index) {
        result += bytes[index..<value.lowerBound] + replacement
        index = value.upperBound
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// After a letter or digit; `x-api-key` and `DB_PASSWORD` hold the beginning of a shape.
  private static func isInsideWord(_ bytes: [UInt8], _ index: Int) -> Bool {
    guard index > 0, Template.isNameByte(bytes[index - 1]) else { return false }
    return bytes[index - 1] != 0x5F && bytes[index - 1] != 0x2D
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    Template.isNameByte(byte) || byte == 0x2E || byte == 0x2B || byte == 0x2F || byte == 0x3D
  }

  /// A vendor's prefix at the start of a word, with at least 16 more characters.
  private static func tokenEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard start == 0 || !Template.isNameByte(bytes[start - 1]) else { return nil }
    guard let prefix = prefixes.first(where: { UTF8Text.stands($0, in: bytes, at: start) })
    else { return nil }
    var end = start + prefix.count
    while end < bytes.count, isTokenByte(bytes[end]) { end += 1 }
    return end - start - prefix.count >= 16 ? end : nil
  }

  private static func privateKeyEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard UTF8Text.stands(keyHeader, in: bytes, at: start) else { return nil }
    let text = String(decoding: bytes[start...].prefix(16_384), as: UTF8.self)
    guard let head = text.firstRange(of: "PRIVATE KEY-----"),
      text.utf8.distance(from: text.startIndex, to: head.lowerBound) < 40
    else { return nil }
    guard let tail = text[head.upperBound...].firstRange(of: "PRIVATE KEY-----") else {
      return start + text.utf8.count
    }
    return start + text.utf8.distance(from: text.startIndex, to: tail.upperBound)
  }

  /// The value of `password = …` and its like.
  private static func assignedValue(_ bytes: [UInt8], _ start: Int) -> Range<Int>? {
    if let name = names.first(where: { matches($0, bytes, start) }) {
      guard let (value, isSpoken) = value(bytes, after: start + name.count) else { return nil }
      return value.count >= 6 && (!isSpoken || isMixed(bytes[value])) ? value : nil
    }
    guard let name = vagueNames.first(where: { matches($0, bytes, start) }),
      let (value, _) = value(bytes, after: start + name.count)
    else { return nil }
    return value.count >= 8 && isMixed(bytes[value]) || value.count >= 20 ? value : nil
  }

  private static func isMixed(_ value: ArraySlice<UInt8>) -> Bool {
    let digits = value.count { $0 >= 0x30 && $0 <= 0x39 }
    return digits > 0 && digits < value.count
  }

  /// What stands behind a colon, an equals sign or `is`, maybe between quotes.
  private static func value(
    _ bytes: [UInt8], after start: Int
  ) -> (range: Range<Int>, isSpoken: Bool)? {
    var index = start
    var isSpoken = false
    func skip(_ isSkipped: (UInt8) -> Bool) {
      while index < bytes.count, isSkipped(bytes[index]) { index += 1 }
    }
    skip { $0 == 0x22 || $0 == 0x27 || $0 == 0x5C }
    skip { $0 == 0x20 }
    if bytes[index...].starts(with: Array("is ".utf8)) {
      index += 2
      isSpoken = true
    } else if bytes[index...].starts(with: Array("：".utf8)) {
      index += 3
    } else {
      guard index < bytes.count, bytes[index] == 0x3D || bytes[index] == 0x3A else { return nil }
      index += 1
    }
    skip { $0 == 0x20 || $0 == 0x22 || $0 == 0x27 || $0 == 0x5C }
    let value = index
    skip { !isSpace($0) && !Array("\"'\\,;)}]<&".utf8).contains($0) }
    // What was taken out already stays as it is.
    return bytes[value...].starts(with: replacement.dropLast()) ? nil : (value..<index, isSpoken)
  }

  private static func matches(_ name: [UInt8], _ bytes: [UInt8], _ start: Int) -> Bool {
    guard start + name.count <= bytes.count else { return false }
    for offset in name.indices {
      let byte = bytes[start + offset]
      let isUpper = byte >= 0x41 && byte <= 0x5A
      guard name[offset] == (isUpper ? byte | 0x20 : byte) else { return false }
    }
    return true
  }
}
