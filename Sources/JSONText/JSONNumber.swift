/// Reads the spelling of a number, JSON5's forms included.
enum JSONNumber {
  static func int(_ raw: String) -> Int? {
    if let value = Int(raw) { return value }
    if let magnitude = hexDigits(raw) {
      return Int(raw.hasPrefix("-") ? "-\(magnitude)" : magnitude, radix: 16)
    }
    return double(raw).flatMap(whole)
  }

  /// A double without a fraction, up to 2^53. Not `Int(exactly:)`, which needs libm in debug builds
  /// and nothing here links it.
  static func whole(_ value: Double) -> Int? {
    guard value.magnitude <= 9_007_199_254_740_992 else { return nil }
    let whole = Int(value)
    return Double(whole) == value ? whole : nil
  }

  static func double(_ raw: String) -> Double? {
    let isNegative = raw.hasPrefix("-")
    if let magnitude = hexDigits(raw) {
      // An integer of more than 64 bits has no exact reading here; nobody writes one.
      guard let value = UInt64(magnitude, radix: 16) else { return nil }
      return isNegative ? -Double(value) : Double(value)
    }
    let unsigned = raw.drop { $0 == "+" || $0 == "-" }
    if unsigned == "Infinity" { return isNegative ? -.infinity : .infinity }
    if unsigned == "NaN" { return .nan }
    guard let value = Double(completed(unsigned)), value.isFinite else { return nil }
    return isNegative ? -value : value
  }

  /// The digits after `0x`; nil for other numbers.
  private static func hexDigits(_ raw: String) -> String? {
    let unsigned = raw.drop { $0 == "+" || $0 == "-" }
    guard unsigned.hasPrefix("0x") || unsigned.hasPrefix("0X") else { return nil }
    return String(unsigned.dropFirst(2))
  }

  /// `.5` and `5.` as `Double` reads them.
  private static func completed(_ unsigned: Substring) -> String {
    var text = unsigned.hasPrefix(".") ? "0" + unsigned : String(unsigned)
    if let dot = text.firstIndex(of: ".") {
      let after = text.index(after: dot)
      if after == text.endIndex || !text[after].isNumber { text.insert("0", at: after) }
    }
    return text
  }

  /// Tells whether a spelling is allowed in strict JSON.
  static func isStrict(_ raw: String) -> Bool {
    var bytes = Array(raw.utf8)[...]
    func digits() -> Int {
      let run = bytes.prefix { Byte.isDigit($0) }.count
      bytes = bytes.dropFirst(run)
      return run
    }
    if bytes.first == Byte.minus { bytes = bytes.dropFirst() }
    if bytes.first == Byte.zero { bytes = bytes.dropFirst() } else if digits() == 0 { return false }
    if bytes.first == Byte.dot {
      bytes = bytes.dropFirst()
      if digits() == 0 { return false }
    }
    if bytes.first == Byte.lowerE || bytes.first == Byte.upperE {
      bytes = bytes.dropFirst()
      if bytes.first == Byte.plus || bytes.first == Byte.minus { bytes = bytes.dropFirst() }
      if digits() == 0 { return false }
    }
    return bytes.isEmpty
  }
}
