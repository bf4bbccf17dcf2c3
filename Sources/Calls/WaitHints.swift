import Fallback
import JSONText
import Platform

/// Collects what an answer says about when to come back, the most trusted first: headers made for it,
/// Google's `retryDelay`, buckets in headers, fields of the error, the message's words.
struct WaitHints {
  private let headers: [String: String]
  /// The server's own clock where it tells it: absolute times are read against it.
  let date: Milliseconds

  init(headers: [String: String], now: Milliseconds) {
    self.headers = headers
    date = headers["date"].flatMap { Timestamp.parseHTTP($0, now: now) } ?? now
  }

  func all(in error: JSONNode?, message: String) -> [WaitHint] {
    let fields = error.map { WaitFields(date: date, in: $0) }
    let nested = fields?.headers ?? [:]
    return direct + (fields?.delays ?? []) + Buckets(headers, date: date).hints
      + Buckets(nested, date: date).hints + (fields?.hints ?? [])
      + WaitText(message, date: date).hints
  }

  /// `retry-after-ms` and its kin, then `Retry-After`.
  private var direct: [WaitHint] {
    let milliseconds = ["retry-after-ms", "x-ms-retry-after-ms"].compactMap { name in
      headers[name].flatMap { Span.number($0) }.flatMap { Span.milliseconds($0) }
    }
    let after = headers["retry-after"].flatMap { text in
      Span.seconds(text) ?? Span.until(text, from: date)
    }
    return (milliseconds + [after].compactMap(\.self)).map { WaitHint(.retry, $0) }
  }
}

/// Readings of single values. What is negative, past, not a number or absurd is none.
enum Span {
  /// A plain decimal number; not `nan`, `inf` or hexadecimal.
  static func number(_ text: String) -> Double? {
    let trimmed = text.filter { $0 != " " }
    guard !trimmed.isEmpty, trimmed.utf8.count <= 24,
      trimmed.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) })
    else { return nil }
    return Double(trimmed)
  }

  static func milliseconds(_ value: Double) -> Milliseconds? {
    guard value.isFinite, value >= 0 else { return nil }
    return Milliseconds(min(value, Double(WaitHint.longest)))
  }

  /// `20`, `1.5`, `6m0s`, `100ms`.
  static func seconds(_ text: String) -> Milliseconds? {
    if let value = number(text) { return milliseconds(value * 1_000) }
    return SpelledSpan(text)?.milliseconds
  }

  /// A date, or seconds or milliseconds since 1970; nil where it has passed.
  static func until(_ text: String, from date: Milliseconds) -> Milliseconds? {
    let trimmed = text.trimmingSpaces
    if let value = number(trimmed) { return until(value, from: date) }
    let time = Timestamp.parse(trimmed) ?? Timestamp.parseHTTP(trimmed, now: date)
    return time.flatMap { future($0, from: date) }
  }

  static func until(_ epoch: Double, from date: Milliseconds) -> Milliseconds? {
    guard epoch.isFinite, epoch > 1e9, epoch < 1e15 else { return nil }
    return future(Milliseconds(epoch > 1e12 ? epoch : epoch * 1_000), from: date)
  }

  static func future(_ time: Milliseconds, from date: Milliseconds) -> Milliseconds? {
    let (span, isTooFar) = time.subtractingReportingOverflow(date)
    guard !isTooFar, span > 0 else { return nil }
    return min(span, WaitHint.longest)
  }
}

/// Numbers with units: `46.72s`, `6m0s`, `1h2m3.5s`, `4hr 5min`, `2 days`.
struct SpelledSpan {
  var milliseconds: Milliseconds
  /// Bytes read.
  var length: Int

  private static let units: [(names: [String], milliseconds: Double)] = [
    (["ms", "millis", "millisecond", "milliseconds"], 1),
    (["s", "sec", "secs", "second", "seconds"], 1_000),
    (["m", "min", "mins", "minute", "minutes"], 60_000),
    (["h", "hr", "hrs", "hour", "hours"], 3_600_000),
    (["d", "day", "days"], 86_400_000),
    (["w", "week", "weeks"], 604_800_000),
  ]

  init?(_ text: String) {
    let bytes = Array(text.lowercased().utf8)
    guard let read = SpelledSpan(bytes[...]), read.length == bytes.count else { return nil }
    self = read
  }

  /// Reads as many numbers with units as follow each other; nil where there is none.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    var total = 0.0
    var length = 0
    while let (value, unit, end) = Self.part(rest) {
      total += value * unit
      length = end - bytes.startIndex
      rest = bytes[end...]
    }
    guard length > 0, let span = Span.milliseconds(total) else { return nil }
    milliseconds = span
    self.length = length
  }

  private static func part(_ text: ArraySlice<UInt8>) -> (Double, Double, Int)? {
    let start = text.drop { $0 == 0x20 || $0 == UInt8(ascii: ",") }
    let digits = start.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    guard !digits.isEmpty, let value = Double(String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    let gap = text[digits.endIndex...].prefix { $0 == 0x20 }.count
    let word = text[(digits.endIndex + gap)...].prefix { (0x61...0x7A).contains($0) }
    let name = String(decoding: word, as: UTF8.self)
    guard let unit = units.first(where: { $0.names.contains(name) }) else { return nil }
    return (value, unit.milliseconds, word.endIndex)
  }
}

extension String {
  var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
