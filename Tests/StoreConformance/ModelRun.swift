/// A walk of one seed over a fresh queue, and the shortest walk that still fails.
package struct ModelRun: Sendable {
  package var maker: StoreMaker
  package var seed: UInt64
  package var count: Int

  package init(_ maker: StoreMaker, seed: UInt64, steps count: Int) {
    self.maker = maker
    self.seed = seed
    self.count = count
  }

  /// What went wrong; nil: nothing. With `shrinks` the steps that are needed for it are told too.
  package func failure(shrinks: Bool = true) -> String? {
    let steps = ModelStep.make(count, seed: seed)
    guard let first = Self.walk(steps, maker) else { return nil }
    var text = "seed \(seed), \(count) steps: \(first)"
    text += "\nagain with AUXQ_MODEL_SEED=\(seed) AUXQ_MODEL_STEPS=\(count)"
    if shrinks {
      let needed = shrink(steps)
      text += "\n\(needed.count) steps are enough:\n  "
      text += needed.map(\.description).joined(separator: "\n  ")
      if let last = Self.walk(needed, maker) { text += "\n\(last)" }
    }
    return text
  }

  private static func walk(_ steps: [ModelStep], _ maker: StoreMaker) -> String? {
    do {
      var walk = ModelWalk(try maker.fixture())
      try walk.run(steps)
      return nil
    } catch { return "\(error)" }
  }

  /// Leaves out ever smaller parts for as long as it still fails.
  private func shrink(_ steps: [ModelStep]) -> [ModelStep] {
    var needed = steps
    var size = max(1, needed.count / 2)
    var tries = 0
    while tries < 300 {
      var start = 0
      var hasShrunk = false
      while start < needed.count, tries < 300 {
        var shorter = needed
        shorter.removeSubrange(start..<min(start + size, needed.count))
        tries += 1
        if Self.walk(shorter, maker) != nil {
          needed = shorter
          hasShrunk = true
        } else {
          start += size
        }
      }
      if size == 1, !hasShrunk { break }
      size = max(1, size / 2)
    }
    return needed
  }
}
