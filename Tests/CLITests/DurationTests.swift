import CLI
import Fallback
import Testing

@Suite struct DurationTests {
  @Test(
    "Spans of time are read in every usual form",
    arguments: [
      ("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("1d", 86_400_000),
      ("2w", 1_209_600_000), ("500ms", 500), ("0", 0), ("30", 30_000), ("1.5h", 5_400_000),
      ("0.25s", 250), ("1d2h3m4s5ms", 93_784_005),
    ])
  func reads(text: String, expected: Milliseconds) throws {
    #expect(try Parser.parse(["enqueue", "prompt", "--in", text]).get().span("in") == expected)
  }

  @Test(
    "What is no span of time is refused",
    arguments: ["s", "5x", "5 m", "m5", "1e3", ".5s", "5.", "nan", "101000d", "٣s"])
  func refuses(text: String) {
    guard case .failure(let error) = Parser.parse(["enqueue", "prompt", "--in", text]) else {
      Issue.record("accepted")
      return
    }
    #expect(
      error.problems.contains {
        if case .badValue(of: "--in", text, _, _) = $0 { true } else { false }
      })
  }

  @Test(
    "Spans are written in two units at most",
    arguments: [
      (0, "0 ms"), (12, "12 ms"), (999, "999 ms"), (1000, "1s"), (3100, "3.1s"), (9800, "9.8s"),
      (10_900, "10s"), (60_000, "1m"), (90_000, "1m30s"), (3_600_000, "1h"),
      (5_400_000, "1h30m"), (273_600_000, "3d4h"), (-5, "0 ms"),
    ] as [(Milliseconds, String)])
  func writes(span: Milliseconds, expected: String) {
    #expect(SpanText.text(span) == expected)
  }
}

@Suite struct MomentTests {
  /// Two hours east of Greenwich, all the year.
  private let zone = LocalZone(
    instant: { civil in
      // 2026-11-21 is day 20778.
      let days = 20_778 + Int64(civil.day - 21)
      let minutes = Int64((civil.hour - 2) * 60 + civil.minute)
      return days * 86_400_000 + minutes * 60_000 + Int64(civil.second) * 1000
    },
    civil: { moment in
      let local = moment + 7_200_000
      let seconds = Int(local / 1000 % 86_400)
      return CivilTime(
        year: 2026, month: 11, day: 21 + Int(local / 86_400_000) - 20_778, hour: seconds / 3600,
        minute: seconds / 60 % 60, second: seconds % 60)
    })
  /// 2026-11-21T10:00:00Z, which is noon there.
  private let now: Milliseconds = 20_778 * 86_400_000 + 36_000_000

  @Test(
    "Times are read with and without a zone",
    arguments: [
      ("2026-11-21T18:30:00Z", 66_600_000), ("2026-11-21T18:30:00.250Z", 66_600_250),
      ("2026-11-21T18:30:00+01:00", 63_000_000), ("2026-11-21t18:30:00-00:30", 68_400_000),
      ("2026-11-21 18:30", 59_400_000), ("2026-11-21T18:30:05", 59_405_000),
      ("2026-11-21", -7_200_000), ("18:30", 59_400_000), ("11:00", 86_400_000 + 32_400_000),
    ] as [(String, Milliseconds)])
  func reads(text: String, ofDay: Milliseconds) throws {
    let moment = try #require(Moment.parse(text))
    #expect(moment.resolved(now: now, zone: zone) == 20_778 * 86_400_000 + ofDay)
  }

  @Test("A time of day in the past is the last one")
  func past() throws {
    let moment = try #require(Moment.parse("18:30"))
    let yesterday = moment.resolved(now: now, zone: zone, isPast: true)
    #expect(yesterday == 20_777 * 86_400_000 + 59_400_000)
    #expect(Moment.span(1000).resolved(now: now, zone: zone, isPast: true) == now - 1000)
  }

  @Test(
    "What is no time is refused",
    arguments: [
      "", "now", "25:00", "18:60", "2026-02-29", "2026-13-01", "2026-11-21T", "2026-11-21X10:00",
      "2026-11-21T10:00:00+1", "2026-11-21T10:00Z5", "1960-01-01", "18:30:61", "8:30",
    ])
  func refuses(text: String) {
    #expect(Moment.parse(text) == nil)
  }

  @Test("The machine's zone agrees with itself")
  func system() {
    let civil = LocalZone.system.civil(now)
    #expect(LocalZone.system.instant(civil) == now)
  }
}
