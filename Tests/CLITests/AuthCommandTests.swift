import CLI
import Fallback
import Glibc
import JSONText
import Platform
import Queue
import SQLiteQueue
import Testing

/// The commands that change credentials, over real files.
@Suite("Changing credentials")
struct AuthCommandTests {
  private static let key = "sk-or-v1-0123456789abcdef"

  private func stage(_ variables: [String: String] = [:]) -> Stage {
    let stage = Stage(isReal: true)
    stage.change { $0.environment = variables }
    return stage
  }

  private func entries(_ stage: Stage, _ pool: String = "openrouter") throws -> [JSONNode] {
    let root = try JSONNode.parse(try stage.read("auth.json"))
    return root["credential_pool"]?[pool]?.elements ?? []
  }

  private func rows(_ stage: Stage, _ provider: String = "openrouter") throws -> [JSONNode] {
    try stage.run("auth", "list", provider, "--json").lines.map { try JSONNode.parse($0) }
  }

  // MARK: Adding

  @Test("a key from stdin is stored in the shape of hermes, for the owner alone, and never shown")
  func fromInput() throws {
    let stage = stage()
    let added = stage.run("auth", "add", "openrouter", "--stdin", input: "\(Self.key)\n")
    #expect(added.code == .success && added.output.hasPrefix("openrouter: added #1 api-key-1"))
    let entry = try #require(try entries(stage).first)
    #expect(
      entry.members?.map(\.key) == [
        "id", "label", "auth_type", "priority", "source", "access_token", "last_status",
        "last_status_at", "last_error_code", "last_error_reason", "last_error_message",
        "last_error_reset_at", "request_count",
      ])
    #expect(entry["access_token"]?.string == Self.key && entry["source"]?.string == "manual")
    #expect(try FileSystem.status(stage.path("auth.json")).mode == 0o600)
    let list = stage.run("auth", "list")
    #expect(list.output.contains("api-key-1"))
    for text in [added.output, added.errors, list.output, list.errors] {
      #expect(!text.contains("0123456789"))
    }
  }

  @Test("a key is asked for on a terminal; Ctrl-C stores nothing")
  func prompted() throws {
    let stage = stage()
    #expect(stage.run("auth", "add", "openrouter").code == .usage)
    stage.change { state in
      state.terminal = Terminal(input: true, output: false, errors: true)
      state.secrets = [.interrupted, .end, .line(Array(Self.key.utf8))]
    }
    #expect(stage.run("auth", "add", "openrouter").code == .interrupted)
    #expect(stage.run("auth", "add", "openrouter").code == .usage)
    #expect(!FileSystem.exists(stage.path("auth.json")))
    #expect(stage.run("auth", "add", "openrouter", "--label", "home").code == .success)
    #expect(try entries(stage).first?["label"]?.string == "home")
  }

  @Test(
    "what is no key is refused and not repeated",
    arguments: [
      "", "  \n", "abc", "two words", "changeme", "sk-1234567890\nsk-2345678901", "schlüssel",
    ])
  func unusable(text: String) {
    let stage = stage()
    let result = stage.run("auth", "add", "openrouter", "--stdin", input: text)
    #expect(result.code == .badData)
    #expect(text.count < 4 || !result.errors.contains(text))
    #expect(!FileSystem.exists(stage.path("auth.json")))
  }

  @Test(
    "a key on the command line is refused and never repeated",
    arguments: [
      ["openrouter", key], ["openrouter", "--api-key", key], ["openrouter", "--label", key],
      ["openrouter", "--from-env", key], ["openrouter", "--key=\(key)"],
      ["openrouter", "--from-command", "echo \(key)"],
    ])
  func pasted(arguments: [String]) {
    let stage = stage()
    let result = stage.run(["auth", "add"] + arguments)
    #expect(result.code == .usage)
    #expect(result.errors.contains("history"))
    #expect(!result.errors.contains("0123456789"))
    #expect(!FileSystem.exists(stage.path("auth.json")))
  }

  @Test("the same key is stored once; whoever stores it again is told its label")
  func twice() throws {
    let stage = stage()
    #expect(
      stage.run("auth", "add", "zai", "--stdin", "--label", "a", input: Self.key).code == .success)
    let again = stage.run("auth", "add", "glm", "--stdin", input: " \(Self.key) ")
    #expect(again.code == .cannotCreate && again.errors.contains("“a”"))
    #expect(try entries(stage, "zai").count == 1)
  }

  @Test("references hold the place, not the key")
  func references() throws {
    let stage = stage(["WORK_KEY": Self.key, "PATH": "/usr/bin:/bin"])
    try stage.write("key.txt", "sk-file-0123456789\n")
    let path = stage.path("key.txt")
    let commands = [
      ["--from-env", "WORK_KEY"], ["--from-file", path],
      ["--from-command", "echo sk-cmd-$((1000 + 1))", "--label", "vault"],
    ]
    for arguments in commands {
      #expect(stage.run(["auth", "add", "openrouter"] + arguments).code == .success)
    }
    let stored = try entries(stage)
    #expect(
      stored.map { $0["source"]?.string ?? "" }
        == ["env:WORK_KEY", "manual:file:\(path)", "manual:command:echo sk-cmd-$((1000 + 1))"])
    #expect(stored.allSatisfy { $0["access_token"] == nil })
    #expect(
      stored.allSatisfy { $0["secret_fingerprint"]?.string?.hasPrefix("sha256:") ?? false })
    #expect(stored.map { $0["label"]?.string } == ["WORK_KEY", "key.txt", "vault"])
    #expect(try rows(stage).map { $0["status"]?.string } == ["ok", "ok", "ok"])
    stage.change { $0.environment["WORK_KEY"] = nil }
    #expect(try rows(stage).first?["status"]?.string == "unavailable here")
    for text in ["0123456789", "sk-cmd-1001"] {
      #expect(!(try stage.read("auth.json")).contains(text))
    }
  }

  @Test("a reference that gives no key now is refused, with the reason")
  func deadReferences() throws {
    let stage = stage(["PATH": "/usr/bin:/bin", "EMPTY": " "])
    try stage.write("open.txt", "sk-file-0123456789\n", mode: 0o644)
    let rows: [([String], ExitCode, String)] = [
      (["--from-env", "UNSET_KEY"], .noInput, "export UNSET_KEY"),
      (["--from-env", "EMPTY"], .badData, "no key"),
      (["--from-env", "9x"], .usage, "name of a variable"),
      (["--from-file", stage.path("none.txt")], .noInput, "cannot read"),
      (["--from-file", stage.path("open.txt")], .permission, "chmod 600 "),
      (["--from-command", "exit 3"], .badData, "status 3"),
      (["--from-command", "true"], .badData, "no key"),
    ]
    for (arguments, code, text) in rows {
      let result = stage.run(["auth", "add", "openrouter"] + arguments)
      #expect(result.code == code, "\(arguments)")
      #expect(result.errors.contains(text), "\(arguments): \(result.errors)")
    }
    #expect(!FileSystem.exists(stage.path("auth.json")))
  }

  @Test("an address of its own is checked; the built-in one counts as none")
  func addresses() throws {
    let stage = stage()
    func add(_ url: String, _ key: String) -> ExitCode {
      stage.run("auth", "add", "openrouter", "--stdin", "--base-url", url, input: key).code
    }
    #expect(add("nonsense", "sk-000000001") == .usage)
    #expect(add("http://example.com/v1", "sk-000000001") == .usage)
    #expect(add("https://openrouter.ai/api/v1/", "sk-000000001") == .success)
    #expect(add("https://eu.example/v1", "sk-000000002") == .success)
    #expect(add("http://127.0.0.1:8080/v1", "sk-000000003") == .success)
    #expect(
      try entries(stage).map { $0["base_url"]?.string }
        == [nil, "https://eu.example/v1", "http://127.0.0.1:8080/v1"])
  }

  @Test("the account is kept in the queue's database, not in the file")
  func account() throws {
    let stage = stage()
    let arguments = ["auth", "add", "openrouter", "--stdin", "--account", "team"]
    #expect(stage.run(arguments, input: Self.key).code == .success)
    #expect(!(try stage.read("auth.json")).contains("team"))
    let store = try SQLiteQueue.open(path: stage.path("queue.db"), mode: .existing)
    defer { store.close() }
    #expect(try store.poolUses().map(\.account) == ["team"])
  }

  @Test("unknown providers get a suggestion; custom names belong to configured ones")
  func providers() throws {
    let stage = stage()
    let wrong = stage.run("auth", "add", "openruter", "--stdin", input: Self.key)
    #expect(wrong.code == .usage && wrong.errors.contains("openrouter"))
    try stage.write(
      "config.json", #"{ providers: { mine: { base_url: "https://mine.example/v1" } } }"#)
    #expect(stage.run("auth", "add", "custom:mine", "--stdin", input: Self.key).code == .success)
    #expect(try entries(stage, "custom:mine").count == 1)
    #expect(try rows(stage, "mine").count == 1)
  }

  // MARK: Removing

  @Test("a target is an id, then a label, then a number")
  func targets() throws {
    let stage = stage()
    for (label, key) in [("2", "sk-000000001"), ("two", "sk-000000002"), ("Two", "sk-000000003")] {
      let added = stage.run(
        "auth", "add", "openrouter", "--stdin", "--label", label, input: key)
      #expect(added.code == .success)
    }
    let ids = try entries(stage).compactMap { $0["id"]?.string }
    let ambiguous = stage.run("auth", "remove", "openrouter", "TWO")
    #expect(ambiguous.code == .usage)
    #expect(ambiguous.errors.contains(ids[1]) && ambiguous.errors.contains(ids[2]))
    #expect(stage.run("auth", "remove", "openrouter", "none").code == .usage)
    #expect(stage.run("auth", "remove", "openrouter", "2").output.contains("#1 2"))
    #expect(stage.run("auth", "remove", "openrouter", ids[2]).code == .success)
    #expect(stage.run("auth", "remove", "openrouter", "1").output.contains("#1 two"))
    #expect(try entries(stage).isEmpty)
    #expect(stage.run("auth", "remove", "openrouter", "1").errors.contains("auth add openrouter"))
  }

  @Test("removing what the environment gives suppresses it and says what stays; adding lifts that")
  func suppression() throws {
    let stage = stage(["OPENROUTER_API_KEY": Self.key])
    let removed = stage.run("auth", "remove", "openrouter", "1")
    #expect(removed.code == .success && removed.errors.contains("OPENROUTER_API_KEY is still set"))
    let root = try JSONNode.parse(try stage.read("auth.json"))
    #expect(
      root["suppressed_sources"]?["openrouter"]?.elements?.map(\.string)
        == ["env:OPENROUTER_API_KEY"])
    #expect(try rows(stage).isEmpty)
    #expect(
      stage.run("auth", "add", "openrouter", "--stdin", input: "sk-000000001").code == .success)
    #expect(try rows(stage).count == 2)
  }

  @Test("what the configuration names is taken out there")
  func configured() throws {
    let stage = stage(["MY_KEY": Self.key])
    try stage.write("config.json", #"{ providers: { openrouter: { key_env: "MY_KEY" } } }"#)
    let result = stage.run("auth", "remove", "openrouter", "MY_KEY")
    #expect(result.code == .usage && result.errors.contains("config.json"))
    #expect(try rows(stage).count == 1)
  }

  @Test("a stored copy of what the environment gives: removing it says that the key is still found")
  func stillFound() throws {
    let stage = stage(["OPENROUTER_API_KEY": Self.key])
    #expect(stage.run("auth", "add", "openrouter", "--stdin", input: Self.key).code == .success)
    #expect(try rows(stage).count == 1)
    let removed = stage.run("auth", "remove", "openrouter", "1")
    #expect(removed.errors.contains("still found in env:OPENROUTER_API_KEY"))
  }

  // MARK: The file

  @Test(
    "a broken file stops every command with 78 and its name, and stays as it is; doctor says how to mend it",
    arguments: [
      ["auth", "list"], ["auth", "add", "zai", "--stdin"], ["auth", "remove", "zai", "1"],
      ["auth", "reset", "zai"], ["auth", "import", "--from", "/nonexistent"],
    ])
  func broken(arguments: [String]) throws {
    let stage = stage()
    let path = try stage.write("auth.json", "{\"credential_pool\": {\n oops")
    let result = stage.run(arguments, input: Self.key)
    #expect(result.code == .configuration && result.errors.contains("\(path):2:"))
    #expect(try stage.read("auth.json") == "{\"credential_pool\": {\n oops")
    let doctor = stage.run("doctor")
    #expect(doctor.code == .jobFailed && doctor.output.contains("mv \(path) "))
  }

  @Test("a file of a newer version is read and never written")
  func newer() throws {
    let stage = stage()
    let text =
      #"{"version":2,"credential_pool":{"openrouter":[{"id":"a","access_token":"sk-000001"}]}}"#
    try stage.write("auth.json", text)
    let list = stage.run("auth", "list", "openrouter")
    #expect(list.code == .success && list.errors.contains("only read"))
    for command in [
      ["auth", "add", "openrouter", "--stdin"], ["auth", "remove", "openrouter", "a"],
    ] {
      #expect(stage.run(command, input: Self.key).code == .configuration)
    }
    #expect(try stage.read("auth.json") == text)
  }

  @Test("one bad entry is told, passed over and kept through a rewrite")
  func badEntry() throws {
    let stage = stage()
    try stage.write(
      "auth.json",
      """
      {"credential_pool": {"openrouter": [
        {"id": "a", "access_token": "sk-0000001", "mystery": [1.0, {"x": null}]}, 17 ]},
       "more": 1e5}
      """)
    #expect(stage.run("auth", "list").errors.contains("entry 2 is no object"))
    #expect(stage.run("auth", "add", "openrouter", "--stdin", input: Self.key).code == .success)
    let text = try stage.read("auth.json")
    #expect(text.contains(#""mystery": [1.0, {"x": null}]"#) && text.contains("\"more\": 1e5"))
    #expect(try entries(stage).map { $0["id"] != nil || $0.int == 17 } == [true, true, true])
  }

  @Test("while another program holds the lock the command waits")
  func locked() throws {
    let stage = stage()
    let lock = open(stage.path("auth.lock"), O_RDWR | O_CREAT, 0o600)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX) == 0)
    let holder = try OSThread(name: "holder") {
      SystemTime.sleep(milliseconds: 60)
      _ = flock(lock, LOCK_UN)
    }
    let result = stage.run("auth", "add", "openrouter", "--stdin", input: Self.key)
    holder.join()
    #expect(result.code == .success)
  }

  // MARK: Importing

  @Test("a hermes home: keys are copied, references stay, the login stays with its owner")
  func importing() throws {
    let stage = stage(["SIDE_KEY": "sk-side-0000001"])
    try stage.write(
      "theirs/auth.json",
      """
      {"version": 1, "credential_pool": {
        "openrouter": [
          {"id": "aaaaaa", "label": "work", "auth_type": "api_key", "source": "manual",
           "access_token": "\(Self.key)", "base_url": "https://openrouter.ai/api/v1"},
          {"id": "bbbbbb", "label": "OPENROUTER_API_KEY", "source": "env:OPENROUTER_API_KEY"},
          {"id": "cccccc", "label": "side", "source": "env:SIDE_KEY"}],
        "anthropic": [{"id": "dddddd", "label": "pkce", "auth_type": "oauth", "source": "hermes_pkce",
           "access_token": "sk-ant-oat-1", "refresh_token": "r"}],
        "nous": [{"id": "eeeeee", "label": "me", "auth_type": "oauth", "source": "device_code",
           "access_token": "nous-token-1", "refresh_token": "nous-refresh-1"}],
        "weird": [{"id": "ffffff", "source": "manual", "access_token": "sk-weird-00001"}]}}
      """)
    let home = stage.path("theirs")
    let dry = stage.run("auth", "import", "--from", home, "--dry-run", "--json")
    #expect(dry.code == .success && !FileSystem.exists(stage.path("auth.json")))
    let outcomes = try dry.lines.map { try JSONNode.parse($0)["outcome"]?.string ?? "" }
    #expect(
      outcomes == ["would_import", "known", "would_import", "left", "would_import", "left"])
    let done = stage.run("auth", "import", "--from", home)
    #expect(done.code == .success && done.errors.contains("nothing was copied"))
    let text = try stage.read("auth.json")
    #expect(!text.contains("nous-token-1") && !text.contains("nous-refresh-1"))
    #expect(try entries(stage).map { $0["source"]?.string } == ["manual", "env:SIDE_KEY"])
    #expect(try entries(stage).first?["id"]?.string == "aaaaaa")
    #expect(
      try entries(stage, "nous").first?["source"]?.string == "manual:hermes:\(home)/auth.json")
    #expect(try rows(stage, "nous").map { $0["type"]?.string } == ["oauth"])
    let again = stage.run("auth", "import", "--from", home, "--json")
    #expect(
      try again.lines.map { try JSONNode.parse($0)["outcome"]?.string ?? "" }
        == ["known", "known", "known", "left", "known", "left"])
    #expect(try stage.read("auth.json") == text)
    for words in [dry.output, done.output, done.errors] { #expect(!words.contains("0123456789")) }
    #expect(stage.run("auth", "import", "--from", stage.path("none")).code == .noInput)
  }
}
