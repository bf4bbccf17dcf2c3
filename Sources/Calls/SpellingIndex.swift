/// Finds any of many texts in one pass: what can end none of them is passed over in leaps as long as
/// the shortest. https://en.wikipedia.org/wiki/Wu–Manber, with blocks of two bytes.
struct SpellingIndex: Sendable {
  /// What is looked for; none is shorter than two bytes.
  private(set) var spellings: [[UInt8]] = []
  private var shortest = 0
  /// By two bytes: how far the window may go on when it ends with them.
  private var leaps: [UInt8] = []
  /// By the two bytes at the end of their first window: spellings that may be there.
  private var candidates: [UInt16: [Int]] = [:]

  mutating func add(_ more: [[UInt8]]) {
    let known = spellings.count
    for spelling in more where spelling.count >= 2 && !spellings.contains(spelling) {
      spellings.append(spelling)
    }
    if spellings.count > known { build() }
  }

  private mutating func build() {
    shortest = spellings.map(\.count).min() ?? 0
    leaps = [UInt8](repeating: UInt8(min(shortest - 1, 255)), count: 1 << 16)
    candidates = [:]
    for (index, spelling) in spellings.enumerated() {
      for end in 1..<shortest {
        let block = Self.block(spelling[end - 1], spelling[end])
        leaps[Int(block)] = min(leaps[Int(block)], UInt8(min(shortest - 1 - end, 255)))
        if end == shortest - 1 { candidates[block, default: []].append(index) }
      }
    }
  }

  private static func block(_ first: UInt8, _ second: UInt8) -> UInt16 {
    UInt16(first) << 8 | UInt16(second)
  }

  /// Where they stand. What overlaps is one range, so that no part of any of them is left.
  func matches(in text: [UInt8]) -> [Range<Int>] {
    guard !spellings.isEmpty else { return [] }
    var found: [Range<Int>] = []
    var end = shortest - 1
    while end < text.count {
      let block = Self.block(text[end - 1], text[end])
      let leap = Int(leaps[Int(block)])
      if leap > 0 {
        end += leap
        continue
      }
      let start = end - shortest + 1
      if let length = longest(at: start, in: text, of: candidates[block] ?? []) {
        if let last = found.last, last.upperBound > start {
          found[found.count - 1] = last.lowerBound..<max(last.upperBound, start + length)
        } else {
          found.append(start..<start + length)
        }
      }
      end += 1
    }
    return found
  }

  private func longest(at start: Int, in text: [UInt8], of indices: [Int]) -> Int? {
    var length: Int?
    for spelling in indices.lazy.map({ spellings[$0] })
    where spelling.count <= text.count - start && spelling.count > length ?? 0 {
      if text[start..<start + spelling.count].elementsEqual(spelling) { length = spelling.count }
    }
    return length
  }
}
