import Platform
import SQLiteQueue
import StoreConformance
import Testing

// More of it, or a walk that failed, again:
//
//     AUXQ_MODEL_ROUNDS=500 AUXQ_MODEL_STEPS=5000 swift test --filter ModelTests
//     AUXQ_MODEL_SEED=17 swift test --filter ModelTests

private func number(_ name: String) -> Int? { Environment.atStart[name].flatMap(Int.init) }

private let steps = number("AUXQ_MODEL_STEPS") ?? 1_000

private let seeds: [UInt64] = {
  if let seed = number("AUXQ_MODEL_SEED") { return [UInt64(seed)] }
  return (1...UInt64(number("AUXQ_MODEL_ROUNDS") ?? 4)).map { $0 }
}()

@Suite("The store against a model")
struct ModelTests {
  @Test(
    "random operations with crashes and steps of the clock leave what the model has",
    arguments: seeds)
  func walk(seed: UInt64) {
    let made = MadeStores()
    if let failure = ModelRun(made.maker(), seed: seed, steps: steps).failure() {
      Issue.record("\(failure)")
    }
  }

  #if DEBUG
    @Test(
      "a store with a planted bug differs from the model",
      arguments: [
        StoreMutation.acceptsOldTokens, .forgetsCrashes, .losesCancel, .burnsLostAttempts,
        .keepsUniqueKeys,
      ])
    func mutants(mutation: StoreMutation) {
      let made = MadeStores()
      let found = (1...20 as ClosedRange<UInt64>).contains { seed in
        let run = ModelRun(made.maker(), seed: seed, steps: 600)
        return StoreMutation.$current.withValue(mutation) { run.failure(shrinks: false) } != nil
      }
      #expect(found, "\(mutation.rawValue) survives")
    }
  #endif
}
