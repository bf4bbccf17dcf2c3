package import Fallback

/// Spans of time for people; `Configuration.DurationText` reads them.
package enum SpanText {
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
}
