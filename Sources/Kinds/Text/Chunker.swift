/// A part of a document for one call.
package struct Chunk: Sendable, Equatable {
  package var range: Range<Int>
  /// The headings above it, outermost first.
  package var breadcrumb: [String]

  package init(range: Range<Int>, breadcrumb: [String]) {
    self.range = range
    self.breadcrumb = breadcrumb
  }
}

/// Cuts a document into chunks within a token budget: at headings first, then between blocks, then
/// sentences, words and scalars. A fence, table or list item is cut only when it alone is too long.
package struct Chunker {
  private let bytes: [UInt8]
  private let budget: Int
  private let blocks: [Block]
  /// Tokens (thousandths) before each block; one entry more than blocks.
  private var before: [Int] = [0]
  private var cuts: [Int] = []

  /// - Parameters:
  ///   - bytes: Text in UTF-8.
  ///   - budget: Tokens of one chunk, on the high side; at least 1.
  /// - Returns: Chunks in order that cover every byte.
  /// - Complexity: O(n).
  package static func chunks(of bytes: [UInt8], budget: Int) -> [Chunk] {
    guard !bytes.isEmpty else { return [] }
    var chunker = Chunker(bytes: bytes, budget: max(1, budget))
    chunker.pack()
    return chunker.chunks()
  }

  /// Cuts one chunk in two of about the same length.
  ///
  /// - Returns: Nil where there is nothing left to cut.
  package static func halves(of chunk: Chunk, in bytes: [UInt8]) -> [Chunk]? {
    let text = Array(bytes[chunk.range])
    let total = TokenEstimate.thousandths(text, in: 0..<text.count)
    let parts = chunks(of: text, budget: max(1, (total / 2 + 999) / 1000))
    guard parts.count > 1 else { return nil }
    let cuts = parts.dropFirst().map(\.range.lowerBound)
    guard let cut = cuts.min(by: { abs($0 * 2 - text.count) < abs($1 * 2 - text.count) }) else {
      return nil
    }
    let start = chunk.range.lowerBound
    return [
      Chunk(range: start..<(start + cut), breadcrumb: chunk.breadcrumb),
      Chunk(range: (start + cut)..<chunk.range.upperBound, breadcrumb: chunk.breadcrumb),
    ]
  }

  private init(bytes: [UInt8], budget: Int) {
    self.bytes = bytes
    self.budget = budget * 1000
    blocks = BlockScanner.blocks(of: bytes)
    for block in blocks {
      before.append(before[before.count - 1] + TokenEstimate.thousandths(bytes, in: block.range))
    }
  }

  private func cost(_ range: Range<Int>) -> Int {
    before[range.upperBound] - before[range.lowerBound]
  }

  /// Sets `cuts` to the byte offsets where chunks begin, except 0.
  private mutating func pack() {
    var start = 0
    var index = 0
    while index < blocks.count {
      if cost(start..<(index + 1)) <= budget {
        if index > start, cutsBefore(heading: index, start: start) {
          cut(before: index)
          start = index
        }
        index += 1
        continue
      }
      let end = withoutStrandedHeadings(start..<index)
      if end > start {
        cut(before: end)
        start = end
        index = end
      } else {
        splitBlock(index, joinedWith: start)
        index += 1
        start = index
      }
    }
  }

  private mutating func cut(before block: Int) { cuts.append(blocks[block].range.lowerBound) }

  /// A new section that no longer fits starts a new chunk, if this one is filled well enough.
  private func cutsBefore(heading index: Int, start: Int) -> Bool {
    guard let level = blocks[index].headingLevel, cost(start..<index) * 3 >= budget else {
      return false
    }
    var end = index + 1
    while end < blocks.count, (blocks[end].headingLevel ?? 7) > level {
      if cost(start..<end) > budget { return true }
      end += 1
    }
    return cost(start..<end) > budget
  }

  /// The end of a chunk, moved before the headings that would stand at its end with nothing below.
  private func withoutStrandedHeadings(_ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound, blocks[end - 1].headingLevel != nil { end -= 1 }
    return end
  }

  /// Cuts a block that is too long alone; headings right before it stay with its first part.
  private mutating func splitBlock(_ index: Int, joinedWith start: Int) {
    let block = blocks[index]
    let isLined = block.kind == .fence || block.kind == .table || block.kind == .code
    var splitter = Splitter(bytes: bytes, budget: budget, used: cost(start..<index))
    splitter.add(block.range, at: isLined ? .line : .sentence)
    cuts += splitter.cuts
    if index + 1 < blocks.count { cuts.append(block.range.upperBound) }
  }

  private func chunks() -> [Chunk] {
    let bounds = [0] + cuts.filter { $0 > 0 && $0 < bytes.count } + [bytes.count]
    var trail = HeadingTrail(bytes: bytes, blocks: blocks)
    return zip(bounds, bounds.dropFirst()).filter { $0 < $1 }.map { start, end in
      Chunk(range: start..<end, breadcrumb: trail.headings(at: start))
    }
  }
}

/// Fills chunks with ever smaller units of one long block.
private struct Splitter {
  enum Unit: Int { case line, sentence, word, scalar }

  let bytes: [UInt8]
  /// Thousandths of a token.
  let budget: Int
  var used: Int
  private(set) var cuts: [Int] = []

  init(bytes: [UInt8], budget: Int, used: Int) {
    self.bytes = bytes
    self.budget = budget
    self.used = used
  }

  mutating func add(_ range: Range<Int>, at unit: Unit) {
    for piece in pieces(of: range, by: unit) {
      let cost = cost(of: piece, as: unit)
      if used + cost <= budget {
        used += cost
      } else if cost > budget, let smaller = Unit(rawValue: unit.rawValue + 1) {
        add(piece, at: smaller)
      } else {
        if used > 0 { cuts.append(piece.lowerBound) }
        used = cost
      }
    }
  }

  /// A character inside a long run costs more than alone: see `TokenEstimate`.
  private func cost(of piece: Range<Int>, as unit: Unit) -> Int {
    max(TokenEstimate.thousandths(bytes, in: piece), unit == .scalar ? 600 : 0)
  }

  private func pieces(of range: Range<Int>, by unit: Unit) -> [Range<Int>] {
    switch unit {
    case .line: pieces(of: range) { bytes, index in bytes[index - 1] == 0x0A }
    case .sentence: Sentences.ranges(in: bytes, range)
    case .word:
      pieces(of: range) { bytes, index in isSpace(bytes[index - 1]) && !isSpace(bytes[index]) }
    case .scalar: clusters(of: range)
    }
  }

  /// Pieces that begin where `isStart` says so.
  private func pieces(
    of range: Range<Int>, isStart: (_ bytes: [UInt8], _ index: Int) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = range.lowerBound
    for index in range.dropFirst() where isStart(bytes, index) {
      result.append(start..<index)
      start = index
    }
    if start < range.upperBound { result.append(start..<range.upperBound) }
    return result
  }

  /// The last resort goes by user-perceived characters, so that no accent or emoji comes apart.
  private func clusters(of range: Range<Int>) -> [Range<Int>] {
    var start = range.lowerBound
    return UTF8Text.string(bytes, range).map { character in
      defer { start += character.utf8.count }
      return start..<(start + character.utf8.count)
    }
  }
}

/// Follows the headings down a document.
private struct HeadingTrail {
  let bytes: [UInt8]
  let blocks: [Block]
  private var next = 0
  private var open: [(level: Int, text: String)] = []

  init(bytes: [UInt8], blocks: [Block]) {
    self.bytes = bytes
    self.blocks = blocks
  }

  /// The headings above `offset`; offsets must not fall.
  mutating func headings(at offset: Int) -> [String] {
    while next < blocks.count, blocks[next].range.lowerBound < offset {
      if let level = blocks[next].headingLevel {
        open.removeAll { $0.level >= level }
        open.append((level, title(of: blocks[next])))
      }
      next += 1
    }
    let isAtBlock = next < blocks.count && blocks[next].range.lowerBound == offset
    let level = isAtBlock ? blocks[next].headingLevel ?? 7 : 7
    return open.filter { $0.level < level }.map(\.text)
  }

  private func title(of block: Block) -> String {
    let line = bytes[block.range].prefix { $0 != 0x0A }.drop {
      $0 == UInt8(ascii: "#") || isSpace($0)
    }
    let text = String(decoding: line, as: UTF8.self)
    guard let end = text.lastIndex(where: { $0 != " " && $0 != "#" }) else { return "" }
    return String(text[...end].prefix(80))
  }
}
