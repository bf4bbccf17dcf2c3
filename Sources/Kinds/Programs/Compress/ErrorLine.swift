/// Knows lines that report a failure.
enum ErrorLine {
  private static let words = [
    "error", "fail", "exception", "traceback", "panic", "fatal", "denied",
  ].map { Array($0.utf8) }

  static func isLikely(_ line: Substring) -> Bool { isLikely(line.utf8) }

  /// - Parameter line: UTF-8; its first 400 bytes count.
  /// - Returns: Whether one of the words stands in it, in either case of letters.
  static func isLikely(_ line: some Collection<UInt8>) -> Bool {
    let lower = line.prefix(400).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return lower.indices.contains { index in
      words.contains { $0[0] == lower[index] && UTF8Text.stands($0, in: lower, at: index) }
    }
  }
}
