/// The writing system of a scalar, as far as estimates and checks need it.
enum Script: UInt8, CaseIterable {
  /// Digits, punctuation, space, symbols, combining marks.
  case none
  case latin, greek, cyrillic, hebrew, arabic, indic
  /// Thai, Lao, Khmer, Burmese, Tibetan: letters without spaces between words.
  case unspaced
  case hangul, kana, han, emoji, other

  /// Words are not separated by spaces.
  var isUnspaced: Bool { self == .han || self == .kana || self == .unspaced }

  /// Letters that carry much more than a Latin letter count for more in comparisons.
  var weight: Int {
    switch self {
    case .han, .hangul: 3
    case .kana, .unspaced, .indic: 2
    case .none, .emoji: 0
    case .latin, .greek, .cyrillic, .hebrew, .arabic, .other: 1
    }
  }

  /// - Complexity: O(1).
  @inline(__always)
  init(_ value: UInt32) {
    if value < 0x80 {
      let lower = value | 0x20
      self = lower >= 0x61 && lower <= 0x7A ? .latin : .none
    } else {
      self = Script.beyondASCII(value)
    }
  }

  private static func beyondASCII(_ value: UInt32) -> Script {
    switch value {
    case 0..<0x590: european(value)
    case 0x590..<0x2000: eastern(value)
    case 0x2000..<0x2E80: symbol(value)
    case 0x2E80..<0x10000: eastAsian(value)
    default: supplementary(value)
    }
  }

  private static func european(_ value: UInt32) -> Script {
    switch value {
    case 0xAA, 0xB5, 0xBA: .latin
    case 0xD7, 0xF7: .none
    case 0xC0...0x2AF: .latin
    case 0x370...0x373, 0x376...0x37D, 0x37F...0x3FF: .greek
    case 0x400...0x52F: .cyrillic
    case 0x531...0x58F: .other
    default: .none
    }
  }

  private static func eastern(_ value: UInt32) -> Script {
    switch value {
    case 0x5BE, 0x5C0, 0x5C3, 0x60C, 0x61B...0x61F, 0x66A...0x66D, 0x6D4, 0x660...0x669,
      0x6F0...0x6F9, 0x964...0x965:
      .none
    case 0x590...0x5FF: .hebrew
    case 0x600...0x77F, 0x8A0...0x8FF: .arabic
    case 0x900...0xDFF: .indic
    case 0xE00...0xFFF, 0x1000...0x109F, 0x1780...0x17FF: .unspaced
    case 0x1100...0x11FF: .hangul
    case 0x1C80...0x1C8F: .cyrillic
    case 0x1E00...0x1EFF: .latin
    case 0x1F00...0x1FFF: .greek
    default: .other
    }
  }

  private static func symbol(_ value: UInt32) -> Script {
    switch value {
    case 0x231A...0x231B, 0x23E9...0x23FA, 0x2600...0x27BF, 0x2B50, 0x2B55: .emoji
    case 0x2C60...0x2C7F: .latin
    case 0x2DE0...0x2DFF: .cyrillic
    default: .none
    }
  }

  private static func eastAsian(_ value: UInt32) -> Script {
    switch value {
    case 0x3005, 0x3007, 0x2E80...0x2FDF, 0x3100...0x312F, 0x31A0...0x31BF, 0x3400...0x9FFF,
      0xF900...0xFAFF:
      .han
    case 0x30FB, 0x30A0, 0xFF70: value == 0xFF70 ? .kana : .none
    case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: .kana
    case 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xFFA0...0xFFDC: .hangul
    case 0xA720...0xA7FF, 0xAB30...0xAB6F, 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0xFB00...0xFB06:
      .latin
    case 0xA640...0xA69F: .cyrillic
    case 0xFB1D...0xFB4F: .hebrew
    case 0xFB50...0xFDFF, 0xFE70...0xFEFC: .arabic
    case 0xA000...0xABFF: .other
    default: .none
    }
  }

  private static func supplementary(_ value: UInt32) -> Script {
    switch value {
    case 0x1F000...0x1FAFF: .emoji
    case 0x1AFF0...0x1B16F: .kana
    case 0x20000...0x3FFFF: .han
    case 0x10000...0x1EFFF: .other
    default: .none
    }
  }
}

/// How much of a text is written in which script, by weight.
struct ScriptShares {
  private var weights = [Int](repeating: 0, count: Script.allCases.count)
  private(set) var total = 0

  /// - Complexity: O(n).
  init(_ bytes: [UInt8]) {
    var index = 0
    while index < bytes.count {
      let (value, length) = UTF8Text.scalar(in: bytes, at: index)
      index += length
      let script = Script(value)
      weights[Int(script.rawValue)] += script.weight
      total += script.weight
    }
  }

  init(_ text: String) { self.init(Array(text.utf8)) }

  func share(of script: Script) -> Double {
    total == 0 ? 0 : Double(weights[Int(script.rawValue)]) / Double(total)
  }

  /// The scripts that a reader of this text clearly reads.
  var main: Set<Script> {
    Set(Script.allCases.filter { share(of: $0) >= 0.15 })
  }

  /// Whether this text is written in one of `scripts`; text without letters always is.
  func isWritten(in scripts: Set<Script>) -> Bool {
    guard total > 0, !scripts.isEmpty else { return true }
    return scripts.reduce(0) { $0 + share(of: $1) } >= 0.35
  }
}
