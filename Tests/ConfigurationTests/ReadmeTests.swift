import Configuration
import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
  @Test("its example of a configuration has no problem")
  func example() throws {
    let readme = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    let start = try #require(text.range(of: "```json5\n"))
    let end = try #require(text.range(of: "```", range: start.upperBound..<text.endIndex))
    let example = text[start.upperBound..<end.lowerBound]
    let parsed = Settings.parse(
      Array(example.utf8), path: "config.json", environment: [:], kinds: ["compress"])
    #expect(parsed.problems.isEmpty, "\(parsed.problems)")
    #expect(parsed.settings.chain.count == 2)
  }
}
