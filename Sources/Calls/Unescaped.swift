/// A text as it reads once escapes of JSON and HTML are taken out of it, and where each byte stood: a
/// secret comes back in whatever spelling the server's writer prefers.
struct Unescaped {
  private(set) var bytes: [UInt8]
  /// Of each byte, and of the end.
  private var offsets: [Int]

  /// - Returns: nil where the text has no escapes.
  init?(_ raw: [UInt8]) {
    guard raw.contains(where: { $0 == Self.backslash || $0 == Self.ampersand }) else { return nil }
    self.init(raw, Array(0...raw.count))
    // A reply may quote another one.
    self.init(bytes, offsets)
  }

  private init(_ text: [UInt8], _ places: [Int]) {
    bytes = []
    offsets = []
    bytes.reserveCapacity(text.count)
    offsets.reserveCapacity(text.count + 1)
    var at = 0
    while at < text.count {
      let (byte, length) = Self.escape(text[at...]) ?? (text[at], 1)
      bytes.append(byte)
      offsets.append(places[at])
      at += length
    }
    offsets.append(places[text.count])
  }

  /// Where a part stood in the raw text.
  func place(_ part: Range<Int>) -> Range<Int> {
    offsets[part.lowerBound]..<offsets[part.upperBound]
  }

  private static let backslash = UInt8(ascii: "\\")
  private static let ampersand = UInt8(ascii: "&")
  private static let entities: [(name: [UInt8], byte: UInt8)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)[0]) }

  /// The character of ASCII that an escape stands for, and how long the escape is.
  private static func escape(_ text: ArraySlice<UInt8>) -> (byte: UInt8, length: Int)? {
    guard let first = text.first, first == backslash || first == ampersand else { return nil }
    let rest = text.dropFirst()
    if first == backslash {
      guard let next = rest.first else { return nil }
      if [backslash, UInt8(ascii: "/"), UInt8(ascii: "\"")].contains(next) { return (next, 2) }
      guard next == UInt8(ascii: "u"), rest.count >= 5 else { return nil }
      return number(rest.dropFirst().prefix(4), radix: 16).map { ($0, 6) }
    }
    guard rest.first == UInt8(ascii: "#") else {
      return entities.first { text.starts(with: $0.name) }.map { ($0.byte, $0.name.count) }
    }
    guard let end = text.prefix(10).firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let digits = text[(text.startIndex + 2)..<end]
    let isHexadecimal = digits.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
    let byte =
      isHexadecimal ? number(digits.dropFirst(), radix: 16) : number(digits, radix: 10)
    return byte.map { ($0, end - text.startIndex + 1) }
  }

  private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> UInt8? {
    UInt8(String(decoding: digits, as: UTF8.self), radix: radix).flatMap { $0 < 0x80 ? $0 : nil }
  }
}
