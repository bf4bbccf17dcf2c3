import Foundation
import Glibc
import JSONText
import Simulator
import Testing

@Suite("Bad input", .timeLimit(.minutes(10)))
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [String]
    var input: String?
    var config: String?
    var status: Int32
    var says: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "unknown kind", arguments: ["enqueue", "sumarise"], input: "Text.", status: 64,
      says: ["sumarise", "summarise"]),
    Case(
      name: "missing file", arguments: ["enqueue", "prompt", "no-such-file.txt"], status: 66,
      says: ["no-such-file.txt"]),
    Case(
      name: "empty input", arguments: ["enqueue", "prompt"], input: "  \n", status: 65,
      says: ["empty"]),
    Case(name: "unknown command", arguments: ["enqueu"], status: 64, says: ["enqueue"]),
    Case(
      name: "unknown option", arguments: ["list", "--stat", "dead"], status: 64, says: ["--state"]),
    Case(
      name: "priority out of range", arguments: ["enqueue", "prompt", "--priority", "900"],
      input: "Text.", status: 64, says: ["100"]),
    Case(
      name: "broken config", arguments: ["enqueue", "prompt"], input: "Text.",
      config: "{\n  chian: []\n}", status: 78, says: ["2", "chian", "chain"]),
    Case(
      name: "config is not JSON", arguments: ["enqueue", "prompt"], input: "Text.",
      config: "{ main: ", status: 78, says: ["config.json"]),
    Case(name: "no such job", arguments: ["show", "77"], input: nil, status: 66, says: ["77"]),
    Case(
      name: "batch with a bad line", arguments: ["enqueue", "--batch", "-"],
      input: "{\"kind\":\"prompt\",\"input\":\"a\"}\n{\"kind\":\"prompt\"\n", status: 65,
      says: ["2"]),
    Case(
      name: "unknown variable", arguments: ["enqueue", "summarise", "--set", "wrods=3"],
      input: "Text.", status: 65, says: ["wrods", "words"]),
  ]

  @Test(
    "is refused with a clear message and its exit code, and nothing is stored", arguments: cases)
  func refused(bad: Case) async throws {
    let home = try AuxqHome(config: bad.config)
    defer { home.remove() }
    let result = try await home.start(bad.arguments, input: bad.input).wait()
    #expect(result.status == bad.status, "\(result.errors)")
    #expect(result.output.isEmpty)
    for word in bad.says { #expect(result.errors.contains(word), "\(result.errors)") }
    if bad.config != nil { try home.write("{}", to: "config.json") }
    let listed = try await home.run("list", "--json")
    #expect(listed.output.isEmpty, "\(listed.output)")
  }

  @Test("a file that is not UTF-8 is refused with the place")
  func invalidUTF8() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let file = home.folder.appendingPathComponent("bad.txt")
    try Data([0x41, 0x42, 0xFF, 0xFE, 0x43]).write(to: file)
    let result = try await home.run("enqueue", "prompt", file.path)
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains("bad.txt"))
  }

  @Test("a database that is not ours is left alone")
  func foreignDatabase() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let path = try home.write("This is somebody's diary, not a database.\n", to: "queue.db")
    let result = try await home.run("enqueue", "prompt", input: "Text.")
    #expect([74, 78].contains(result.status), "\(result.status) \(result.errors)")
    #expect(result.errors.contains("queue.db"))
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("This is somebody's diary"))
  }

  @Test("a provider without its key is named, with the variable that is missing")
  func missingKey() async throws {
    let provider = try SimulatedProvider.start()
    let home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" },
          providers: { p: { base_url: "\(provider.url)/v1", key_env: "THE_MISSING_KEY" } } }
        """)
    defer { home.remove() }
    let result = try await home.run("run", "prompt", input: "Text.")
    #expect(result.status == 69, "\(result.status) \(result.errors)")
    #expect(result.errors.contains("THE_MISSING_KEY"), "\(result.errors)")
    #expect(provider.requestCount == 0)
  }

  @Test("a key file that others can read is refused, with the exact chmod")
  func looseKeyFile() async throws {
    let provider = try SimulatedProvider.start()
    let home = try AuxqHome()
    defer { home.remove() }
    let key = try home.write("sk-some-long-key\n", to: "key")
    chmod(key, 0o644)
    try home.write(
      """
      { main: { provider: "p", model: "m" },
        providers: { p: { base_url: "\(provider.url)/v1", key_file: "\(key)" } } }
      """, to: "config.json")
    let refused = try await home.run("run", "prompt", input: "Text.")
    #expect(refused.status == 77, "\(refused.errors)")
    #expect(refused.errors.contains("chmod 600 \(key)"), "\(refused.errors)")
    #expect(provider.requestCount == 0)
    chmod(key, 0o600)
    #expect(try await home.run("run", "prompt", input: "Text.").status == 0)
    #expect(provider.hasSeen("sk-some-long-key"))
  }
}
