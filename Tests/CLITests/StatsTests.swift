import CLI
import Fallback
import JSONText
import Queue
import Testing

@Suite struct StatsTests {
  private let now = Samples.start
  private let statistics = QueueStatistics(
    jobs: [.ready: 12, .running: 3, .succeeded: 12_345],
    queues: ["mail": [.ready: 12, .running: 3], "default": [.succeeded: 12_345]],
    paused: ["mail", "empty"],
    fallbacks: [FallbackCount(provider: "openrouter", class: .rateLimit, count: 9)],
    tokens: [
      TokenUse(
        provider: "local", day: "2026-11-20", calls: 7, inputTokens: 5_100_000, outputTokens: 1300)
    ], finishedLastMinute: 1, finishedLastHour: 20, finishedLastDay: 300, oldestReadyAge: 9500)

  private var marks: [Mark] {
    func mark(
      _ provider: String, _ until: Milliseconds, pending: Bool = false, terminal: Bool = false
    )
      -> Mark
    {
      Mark(
        key: MarkKey(scope: .credential, provider: provider, credential: "a1"), class: .payment,
        until: until, markedAt: now, isPending: pending, isTerminal: terminal)
    }
    return [
      mark("openrouter", now + 600_000), mark("nous", now - 1),
      mark("late", now + 1, pending: true),
      mark("google", now - 5, terminal: true),
    ]
  }

  @Test("The object has every state and is as recorded")
  func json() throws {
    let object = StatsJSON.object(statistics, health: HealthRow.rows(marks, now: now))
    Golden.expect(
      String(decoding: JSONOutput.bytes(object, style: .pretty), as: UTF8.self),
      matches: "json/stats.json")
    let node = try JSONNode.parse(object.encoded())
    #expect(node["jobs"]?.members?.map(\.key) == JobState.allCases.map(\.rawValue))
  }

  @Test("Only marks that bench something now are shown")
  func health() {
    #expect(
      HealthRow.rows(marks, now: now).map(\.mark.key.provider) == ["google", "openrouter"])
  }

  @Test("The screen is as recorded")
  func screen() {
    let screen = StatsScreen(
      statistics: statistics, health: HealthRow.rows(marks, now: now), now: now, style: .plain)
    Golden.expect(screen.text, matches: "text/stats.txt")
    let empty = StatsScreen(statistics: QueueStatistics(), health: [], now: now, style: .plain)
    Golden.expect(empty.text, matches: "text/stats-empty.txt")
  }
}
