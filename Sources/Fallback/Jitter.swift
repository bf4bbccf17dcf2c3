/// A small seeded generator (SplitMix64), so that waits are spread and yet the same seed gives the
/// same waits: https://prng.di.unimi.it/splitmix64.c
package struct Jitter: Sendable, Hashable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Spreads a wait over 50 % to 150 % of itself.
  package mutating func spread(_ wait: Milliseconds) -> Milliseconds {
    guard wait > 1 else { return wait }
    return wait / 2 + Milliseconds(next() % UInt64(wait))
  }
}

extension Policy {
  /// The wait before try `number` (1 is the first repetition), doubling up to the cap.
  package func backoff(number: Int, jitter: inout Jitter) -> Milliseconds {
    let doublings = min(max(number - 1, 0), 20)
    return min(jitter.spread(min(backoffBase << Milliseconds(doublings), backoffCap)), backoffCap)
  }
}
