/// The words of a sentence as numbers, for comparing sentences. Scripts without spaces give pairs of
/// neighbouring characters.
struct Terms {
  private var ids: [UInt64: UInt32] = [:]
  private var word: [UInt8] = []
  private var isASCII = true
  private var previous: (value: UInt32, wasPaired: Bool)?
  private var unspaced = 0
  private var words = 0

  /// Different terms seen so far.
  var count: Int { ids.count }

  /// Appends the terms of one sentence to `terms`.
  ///
  /// - Returns: Its length in words; two characters of a script without spaces count as one.
  mutating func add(_ bytes: [UInt8], _ range: Range<Int>, to terms: inout [UInt32]) -> Int {
    (unspaced, words) = (0, 0)
    var index = range.lowerBound
    while index < range.upperBound {
      let (value, length) = UTF8Text.scalar(in: bytes, at: index)
      take(value, &terms)
      index += length
    }
    endWord(&terms)
    endPair(&terms)
    return words + (unspaced + 1) / 2
  }

  private mutating func take(_ value: UInt32, _ terms: inout [UInt32]) {
    let script = Script(value)
    if script.isUnspaced {
      endWord(&terms)
      return pair(value, &terms)
    }
    endPair(&terms)
    if script == .none, !isWordMark(value) { return endWord(&terms) }
    appendFolded(value)
  }

  /// Digits, the underscore and combining marks belong to words.
  private func isWordMark(_ value: UInt32) -> Bool {
    (value >= 0x30 && value <= 0x39) || value == 0x5F || (value >= 0x300 && value <= 0x36F)
  }

  private mutating func pair(_ value: UInt32, _ terms: inout [UInt32]) {
    unspaced += 1
    if let previous {
      terms.append(id(UInt64(previous.value) << 32 | UInt64(value)))
    }
    previous = (value, previous != nil)
  }

  private mutating func endPair(_ terms: inout [UInt32]) {
    if let previous, !previous.wasPaired { terms.append(id(UInt64(previous.value) << 32)) }
    previous = nil
  }

  private mutating func endWord(_ terms: inout [UInt32]) {
    guard !word.isEmpty else { return }
    words += 1
    if isASCII { EnglishStem.strip(&word) }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    terms.append(id(hash | 1 << 63))
    word.removeAll(keepingCapacity: true)
    isASCII = true
  }

  private mutating func id(_ hash: UInt64) -> UInt32 {
    if let id = ids[hash] { return id }
    let id = UInt32(truncatingIfNeeded: ids.count)
    ids[hash] = id
    return id
  }

  private mutating func appendFolded(_ value: UInt32) {
    let folded = CaseFold.lower(value)
    if folded < 0x80 { return word.append(UInt8(truncatingIfNeeded: folded)) }
    isASCII = false
    // Any unique bytes will do: they are only hashed.
    for shift in stride(from: 16, through: 0, by: -8) {
      word.append(UInt8(truncatingIfNeeded: folded >> UInt32(shift)))
    }
  }
}

/// Lower case for the scripts that have it, by arithmetic: fast, and good enough for comparing.
enum CaseFold {
  static func lower(_ value: UInt32) -> UInt32 {
    switch value {
    case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE, 0x391...0x3AB, 0x410...0x42F: value + 32
    case 0x400...0x40F: value + 80
    case 0x100...0x137, 0x14A...0x177, 0x1E00...0x1EFF, 0x460...0x481, 0x48A...0x4BF: value | 1
    case 0x139...0x148, 0x179...0x17E: value % 2 == 1 ? value + 1 : value
    default: value
    }
  }
}

/// Takes the commonest endings off English words, so that `tests` and `testing` meet.
enum EnglishStem {
  static func strip(_ word: inout [UInt8]) {
    guard word.count > 3, word[0] >= 0x61 else { return }
    if ends(word, "ies"), word.count > 4 {
      word.removeLast(3)
      word.append(UInt8(ascii: "y"))
    } else if ends(word, "sses") {
      word.removeLast(2)
    } else if ends(word, "s"), !ends(word, "ss"), !ends(word, "us"), !ends(word, "is") {
      word.removeLast()
    }
    for ending in ["ing", "ed", "ly"]
    where word.count >= ending.utf8.count + 3 && ends(word, ending) {
      word.removeLast(ending.utf8.count)
      break
    }
    if word.count > 3, word[word.count - 1] == UInt8(ascii: "e") { word.removeLast() }
  }

  private static func ends(_ word: [UInt8], _ ending: String) -> Bool {
    word.count >= ending.utf8.count && word.suffix(ending.utf8.count).elementsEqual(ending.utf8)
  }
}
