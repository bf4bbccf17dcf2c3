package import Fallback
import Glibc

/// The machine's time zone, as two functions so that tests can bring their own.
package struct LocalZone: Sendable {
  /// The moment of a local date and time; days beyond the month's end carry over.
  package var instant: @Sendable (CivilTime) -> Milliseconds
  /// The local date and time of a moment.
  package var civil: @Sendable (Milliseconds) -> CivilTime

  package init(
    instant: @escaping @Sendable (CivilTime) -> Milliseconds,
    civil: @escaping @Sendable (Milliseconds) -> CivilTime
  ) {
    self.instant = instant
    self.civil = civil
  }

  /// What `TZ` and `/etc/localtime` say.
  package static let system = LocalZone(instant: systemInstant, civil: systemCivil)
}

private func systemInstant(_ civil: CivilTime) -> Milliseconds {
  var parts = unsafe tm()
  unsafe parts.tm_year = Int32(clamping: civil.year - 1900)
  unsafe parts.tm_mon = Int32(clamping: civil.month - 1)
  unsafe parts.tm_mday = Int32(clamping: civil.day)
  unsafe parts.tm_hour = Int32(clamping: civil.hour)
  unsafe parts.tm_min = Int32(clamping: civil.minute)
  unsafe parts.tm_sec = Int32(clamping: civil.second)
  // Whether summer time holds is for the zone to say.
  unsafe parts.tm_isdst = -1
  return Milliseconds(unsafe mktime(&parts)) * 1000
}

private func systemCivil(_ moment: Milliseconds) -> CivilTime {
  var seconds = time_t(moment / 1000)
  var parts = unsafe tm()
  unsafe localtime_r(&seconds, &parts)
  return unsafe CivilTime(
    year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
    hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec))
}
