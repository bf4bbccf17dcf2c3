/// What a text must be to serve as a key.
enum KeyText {
  /// Texts that people and templates write where a key should stand.
  private static let placeholders: Set<String> = [
    "changeme", "change_me", "change-me", "none", "null", "nil", "undefined", "dummy",
    "placeholder",
    "example", "todo", "xxxx", "your_api_key", "your-api-key", "your_key", "your-key", "api_key",
    "api-key", "insert_key_here", "sk-xxx", "sk-...",
  ]

  /// One line of printable characters, not a placeholder; white space around it does not count.
  ///
  /// - Parameter bytes: As read.
  /// - Returns: The key; nil where there is none.
  static func usable(_ bytes: [UInt8]) -> [UInt8]? {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return nil }
    let key = Array(bytes[first...last])
    guard key.count >= 4, key.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    return isPlaceholder(key) ? nil : key
  }

  private static func isPlaceholder(_ key: [UInt8]) -> Bool {
    guard key.count <= 20 else { return false }
    // `***`, `....`, `xxxxxxxx` and the like.
    if let first = key.first, key.allSatisfy({ $0 == first }) {
      return "*.xX-_".utf8.contains(first)
    }
    return placeholders.contains(String(decoding: key, as: UTF8.self).lowercased())
  }
}
