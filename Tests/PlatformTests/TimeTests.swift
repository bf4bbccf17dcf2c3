import Platform
import Testing

@Suite("Time")
struct TimeTests {
  static let written: [(Int64, String)] = [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (1_795_168_800_123, "2026-11-20T10:00:00.123Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
    (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (.max, "9999-12-31T23:59:59.999Z"),
    (.min, "0000-01-01T00:00:00.000Z"), (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    (-62_162_121_600_000, "0000-02-29T00:00:00.000Z"),
  ]

  @Test("times are written as RFC 3339 in UTC and read back", arguments: written)
  func writes(milliseconds: Int64, expected: String) {
    #expect(Timestamp.text(milliseconds) == expected)
    if milliseconds.magnitude < 1 << 60 { #expect(Timestamp.parse(expected) == milliseconds) }
  }

  static let read: [(String, Int64?)] = [
    ("2026-11-20T10:00:00Z", 1_795_168_800_000), ("2026-11-20t10:00:00z", 1_795_168_800_000),
    ("2026-11-20 10:00:00", 1_795_168_800_000), ("2026-11-20 10:00", 1_795_168_800_000),
    ("2026-11-20T12:00:00+02:00", 1_795_168_800_000),
    ("2026-11-20T03:30:00-0630", 1_795_168_800_000),
    ("2026-11-20T12:00+02", 1_795_168_800_000), ("2026-11-20T10:00:00.9999Z", 1_795_168_800_999),
    ("2026-11-20T10:00:00,5Z", 1_795_168_800_500), ("2026-11-20", 1_795_132_800_000),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("2024-02-29", 1_709_164_800_000),
    ("2023-02-29", nil), ("1900-02-29", nil), ("2000-02-29", 951_782_400_000), ("2026-13-01", nil),
    ("2026-00-01", nil), ("2026-04-31", nil), ("2026-01-00", nil), ("2026-11-20T24:00:00Z", nil),
    ("2026-11-20T10:60:00Z", nil), ("2026-11-20T10:00:61Z", nil), ("2026-11-20T10:00:00.Z", nil),
    ("2026-11-20T10", nil), ("2026-11-20T10:00:00+2", nil), ("2026-11-20T10:00:00+02:", nil),
    ("2026-11-20T10:00:00+24:00", nil), ("2026-11-20T10:00:00Zx", nil), (" 2026-11-20", nil),
    ("26-11-20", nil), ("99999-01-01", nil), ("-001-01-01", nil), ("", nil), ("now", nil),
    ("9999-12-31T23:59:59.999-23:59", 253_402_387_139_999), ("٢٠٢٦-11-20", nil),
    ("2026-11-20T10:00:00.99999999999999999999999999Z", 1_795_168_800_999),
  ]

  @Test("RFC 3339 and its everyday relatives are read, all else is refused", arguments: read)
  func reads(text: String, expected: Int64?) {
    #expect(Timestamp.parse(text) == expected)
  }

  static let http: [(String, Int64?)] = [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
    ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000),
    ("Sun Nov  6 08:49:37 1994", 784_111_777_000),
    ("sun, 06 nov 1994 08:49:37 gmt", 784_111_777_000),
    ("Thu, 20 Nov 2076 10:00:00 GMT", 3_373_092_000_000),
    ("Friday, 20-Nov-76 10:00:00 GMT", 3_373_092_000_000),
    ("Sunday, 20-Nov-77 10:00:00 GMT", 248_868_000_000), ("Sun, 06 Nov 1994 08:49:37 EST", nil),
    ("Sun, 31 Feb 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
    ("Xyz, 06 Nov 1994 08:49:37 GMT", nil), ("06 Nov 1994 08:49:37 GMT", nil), ("", nil),
    ("120", nil),
    ("Sun, 06 Nov 999999999999999999999 08:49:37 GMT", nil), ("Sun, -6 Nov 1994 08:49:37 GMT", nil),
  ]

  @Test("all three forms of an HTTP date are read", arguments: http)
  func readsHTTP(text: String, expected: Int64?) {
    #expect(Timestamp.parseHTTP(text, now: 1_795_168_800_000) == expected)
  }

  @Test("every day of four centuries survives the way there and back")
  func everyDay() {
    var previous = ""
    var wrong: [String] = []
    for day in stride(from: Int64(-80_000), through: 80_000, by: 1) {
      let text = Timestamp.text(day * 86_400_000)
      if Timestamp.parse(text) != day * 86_400_000 || text <= previous { wrong.append(text) }
      previous = text
    }
    #expect(wrong == [])
  }

  @Test("the clocks run forward, in milliseconds since 1970")
  func clocks() {
    let wall = SystemTime.wall()
    #expect(wall > 1_700_000_000_000 && wall < 10_000_000_000_000)
    let (boot, mono) = (SystemTime.boot(), SystemTime.monotonicNanoseconds())
    let clock = SteadyClock()
    #expect(abs(clock.now() - wall) < 1_000)
    SystemTime.sleep(milliseconds: 20)
    #expect(SystemTime.boot() - boot >= 20)
    #expect(SystemTime.monotonicNanoseconds() - mono >= 20_000_000)
    #expect(clock.now() - wall >= 20)
    SystemTime.sleep(milliseconds: -5)
  }

  @Test("a step of the wall clock does not move a steady clock")
  func steady() {
    let clock = SteadyClock(wall: 1_000_000, boot: 500)
    #expect(clock.now(boot: 500) == 1_000_000)
    #expect(clock.now(boot: 10_500) == 1_010_000)
  }
}
