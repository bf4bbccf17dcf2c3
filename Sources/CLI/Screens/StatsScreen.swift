package import Fallback
package import Queue

/// `stats` for people.
package struct StatsScreen {
  let statistics: QueueStatistics
  let health: [HealthRow]
  let now: Milliseconds
  let style: Style

  package init(
    statistics: QueueStatistics, health: [HealthRow], now: Milliseconds, style: Style
  ) {
    self.statistics = statistics
    self.health = health
    self.now = now
    self.style = style
  }

  /// All sections that have something to say, each ending with a line feed.
  package var text: String {
    ([totals] + [queues, fallbacks, tokens, marks].compactMap { $0 }).joined(separator: "\n")
  }

  private var totals: String {
    let all = statistics.jobs.values.reduce(0, +)
    let states = JobState.allCases.compactMap { state -> String? in
      guard let count = statistics.jobs[state], count > 0 else { return nil }
      return "\(Quantity.count(count)) \(style.state(state))"
    }
    var lines = [
      style.bold("jobs") + "      \(Quantity.count(all))"
        + (states.isEmpty ? "" : ": " + states.joined(separator: ", "))
    ]
    lines.append(
      style.bold("finished")
        + "  \(Quantity.count(statistics.finishedLastMinute)) in the last minute, "
        + "\(Quantity.count(statistics.finishedLastHour)) in the last hour, "
        + "\(Quantity.count(statistics.finishedLastDay)) in the last day")
    let recent = statistics.recent
    if let wait = recent.medianWait, let longWait = recent.longWait, let run = recent.medianRun,
      let longRun = recent.longRun
    {
      lines.append(
        style.bold("lately") + "    waited \(SpanText.text(wait)), took \(SpanText.text(run))"
          + "; 19 of 20 at most \(SpanText.text(longWait)) and \(SpanText.text(longRun))")
    }
    if let age = statistics.oldestReadyAge {
      lines.append(
        style.bold("waiting") + "   the oldest ready job for \(SpanText.text(age))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var queues: String? {
    let names = Set(statistics.queues.keys).union(statistics.paused).sorted()
    guard !names.isEmpty else { return nil }
    var table = Table([
      .init(title: "QUEUE", limit: 24), .init(title: "READY", isRightAligned: true),
      .init(title: "RUNNING", isRightAligned: true), .init(title: "WAITING", isRightAligned: true),
      .init(title: "SUCCEEDED", isRightAligned: true), .init(title: "FAILED", isRightAligned: true),
      .init(title: ""),
    ])
    for name in names {
      let counts = statistics.queues[name] ?? [:]
      func count(_ states: JobState...) -> String {
        Quantity.count(states.reduce(0) { $0 + (counts[$1] ?? 0) })
      }
      table.add(
        name, count(.ready), count(.running), count(.scheduled, .retryable), count(.succeeded),
        count(.failed, .dead), statistics.paused.contains(name) ? "paused" : "")
    }
    return table.text(style: style, width: nil)
  }

  private var fallbacks: String? {
    guard !statistics.fallbacks.isEmpty else { return nil }
    var table = Table([
      .init(title: "LEFT PROVIDER", limit: 30), .init(title: "BECAUSE OF"),
      .init(title: "TIMES", isRightAligned: true),
    ])
    for row in statistics.fallbacks {
      table.add(row.provider, row.class.rawValue, Quantity.count(row.count))
    }
    return table.text(style: style, width: nil)
  }

  private var tokens: String? {
    guard !statistics.tokens.isEmpty else { return nil }
    var table = Table([
      .init(title: "PROVIDER", limit: 30), .init(title: "DAY (UTC)"),
      .init(title: "CALLS", isRightAligned: true), .init(title: "TOKENS IN", isRightAligned: true),
      .init(title: "TOKENS OUT", isRightAligned: true),
    ])
    for use in statistics.tokens {
      table.add(
        use.provider, use.day, Quantity.count(use.calls), Quantity.count(use.inputTokens),
        Quantity.count(use.outputTokens))
    }
    return table.text(style: style, width: nil)
  }

  private var marks: String? {
    guard !health.isEmpty else { return nil }
    var table = Table([
      .init(title: "BENCHED", limit: 24), .init(title: "SCOPE"), .init(title: "WHAT", limit: 30),
      .init(title: "CLASS"), .init(title: "UNTIL"),
    ])
    for row in health {
      let key = row.mark.key
      let what = [row.credential, key.model].filter { !$0.isEmpty }.joined(separator: " ")
      let until =
        row.mark.isTerminal ? "log in again" : Quantity.relative(row.mark.until, now: now)
      table.add(
        key.provider, key.scope.rawValue, what.isEmpty ? key.baseURL : what,
        row.mark.class.rawValue, until)
    }
    return table.text(style: style, width: nil)
  }
}
