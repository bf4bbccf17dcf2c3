/// Looks for a text in another byte for byte. `String.contains` compares by characters and prepares
/// itself anew for each text, which costs more than the search where many short ones are looked for.
enum ByteSearch {
  /// Whether a part stands at this place.
  static func isThere(_ part: [UInt8], in text: [UInt8], at start: Int) -> Bool {
    guard start + part.count <= text.count else { return false }
    for offset in part.indices where text[start + offset] != part[offset] { return false }
    return true
  }

  /// - Complexity: O(n) for short parts.
  static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    var index = 0
    while index + part.count <= text.count {
      if text[index] == first, isThere(part, in: text, at: index) { return true }
      index += 1
    }
    return false
  }
}

/// A text in which many others are looked for: where each run of three bytes begins is kept.
struct ByteIndex {
  private var bytes: [UInt8] = []
  private var places: [UInt32: [Int]] = [:]

  init() {}

  init(_ text: String) { add(text) }

  /// Puts one more text behind the others; nothing is found across their border.
  mutating func add(_ text: String) {
    if !bytes.isEmpty { bytes.append(0) }
    let start = bytes.count
    bytes += text.utf8
    guard bytes.count - start >= 3 else { return }
    for index in start...(bytes.count - 3) { places[key(at: index), default: []].append(index) }
  }

  /// - Complexity: O(m) for each place that begins like the part; O(n) for parts of one or two bytes.
  func contains(_ text: String) -> Bool {
    let part = Array(text.utf8)
    guard part.count >= 3 else { return ByteSearch.contains(bytes, part) }
    let key = UInt32(part[0]) << 16 | UInt32(part[1]) << 8 | UInt32(part[2])
    return (places[key] ?? []).contains { ByteSearch.isThere(part, in: bytes, at: $0) }
  }

  private func key(at index: Int) -> UInt32 {
    UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
  }
}
