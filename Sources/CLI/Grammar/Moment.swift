package import Fallback

/// A point in time as people type it; it becomes absolute only with a clock and a time zone.
package enum Moment: Sendable, Hashable {
  case instant(Milliseconds)
  /// A date and time of the machine's own zone.
  case local(CivilTime)
  /// The next such time of day.
  case timeOfDay(hour: Int, minute: Int, second: Int)
  /// A span before (or after) now.
  case span(Milliseconds)
}

/// A date and time without a zone.
package struct CivilTime: Sendable, Hashable {
  package var year: Int
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int

  package init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// Days since 1970-01-01, by the rules of the Gregorian calendar.
  var daysSinceEpoch: Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The moment at which it is this time in UTC.
  var asUTC: Milliseconds {
    Milliseconds(daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second) * 1000
  }

  var isValid: Bool {
    guard (1970...9999).contains(year), (1...12).contains(month), hour < 24, minute < 60,
      second < 60
    else { return false }
    let next =
      month == 12
      ? CivilTime(year: year + 1, month: 1, day: 1)
      : CivilTime(year: year, month: month + 1, day: 1)
    let length =
      next.daysSinceEpoch - CivilTime(year: year, month: month, day: 1).daysSinceEpoch
    return (1...length).contains(day)
  }
}

extension Moment {
  /// Reads `2026-11-21T18:30:00Z`, `…+01:00`, `2026-11-21 18:30`, `2026-11-21`, `18:30`.
  ///
  /// - Parameter text: What was typed.
  /// - Returns: nil where it is no time.
  package static func parse(_ text: String) -> Moment? {
    var scanner = TimeScanner(text)
    if let clock = scanner.clock(), scanner.isAtEnd {
      return .timeOfDay(hour: clock.hour, minute: clock.minute, second: clock.second)
    }
    scanner = TimeScanner(text)
    guard var civil = scanner.date() else { return nil }
    if scanner.isAtEnd { return civil.isValid ? .local(civil) : nil }
    guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let clock = scanner.clock()
    else { return nil }
    (civil.hour, civil.minute, civil.second) = (clock.hour, clock.minute, clock.second)
    guard civil.isValid else { return nil }
    if scanner.isAtEnd { return .local(civil) }
    guard let offset = scanner.zone(), scanner.isAtEnd else { return nil }
    return .instant(civil.asUTC + clock.milliseconds - Milliseconds(offset) * 60_000)
  }

  /// Makes it absolute.
  ///
  /// - Parameters:
  ///   - now: Milliseconds since 1970.
  ///   - zone: The machine's time zone.
  ///   - isPast: Spans lie behind, and so does a time of day.
  /// - Returns: Milliseconds since 1970.
  package func resolved(now: Milliseconds, zone: LocalZone, isPast: Bool = false) -> Milliseconds {
    switch self {
    case .instant(let time): return time
    case .local(let civil): return zone.instant(civil)
    case .span(let span): return isPast ? now - span : now + span
    case .timeOfDay(let hour, let minute, let second):
      var civil = zone.civil(now)
      (civil.hour, civil.minute, civil.second) = (hour, minute, second)
      let today = zone.instant(civil)
      if isPast ? today <= now : today >= now { return today }
      civil.day += isPast ? -1 : 1
      return zone.instant(civil)
    }
  }
}

/// Reads the parts of a time from left to right.
private struct TimeScanner {
  private var rest: [UInt8]

  init(_ text: String) { rest = Array(text.utf8) }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Character) -> Bool {
    guard let byte = character.asciiValue, rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  /// Exactly this many digits.
  mutating func digits(_ count: Int) -> Int? {
    let run = rest.prefix(count)
    guard run.count == count, run.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest.removeFirst(count)
    return run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  mutating func date() -> CivilTime? {
    guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2)
    else { return nil }
    return CivilTime(year: year, month: month, day: day)
  }

  mutating func clock() -> (hour: Int, minute: Int, second: Int, milliseconds: Milliseconds)? {
    guard let hour = digits(2), skip(":"), let minute = digits(2) else { return nil }
    guard hour < 24, minute < 60 else { return nil }
    guard skip(":") else { return (hour, minute, 0, 0) }
    guard let second = digits(2), second < 60 else { return nil }
    guard skip(".") else { return (hour, minute, second, 0) }
    let fraction = rest.prefix { (0x30...0x39).contains($0) }
    guard !fraction.isEmpty else { return nil }
    rest.removeFirst(fraction.count)
    let padded = (Array(fraction.prefix(3)) + [0x30, 0x30]).prefix(3)
    return (hour, minute, second, padded.reduce(0) { $0 * 10 + Milliseconds($1 - 0x30) })
  }

  /// Minutes east of Greenwich.
  mutating func zone() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    let sign = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24,
      minutes < 60
    else { return nil }
    return sign * (hours * 60 + minutes)
  }
}
