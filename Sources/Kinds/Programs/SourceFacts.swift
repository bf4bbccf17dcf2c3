/// What a source holds, for looking things up.
struct SourceFacts {
  private var words: Set<UInt64> = []
  private var numbers: Set<[UInt8]> = []
  private let flat: [UInt8]

  init(_ source: [UInt8]) {
    var flat: [UInt8] = []
    flat.reserveCapacity(source.count)
    var hash = Self.seed
    var index = 0
    while index < source.count {
      let (value, length) = UTF8Text.scalar(in: source, at: index)
      index += length
      Self.append(value, to: &flat)
      if Self.isWord(value) {
        hash = Self.mixed(hash, CaseFold.lower(value))
      } else if hash != Self.seed {
        words.insert(hash)
        hash = Self.seed
      }
    }
    if hash != Self.seed { words.insert(hash) }
    self.flat = flat
    for number in NumberText.numbers(in: source) {
      numbers.insert(number.digits)
      for part in number.parts { numbers.insert(part) }
    }
  }

  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  private static func mixed(_ hash: UInt64, _ value: UInt32) -> UInt64 {
    (hash ^ UInt64(value)) &* 0x100_0000_01b3
  }

  private static func isWord(_ value: UInt32) -> Bool {
    Script(value) != .none || (value >= 0x30 && value <= 0x39) || (0x300...0x36F).contains(value)
  }

  /// Case, kinds of quotes and dashes, and white space do not count.
  private static func append(_ value: UInt32, to flat: inout [UInt8]) {
    switch value {
    case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200A, 0x3000:
      if let last = flat.last, last != 0x20 { flat.append(0x20) }
    case 0x2018, 0x2019, 0x201C...0x201F, 0xAB, 0xBB, 0x22, 0x27, 0x2A, 0x60, 0x5F: return
    case 0x2010...0x2015, 0x2212: flat.append(0x2D)
    default:
      let lower = CaseFold.lower(value)
      if let scalar = Unicode.Scalar(lower) { flat += Array(Character(scalar).utf8) }
    }
  }

  func holds(word: String) -> Bool {
    let parts = word.unicodeScalars.split { !Self.isWord($0.value) }
    return parts.allSatisfy { part in
      let hash = part.reduce(Self.seed) { Self.mixed($0, CaseFold.lower($1.value)) }
      if words.contains(hash) { return true }
      // A plural or a genitive of a name that is there.
      guard part.count > 3, part.last == "s" else { return false }
      return words.contains(
        part.dropLast().reduce(Self.seed) { Self.mixed($0, CaseFold.lower($1.value)) })
    }
  }

  func holds(number text: String) -> Bool {
    guard let number = NumberText.numbers(in: Array(text.utf8)).first else { return true }
    return numbers.contains(number.digits) || number.parts.allSatisfy(numbers.contains)
  }

  func holds(text: String) -> Bool {
    var sought: [UInt8] = []
    for scalar in text.unicodeScalars { Self.append(scalar.value, to: &sought) }
    while let last = sought.last, " .,;:!?".utf8.contains(last) { sought.removeLast() }
    guard let first = sought.first, sought.count <= flat.count else { return sought.isEmpty }
    for index in 0...(flat.count - sought.count)
    where flat[index] == first && flat[index...].starts(with: sought) {
      return true
    }
    return false
  }
}

/// Numbers of a text, whatever stands between their groups.
struct NumberText {
  var text: String
  /// Without separators.
  var digits: [UInt8]
  /// The groups between separators, where there are several.
  var parts: [[UInt8]]

  static func numbers(in bytes: [UInt8]) -> [NumberText] {
    var found: [NumberText] = []
    var index = 0
    while index < bytes.count {
      guard isDigit(bytes[index]) else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.count, isDigit(bytes[index]) || isSeparator(bytes, index) { index += 1 }
      let parts = bytes[start..<index].split { !isDigit($0) }.map(Array.init)
      found.append(
        NumberText(
          text: String(decoding: bytes[start..<index], as: UTF8.self), digits: parts.flatMap { $0 },
          parts: parts))
    }
    return found
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isSeparator(_ bytes: [UInt8], _ index: Int) -> Bool {
    ".,:'/-".utf8.contains(bytes[index]) && index + 1 < bytes.count && isDigit(bytes[index + 1])
  }
}
