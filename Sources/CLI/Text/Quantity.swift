import Fallback
import Platform

/// Sizes, counts and times as people read them.
enum Quantity {
  static func bytes(_ count: Int) -> String {
    if count < 1000 { return "\(count) B" }
    var value = Double(count) / 1000
    for unit in ["kB", "MB", "GB"] {
      if value < 999.95 || unit == "GB" { return "\(tenths(value)) \(unit)" }
      value /= 1000
    }
    return "\(count) B"
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(count(tenths / 10)).\(tenths % 10)"
  }

  /// With commas: `1,204`.
  static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// `1 job`, `3 jobs`.
  static func counted(_ number: Int, _ noun: String) -> String {
    "\(count(number)) \(noun)" + (number == 1 ? "" : "s")
  }

  /// `2026-11-21 18:30:00Z`.
  static func time(_ time: Milliseconds) -> String {
    let text = Timestamp.text(time)
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "Z"
  }

  /// The time of day where it lies within a day of another time: `18:30:00Z`.
  static func time(_ time: Milliseconds, near other: Milliseconds) -> String {
    let text = Quantity.time(time)
    return (time - other).magnitude < 86_400_000 ? String(text.dropFirst(11)) : text
  }

  /// `3m ago`, `in 5m`, `now`.
  static func relative(_ time: Milliseconds, now: Milliseconds) -> String {
    let span = now - time
    if span.magnitude < 1000 { return "now" }
    return span > 0 ? "\(SpanText.text(span)) ago" : "in \(SpanText.text(-span))"
  }
}
