import Fallback
import Kinds
import Queue

/// How far a long job has come, in a line.
enum ProgressText {
  /// What the work will cost, before it begins.
  static func forecast(_ forecast: Forecast) -> String {
    "auxq: \(Quantity.counted(forecast.calls, "call")) planned, at most about "
      + "\(Quantity.count(rounded(forecast.inputTokens))) tokens in and "
      + "\(Quantity.count(rounded(forecast.outputTokens))) out"
  }

  /// `  3 of 12 done, 3 calls, 18,204 tokens, about 14s left`.
  static func line(_ progress: JobProgress, job: JobID? = nil, now: Milliseconds) -> String {
    let tokens = progress.inputTokens + progress.outputTokens
    var parts = [
      "\(progress.done) of \(progress.total) done", Quantity.counted(progress.calls, "call"),
    ]
    if tokens > 0 { parts.append(Quantity.counted(tokens, "token")) }
    if let cost = progress.cost { parts.append("cost \(money(cost))") }
    if progress.doneBefore > 0 { parts.append("\(progress.doneBefore) from an earlier attempt") }
    if let left = progress.timeLeft(at: now) { parts.append("about \(SpanText.text(left)) left") }
    return "  " + (job.map { "\($0)  " } ?? "") + parts.joined(separator: ", ")
  }

  /// Not every step of hundreds is worth a line.
  static func isWorthTelling(_ progress: JobProgress, since last: Int) -> Bool {
    guard progress.done > last else { return false }
    if progress.total <= 20 || progress.done == progress.total { return true }
    return progress.done * 10 / progress.total > last * 10 / progress.total
  }

  /// Two digits count.
  private static func rounded(_ tokens: Int) -> Int {
    var unit = 1
    while tokens / unit >= 100 { unit *= 10 }
    return (tokens + unit / 2) / unit * unit
  }

  /// In the currency of the configured prices, of which nothing is known.
  private static func money(_ millionths: Int) -> String {
    let digits = String(millionths % 1_000_000 + 1_000_000).dropFirst()
    return "\(Quantity.count(millionths / 1_000_000)).\(digits.prefix(4))"
  }
}
