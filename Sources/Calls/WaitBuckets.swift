import Fallback
import Platform

/// Rate limit headers that come with every answer: what is left in a bucket, and when it is full
/// again. Only an empty bucket says anything about a refusal.
struct Buckets {
  private let headers: [String: String]
  private let date: Milliseconds

  init(_ headers: [String: String], date: Milliseconds) {
    self.headers = headers
    self.date = date
  }

  var hints: [WaitHint] {
    longest(resets).map { [WaitHint(.bucket, $0)] } ?? []
  }

  private struct Reset {
    var span: Milliseconds
    /// nil: it does not tell what is left.
    var isEmpty: Bool?
  }

  /// The longest of the empty ones; where none tells what is left, the longest of all.
  private func longest(_ resets: [Reset]) -> Milliseconds? {
    let empty = resets.filter { $0.isEmpty == true }
    if !empty.isEmpty { return empty.map(\.span).max() }
    return resets.filter { $0.isEmpty == nil }.map(\.span).max()
  }

  private var resets: [Reset] {
    headers.compactMap { name, value in
      guard name.holds("reset") else { return nil }
      if name.holds("codex") { return codex(name, value) }
      guard name.holds("ratelimit") else { return nil }
      guard let span = span(value) else { return nil }
      return Reset(span: span, isEmpty: isEmpty(name))
    }
  }

  private func isEmpty(_ name: String) -> Bool? {
    if let left = headers[name.replacingFirst("reset", with: "remaining")].flatMap(Span.number) {
      return left <= 0
    }
    if let status = headers[name.replacingFirst("reset", with: "status")] {
      return status == "rejected"
    }
    return nil
  }

  /// `6m0s`, `100ms`, plain seconds, a date, or seconds or milliseconds since 1970.
  private func span(_ value: String) -> Milliseconds? {
    if let number = Span.number(value), number > 1e9 { return Span.until(number, from: date) }
    let span = Span.seconds(value) ?? Span.until(value, from: date)
    return span.flatMap { $0 > 0 ? $0 : nil }
  }

  /// `x-codex-primary-reset-after-seconds` beside `x-codex-primary-used-percent`.
  private func codex(_ name: String, _ value: String) -> Reset? {
    let isAfter = name.hasSuffix("-reset-after-seconds")
    guard isAfter || name.hasSuffix("-reset-at") else { return nil }
    let span = isAfter ? Span.seconds(value) : Span.until(value, from: date)
    guard let span, span > 0 else { return nil }
    let stem = isAfter ? "-reset-after-seconds" : "-reset-at"
    let used = headers[name.replacingFirst(stem, with: "-used-percent")].flatMap(Span.number)
    return Reset(span: span, isEmpty: used.map { $0 >= 100 })
  }
}

extension String {
  /// By its bytes: searching for characters takes twenty times as long.
  fileprivate func holds(_ part: StaticString) -> Bool {
    var text = self
    return text.withUTF8 { letters in
      part.withUTF8Buffer { part in
        guard letters.count >= part.count else { return false }
        return (0...(letters.count - part.count)).contains { start in
          unsafe letters[start..<(start + part.count)].elementsEqual(part)
        }
      }
    }
  }

  /// The first occurrence replaced.
  func replacingFirst(_ part: String, with other: String) -> String {
    guard let start = Array(utf8).firstOffset(of: Array(part.utf8)) else { return self }
    let bytes = Array(utf8)
    return String(
      decoding: bytes[..<start] + Array(other.utf8) + bytes[(start + part.utf8.count)...],
      as: UTF8.self)
  }
}

extension Collection where Element == UInt8, Index == Int {
  /// Where a part begins first.
  func firstOffset(of part: [UInt8]) -> Int? {
    guard let first = part.first, count >= part.count else { return nil }
    return (startIndex...(endIndex - part.count)).first {
      self[$0] == first && self[$0...].starts(with: part)
    }
  }
}
