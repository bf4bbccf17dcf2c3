import Foundation
import Glibc
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

  /// Behaviours of a provider that has read the key and repeats it wherever it can.
  private static let echoes: [Behaviour] = [
    .error(401, "Incorrect key: \(canary)"), .error(402, "\(canary) has no credit"),
    .error(403, "\(canary) may not"), .error(429, "\(canary) is too fast"),
    .error(500, "Saw \(canary)"), .error(503, "Busy: \(spellings[2])"),
    .html(502, "<p>\(spellings[1])</p>"),
    .json(#"{"error": {"message": "bad \#(spellings[3])", "code": "\#(canary)"}}"#, status: 400),
    .json(#"{"odd": "\#(canary)"}"#, status: 200),
    .text("Your key is \(canary), and \(spellings[2])."),
    .text(""), .text("Fine."),
  ]

  @Test(
    "wherever a key comes from, no sink has it: echoed by errors and answers, written by a command",
    arguments: ["key_env", "key_file", "key_command", "auth.json", "from-command"])
  func everySource(source: String) async throws {
    let provider = try SimulatedProvider.start()
    provider.enqueue(Self.echoes + Self.echoes)
    provider.setUsual(.text("Answer with \(Self.canary)"))
    let other = try SimulatedProvider.start(usual: .text("Answer."))
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("auxq-canary-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    try Data(Self.canary.utf8).write(to: place)
    #expect(chmod(place.path, 0o600) == 0)
    let command = "cat '\(place.path)'; cat '\(place.path)' >&2"
    let key =
      switch source {
      case "key_env": #"key_env: "FIRST_KEY","#
      case "key_file": #"key_file: "\#(place.path)","#
      case "key_command": #"key_command: "\#(command)","#
      default: ""
      }
    var home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" }, chain: ["q"],
          providers: { p: { base_url: "\(provider.url)/v1", \(key) },
            q: { base_url: "\(other.url)/v1", model: "m", key_env: "SECOND_KEY" } },
          retry: { backoff_base: 0.001 }, health: { max: 1 } }
        """)
    defer { home.remove() }
    home.variables = ["FIRST_KEY": Self.canary, "SECOND_KEY": "another-long-key"]
    if source == "auth.json" {
      // The file itself is where the key belongs.
      home.variables["AUXQ_AUTH_FILE"] = place.path + ".json"
      defer { try? FileManager.default.removeItem(atPath: place.path + ".json") }
      let added = try await home.run("auth", "add", "p", "--stdin", input: Self.canary)
      #expect(added.status == 0, "\(added.errors)")
      try Self.forgetInputs(home)
      try await work(home)
    } else {
      if source == "from-command" {
        let added = try await home.run("auth", "add", "p", "--from-command", command)
        #expect(added.status == 0, "\(added.errors)")
      }
      try await work(home)
    }
    #expect(provider.hasSeen(Self.canary))
    #expect(!other.hasSeen(Self.canary))
    #expect(try Self.leaks(in: home.folder) == [])
  }

  /// What the test itself hands in is no leak.
  private static func forgetInputs(_ home: AuxqHome) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: home.folder.path)
    where name.hasPrefix("io-") && name.hasSuffix("/in") {
      try FileManager.default.removeItem(at: home.folder.appendingPathComponent(name))
    }
  }

  /// Every way to work and to look.
  private func work(_ home: AuxqHome) async throws {
    for number in 1...6 {
      _ = try await home.run("run", "prompt", "--json", input: "Say something, \(number).")
      _ = try await home.run("enqueue", "prompt", input: "And again, \(number).")
    }
    _ = try await home.run("run", "title", input: "A talk about birds and cages.")
    _ = try await home.run("run", "summarise", "--json", input: "Birds sing. They fly south.")
    _ = try await home.run("work", "--drain", "--log", "json")
    _ = try await home.run("enqueue", "prompt", "--provider", "p", input: "To it alone.")
    _ = try await home.run("work", "--once", "--log", "text")
    for arguments in [
      ["show", "1"], ["show", "1", "--json"], ["show", "2", "--prompt"], ["list", "--json"],
      ["stats"], ["stats", "--json"], ["doctor"], ["doctor", "--json"], ["chain", "--json"],
      ["auth", "list"], ["auth", "list", "--json"], ["auth", "reset", "p"], ["config", "show"],
      ["explain", "--job", "1"], ["db", "backup", "\(home.folder.path)/backup.db"],
    ] {
      _ = try await home.start(arguments).wait()
    }
  }

  @Test("a line of the configuration that holds a key is not repeated by what complains about it")
  func configurationLine() async throws {
    for text in [
      #"{ providers: { p: { api_key: "\#(Self.canary)" } } }"#,
      #"{ providers: { p: { base_url: "\#(Self.canary)" } } }"#,
      #"{ providers: { p: { key_env: "\#(Self.canary)", } "#,
    ] {
      let home = try AuxqHome(config: text)
      defer { home.remove() }
      for arguments in [
        ["config", "check"], ["doctor"], ["chain"], ["auth", "list"], ["run", "prompt"],
      ] {
        let result = try await home.start(arguments, input: "Hi.").wait()
        #expect(result.status != 0)
      }
      #expect(try Self.leaks(in: home.folder) == ["config.json"])
    }
  }
}
