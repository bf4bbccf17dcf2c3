/// Looks at the lines of an event stream as they come: whether something was said, and whether that
/// was the end. What it means is read later, from the whole body.
struct EventScanner {
  /// A single event of a provider is a few hundred bytes.
  static let maxLineBytes = 1 << 20
  /// Enough of a line to tell what it is.
  private static let prefixBytes = 64
  /// Until something was said: enough to tell an announcement from a first token.
  private static let openingBytes = 2_048

  /// A line is longer than any provider's.
  private(set) var isTooLong = false
  /// The end marker came: `[DONE]`, or `message_stop` of the messages dialect; or an error, behind which
  /// nothing comes, though some servers leave the connection open.
  private(set) var isEnded = false
  /// It ended with an error.
  private(set) var hasError = false
  private var prefix: [UInt8] = []
  private var lineBytes = 0
  /// The lines that follow are those of an `event: error`.
  private var isError = false
  private var hasToken = false

  init() { prefix.reserveCapacity(Self.prefixBytes) }

  /// Takes a piece of the body.
  ///
  /// - Returns: True when it carries some of what the model says; comments, pings, empty lines and the
  ///   announcement of an answer are none.
  mutating func receive(_ piece: UnsafeRawBufferPointer) -> Bool {
    var hasNews = false
    var rest = unsafe piece[...]
    while unsafe !rest.isEmpty {
      let end = unsafe rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
      let line = unsafe rest[..<(end ?? rest.endIndex)]
      let room = (hasToken ? Self.prefixBytes : Self.openingBytes) - prefix.count
      unsafe prefix.append(contentsOf: line.prefix(max(0, room)))
      unsafe lineBytes += line.count
      if lineBytes > Self.maxLineBytes { isTooLong = true }
      if tellsNews(isWhole: end != nil) { hasNews = true }
      guard let end else { break }
      endLine()
      unsafe rest = rest[(end + 1)...]
    }
    return hasNews
  }

  private mutating func endLine() {
    if prefix.starts(with: "event:".utf8) {
      isError = prefix.dropFirst(6).filter { $0 != 0x20 }.elementsEqual("error".utf8)
    } else if prefix.isEmpty {
      isError = false
    } else if let data, isError || data.saysError {
      hasError = true
      isEnded = true
    }
    prefix.removeAll(keepingCapacity: true)
    lineBytes = 0
  }

  /// What a line carries, without spaces; nil: nothing.
  private var data: [UInt8]? {
    let mark = prefix.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
    let line = prefix.dropFirst(mark)
    guard line.starts(with: "data:".utf8) else { return nil }
    let data = line.dropFirst(5).filter { $0 != 0x20 }
    return data.isEmpty ? nil : data
  }

  private mutating func tellsNews(isWhole: Bool) -> Bool {
    // A line of which more is to come counts as soon as it can be told from a ping or an announcement.
    guard isWhole || prefix.count >= (hasToken ? 32 : Self.openingBytes), let data else {
      return false
    }
    // Within a text these quotes would be escaped.
    if data.starts(with: "[DONE]".utf8) || data.holds(#""type":"message_stop""#) { isEnded = true }
    if data.holds(#""type":"ping""#) || (!hasToken && data.announces) { return false }
    hasToken = true
    return true
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

extension [UInt8] {
  /// A text stands anywhere in it; meant for the beginning of a line.
  fileprivate func holds(_ text: String) -> Bool {
    let wanted = text.utf8
    return indices.contains { self[$0...].starts(with: wanted) }
  }

  /// An error in place of what the model says, in either dialect.
  fileprivate var saysError: Bool {
    [#"{"error":{"#, #"{"error":""#, #"{"type":"error""#].contains { starts(with: $0.utf8) }
  }

  /// An answer begins, and nothing was said yet: chat servers send the role first, those of the messages
  /// dialect the message and its first block, and then the model may think for long.
  fileprivate var announces: Bool {
    if holds(#""type":"message_start""#) || holds(#""type":"content_block_start""#) { return true }
    guard holds(#""role":"#), !holds(#""tool_calls":["#) else { return false }
    return !["content", "reasoning", "reasoning_content", "refusal"].contains { key in
      holds("\"\(key)\":[")
        || (holds("\"\(key)\":\"") && !holds("\"\(key)\":\"\""))
    }
  }
}
