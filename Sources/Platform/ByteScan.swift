import Glibc

/// Looks through bytes with the C library, which is as quick in a debug build as in any other.
package enum ByteScan {
  /// The first place of a byte.
  ///
  /// - Parameters:
  ///   - byte: What to look for.
  ///   - bytes: Where.
  ///   - start: The first offset that counts; nothing is found behind the end.
  /// - Returns: Its offset; nil if there is none.
  package static func first(
    _ byte: UInt8, in bytes: borrowing Span<UInt8>, from start: Int = 0
  ) -> Int? {
    guard start >= 0, start < bytes.count else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, Int32(byte), buffer.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}
