/// Makes text from outside safe for a terminal: nothing in a job may move the cursor, set the title,
/// fill the clipboard or turn the reading direction.
package enum Sanitizer {
  /// One line: every control becomes a space or vanishes.
  ///
  /// - Parameter text: Anything.
  /// - Returns: Without C0, C1, escape sequences and bidirectional controls; line ends and tabs are
  ///   spaces.
  package static func line(_ text: String) -> String { clean(text, keepsLines: false) }

  /// Several lines: line feeds and tabs stay.
  package static func text(_ text: String) -> String { clean(text, keepsLines: true) }

  private static func clean(_ text: String, keepsLines: Bool) -> String {
    if isPlain(text, keepsLines: keepsLines) { return text }
    var output = String.UnicodeScalarView()
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar.value {
      case 0x1B: skipEscape(&scalars)
      case 0x9B: skipControlSequence(&scalars)
      case 0x90, 0x98, 0x9D, 0x9E, 0x9F: skipString(&scalars)
      case 0x09, 0x0A: output.append(keepsLines ? scalar : " ")
      case 0x0D: if !keepsLines { output.append(" ") }
      case 0x00...0x1F, 0x7F...0x9F: break
      case _ where isHidden(scalar): break
      default: output.append(scalar)
      }
    }
    return String(output)
  }

  /// Nothing but letters, digits and the like of ASCII, as most lines are.
  private static func isPlain(_ text: String, keepsLines: Bool) -> Bool {
    var text = text
    return text.withUTF8 { letters in
      unsafe letters.allSatisfy { byte in
        byte &- 0x20 < 0x5F || (keepsLines && (byte == 0x09 || byte == 0x0A))
      }
    }
  }

  /// What follows ESC.
  private static func skipEscape(_ scalars: inout Substring.UnicodeScalarView) {
    guard let next = scalars.first, next != "\n" else { return }
    scalars.removeFirst()
    switch next {
    case "[": skipControlSequence(&scalars)
    case "]", "P", "X", "^", "_": skipString(&scalars)
    case "\u{20}"..."\u{2F}":
      // An escape with intermediates ends with a byte from 0x30 on.
      while let inner = scalars.first, (0x20...0x2F).contains(inner.value) {
        scalars.removeFirst()
      }
      if let final = scalars.first, (0x30...0x7E).contains(final.value) { scalars.removeFirst() }
    default: break
    }
  }

  /// Parameters, intermediates and the final byte of a CSI sequence.
  private static func skipControlSequence(_ scalars: inout Substring.UnicodeScalarView) {
    while let scalar = scalars.first, (0x20...0x3F).contains(scalar.value) {
      scalars.removeFirst()
    }
    if let final = scalars.first, (0x40...0x7E).contains(final.value) { scalars.removeFirst() }
  }

  /// An OSC, DCS, SOS, PM or APC string. One without an end costs its line and no more.
  private static func skipString(_ scalars: inout Substring.UnicodeScalarView) {
    while let scalar = scalars.first, scalar != "\n" {
      scalars.removeFirst()
      if scalar.value == 0x07 || scalar.value == 0x9C { return }
      if scalar.value == 0x1B {
        if scalars.first == "\\" { scalars.removeFirst() }
        return
      }
    }
  }

  /// Bidirectional controls, line separators, invisible tags and other characters that mislead.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0001, 0xE0020...0xE007F:
      true
    default: false
    }
  }
}
