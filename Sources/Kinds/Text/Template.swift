/// A prompt with `{{name}}` placeholders. They are filled in one pass: what comes in is never
/// expanded again. `{{{{` stands for two braces.
package struct Template: Sendable, Hashable {
  enum Piece: Sendable, Hashable {
    case text(String)
    /// `offset` counts bytes from the start of the template.
    case placeholder(name: String, offset: Int)
  }

  package struct Mistake: Error, Equatable {
    package var offset: Int
    package var message: String
  }

  private(set) var pieces: [Piece] = []

  /// - Throws: `Mistake` for braces that are no placeholder.
  package init(_ source: [UInt8]) throws(Mistake) {
    var text: [UInt8] = []
    var index = 0
    while index < source.count {
      guard Self.opens(source, at: index) else {
        text.append(source[index])
        index += 1
        continue
      }
      if Self.opens(source, at: index + 2) {
        text += Array("{{".utf8)
        index += 4
        continue
      }
      let (name, end) = try Self.name(in: source, at: index)
      flush(&text)
      pieces.append(.placeholder(name: name, offset: index))
      index = end
    }
    flush(&text)
  }

  /// A template without placeholders.
  init(literal text: String) { pieces = text.isEmpty ? [] : [.text(text)] }

  private mutating func flush(_ text: inout [UInt8]) {
    if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    text = []
  }

  private static func opens(_ source: [UInt8], at index: Int) -> Bool {
    index + 1 < source.count && source[index] == UInt8(ascii: "{")
      && source[index + 1] == UInt8(ascii: "{")
  }

  private static func name(
    in source: [UInt8], at start: Int
  ) throws(Mistake) -> (name: String, end: Int) {
    var end = start + 2
    while end < source.count, isNameByte(source[end]) { end += 1 }
    let isClosed =
      end + 1 < source.count && source[end] == UInt8(ascii: "}")
      && source[end + 1] == UInt8(ascii: "}")
    guard isClosed, end > start + 2 else {
      throw Mistake(
        offset: start, message: "not a placeholder; write {{name}}, or {{{{ for two braces")
    }
    return (String(decoding: source[(start + 2)..<end], as: UTF8.self), end + 2)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
    default: false
    }
  }

  var placeholders: [(name: String, offset: Int)] {
    pieces.compactMap { piece in
      if case .placeholder(let name, let offset) = piece { (name, offset) } else { nil }
    }
  }

  /// - Parameter values: By placeholder; one that is missing comes out empty.
  /// - Returns: The text.
  package func expanded(_ values: [String: String]) -> String { expanded { values[$0] } }

  /// - Parameter value: What stands for a placeholder; nil comes out empty.
  /// - Returns: The text.
  func expanded(_ value: (_ name: String) -> String?) -> String {
    if pieces.count == 1, case .placeholder(let name, _) = pieces[0] { return value(name) ?? "" }
    return pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .placeholder(let name, _): value(name) ?? ""
      }
    }.joined()
  }

  func uses(_ name: String) -> Bool {
    pieces.contains { piece in
      if case .placeholder(name, _) = piece { true } else { false }
    }
  }

  /// The placeholder is all that its line holds.
  func standsAlone(at index: Int) -> Bool {
    var startsLine = index == 0
    if index > 0, case .text(let before) = pieces[index - 1] { startsLine = before.hasSuffix("\n") }
    var endsLine = index + 1 == pieces.count
    if index + 1 < pieces.count, case .text(let after) = pieces[index + 1] {
      endsLine = after.hasPrefix("\n")
    }
    return startsLine && endsLine
  }

  /// Takes out a placeholder that stands alone, with the end of its line.
  mutating func removeLine(at index: Int) {
    pieces.remove(at: index)
    guard index < pieces.count, case .text(let after) = pieces[index] else { return }
    let rest = String(after.dropFirst())
    if rest.isEmpty { pieces.remove(at: index) } else { pieces[index] = .text(rest) }
  }

  /// Takes off line ends that stand at the end of the template itself, not in a value.
  mutating func trimEnd() {
    guard case .text(let text)? = pieces.last else { return }
    let end = text.lastIndex { !$0.isNewline }
    pieces.removeLast()
    if let end { pieces.append(.text(String(text[...end]))) }
  }

  /// Nothing but the input itself.
  var isPassThrough: Bool {
    guard pieces.count == 1, case .placeholder("text", _) = pieces[0] else { return false }
    return true
  }
}
