import Foundation
import StoreConformance
import Testing

@Suite("The promises of the queue, on a file with two connections")
struct ConformanceTests {
  private let made = MadeStores()

  @Test("is kept", arguments: StoreConformance.checks)
  func promise(check: PromiseCheck) throws { try check.check(made.maker()) }

  /// The numbers in the protocol's doc comments.
  private static let promised: Set<Int> = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Queue/QueueStore.swift")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let numbers = text.matches(of: #/\/\/\/ - \*\*S(\d+) /#).compactMap { Int($0.1) }
    return Set(numbers)
  }()

  @Test("every numbered promise of the protocol has a check, and no check is without a promise")
  func complete() {
    #expect(Self.promised.count >= 28)
    let checked = Set(StoreConformance.checks.map(\.number)).subtracting([0])
    #expect(checked == Self.promised)
  }
}
