import CSystem

/// Looks through bytes with the C library, which is as quick in a debug build as in any other.
package enum ByteSearch {
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

  /// The first place of some bytes in a row. Linear, whatever they are.
  ///
  /// - Parameters:
  ///   - part: What to look for; nothing is found at once.
  ///   - bytes: Where.
  ///   - start: The first offset that counts.
  /// - Returns: The offset of its first byte; nil if it does not occur.
  package static func first(
    _ part: [UInt8], in bytes: borrowing Span<UInt8>, from start: Int = 0
  ) -> Int? {
    guard start >= 0, start <= bytes.count else { return nil }
    guard !part.isEmpty else { return start }
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe part.withUnsafeBytes { sought in
        guard let base = buffer.baseAddress, let first = sought.baseAddress,
          let found = unsafe csystem_find(base + start, buffer.count - start, first, sought.count)
        else { return nil }
        return unsafe UnsafeRawPointer(found) - base
      }
    }
  }
}
