/// A piece of a document that reads as one: a heading, a paragraph, a list item, a table, code.
package struct Block: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case heading(level: Int)
    case paragraph, listItem, quote, table
    /// Between ``` or ~~~ lines.
    case fence
    /// Indented by four columns.
    case code
    /// Only blank lines, at the start of the document.
    case blank
  }

  package var kind: Kind
  /// With its line ends and the blank lines after it.
  package var range: Range<Int>

  var headingLevel: Int? {
    if case .heading(let level) = kind { level } else { nil }
  }
}

/// Cuts a document into blocks, line by line. Plain text comes out as paragraphs.
package struct BlockScanner {
  private let bytes: [UInt8]
  private var blocks: [Block] = []
  /// Further lines may belong to the last block.
  private var isOpen = false
  private var lines = 0
  private var fence: (mark: UInt8, length: Int)?

  /// - Returns: Blocks in order that cover every byte.
  /// - Complexity: O(n).
  package static func blocks(of bytes: [UInt8]) -> [Block] {
    var scanner = BlockScanner(bytes: bytes)
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      end = min(end + 1, bytes.count)
      scanner.add(Line(bytes, start..<end))
      start = end
    }
    return scanner.blocks
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func add(_ line: Line) {
    if let fence {
      extend(line)
      if line.closes(fence) {
        self.fence = nil
        isOpen = false
      }
      return
    }
    if line.isBlank { return addBlank(line) }
    if let opening = line.fence {
      fence = opening
      return begin(.fence, line)
    }
    if let kind = line.marked { return addMarked(kind, line) }
    addPlain(line)
  }

  private mutating func addBlank(_ line: Line) {
    if blocks.isEmpty { begin(.blank, line) } else { extend(line) }
    isOpen = false
  }

  private mutating func addMarked(_ kind: Block.Kind, _ line: Line) {
    let continues = isOpen && blocks.last?.kind == kind && (kind == .table || kind == .quote)
    if continues { extend(line) } else { begin(kind, line) }
    if case .heading = kind { isOpen = false }
  }

  private mutating func addPlain(_ line: Line) {
    if isOpen, lines == 1, blocks.last?.kind == .paragraph, let level = line.underline {
      blocks[blocks.count - 1].kind = .heading(level: level)
      extend(line)
      isOpen = false
    } else if isOpen {
      extend(line)
    } else if line.indent >= 2, blocks.last?.kind == .listItem {
      extend(line)
      isOpen = true
    } else if line.indent >= 4 {
      if blocks.last?.kind == .code { extend(line) } else { begin(.code, line) }
    } else {
      begin(.paragraph, line)
    }
  }

  private mutating func begin(_ kind: Block.Kind, _ line: Line) {
    blocks.append(Block(kind: kind, range: line.range))
    isOpen = true
    lines = 1
  }

  private mutating func extend(_ line: Line) {
    let last = blocks.count - 1
    blocks[last].range = blocks[last].range.lowerBound..<line.range.upperBound
    lines += 1
  }
}

/// One line and what its first characters say.
private struct Line {
  let bytes: [UInt8]
  let range: Range<Int>
  /// Columns of white space in front.
  let indent: Int
  /// The first byte after them, and the end without white space.
  let text: Range<Int>

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    var start = range.lowerBound
    var end = range.upperBound
    var columns = 0
    while start < end, isSpace(bytes[start]) {
      columns += bytes[start] == 0x09 ? 4 : 1
      start += 1
    }
    while end > start, isSpace(bytes[end - 1]) { end -= 1 }
    indent = columns
    text = start..<end
  }

  var isBlank: Bool { text.isEmpty }

  private var first: UInt8 { bytes[text.lowerBound] }

  private func count(of byte: UInt8) -> Int {
    var count = 0
    while count < text.count, bytes[text.lowerBound + count] == byte { count += 1 }
    return count
  }

  private func isSpaceOrEnd(after count: Int) -> Bool {
    count >= text.count || isSpace(bytes[text.lowerBound + count])
  }

  var fence: (mark: UInt8, length: Int)? {
    guard first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return nil }
    let length = count(of: first)
    return length >= 3 ? (first, length) : nil
  }

  func closes(_ fence: (mark: UInt8, length: Int)) -> Bool {
    guard !isBlank, first == fence.mark else { return false }
    let length = count(of: first)
    return length >= fence.length && length == text.count
  }

  /// `===` or `---` under a line makes that line a heading.
  var underline: Int? {
    guard first == UInt8(ascii: "=") || first == UInt8(ascii: "-"), text.count >= 3,
      count(of: first) == text.count
    else { return nil }
    return first == UInt8(ascii: "=") ? 1 : 2
  }

  /// What the first characters alone decide.
  var marked: Block.Kind? {
    switch first {
    case UInt8(ascii: "#") where indent < 4:
      let level = count(of: first)
      return level <= 6 && isSpaceOrEnd(after: level) ? .heading(level: level) : nil
    case UInt8(ascii: "|"): return .table
    case UInt8(ascii: ">"): return .quote
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
      return text.count > 1 && isSpaceOrEnd(after: 1) ? .listItem : nil
    case 0x30...0x39:
      return isNumbered ? .listItem : nil
    default: return nil
    }
  }

  private var isNumbered: Bool {
    var digits = 0
    while digits < text.count, case 0x30...0x39 = bytes[text.lowerBound + digits] { digits += 1 }
    guard digits <= 9, digits + 1 < text.count else { return false }
    let mark = bytes[text.lowerBound + digits]
    return (mark == UInt8(ascii: ".") || mark == UInt8(ascii: ")"))
      && isSpaceOrEnd(after: digits + 1)
  }
}

/// ASCII white space.
@inline(__always)
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
