import Fallback
import Platform

/// Waits that a message names in words: `try again in 46.72s`, `resets in 4hr 5min`,
/// `will reset at 2026-09-09 05:38:28`, `regain access on 2026-09-01 at 00:00 UTC`.
struct WaitText {
  private let text: [UInt8]
  private let date: Milliseconds

  init(_ message: String, date: Milliseconds) {
    text = Array(message.lowercased().utf8.prefix(4_000))
    self.date = date
  }

  /// Words before a span.
  private static let retrySpans = words([
    "try again in", "retry in", "retry after", "try again after", "wait for", "please wait",
    "available in",
  ])
  private static let resetSpans = words(["reset in", "resets in", "reset after", "resets after"])

  /// Words before a point in time.
  private static let times = words([
    "reset at", "resets at", "reset on", "resets on", "regain access on", "regain access at",
    "try again at", "try again after", "try again on", "available at", "available on",
    "retry after", "until",
  ])

  private static func words(_ list: [String]) -> [[UInt8]] { list.map { Array($0.utf8) } }

  var hints: [WaitHint] {
    let times = Self.times.compactMap { after($0).flatMap(time) }
    let resets = Self.resetSpans.compactMap { after($0).flatMap(span) }
    let retries = Self.retrySpans.compactMap { after($0).flatMap(span) }
    return (times + resets).map { WaitHint(.reset, $0) } + retries.map { WaitHint(.retry, $0) }
  }

  private func after(_ words: [UInt8]) -> ArraySlice<UInt8>? {
    text.firstOffset(of: words).map { text[($0 + words.count)...] }
  }

  /// A span; a bare number is seconds.
  private func span(_ rest: ArraySlice<UInt8>) -> Milliseconds? {
    let start = rest.drop { " :~".utf8.contains($0) }
    let about = Array("about ".utf8)
    let value = start.starts(with: about) ? start.dropFirst(about.count) : start
    if let duration = SpelledSpan(value) { return positive(duration.milliseconds) }
    let digits = value.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    let next = value[digits.endIndex...].first
    // A date begins with digits too.
    if let next, next == UInt8(ascii: "-") || next == UInt8(ascii: ":") || next == 0x2F {
      return nil
    }
    let number = Span.number(String(decoding: digits.trimmingDots, as: UTF8.self))
    return number.flatMap { Span.milliseconds($0 * 1_000) }.flatMap(positive)
  }

  private func positive(_ span: Milliseconds) -> Milliseconds? { span > 0 ? span : nil }

  /// `2026-09-01 at 00:00 UTC`, `2026-09-09 05:38:28`, RFC 3339; without a zone it is UTC.
  private func time(_ rest: ArraySlice<UInt8>) -> Milliseconds? {
    let start = rest.drop { " :".utf8.contains($0) }
    let day = start.prefix(10)
    guard day.count == 10, Timestamp.parse(String(decoding: day, as: UTF8.self)) != nil else {
      return nil
    }
    let clock = clock(after: start[day.endIndex...])
    let text = String(decoding: day, as: UTF8.self) + clock
    return Timestamp.parse(text).flatMap { Span.future($0, from: date) }
  }

  /// The time of day with its zone as RFC 3339 writes it; empty where there is none.
  private func clock(after rest: ArraySlice<UInt8>) -> String {
    var rest = rest
    for word in [" at ", "t", ", ", " "] where rest.starts(with: Array(word.utf8)) {
      rest = rest.dropFirst(word.utf8.count)
      break
    }
    let digits = rest.prefix { (0x30...0x39).contains($0) || ":.".utf8.contains($0) }
    let clock = String(decoding: digits.trimmingDots, as: UTF8.self)
    guard clock.utf8.count >= 5 else { return "" }
    let zone = rest[digits.endIndex...].drop { $0 == 0x20 }.prefix(6)
    let offset = String(decoding: zone, as: UTF8.self)
    let isOffset = offset.hasPrefix("+") || offset.hasPrefix("-")
    return "T" + clock + (isOffset && offset.utf8.count == 6 ? offset : "Z")
  }
}

extension ArraySlice<UInt8> {
  /// Without the full stop of the sentence.
  var trimmingDots: ArraySlice<UInt8> {
    var rest = self
    while rest.last == UInt8(ascii: ".") { rest = rest.dropLast() }
    return rest
  }
}
