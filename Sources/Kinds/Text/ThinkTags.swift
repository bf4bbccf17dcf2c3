/// Removes the reasoning that some models put into their text.
package enum ThinkTags {
  private static let names = ["think", "thinking", "reasoning", "thought", "reasoning_scratchpad"]

  /// - Returns: The text without closed reasoning tags, without what follows a tag that is never
  ///   closed, and without what stands before an end that was never opened.
  package static func stripped(from text: String) -> String {
    guard text.contains("<") else { return text }
    var bytes = Array(text.utf8)
    for name in names { strip(name, from: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func strip(_ name: String, from bytes: inout [UInt8]) {
    let opening = Array("<\(name)>".utf8)
    let closing = Array("</\(name)>".utf8)
    var depth = 0
    var kept: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if matches(opening, in: bytes, at: index) {
        depth += 1
        index += opening.count
      } else if matches(closing, in: bytes, at: index) {
        if depth == 0 { kept = [] }
        depth = max(0, depth - 1)
        index += closing.count
      } else {
        if depth == 0 { kept.append(bytes[index]) }
        index += 1
      }
    }
    bytes = kept
  }

  private static func matches(_ tag: [UInt8], in bytes: [UInt8], at index: Int) -> Bool {
    guard bytes[index] == 0x3C, index + tag.count <= bytes.count else { return false }
    return zip(tag, bytes[index...]).allSatisfy { $0 == $1 || ($1 >= 0x41 && $0 == $1 | 0x20) }
  }
}
