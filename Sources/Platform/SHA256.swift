import CSystem

/// The hash function of FIPS 180-4.
package struct SHA256: Sendable {
  private var state: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// Bytes of a block that is not full yet.
  private var pending: [UInt8] = []
  private var length: UInt64 = 0
  /// The processor's own instructions are used.
  private let isExtended: Bool

  private static let hasInstructions = csystem_has_sha256() != 0
  private static let digits = Array("0123456789abcdef".utf8)

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
  package static func hex(_ text: String) -> String { hex(Array(text.utf8)) }

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
    length &+= UInt64(bytes.count)
    var at = 0
    if !pending.isEmpty {
      at = min(64 - pending.count, bytes.count)
      pending.append(contentsOf: bytes[..<at])
      guard pending.count == 64 else { return }
      compress(pending, from: 0, blocks: 1)
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = (bytes.count - at) / 64
    compress(bytes, from: at, blocks: blocks)
    at += blocks * 64
    if at < bytes.count { pending.append(contentsOf: bytes[at...]) }
  }

  /// Ends the hash.
  ///
  /// - Returns: 32 bytes.
  package consuming func finish() -> [UInt8] {
    let bits = length &* 8
    var tail = pending
    tail.reserveCapacity(128)
    tail.append(0x80)
    let size = tail.count <= 56 ? 64 : 128
    while tail.count < size - 8 { tail.append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    compress(tail, from: 0, blocks: size / 64)
    var result: [UInt8] = []
    result.reserveCapacity(32)
    for index in state.indices {
      for shift in stride(from: UInt32(24), through: 0, by: -8) {
        result.append(UInt8(truncatingIfNeeded: state[index] >> shift))
      }
    }
    return result
  }

  /// Writes bytes as hexadecimal digits in lower case.
  package static func hexText(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func compress(_ bytes: [UInt8], from start: Int, blocks: Int) {
    guard blocks > 0 else { return }
    precondition(start >= 0 && start + blocks * 64 <= bytes.count)
    let extended: Int32 = isExtended ? 1 : 0
    var words = state.mutableSpan
    unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        guard let state = words.baseAddress, let first = bytes.baseAddress else { return }
        unsafe csystem_sha256(state, first + start, blocks, extended)
      }
    }
  }
}
