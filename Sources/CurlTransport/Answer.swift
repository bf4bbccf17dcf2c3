/// What has come back so far.
struct Answer {
  /// Space taken for a body before it has come: a lying length must not cost memory.
  private static let maxReserved = 1 << 20

  /// Of the final answer; informational ones do not count.
  private(set) var status: Int?
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var body: [UInt8] = []
  /// The empty line after the headers came. libcurl takes headers that were cut for a success.
  private(set) var isHeaderComplete = false
  private var headerBytes = 0

  /// Takes one line as it came, with its end. False: there are too many.
  mutating func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    if headerBytes > Transfer.maxHeaderBytes { return false }
    // What follows the body are trailers: they must not change what the headers said.
    if isHeaderComplete { return true }
    let text = unsafe Self.trimmed(line[...])
    if unsafe text.isEmpty {
      isHeaderComplete = status != nil
    } else if unsafe text.starts(with: "HTTP/".utf8) {
      unsafe beginAnswer(text)
    } else if status != nil, let colon = unsafe text.firstIndex(of: UInt8(ascii: ":")) {
      unsafe append(name: text[..<colon], value: Self.trimmed(text[(colon + 1)...]))
    }
    return true
  }

  /// Takes a piece of the body. False: it is over the limit; what fits is kept.
  mutating func receiveBody(_ piece: UnsafeRawBufferPointer, atMost limit: Int) -> Bool {
    let room = max(0, limit - body.count)
    if body.isEmpty { body.reserveCapacity(min(announced, limit, Self.maxReserved)) }
    let count = body.count + min(piece.count, room)
    // An array doubles: no further than to what it may hold.
    if count > body.capacity { body.reserveCapacity(max(count, min(limit, 2 * body.capacity))) }
    unsafe body.append(contentsOf: piece.prefix(room))
    return piece.count <= room
  }

  /// It succeeded, and its body is server-sent events; known once the headers are complete.
  var isEventStream: Bool {
    guard isHeaderComplete, let status, (200..<300).contains(status) else { return false }
    return headers.contains {
      $0.name == "content-type" && $0.value.lowercased().hasPrefix("text/event-stream")
    }
  }

  /// Nothing but the end of the connection says where the body ends.
  var isUnframed: Bool {
    !headers.contains {
      $0.name == "content-length"
        || ($0.name == "transfer-encoding" && $0.value.lowercased().hasSuffix("chunked"))
    }
  }

  private var announced: Int {
    headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
  }

  private mutating func beginAnswer(_ line: Slice<UnsafeRawBufferPointer>) {
    let digits = unsafe line.drop(while: { $0 != 0x20 }).dropFirst().prefix(3)
    let code = unsafe digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    status = code >= 200 ? code : nil
    headers.removeAll()
    headers.reserveCapacity(12)
  }

  private mutating func append(
    name: Slice<UnsafeRawBufferPointer>, value: Slice<UnsafeRawBufferPointer>
  ) {
    // A line that begins with a space continues the one before it: obsolete, and nothing we read.
    guard let first = unsafe name.first, first > 0x20 else { return }
    let count = unsafe name.count
    let lower = unsafe String(unsafeUninitializedCapacity: count) { space in
      for index in 0..<count {
        let byte = unsafe name[name.startIndex + index]
        unsafe space[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
      }
      return count
    }
    unsafe headers.append((lower, String(decoding: value, as: UTF8.self)))
  }

  private static func trimmed(
    _ text: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer> {
    var text = unsafe text
    while let last = unsafe text.last, last <= 0x20 { unsafe text.removeLast() }
    while let first = unsafe text.first, first <= 0x20 { unsafe text.removeFirst() }
    return unsafe text
  }
}
