/// Points in time as text. All arithmetic is on the proleptic Gregorian calendar in UTC; nothing
/// here reads a clock or a time zone.
package enum Timestamp {
  /// Writes RFC 3339 in UTC with milliseconds: `2026-11-20T10:00:00.123Z`.
  ///
  /// - Parameter milliseconds: Since 1970-01-01 UTC; outside the years 0 to 9999 the nearest end.
  /// - Returns: 24 characters.
  package static func text(_ milliseconds: Int64) -> String {
    // 0000-01-01 to 9999-12-31T23:59:59.999.
    let clamped = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
    let (days, ofDay) = clamped.floorDivided(by: 86_400_000)
    let date = CivilDate(daysSince1970: days)
    let seconds = ofDay / 1000
    var text: [UInt8] = []
    text.reserveCapacity(24)
    func put(_ number: Int64, from highest: Int64, then end: Unicode.Scalar) {
      var divisor = highest
      while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
        divisor /= 10
      }
      text.append(UInt8(ascii: end))
    }
    put(date.year, from: 1_000, then: "-")
    put(date.month, from: 10, then: "-")
    put(date.day, from: 10, then: "T")
    put(seconds / 3600, from: 10, then: ":")
    put(seconds / 60 % 60, from: 10, then: ":")
    put(seconds % 60, from: 10, then: ".")
    put(ofDay % 1000, from: 100, then: "Z")
    return String(decoding: text, as: UTF8.self)
  }

  /// Puts a point in time together.
  ///
  /// - Returns: Milliseconds since 1970; nil where a part is out of its range. Second 60 is allowed
  ///   as a leap second and reads as the first of the next minute.
  static func milliseconds(
    _ date: CivilDate, hour: Int64 = 0, minute: Int64 = 0, second: Int64 = 0,
    millisecond: Int64 = 0, offsetMinutes: Int64 = 0
  ) -> Int64? {
    guard date.isValid, (0...23).contains(hour), (0...59).contains(minute),
      (0...60).contains(second), offsetMinutes.magnitude < 24 * 60
    else { return nil }
    let minutes = date.daysSince1970 * 1440 + hour * 60 + minute - offsetMinutes
    return (minutes * 60 + second) * 1000 + millisecond
  }
}

/// A day of the proleptic Gregorian calendar.
struct CivilDate: Hashable {
  var year: Int64
  /// 1 to 12.
  var month: Int64
  /// 1 to 31.
  var day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// A year of 0 to 9999, and a day that its month has.
  var isValid: Bool {
    (0...9999).contains(year) && (1...12).contains(month) && day >= 1 && day <= lastDay
  }

  private var lastDay: Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Both directions count years from March, so that the leap day is the last of its year, in eras
  // of 400 years = 146,097 days.

  init(daysSince1970 days: Int64) {
    let (era, ofEra) = (days + 719_468).floorDivided(by: 146_097)
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let dayOfYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSince1970: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = shiftedYear.floorDivided(by: 400)
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    let ofEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + ofEra - 719_468
  }
}

extension Int64 {
  /// Quotient rounded down, and the remainder that is never negative.
  func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
