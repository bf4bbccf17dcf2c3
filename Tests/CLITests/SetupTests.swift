import CLI
import Fallback
import JSONText
import Platform
import Queue
import Testing

@Suite struct KindsCommandTests {
  @Test("The built-in kinds are listed with version, source and hash")
  func list() throws {
    let result = Stage().run("kinds", "list", "--json")
    let rows = try result.lines.map { try JSONNode.parse(Array($0.utf8)) }
    let names = rows.compactMap { $0["name"]?.string }
    #expect(names == ["classify", "compress", "extract", "prompt", "summarise", "title"])
    #expect(rows.allSatisfy { $0["source"]?.string == "built-in" && $0["path"]?.isNull == true })
    #expect(rows.allSatisfy { $0["hash"]?.string?.hasPrefix("sha256:") == true })
    #expect(rows[0].members?.prefix(5).map(\.key) == ["name", "version", "source", "path", "hash"])
    #expect(Stage().run("kinds", "list").lines.count == 7)
  }

  @Test("A new kind is valid, shows up, and is not written twice")
  func new() throws {
    let stage = Stage()
    let made = stage.run("kinds", "new", "digest", "--from", "summarise")
    #expect(made.code == .success, "\(made.errors)")
    #expect(made.output == stage.path("jobs/digest") + "\n")
    #expect(stage.run("kinds", "check", "digest").code == .success)
    let row = try #require(
      stage.run("kinds", "list", "--json").lines.first { $0.contains("\"digest\"") })
    #expect(row.contains("\"source\":\"user\""))
    #expect(try FileSystem.status(stage.path("jobs/digest")).mode == 0o700)
    #expect(try FileSystem.status(stage.path("jobs/digest/job.json")).mode == 0o600)
    #expect(stage.run("kinds", "new", "digest").code == .cannotCreate)
    #expect(stage.run("enqueue", "digest", input: "Text.").code == .success)
  }

  @Test("A kind of a built-in name shadows it")
  func shadow() throws {
    let stage = Stage()
    #expect(stage.run("kinds", "new", "title").code == .success)
    #expect(stage.run("kinds", "list").output.contains("user (shadows)"))
    #expect(try stage.read("jobs/title/job.json").contains("\"title\""))
  }

  @Test("Names that cannot be are refused", arguments: ["Digest", "../x", "a_b", "-", "ü"])
  func badName(name: String) {
    #expect(Stage().run("kinds", "new", name).code == .usage)
  }

  @Test("A broken definition is told with file and line, and the others go on")
  func broken() throws {
    let stage = Stage()
    _ = stage.run("kinds", "new", "digest")
    let text = try stage.read("jobs/digest/job.json")
    let broken = text.split(separator: "\n").map {
      $0.contains("\"version\"") ? "\"verson\": 1," : $0
    }
    try stage.write("jobs/digest/job.json", broken.joined(separator: "\n"))
    let check = stage.run("kinds", "check")
    #expect(check.code == .configuration)
    #expect(check.output.contains("jobs/digest/job.json:") && check.output.contains("ok  title"))
    let rows = stage.run("kinds", "check", "--json")
    #expect(rows.code == .configuration)
    #expect(
      try rows.lines.allSatisfy { try JSONNode.parse(Array($0.utf8))["kind"]?.string == "digest" })
    let used = stage.run("enqueue", "digest", input: "x")
    #expect(used.code == .configuration && used.errors.contains("job.json:"))
    #expect(stage.run("enqueue", "prompt", input: "x").code == .success)
    #expect(stage.run("kinds", "list").output.contains("broken: auxq kinds check digest"))
    #expect(stage.run("kinds", "check", "prompt").code == .success)
    #expect(stage.run("kinds", "check", "nothing").code == .usage)
  }

  @Test("A kind is shown with its variables and prompts")
  func show() throws {
    let text = Stage().run("kinds", "show", "summarize")
    #expect(text.output.contains("Kind summarise") && text.output.contains("default 200"))
    #expect(text.output.contains("prose, bullets, markdown"))
    let node = try JSONNode.parse(
      Array(Stage().run("kinds", "show", "title", "--json").output.utf8))
    #expect(node["variables"]?.elements?.first?["name"]?.string == "language")
    #expect(node["files"]?["prompt.md"]?.string?.isEmpty == false)
  }
}

@Suite struct ConfigCommandTests {
  @Test("Paths follow environment and options")
  func path() throws {
    let stage = Stage()
    #expect(stage.run("config", "path").output == stage.path("config.json") + "\n")
    let node = try JSONNode.parse(
      Array(stage.run("config", "path", "--json", "--database", "/x/q.db").output.utf8))
    #expect(node["database"]?.string == "/x/q.db")
    #expect(node["jobs"]?.string == stage.path("jobs"))
  }

  @Test("init writes a file that is sound and changes nothing, once")
  func initialise() throws {
    let stage = Stage()
    let before = stage.run("config", "show").output
    #expect(stage.run("config", "init").code == .success)
    #expect(try FileSystem.status(stage.path("config.json")).mode == 0o600)
    #expect(stage.run("config", "check").output == "ok  \(stage.path("config.json"))\n")
    #expect(stage.run("config", "show").output == before)
    #expect(stage.run("config", "init").code == .cannotCreate)
  }

  @Test("check tells every problem with its line")
  func check() throws {
    let stage = Stage()
    try stage.write("config.json", "{\n  chian: [],\n  retry: { transient: \"x\" },\n}")
    let text = stage.run("config", "check")
    #expect(text.code == .configuration && text.lines.count == 2)
    #expect(text.output.contains("config.json:2:3") && text.output.contains("chain"))
    let node = try JSONNode.parse(Array(stage.run("config", "check", "--json").output.utf8))
    #expect(node["problems"]?.elements?.count == 2)
    #expect(node["problems"]?.elements?.first?["line"]?.int == 2)
    #expect(stage.run("config", "show").code == .configuration)
  }

  @Test("A named configuration that is not there is an error")
  func named() {
    let result = Stage().run("config", "check", "--config", "/nowhere.json")
    #expect(result.code == .configuration && result.errors.contains("/nowhere.json"))
  }
}

@Suite struct DoctorTests {
  @Test("Everything well is said so, and exits 0")
  func well() throws {
    let stage = Stage()
    stage.change {
      $0.credentials = [
        CredentialFinding(provider: "openrouter", state: .found(source: "$OPENROUTER_API_KEY")),
        CredentialFinding(provider: "local", state: .notNeeded),
      ]
    }
    let result = stage.run("doctor")
    #expect(result.code == .success, "\(result.output)")
    #expect(result.lines.last == "all is well")
    #expect(result.output.contains("openrouter: key from $OPENROUTER_API_KEY"))
    #expect(stage.current.opened.isEmpty, "nothing is created")
  }

  @Test("Each trouble has its line and its remedy")
  func trouble() throws {
    let stage = Stage()
    try stage.write("auth.json", "{}", mode: 0o644)
    try stage.write("config.json", "{ chian: [] }")
    try stage.write("jobs/bad/job.json", "{")
    stage.change {
      $0.sqlite = "3.40.1"
      $0.credentials = [
        CredentialFinding(provider: "nous", state: .missing(remedy: "export NOUS_API_KEY=…"))
      ]
    }
    let result = stage.run("doctor")
    #expect(result.code == .jobFailed)
    for words in [
      "chmod 600", "config.json:1:3", "jobs/bad/job.json", "3.51.3", "nous: no key",
      "export NOUS_API_KEY",
    ] { #expect(result.output.contains(words), "\(words)") }
    let node = try JSONNode.parse(Array(stage.run("doctor", "--json").output.utf8))
    #expect(node["ok"]?.bool == false)
    let levels = node["checks"]?.elements?.compactMap { $0["level"]?.string } ?? []
    #expect(levels.count { $0 == "error" } == 4 && levels.contains("warning"))
  }

  @Test("A file of certificates that is not there is an error, with whose it is")
  func certificates() throws {
    let stage = Stage()
    try stage.write(
      "config.json",
      "{ providers: { p: { base_url: 'https://p.example/v1', ca_file: '/nowhere/ca.pem' } } }")
    let result = stage.run("doctor")
    #expect(result.code == .jobFailed)
    #expect(result.output.contains("`ca_file` of p is not there: /nowhere/ca.pem"))
  }

  @Test("A database that cannot be opened is an error of its own")
  func database() throws {
    let stage = Stage()
    try stage.write("queue.db", "junk")
    stage.change { $0.openFailure = StoreError(.foreign, message: "", path: "/q/queue.db") }
    let result = stage.run("doctor")
    #expect(result.code == .jobFailed && result.output.contains("not an auxq queue database"))
  }

  @Test(
    "The WAL race is told of for every SQLite that has it",
    arguments: [
      ("3.40.1", true), ("3.51.2", true), ("3.51.3", false), ("3.52.0", false), ("4.0", false),
    ])
  func wal(version: String, isTold: Bool) {
    let stage = Stage()
    stage.change { $0.sqlite = version }
    #expect(stage.run("doctor").output.contains("rare race") == isTold)
  }
}
