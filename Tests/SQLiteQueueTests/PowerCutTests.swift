import FaultDisk
import Platform
import SQLiteQueue
import StoreConformance
import Testing

// More of it: AUXQ_POWER_CUTS=10000 swift test --filter PowerCutTests

private let cuts = Environment.atStart["AUXQ_POWER_CUTS"].flatMap(Int.init) ?? 1_000
private let seeds: [UInt64] = [1, 2, 3, 4]

@Suite("Power cuts")
struct PowerCutTests {
  @Test(
    "whatever was not synced is dropped, torn or reordered: what was acknowledged is there",
    arguments: seeds)
  func keepsPromises(seed: UInt64) throws {
    let world = try PowerCutWorld(seed: seed, steps: 150)
    #expect(world.transactions > 50 && world.recorded > 300)
    let findings = try world.cut(times: cuts / seeds.count, seed: seed)
    for finding in findings.prefix(3) {
      Issue.record("seed \(seed), at \(finding.position), \(finding.fate): \(finding.problems)")
    }
    #expect(findings.isEmpty)
  }

  #if DEBUG
    @Test("a store that commits with NORMAL what it must commit with FULL is caught")
    func catchesNormal() throws {
      let found = try seeds.contains { seed in
        let world = try StoreMutation.$current.withValue(.commitsNormal) {
          try PowerCutWorld(seed: seed, steps: 150)
        }
        let findings = try world.cut(times: 60, seed: seed)
        return findings.contains { $0.problems.contains { $0.hasPrefix("jobs") } }
      }
      #expect(found)
    }
  #endif
}
