package import JSONText

/// JSON for stdout.
package enum JSONOutput {
  /// One value with its line feed. What a terminal might obey (C1 and bidirectional controls) is
  /// escaped; it reads back as the same text.
  ///
  /// - Parameters:
  ///   - value: What to write.
  ///   - style: Compact for lists of objects.
  /// - Returns: UTF-8.
  package static func bytes(_ value: JSONValue, style: JSONWriter.Style = .compact) -> [UInt8] {
    escapingControls(value.encoded(style)) + [0x0A]
  }

  /// Such characters stand only inside strings, where an escape means the same.
  private static func escapingControls(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(where: { $0 >= 0x7F }) else { return bytes }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
        let digits = String(scalar.value, radix: 16)
        let zeros = String(repeating: "0", count: 4 - digits.count)
        output += Array("\\u\(zeros)\(digits)".utf8)
      default: output += Array(String(scalar).utf8)
      }
    }
    return output
  }
}
