package import Fallback

/// Spans of time as people write them: `90`, `1.5` (seconds), `500ms`, `90s`, `5m`, `24h`, `7d`,
/// `2w`, `1h30m`.
package enum DurationText {
  /// A hundred years, so that adding a span to a time never overflows.
  package static let longest: Milliseconds = 100 * 366 * 86_400_000

  /// Reads a span.
  ///
  /// - Parameter text: Without white space; a number without a unit is seconds.
  /// - Returns: Milliseconds, rounded; nil when it is no span, negative or above `longest`.
  package static func parse(_ text: String) -> Milliseconds? {
    var rest = Substring(text)
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      let isPlain = unit.isEmpty && rest.isEmpty && number.count == text.count
      guard number.first != ".", number.last != ".", let amount = Double(number),
        let size = sizes[String(unit)] ?? (isPlain ? 1000 : nil)
      else { return nil }
      total += amount * size
    }
    return milliseconds(total)
  }

  /// Turns seconds into milliseconds.
  ///
  /// - Parameter seconds: May have a fraction.
  /// - Returns: Milliseconds, rounded; nil when negative, no number or above `longest`.
  package static func seconds(_ seconds: Double) -> Milliseconds? { milliseconds(seconds * 1000) }

  private static func milliseconds(_ value: Double) -> Milliseconds? {
    guard value >= 0, value <= Double(longest) else { return nil }
    return Milliseconds(value.rounded())
  }

  private static let sizes: [String: Double] = [
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
  ]
}
