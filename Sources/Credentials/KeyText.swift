package import Calls

/// What a text must be to serve as a key.
package enum KeyText {
  /// Why a text is no key.
  package enum Fault: Sendable, Hashable {
    case empty
    case tooShort
    /// Several lines, white space inside, control characters or letters outside ASCII.
    case notOneWord
    case placeholder
  }

  /// Reads a key that somebody handed over.
  ///
  /// - Parameter bytes: As read; white space around it does not count.
  /// - Returns: The key, or why it is none.
  package static func read(_ bytes: [UInt8]) -> Result<Secret, KeyFaultError> {
    if let key = usable(bytes) { return .success(Secret(key)) }
    let words = bytes.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
    guard let word = words.first else { return .failure(KeyFaultError(fault: .empty)) }
    guard words.count == 1, word.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return .failure(KeyFaultError(fault: .notOneWord))
    }
    return .failure(KeyFaultError(fault: word.count < 4 ? .tooShort : .placeholder))
  }

  /// A fault as an error.
  package struct KeyFaultError: Error, Sendable, Hashable {
    package var fault: Fault
  }

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
