/// Looks at the lines of an event stream as they come: whether something was said, and whether that
/// was the end. What it means is read later, from the whole body.
struct EventScanner {
  /// A single event of a provider is a few hundred bytes.
  static let maxLineBytes = 1 << 20
  /// Enough of a line to tell what it is.
  private static let prefixBytes = 64

  /// A line is longer than any provider's.
  private(set) var isTooLong = false
  /// The end marker came: `[DONE]`, or `message_stop` of the messages dialect.
  private(set) var isEnded = false
  private var prefix: [UInt8] = []
  private var lineBytes = 0

  init() { prefix.reserveCapacity(Self.prefixBytes) }

  /// Takes a piece of the body.
  ///
  /// - Returns: True when it carries some of an event; comments, pings and empty lines are none.
  mutating func receive(_ piece: UnsafeRawBufferPointer) -> Bool {
    var hasNews = false
    var rest = unsafe piece[...]
    while unsafe !rest.isEmpty {
      let end = unsafe rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
      let line = unsafe rest[..<(end ?? rest.endIndex)]
      unsafe prefix.append(contentsOf: line.prefix(max(0, Self.prefixBytes - prefix.count)))
      unsafe lineBytes += line.count
      if lineBytes > Self.maxLineBytes { isTooLong = true }
      // A line of which more is to come counts as soon as it can be told from a ping.
      if end != nil || prefix.count >= 32, tellsNews() { hasNews = true }
      guard let end else { break }
      prefix.removeAll(keepingCapacity: true)
      lineBytes = 0
      unsafe rest = rest[(end + 1)...]
    }
    return hasNews
  }

  private mutating func tellsNews() -> Bool {
    let mark = prefix.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
    let line = prefix.dropFirst(mark)
    guard line.starts(with: "data:".utf8) else { return false }
    let data = line.dropFirst(5).filter { $0 != 0x20 }
    // Within a text these quotes would be escaped.
    if data.starts(with: "[DONE]".utf8) || data.holds(#""type":"message_stop""#) { isEnded = true }
    return !data.isEmpty && !data.holds(#""type":"ping""#)
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

extension [UInt8] {
  /// A text stands anywhere in it; meant for the beginning of a line.
  fileprivate func holds(_ text: String) -> Bool {
    let wanted = text.utf8
    return indices.contains { self[$0...].starts(with: wanted) }
  }
}
