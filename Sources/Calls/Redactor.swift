import Synchronization

/// Takes secrets out of text before it reaches any sink: first every secret that this process knows,
/// in each spelling that it may come back in, then what looks like one.
package final class Redactor: Sendable {
  private let known = Mutex(SpellingIndex())

  package init() {}

  /// Learns a secret. Very short ones are not learnt: hiding `no` would garble every message.
  package func learn(_ secret: Secret) {
    guard secret.count >= 6 else { return }
    let spellings = secret.withBytes { bytes in
      [
        bytes, percentEncoded(bytes, "0123456789ABCDEF"), percentEncoded(bytes, "0123456789abcdef"),
        jsonEscaped(bytes, slashes: true), jsonEscaped(bytes, slashes: false),
      ]
        + (0..<3).flatMap { [base64(bytes, "+/", after: $0), base64(bytes, "-_", after: $0)] }
    }
    known.withLock { $0.add(spellings.filter { $0.count >= 6 }) }
  }

  /// The text without secrets.
  package func redact(_ text: String) -> String {
    String(decoding: redact(Array(text.utf8)), as: UTF8.self)
  }

  /// The text without the secrets that this process knows. What merely looks like one stays: it may be
  /// what was asked for.
  package func hidingKnown(in text: String) -> String {
    let known = known.withLock { $0 }
    guard !known.spellings.isEmpty else { return text }
    let bytes = Array(text.utf8)
    let found = known.matches(in: bytes)
    return found.isEmpty ? text : String(decoding: hiding(found, in: bytes), as: UTF8.self)
  }

  /// The bytes without secrets.
  package func redact(_ bytes: [UInt8]) -> [UInt8] {
    let known = known.withLock { $0 }
    var found = known.matches(in: bytes)
    if !known.spellings.isEmpty, let plain = Unescaped(bytes) {
      found = merged(found + known.matches(in: plain.bytes).map { plain.place($0) })
    }
    return SecretShapes.hide(in: hiding(found, in: bytes))
  }
}

let hidden = Array("‹redacted›".utf8)

private func hiding(_ ranges: [Range<Int>], in text: [UInt8]) -> [UInt8] {
  if ranges.isEmpty { return text }
  var result: [UInt8] = []
  result.reserveCapacity(text.count)
  var copied = 0
  for range in ranges {
    result += text[copied..<range.lowerBound]
    result += hidden
    copied = range.upperBound
  }
  result += text[copied...]
  return result
}

/// In order, none within another.
private func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
  var result: [Range<Int>] = []
  for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
    if let last = result.last, range.lowerBound < last.upperBound {
      result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      result.append(range)
    }
  }
  return result
}

private func percentEncoded(_ bytes: [UInt8], _ digits: String) -> [UInt8] {
  let digits = Array(digits.utf8)
  return bytes.flatMap { byte -> [UInt8] in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      [byte]
    default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
}

/// The whole groups of a base64 text that has this many bytes (0 to 2, of three) before the secret, as
/// in `user:secret`: what depends on the neighbours is left off.
private func base64(_ secret: [UInt8], _ last: String, after offset: Int) -> [UInt8] {
  let bytes = Array(secret.dropFirst((3 - offset) % 3))
  let alphabet = Array(
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last).utf8)
  var result: [UInt8] = []
  for group in stride(from: 0, to: bytes.count - bytes.count % 3, by: 3) {
    let word = Int(bytes[group]) << 16 | Int(bytes[group + 1]) << 8 | Int(bytes[group + 2])
    for shift in [18, 12, 6, 0] { result.append(alphabet[word >> shift & 63]) }
  }
  return result
}

private func jsonEscaped(_ bytes: [UInt8], slashes: Bool) -> [UInt8] {
  bytes.flatMap { byte -> [UInt8] in
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "/") where slashes: [UInt8(ascii: "\\"), byte]
    default: [byte]
    }
  }
}
