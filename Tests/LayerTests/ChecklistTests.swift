import Foundation
import Testing

/// The must-pass list for credentials has a name for every line, and every line a test that is named
/// after it: `@Test("B1, B3: …")`.
@Suite struct ChecklistTests {
  private static let lines: [String] =
    numbers("A", 9) + numbers("B", 12) + numbers("C", 7) + numbers("D", 12) + ["D2b"]
    + numbers("E", 9)

  private static func numbers(_ letter: String, _ last: Int) -> [String] {
    (1...last).map { "\(letter)\($0)" }
  }

  /// The names in front of the colon of a test's title.
  private static func named(in source: String) throws -> Set<String> {
    let title = try NSRegularExpression(
      pattern: #"@Test\(\s*"((?:[A-E]\d+b?)(?:, [A-E]\d+b?)*): "#)
    let whole = NSRange(source.startIndex..., in: source)
    return Set(
      title.matches(in: source, range: whole).flatMap { match -> [String] in
        guard let range = Range(match.range(at: 1), in: source) else { return [] }
        return source[range].components(separatedBy: ", ")
      })
  }

  @Test("every line of the list for credentials has a test that is named after it")
  func complete() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    var found: Set<String> = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: tests.path)
    where name.hasSuffix(".swift") {
      let text = try String(contentsOf: tests.appendingPathComponent(name), encoding: .utf8)
      found.formUnion(try Self.named(in: text))
    }
    #expect(Self.lines.filter { !found.contains($0) } == [])
  }
}
