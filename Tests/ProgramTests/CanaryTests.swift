import Foundation
import JSONText
import Simulator
import Testing

@Suite("Secrets", .timeLimit(.minutes(10)))
struct CanaryTests {
  /// Looks like no known key shape, so only knowing it hides it; has characters that every encoding
  /// spells differently.
  static let canary = "Canary/Bird+7c1f9e2a5b8d4063=end"

  /// The spellings in which a leak may come out.
  static var spellings: [String] {
    let percent = canary.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    // The first groups of four survive whatever follows.
    let base64 = String(Data(canary.utf8).base64EncodedString().prefix(40))
    let json = canary.replacingOccurrences(of: "/", with: "\\/")
    return [canary, percent, base64, json]
  }

  /// Which files below a folder hold a spelling of the canary.
  static func leaks(in folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { name in
      guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
        return false
      }
      return spellings.contains { data.range(of: Data($0.utf8)) != nil }
    }
  }

  @Test("the scanner finds a key planted in each sink and in each spelling")
  func scannerWorks() async throws {
    for spelling in Self.spellings {
      let home = try AuxqHome()
      defer { home.remove() }
      for sink in ["queue.db", "queue.db-wal", "worker.log", "backup.db"] {
        try home.write("x \(spelling) y", to: sink)
        #expect(try Self.leaks(in: home.folder) == [sink])
        try FileManager.default.removeItem(at: home.folder.appendingPathComponent(sink))
      }
    }
  }

  @Test("a key reaches its provider and nothing else, also when the provider echoes it")
  func noLeak() async throws {
    let provider = try SimulatedProvider.start()
    provider.enqueue(
      .error(401, "Incorrect key: \(Self.canary)"), .error(500, "Saw \(Self.canary)"),
      .html(502, "<p>\(Self.canary)</p>"), .error(429, "\(Self.canary) is too fast"))
    let other = try SimulatedProvider.start(usual: .text("Answer."))
    var home = try AuxqHome(config: twoProviders(provider.url, other.url))
    defer { home.remove() }
    home.variables = ["FIRST_KEY": Self.canary, "SECOND_KEY": "another-long-key"]
    for number in 1...4 {
      _ = try await home.run("run", "prompt", "--json", input: "Say something, \(number).")
      _ = try await home.run("enqueue", "prompt", input: "And again, \(number).")
    }
    _ = try await home.run("work", "--drain", "--log", "json")
    for arguments in [
      ["show", "1"], ["show", "1", "--json"], ["list", "--json"], ["stats", "--json"], ["doctor"],
      ["chain"], ["config", "show"],
    ] {
      _ = try await home.start(arguments).wait()
    }
    #expect(provider.hasSeen(Self.canary))
    #expect(!other.hasSeen(Self.canary))
    #expect(try Self.leaks(in: home.folder) == [])
  }
}
