package import Fallback

/// Spans of time as people type them.
package enum DurationText {
  private static let units: [(name: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ("w", 604_800_000),
  ]
  /// A hundred years: longer is a slip of the finger.
  private static let longest = 100.0 * 365 * 86_400_000

  /// Reads `90s`, `5m`, `1h30m`, `1.5d`, `500ms`; a bare number means seconds.
  ///
  /// - Parameter text: What was typed.
  /// - Returns: Milliseconds, or nil where it is no span of time. Never negative.
  package static func parse(_ text: String) -> Milliseconds? {
    var rest = text.lowercased()[...]
    guard !rest.isEmpty else { return nil }
    if let seconds = number(rest) { return whole(seconds * 1000) }
    var total = 0.0
    var largest = Double.infinity
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let count = number(digits), let unit = units.first(where: { $0.name == letters }),
        unit.milliseconds < largest
      else { return nil }
      largest = unit.milliseconds
      total += count * unit.milliseconds
    }
    return whole(total)
  }

  /// Writes a span in at most two units: `850 ms`, `12s`, `5m`, `1h30m`, `3d4h`.
  package static func text(_ span: Milliseconds) -> String {
    if span < 1000 { return "\(max(span, 0)) ms" }
    if span < 10_000 { return tenths(span) }
    let seconds = span / 1000
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3600 { return pair(seconds, 60, "m", 1, "s") }
    if seconds < 86_400 { return pair(seconds, 3600, "h", 60, "m") }
    return pair(seconds, 86_400, "d", 3600, "h")
  }

  private static func tenths(_ span: Milliseconds) -> String {
    let tenths = span / 100
    return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
  }

  private static func pair(
    _ seconds: Int64, _ big: Int64, _ bigName: String, _ small: Int64, _ smallName: String
  ) -> String {
    let rest = seconds % big / small
    return "\(seconds / big)\(bigName)" + (rest == 0 ? "" : "\(rest)\(smallName)")
  }

  private static func number(_ text: Substring) -> Double? {
    let isPlain = text.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    guard isPlain, let first = text.utf8.first, first != 0x2E, text.utf8.last != 0x2E else {
      return nil
    }
    return Double(text)
  }

  private static func whole(_ milliseconds: Double) -> Milliseconds? {
    guard milliseconds <= longest else { return nil }
    return Milliseconds(milliseconds.rounded())
  }
}
