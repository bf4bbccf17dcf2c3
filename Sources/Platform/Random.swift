import CSystem
import Glibc

/// Randomness from the kernel, fit for keys and tokens.
package enum Random {
  /// Makes random bytes.
  ///
  /// - Parameter count: How many.
  /// - Returns: That many bytes.
  package static func bytes(_ count: Int) -> [UInt8] {
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      filled = 0
      while filled < count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: raw[filled...])
        let got = retried { unsafe csystem_random(rest.baseAddress, rest.count) }
        // A kernel without getrandom is older than any that Swift runs on.
        precondition(got > 0, "the kernel gives no random bytes")
        filled += got
      }
    }
  }

  /// Makes one random number.
  package static func uint64() -> UInt64 {
    bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
