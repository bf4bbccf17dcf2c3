import Fallback

/// Random numbers that are the same again for the same seed.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var jitter: Jitter

  package init(seed: UInt64) { jitter = Jitter(seed: seed) }

  package mutating func next() -> UInt64 { jitter.next() }
}
