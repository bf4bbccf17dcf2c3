extension Timestamp {
  /// Reads RFC 3339 and what people write in its place: `2026-11-20T10:00:00.5Z`, an offset such as
  /// `+02:00`, a space for the `T`, no seconds, or the date alone. Without `Z` or offset it is UTC.
  ///
  /// - Parameter text: The text, without white space around it.
  /// - Returns: Milliseconds since 1970-01-01 UTC, a finer fraction cut off; nil when it is none.
  package static func parse(_ text: String) -> Int64? {
    var cursor = TextCursor(text)
    guard let date = cursor.isoDate() else { return nil }
    if cursor.isAtEnd { return milliseconds(date) }
    guard cursor.takeAny("Tt "), let hour = cursor.number(2), cursor.takeAny(":"),
      let minute = cursor.number(2)
    else { return nil }
    var second: Int64 = 0
    var millisecond: Int64 = 0
    if cursor.takeAny(":") {
      guard let number = cursor.number(2) else { return nil }
      second = number
      if cursor.takeAny(".,") {
        guard let fraction = cursor.fraction() else { return nil }
        millisecond = fraction
      }
    }
    guard let offset = cursor.offsetMinutes(), cursor.isAtEnd else { return nil }
    return milliseconds(
      date, hour: hour, minute: minute, second: second, millisecond: millisecond,
      offsetMinutes: offset)
  }

  /// Reads a date of HTTP (RFC 9110 §5.6.7) in any of its three forms.
  ///
  /// - Parameters:
  ///   - text: The header's value.
  ///   - now: Decides the century of a two-digit year: more than 50 years ahead means the past.
  /// - Returns: Milliseconds since 1970-01-01 UTC; nil when it is none.
  package static func parseHTTP(_ text: String, now: Int64) -> Int64? {
    let words = text.split { $0 == " " || $0 == "," }.map(String.init)
    guard let dayName = words.first, isDayName(dayName) else { return nil }
    // 06-Nov-94 is one word in the oldest form.
    let date = words.dropFirst().first?.split(separator: "-", omittingEmptySubsequences: false)
    let fields = (date ?? []).map(String.init) + words.dropFirst(2)
    guard fields.count == 5 || fields.count == 4 else { return nil }
    // Sun Nov  6 08:49:37 1994
    if let month = month(fields[0]) {
      guard fields.count == 4 else { return nil }
      return combined(day: fields[1], month: month, year: fields[3], clock: fields[2], now: now)
    }
    // Sun, 06 Nov 1994 08:49:37 GMT, or Sunday, 06-Nov-94 08:49:37 GMT
    guard fields.count == 5, let month = month(fields[1]),
      ["GMT", "UTC"].contains(fields[4].uppercased())
    else { return nil }
    return combined(day: fields[0], month: month, year: fields[2], clock: fields[3], now: now)
  }

  private static func combined(
    day: String, month: Int64, year: String, clock: String, now: Int64
  ) -> Int64? {
    var clock = TextCursor(clock)
    guard let dayNumber = number(day, digits: 1...2), let hour = clock.number(2),
      clock.takeAny(":"), let minute = clock.number(2), clock.takeAny(":"),
      let second = clock.number(2), clock.isAtEnd,
      let fullYear = number(year, digits: 4...4) ?? shortYear(year, now: now)
    else { return nil }
    return milliseconds(
      CivilDate(year: fullYear, month: month, day: dayNumber), hour: hour, minute: minute,
      second: second)
  }

  private static func shortYear(_ text: String, now: Int64) -> Int64? {
    guard let short = number(text, digits: 2...2) else { return nil }
    let this = CivilDate(daysSince1970: now.floorDivided(by: 86_400_000).quotient).year
    let year = this.floorDivided(by: 100).quotient * 100 + short
    return year > this + 50 ? year - 100 : year
  }

  private static func number(_ text: String, digits: ClosedRange<Int>) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return Int64(text)
  }

  private static func month(_ name: String) -> Int64? {
    let names = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    return names.firstIndex(of: name.lowercased()).map { Int64($0) + 1 }
  }

  private static func isDayName(_ name: String) -> Bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(name.lowercased().prefix(3))
  }
}

/// Reads fixed forms from left to right.
private struct TextCursor {
  private var rest: ArraySlice<UInt8>

  init(_ text: String) { rest = Array(text.utf8)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  /// Goes past one of these ASCII characters.
  mutating func takeAny(_ characters: StaticString) -> Bool {
    guard let next = rest.first, "\(characters)".utf8.contains(next) else { return false }
    rest.removeFirst()
    return true
  }

  /// Reads exactly so many digits.
  mutating func number(_ digits: Int) -> Int64? {
    let run = rest.prefix(digits)
    guard run.count == digits, run.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest.removeFirst(digits)
    return run.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }

  /// Reads `YYYY-MM-DD`.
  mutating func isoDate() -> CivilDate? {
    guard let year = number(4), takeAny("-"), let month = number(2), takeAny("-"),
      let day = number(2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// Reads the digits after the point as milliseconds.
  mutating func fraction() -> Int64? {
    let run = rest.prefix { (48...57).contains($0) }
    guard !run.isEmpty else { return nil }
    rest.removeFirst(run.count)
    let digits = (Array(run) + [48, 48, 48]).prefix(3)
    return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }

  /// Reads `Z`, an offset, or nothing.
  mutating func offsetMinutes() -> Int64? {
    if isAtEnd || takeAny("Zz") { return 0 }
    let isWest = takeAny("-")
    guard isWest || takeAny("+"), let hours = number(2) else { return nil }
    let hasColon = takeAny(":")
    let minutes = number(2)
    guard hours < 24, (minutes ?? 0) < 60, minutes != nil || !hasColon else { return nil }
    let total = hours * 60 + (minutes ?? 0)
    return isWest ? -total : total
  }
}
