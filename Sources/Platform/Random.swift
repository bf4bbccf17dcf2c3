import CSystem
import Glibc
import Synchronization

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

  /// Makes a number for spreading things out: unlike any other, but not to be kept from anybody. The
  /// kernel is asked once.
  package static func seed() -> UInt64 {
    // SplitMix64, https://prng.di.unimi.it/splitmix64.c
    var mixed = seeds.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  private static let seeds = Atomic<UInt64>(uint64())
}
