import Foundation
import Glibc
import JSONText
import Simulator
import Testing

/// One auth.json and one queue, several programs at once.
@Suite("The credential store, shared", .timeLimit(.minutes(10)))
struct AuthStoreTests {
  private func store(_ keys: [String], _ home: AuxqHome) throws {
    let entries = keys.map {
      #"{"id": "\#($0)", "label": "\#($0)", "access_token": "sk-key-\#($0)"}"#
    }
    let path = try home.write(
      """
      { "version": 1, "unknown": {"z": 1, "a": [1.50, null]},
        "credential_pool": { "p": [ \(entries.joined(separator: ",\n    ")) ] } }
      """, to: "auth.json")
    #expect(chmod(path, 0o600) == 0)
  }

  private func root(_ home: AuxqHome) throws -> JSONNode {
    try JSONNode.parse(Array(Data(contentsOf: home.folder.appendingPathComponent("auth.json"))))
  }

  private func ids(_ home: AuxqHome) throws -> [String] {
    try root(home)["credential_pool"]?["p"]?.elements?.compactMap { $0["id"]?.string } ?? []
  }

  @Test("programs that add and remove at the same moment lose nothing of each other")
  func together() async throws {
    let home = try AuxqHome(config: #"{ providers: { p: { base_url: "http://127.0.0.1:9/v1" } } }"#)
    defer { home.remove() }
    let old = (0..<6).map { "old\($0)" }
    try store(old, home)
    let gate = try StartingGate(home)
    var running: [RunningAuxq] = []
    for number in 0..<8 {
      running.append(
        try gate.start(
          ["auth", "add", "p", "--stdin", "--label", "new\(number)"], at: home,
          input: "sk-new-000\(number)"))
    }
    for id in old.prefix(4) {
      running.append(try gate.start(["auth", "remove", "p", id], at: home))
    }
    await gate.open()
    for one in running {
      let result = await one.wait()
      #expect(result.status == 0, "\(result.errors)")
    }
    let entries = try root(home)["credential_pool"]?["p"]?.elements ?? []
    let labels = entries.compactMap { $0["label"]?.string }
    #expect(Set(labels) == Set(old.suffix(2) + (0..<8).map { "new\($0)" }))
    #expect(labels.count == 10)
    #expect(try root(home)["unknown"]?["a"]?.elements?.first?.number == "1.50")
    let left = try FileManager.default.contentsOfDirectory(atPath: home.folder.path)
    #expect(!left.contains { $0.hasSuffix(".tmp") })
  }

  @Test("two workers and command lines that mark, add, remove and reset lose no update")
  func marking() async throws {
    let provider = try SimulatedProvider.start()
    provider.answer { request in
      let key = request.header("authorization") ?? ""
      if key.hasSuffix("bad1") || key.hasSuffix("bad2") { return .error(401) }
      return key.hasSuffix("busy") ? .error(429, retryAfter: "900") : .text("Fine.")
    }
    let home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" },
          providers: { p: { base_url: "\(provider.url)/v1", strategy: "round_robin" } } }
        """)
    defer { home.remove() }
    try store(["bad1", "busy", "bad2", "good", "gone"], home)
    let lines = (0..<30).map { #"{"kind": "prompt", "input": "Say \#($0)."}"# }
    let batch = try home.write(lines.joined(separator: "\n"), to: "batch")
    #expect(try await home.run("enqueue", "--batch", batch).status == 0)
    let gate = try StartingGate(home)
    var running: [RunningAuxq] = []
    for _ in 0..<2 { running.append(try gate.start(["work", "--drain"], at: home)) }
    running.append(try gate.start(["auth", "remove", "p", "gone"], at: home))
    for number in 0..<3 {
      running.append(
        try gate.start(
          ["auth", "add", "p", "--stdin", "--label", "new\(number)"], at: home,
          input: "sk-key-new\(number)"))
    }
    await gate.open()
    for one in running {
      let result = await one.wait()
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(try ids(home).prefix(4) == ["bad1", "busy", "bad2", "good"])
    #expect(try ids(home).count == 7)
    let stats = try JSONNode.parse(try await home.run("stats", "--json").output)
    #expect(stats["jobs"]?["succeeded"]?.int == 30)
    let benched = (stats["health"]?.elements ?? []).compactMap { $0["credential"]?.string }
    #expect(Set(benched) == ["bad1", "busy", "bad2"])
    #expect(try await home.run("auth", "reset", "p", "busy").output.contains("1 credential"))
    let list = try await home.run("auth", "list", "p")
    #expect(list.output.contains("auth failed (401)") && !list.output.contains("rate-limited"))
  }

  @Test("while another program holds auth.lock we wait, and readers do not")
  func held() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    try store(["a"], home)
    let lock = open(home.folder.appendingPathComponent("auth.lock").path, O_RDWR | O_CREAT, 0o600)
    #expect(flock(lock, LOCK_EX) == 0)
    let adding = try home.start(["auth", "add", "openrouter", "--stdin"], input: "sk-new-0001")
    #expect(try await home.run("auth", "list").status == 0)
    let before = try root(home)
    await pause(milliseconds: 80)
    #expect(adding.process.isRunning)
    #expect(try root(home) == before)
    #expect(flock(lock, LOCK_UN) == 0)
    #expect(await adding.wait().status == 0)
    close(lock)
    #expect(try root(home)["credential_pool"]?["openrouter"]?.elements?.count == 1)
  }

  @Test(
    "auth list, chain, stats and doctor agree on keys that expired, were revoked or are limited")
  func agreement() async throws {
    func server(_ behaviour: Behaviour) throws -> SimulatedProvider {
      try SimulatedProvider.start(usual: behaviour)
    }
    let expired = try server(.error(401, "The key has expired"))
    let revoked = try server(
      .json(#"{"error": {"code": "token_revoked", "message": "revoked"}}"#, status: 401))
    let limited = try server(.error(429, retryAfter: "290"))
    var home = try AuxqHome(
      config: """
        { main: { provider: "one", model: "m" }, chain: ["two", "three"], providers: {
            one: { base_url: "\(expired.url)/v1", key_env: "ONE", model: "m" },
            two: { base_url: "\(revoked.url)/v1", key_env: "TWO", model: "m" },
            three: { base_url: "\(limited.url)/v1", key_env: "THREE", model: "m" } } }
        """)
    defer { home.remove() }
    home.variables = ["ONE": "sk-one-00001", "TWO": "sk-two-00001", "THREE": "sk-three-00001"]
    let run = try await home.run("run", "prompt", input: "Hi.")
    #expect(run.status != 0)
    let words = [
      "auth failed (401) re-login may be required, retry in", "revoked: log in again",
      "rate-limited (429)",
    ]
    for command in [["auth", "list"], ["chain"], ["doctor"]] {
      let result = try await home.start(command).wait()
      for text in words { #expect(result.output.contains(text), "\(command): \(result.output)") }
    }
    let list = try await home.run("auth", "list")
    for advice in ["auxq auth reset one", "auxq auth add two", "auxq auth add three"] {
      #expect(list.errors.contains(advice), "\(list.errors)")
      #expect(try await home.run("doctor").output.contains(advice))
    }
    let stats = try JSONNode.parse(try await home.run("stats", "--json").output)
    let classes = (stats["health"]?.elements ?? []).compactMap { $0["class"]?.string }
    #expect(classes.sorted() == ["auth", "auth", "rate_limit"])
    // A new key lifts what was said of the old one, everywhere.
    home.variables["TWO"] = "sk-two-00002"
    #expect(!(try await home.run("auth", "list").output.contains("revoked")))
    #expect(!(try await home.run("doctor").output.contains("revoked")))
    let after = try JSONNode.parse(try await home.run("stats", "--json").output)
    #expect(after["health"]?.elements?.count == 2)
  }
}
