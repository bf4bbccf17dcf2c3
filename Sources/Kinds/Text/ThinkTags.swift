import Platform

/// Removes the reasoning that some models put into their text.
package enum ThinkTags {
  private static let names = ["think", "thinking", "reasoning", "thought", "reasoning_scratchpad"]
    .map { Array($0.utf8) }

  /// - Returns: The text without closed reasoning tags, without what follows a tag that is never
  ///   closed, and without what stands before an end that was never opened.
  package static func stripped(from text: String) -> String {
    guard holdsTag(text.utf8Span.span) else { return text }
    var bytes = Array(text.utf8)
    for name in names { strip(name, from: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func holdsTag(_ bytes: borrowing Span<UInt8>) -> Bool {
    var start = 0
    while let open = ByteScan.first(0x3C, in: bytes, from: start) {
      for name in names where tag(name, in: bytes, at: open) != nil { return true }
      start = open + 1
    }
    return false
  }

  private static func strip(_ name: [UInt8], from bytes: inout [UInt8]) {
    var depth = 0
    var kept: [UInt8] = []
    var start = 0
    var next = 0
    while let open = ByteScan.first(0x3C, in: bytes.span, from: next) {
      guard let tag = tag(name, in: bytes.span, at: open) else {
        next = open + 1
        continue
      }
      if depth == 0 { kept += bytes[start..<open] }
      if tag.isEnd, depth == 0 { kept = [] }
      depth = max(0, depth + (tag.isEnd ? -1 : 1))
      next = open + tag.length
      start = next
    }
    if depth == 0 { kept += bytes[start...] }
    bytes = kept
  }

  private static func tag(
    _ name: [UInt8], in bytes: borrowing Span<UInt8>, at open: Int
  ) -> (isEnd: Bool, length: Int)? {
    let isEnd = open + 1 < bytes.count && bytes[open + 1] == 0x2F
    let start = open + (isEnd ? 2 : 1)
    guard start + name.count < bytes.count, bytes[start + name.count] == 0x3E else { return nil }
    for (offset, letter) in name.enumerated() {
      let byte = bytes[start + offset]
      guard byte == letter || (byte >= 0x41 && letter == byte | 0x20) else { return nil }
    }
    return (isEnd, start + name.count + 1 - open)
  }
}
