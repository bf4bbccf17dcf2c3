import CSystem

/// The hash function of FIPS 180-4.
package struct SHA256: Sendable {
  private var state: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// Bytes of a block that is not full yet.
  private var pending = InlineArray<64, UInt8>(repeating: 0)
  private var pendingCount = 0
  private var length: UInt64 = 0
  /// The processor's own instructions are used.
  private let isExtended: Bool

  private static let hasInstructions = csystem_has_sha256() != 0

  /// - Parameter isPlain: Never uses the processor's own instructions for it.
  package init(isPlain: Bool = false) { isExtended = !isPlain && Self.hasInstructions }

  /// Hashes bytes at once.
  ///
  /// - Parameter bytes: Anything.
  /// - Returns: 64 hexadecimal digits in lower case.
  package static func hex(_ bytes: [UInt8]) -> String { hexText(digest(bytes)) }

  /// Hashes the UTF-8 of a text.
  ///
  /// - Parameter text: Anything.
  /// - Returns: 64 hexadecimal digits in lower case.
  package static func hex(_ text: String) -> String {
    var hash = SHA256()
    hash.update(text)
    return hexText(hash.finish())
  }

  /// Hashes bytes at once.
  ///
  /// - Parameter bytes: Anything.
  /// - Returns: 32 bytes.
  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// Takes in more bytes.
  package mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe take($0) }
  }

  /// Takes in the UTF-8 of a text.
  package mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { unsafe take($0) }
  }

  private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
    length &+= UInt64(bytes.count)
    var at = 0
    if pendingCount > 0 {
      at = min(64 - pendingCount, bytes.count)
      unsafe keep(bytes[..<at])
      guard pendingCount == 64 else { return }
      compressPending()
    }
    let blocks = (bytes.count - at) / 64
    unsafe compress(bytes, from: at, blocks: blocks)
    at += blocks * 64
    unsafe keep(bytes[at...])
  }

  private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    for index in unsafe bytes.indices {
      unsafe pending[pendingCount] = bytes[index]
      pendingCount += 1
    }
  }

  /// Ends the hash.
  ///
  /// - Returns: 32 bytes.
  package consuming func finish() -> [UInt8] {
    let bits = length &* 8
    append(0x80)
    while pendingCount != 56 { append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    var result: [UInt8] = []
    result.reserveCapacity(32)
    for index in state.indices {
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        result.append(UInt8(truncatingIfNeeded: state[index] >> shift))
      }
    }
    return result
  }

  private mutating func append(_ byte: UInt8) {
    pending[pendingCount] = byte
    pendingCount += 1
    if pendingCount == 64 { compressPending() }
  }

  /// Writes bytes as hexadecimal digits in lower case.
  package static func hexText(_ bytes: [UInt8]) -> String {
    unsafe String(unsafeUninitializedCapacity: bytes.count * 2) { text in
      for (index, byte) in bytes.enumerated() {
        unsafe text[2 * index] = digit(byte >> 4)
        unsafe text[2 * index + 1] = digit(byte & 15)
      }
      return bytes.count * 2
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  private mutating func compressPending() {
    let block = pending
    unsafe block.span.withUnsafeBufferPointer { unsafe compress($0, from: 0, blocks: 1) }
    pendingCount = 0
  }

  private mutating func compress(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, blocks: Int
  ) {
    guard blocks > 0 else { return }
    precondition(start >= 0 && start + blocks * 64 <= bytes.count)
    let extended: Int32 = isExtended ? 1 : 0
    var words = state.mutableSpan
    unsafe words.withUnsafeMutableBufferPointer { words in
      guard let state = words.baseAddress, let first = bytes.baseAddress else { return }
      unsafe csystem_sha256(state, first + start, blocks, extended)
    }
  }
}
