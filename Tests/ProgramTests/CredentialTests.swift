import Foundation
import Glibc
import JSONText
import Simulator
import Testing

@Suite("Credentials, from outside", .timeLimit(.minutes(10)))
struct CredentialTests {
  private func makeHome(_ provider: SimulatedProvider, _ extra: String = "") throws -> AuxqHome {
    let home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" },
          providers: { p: { base_url: "\(provider.url)/v1", \(extra) } },
          retry: { backoff_base: 0.001 } }
        """)
    try store(
      """
      { "version": 1, "credential_pool": { "custom:p": [
        { "id": "aa0001", "label": "work", "access_token": "sk-canary-one" },
        { "id": "aa0002", "label": "Home", "access_token": "sk-canary-two" },
        { "id": "aa0003", "label": "home", "access_token": "sk-canary-three" } ] } }
      """, home)
    return home
  }

  private func store(_ text: String, _ home: AuxqHome, mode: mode_t = 0o600) throws {
    let path = try home.write(text, to: "auth.json")
    #expect(chmod(path, mode) == 0)
  }

  private func rows(_ home: AuxqHome) async throws -> [JSONNode] {
    let list = try await home.run("auth", "list", "p", "--json")
    #expect(list.status == 0, "\(list.errors)")
    var rows: [JSONNode] = []
    for line in list.output.split(separator: "\n") { rows.append(try JSONNode.parse(String(line))) }
    return rows
  }

  @Test(
    "D1: nine single calls of nine processes, released together, use three keys three times each")
  func evenly() async throws {
    let provider = try SimulatedProvider.start()
    let home = try makeHome(provider, "strategy: \"least_used\"")
    defer { home.remove() }
    let gate = try StartingGate(home)
    let running = try (0..<9).map { _ in try gate.start(["run", "prompt"], at: home, input: "Hi.") }
    await gate.open()
    for one in running {
      let result = await one.wait()
      #expect(result.status == 0, "\(result.errors)")
    }
    let keys = provider.requests.compactMap { $0.header("authorization") }
    #expect(Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +).values.sorted() == [3, 3, 3])
    #expect(try await rows(home).map { $0["request_count"]?.int } == [3, 3, 3])
  }

  @Test("auth list, chain and stats tell what is benched, and auth reset frees it")
  func benched() async throws {
    let provider = try SimulatedProvider.start()
    provider.enqueue(.error(429, retryAfter: "290"), .error(401))
    let home = try makeHome(provider)
    defer { home.remove() }
    let run = try await home.run("run", "prompt", input: "Hi.")
    #expect(run.status == 0, "\(run.errors)")
    let text = try await home.run("auth", "list")
    #expect(text.output.contains("rate-limited (429) 5m left"))
    #expect(text.output.contains("auth failed (401) re-login may be required, retry in 5m"))
    #expect(!text.output.contains("canary"))
    let listed = try await rows(home)
    #expect(listed.map { $0["class"]?.string } == ["rate_limit", "auth", nil])
    #expect(listed.map { $0["code"]?.int } == [429, 401, nil])
    #expect(listed.map { $0["next"]?.bool } == [false, false, true])
    #expect(listed.map { $0["status"]?.string }.last == "ok")
    let stats = try await home.run("stats", "--json")
    let health = try JSONNode.parse(stats.output)["health"]?.elements ?? []
    #expect(
      health.map { $0["credential"]?.string ?? "" }.sorted() == ["Home", "work"])
    let chain = try await home.run("chain", "--json")
    #expect(
      try JSONNode.parse(chain.output)["routes"]?.elements?.first?["credential"]?.string
        == "home")
    #expect(try await home.run("auth", "reset", "p", "WORK").output.contains("1 credential\n"))
    #expect(try await rows(home).map { $0["next"]?.bool } == [true, false, false])
    let ambiguous = try await home.run("auth", "reset", "p", "home")
    #expect(
      ambiguous.status == 64 && ambiguous.errors.contains("aa0002")
        && ambiguous.errors.contains("aa0003"))
    #expect(try await home.run("auth", "reset", "p", "2").output.contains("1 credential\n"))
    #expect(try await home.run("auth", "reset", "p").output.contains("0 credentials"))
    #expect(try await home.run("auth", "reset", "p", "nobody").status == 64)
    #expect(try await home.run("auth", "reset", "q").status == 64)
  }

  @Test("a broken auth.json ends what needs credentials with 78 and its place, and nothing else")
  func broken() async throws {
    let provider = try SimulatedProvider.start()
    let home = try makeHome(provider)
    defer { home.remove() }
    try store("{\n  \"credential_pool\": }\n", home)
    for command in [["run", "prompt"], ["work", "--drain"], ["chain"], ["auth", "list"]] {
      let result = try await home.start(command, input: "Hi.").wait()
      #expect(result.status == 78, "\(command): \(result.errors)")
      #expect(result.errors.contains("auth.json:2:"))
    }
    #expect(try await home.run("stats").status == 0)
    #expect(try await home.run("enqueue", "prompt", input: "Hi.").status == 0)
    #expect(provider.connectionCount == 0)
  }

  @Test("an auth.json that others can read is refused with the command that mends it")
  func loose() async throws {
    let provider = try SimulatedProvider.start()
    let home = try makeHome(provider)
    defer { home.remove() }
    try store("{}", home, mode: 0o644)
    let result = try await home.run("auth", "list")
    #expect(result.status == 77)
    #expect(result.errors.contains("chmod 600 ") && result.errors.contains("auth.json"))
  }
}
