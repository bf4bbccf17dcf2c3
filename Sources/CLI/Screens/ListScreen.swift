package import Fallback
package import Queue

/// `list` for people.
package enum ListScreen {
  /// The table and a summary.
  ///
  /// - Parameters:
  ///   - jobs: Newest first.
  ///   - now: For ages.
  ///   - style: Colours.
  ///   - width: Columns of the terminal; nil: nothing is cut.
  ///   - hasHead: The titles of the columns come first.
  /// - Returns: Lines, each with its line feed; empty without jobs.
  package static func text(
    _ jobs: [JobRecord], now: Milliseconds, style: Style, width: Int?, hasHead: Bool = true
  ) -> String {
    guard !jobs.isEmpty else { return "" }
    var table = Table([
      .init(title: "ID", isRightAligned: true), .init(title: "KIND", limit: 14),
      .init(title: "STATE"), .init(title: "TRY"), .init(title: "SERVED BY", limit: 24),
      .init(title: "REASON", limit: 18), .init(title: "AGE", isRightAligned: true),
      .init(title: "INPUT"),
    ])
    for job in jobs { add(job, to: &table, now: now) }
    table.paint = { row, column, text in column == 2 ? style.state(jobs[row].state) : text }
    return table.text(style: style, width: width, hasHead: hasHead)
  }

  private static func add(_ job: JobRecord, to table: inout Table, now: Milliseconds) {
    let reason = job.error?.class ?? job.fallbackReasons.last?.rawValue ?? "-"
    let served = job.servedBy.map { "\($0.provider)/\($0.model)" } ?? "-"
    let age = max(0, now - job.enqueuedAt)
    table.add(
      "\(job.id)", job.kind, job.state.rawValue, "\(job.attempt)/\(job.maxAttempts)", served,
      reason, age < 1000 ? "0s" : SpanText.text(age), job.inputName ?? "stdin")
  }
}
