/// One step of a random walk over a store. What it is about is chosen by its numbers among what is
/// there when its turn comes, so that steps before it can be left out and it still means something.
package struct ModelStep: Sendable, CustomStringConvertible {
  package enum Kind: String, CaseIterable, Sendable {
    case enqueue, enqueueLeased, enqueueRefused, claim, claimOnly, settle, settleAndClaim, lateWrite
    case heartbeat, journal, checkpoint, cancel, retry, remove, pause, mark, unmark
    case advance, stepWall, crash, dropConnection, compare

    /// How often it comes, among the others.
    var weight: Int {
      switch self {
      case .enqueue, .claim, .settle: 16
      case .settleAndClaim, .advance: 8
      case .heartbeat, .lateWrite, .journal, .checkpoint, .cancel, .crash: 5
      case .retry, .remove, .claimOnly, .enqueueLeased: 4
      case .pause, .mark: 3
      case .unmark, .stepWall, .dropConnection, .enqueueRefused, .compare: 2
      }
    }
  }

  package var kind: Kind
  var numbers: [UInt32]

  package var description: String {
    "\(kind.rawValue) \(numbers.map(String.init).joined(separator: " "))"
  }

  /// The steps of a seed.
  package static func make(_ count: Int, seed: UInt64) -> [ModelStep] {
    var random = SeededRandom(seed: seed)
    let all = Kind.allCases.flatMap { Array(repeating: $0, count: $0.weight) }
    return (0..<count).map { _ in
      ModelStep(
        kind: all[Int.random(in: all.indices, using: &random)],
        numbers: (0..<6).map { _ in UInt32.random(in: 0..<10_000, using: &random) })
    }
  }
}

extension [UInt32] {
  /// A choice among so many, by one of the numbers.
  func pick(_ index: Int, below limit: Int) -> Int { Int(self[index]) % Swift.max(limit, 1) }

  func pick<Value>(_ index: Int, of values: [Value]) -> Value? {
    values.isEmpty ? nil : values[pick(index, below: values.count)]
  }

  /// True in so many of a hundred cases.
  func chance(_ index: Int, _ percent: Int) -> Bool { pick(index, below: 100) < percent }
}
