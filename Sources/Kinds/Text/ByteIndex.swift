/// A text in which many others are looked for, byte for byte: where each run of three bytes begins is
/// kept. `String.contains` prepares itself anew for each, which costs more than the search.
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
    guard part.count >= 3 else {
      return bytes.indices.contains { UTF8Text.stands(part, in: bytes, at: $0) }
    }
    let key = UInt32(part[0]) << 16 | UInt32(part[1]) << 8 | UInt32(part[2])
    return (places[key] ?? []).contains { UTF8Text.stands(part, in: bytes, at: $0) }
  }

  private func key(at index: Int) -> UInt32 {
    UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
  }
}
