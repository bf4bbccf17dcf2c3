/// Tells a JSON text that was cut from a whole one, for answers of which only the end of the
/// connection says that they are over: libcurl takes that for a success wherever it comes.
enum CutDocument {
  /// Whether a text begins as a JSON array or object and ends within it.
  ///
  /// One pass without memory; what is wrong in other ways is for the reader of the document.
  static func isCut(_ text: [UInt8]) -> Bool {
    var depth = 0
    var isInString = false
    var isEscaped = false
    for byte in text[start(of: text)...] {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      if depth <= 0 { return false }
    }
    return depth > 0
  }

  /// Where the document begins: behind a byte order mark, white space, and the lines that some servers
  /// send while a request is queued.
  private static func start(of text: [UInt8]) -> Int {
    var index = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while index < text.count {
      switch text[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      case UInt8(ascii: ":"):
        index = text[index...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
      default: return index
      }
    }
    return index
  }
}
