/// Recognises keys that somebody typed or pasted where they do not belong.
package enum PastedSecret {
  /// Options that other programs have for keys, and ours must never have.
  static let optionNames: Set<String> = [
    "api-key", "apikey", "api_key", "key", "token", "secret", "password", "auth-token",
    "access-token", "bearer",
  ]

  private static let prefixes = [
    "sk-", "sk_", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xoxa-", "xoxb-", "xoxp-",
    "AKIA", "ya29.", "gsk_", "hf_", "xai-", "nvapi-", "pplx-", "r8_",
  ]

  /// Whether a word, or the value of `name=value`, looks like a key.
  package static func looksLikeSecret(_ text: String) -> Bool {
    let value = text.firstIndex(of: "=").map { text[text.index(after: $0)...] } ?? text[...]
    return isKey(value) || isKey(text[...])
  }

  private static func isKey(_ text: Substring) -> Bool {
    if text.lowercased().hasPrefix("bearer "), text.utf8.count > 24 { return true }
    let isOneWord = text.utf8.allSatisfy { isKeyByte($0) }
    guard isOneWord else { return false }
    if text.hasPrefix("eyJ"), text.count(where: { $0 == "." }) == 2 { return text.count > 40 }
    // A file may be called `sk-notes`; a key has digits in it and is long.
    let hasDigit = text.utf8.contains { (0x30...0x39).contains($0) }
    let isNamed = text.hasSuffix(".md") || text.hasSuffix(".txt") || text.hasSuffix(".json")
    return prefixes.contains { text.hasPrefix($0) } && text.utf8.count >= 16 && hasDigit
      && !isNamed
  }

  /// Puts a word in the place of everything that looks like a key.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The text with `[redacted]` where keys stood.
  package static func redacting(_ text: String) -> String {
    var output = ""
    var word = ""
    func finished(_ word: String) -> String { isKey(word[...]) ? "[redacted]" : word }
    for character in text {
      if let byte = character.asciiValue, isKeyByte(byte) {
        word.append(character)
      } else {
        output += finished(word)
        output.append(character)
        word = ""
      }
    }
    return output + finished(word)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}
