package import Fallback
package import JSONText
package import Queue

/// `stats --json`.
package enum StatsJSON {
  /// The object; queues by name, marks in the order of the store.
  ///
  /// - Parameters:
  ///   - statistics: Counters.
  ///   - health: Marks that bench something.
  /// - Returns: The object.
  package static func object(_ statistics: QueueStatistics, health: [HealthRow]) -> JSONValue {
    [
      "jobs": .object(states(statistics.jobs)),
      "queues": .object(queues(statistics)),
      "throughput": [
        "last_minute": .int(statistics.finishedLastMinute),
        "last_hour": .int(statistics.finishedLastHour),
        "last_day": .int(statistics.finishedLastDay),
      ],
      "waits": waits(statistics),
      "tokens": .array(statistics.tokens.map { tokens($0) }),
      "fallbacks": .array(statistics.fallbacks.map { fallback($0) }),
      "health": .array(health.map { mark($0) }),
    ]
  }

  private static func waits(_ statistics: QueueStatistics) -> JSONValue {
    let recent = statistics.recent
    return [
      "oldest_ready_s": .seconds(statistics.oldestReadyAge), "recent_jobs": .int(recent.jobs),
      "wait_median_s": .seconds(recent.medianWait), "wait_p95_s": .seconds(recent.longWait),
      "run_median_s": .seconds(recent.medianRun), "run_p95_s": .seconds(recent.longRun),
    ]
  }

  private static func states(_ counts: [JobState: Int]) -> [JSONPair] {
    JobState.allCases.map { JSONPair($0.rawValue, .int(counts[$0] ?? 0)) }
  }

  private static func queues(_ statistics: QueueStatistics) -> [JSONPair] {
    let names = Set(statistics.queues.keys).union(statistics.paused).sorted()
    return names.map { name in
      let isPaused = statistics.paused.contains(name)
      let counts = states(statistics.queues[name] ?? [:])
      return JSONPair(name, .object(counts + [JSONPair("paused", .bool(isPaused))]))
    }
  }

  private static func tokens(_ use: TokenUse) -> JSONValue {
    [
      "provider": .string(use.provider), "day": .string(use.day), "calls": .int(use.calls),
      "input_tokens": .int(use.inputTokens), "output_tokens": .int(use.outputTokens),
    ]
  }

  private static func fallback(_ row: FallbackCount) -> JSONValue {
    [
      "provider": .string(row.provider), "class": .string(row.class.rawValue),
      "count": .int(row.count),
    ]
  }

  private static func mark(_ row: HealthRow) -> JSONValue {
    func orNull(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }
    return [
      "scope": .string(row.mark.key.scope.rawValue), "provider": .string(row.mark.key.provider),
      "model": orNull(row.mark.key.model), "credential": orNull(row.credential),
      "class": .string(row.mark.class.rawValue),
      "until": row.mark.isTerminal ? .null : .time(row.mark.until),
    ]
  }
}

/// A mark that benches something now.
package struct HealthRow: Sendable, Hashable {
  package var mark: Mark
  /// Of the credential; nil: it is not known here.
  package var label: String?

  /// What people know the credential by; empty where the mark is about none.
  package var credential: String { label ?? mark.key.credential }

  /// Keeps the marks that bench something: confirmed, and not over.
  ///
  /// - Parameters:
  ///   - marks: All of the store.
  ///   - now: Milliseconds since 1970.
  /// - Returns: By provider, scope and the rest of the key.
  package static func rows(_ marks: [Mark], now: Milliseconds) -> [HealthRow] {
    marks.filter { $0.isActive(now) }
      .map { HealthRow(mark: $0) }
      .sorted { $0.order.lexicographicallyPrecedes($1.order) }
  }

  private var order: [String] {
    let key = mark.key
    return [key.provider, key.scope.rawValue, key.model, key.credential, key.baseURL]
  }
}
