import CLI
import Fallback
import Queue
import Testing

@Suite struct ParserTests {
  private func parsed(_ line: String...) throws -> Invocation {
    try Parser.parse(line).get()
  }

  private func problems(_ line: [String]) -> [UsageProblem] {
    guard case .failure(let error) = Parser.parse(line) else { return [] }
    return error.problems
  }

  @Test("Options take their value after a space or an equals sign")
  func values() throws {
    let spaced = try parsed("enqueue", "prompt", "--queue", "mail", "a.md", "--priority", "-7")
    #expect(spaced.text("queue") == "mail")
    #expect(spaced.integer("priority") == -7)
    #expect(spaced.argument("KIND") == "prompt")
    #expect(spaced.arguments["INPUT"] == ["a.md"])
    let joined = try parsed("enqueue", "--queue=mail", "prompt", "--priority=5")
    #expect(joined.text("queue") == "mail")
    #expect(joined.integer("priority") == 5)
  }

  @Test("Two dashes end the options, one dash is an argument")
  func dashes() throws {
    let line = try parsed("enqueue", "prompt", "-", "--", "--queue", "-x")
    #expect(line.arguments["INPUT"] == ["-", "--queue", "-x"])
    #expect(!line.has("queue"))
  }

  @Test("Repeatable options keep their order, states may stand together with commas")
  func repeated() throws {
    let line = try parsed(
      "list", "--state", "failed,dead", "--state=ready", "--label", "a=1", "--label", "b=x=y")
    #expect(line.texts("state") == ["failed", "dead", "ready"])
    #expect(line.dictionary("label") == ["a": "1", "b": "x=y"])
  }

  @Test("Global options may stand before the command, also in two words")
  func globalsFirst() throws {
    let line = try parsed("--config", "c.json", "-q", "kinds", "--database=q.db", "list", "--json")
    #expect(line.name == "kinds list")
    #expect(line.text("config") == "c.json")
    #expect(line.text("database") == "q.db")
    #expect(line.isQuiet && line.wantsJSON)
  }

  @Test("The optional value of --wait is taken only when it is a span of time")
  func optionalValue() throws {
    #expect(try parsed("enqueue", "prompt", "--wait", "5m").span("wait") == 300_000)
    #expect(try parsed("enqueue", "prompt", "--wait=5m").span("wait") == 300_000)
    let bare = try parsed("enqueue", "prompt", "--wait", "a.md")
    #expect(bare.has("wait") && bare.span("wait") == nil)
    #expect(bare.arguments["INPUT"] == ["a.md"])
    #expect(try parsed("enqueue", "prompt", "--wait").has("wait"))
  }

  @Test(
    "Help wins over everything that is wrong",
    arguments: [
      (["--help"], []), (["-h"], []), (["enqueue", "--nonsense", "-h"], ["enqueue"]),
      (["kinds", "--help"], ["kinds"]), (["kinds", "new", "--help"], ["kinds", "new"]),
      (["--help", "list"], ["list"]), (["help", "kinds", "list"], ["kinds", "list"]),
    ])
  func help(line: [String], path: [String]) throws {
    let invocation = try Parser.parse(line).get()
    #expect(invocation.name == "help")
    #expect((invocation.arguments["COMMAND"] ?? []) == path)
  }

  @Test(
    "The version is asked for in every usual way", arguments: ["version", "--version", "-v", "-V"])
  func version(word: String) throws {
    #expect(try Parser.parse([word]).get().name == "version")
  }

  @Test("All problems of a line are reported together")
  func together() {
    let found = problems([
      "enqueue", "prompt", "--priority", "101", "--in", "soon", "--qeue", "mail", "--at",
    ])
    #expect(found.count == 4)
    #expect(
      found.contains {
        if case .badValue(of: "--priority", text: "101", _, _) = $0 { true } else { false }
      })
    #expect(
      found.contains {
        if case .badValue(of: "--in", text: "soon", _, _) = $0 { true } else { false }
      })
    #expect(
      found.contains {
        if case .unknownOption("--qeue", _, ["queue"], _) = $0 { true } else { false }
      })
    #expect(found.contains(.missingValue(option: "--at", value: "TIME")))
  }

  static let refusals: [(line: [String], problem: UsageProblem)] = [
    ([], .noCommand),
    (["lsit"], .unknownCommand("lsit", suggestions: ["list"])),
    (["delete", "4"], .unknownCommand("delete", suggestions: ["rm"])),
    (["frobnicate"], .unknownCommand("frobnicate", suggestions: [])),
    (["kinds"], .missingSubcommand(command: "kinds", names: ["list", "show", "check", "new"])),
    (
      ["config", "chekc"],
      .unknownSubcommand("chekc", command: "config", suggestions: ["check"])
    ),
    (["--json", "list"], .optionBeforeCommand("--json")),
    (["show"], .missingArgument("ID", command: "show")),
    (["show", "1", "2"], .extraArgument("2", command: "show")),
    (["enqueue"], .missingArgument("KIND", command: "enqueue")),
    (["list", "--json=yes"], .unexpectedValue(option: "--json")),
    (["list", "--limit", "1", "--limit", "2"], .repeated("--limit")),
    (["run", "prompt", "--set", "a=1", "--set", "a=2"], .repeated("--set a")),
    (["run", "prompt", "--model="], .missingValue(option: "--model", value: "M")),
    (["run", "prompt", "--model", "--json"], .missingValue(option: "--model", value: "M")),
    (["enqueue", "prompt", "--in", "5m", "--at", "18:30"], .exclusive(["--in", "--at"])),
    (["enqueue", "prompt", "--unique-for", "1d"], .needs("--unique-for", other: "--unique")),
    (
      ["enqueue", "prompt", "a", "b", "--unique", "k"],
      .tooMany(argument: "INPUT", with: "--unique", limit: 1)
    ),
    (
      ["enqueue", "prompt", "a", "--batch", "b"],
      .tooMany(argument: "INPUT", with: "--batch", limit: 0)
    ),
    (["rm", "4", "--state", "dead"], .argumentsAndOptions(argument: "ID")),
    (["work", "--drain", "--once"], .exclusive(["--drain", "--once"])),
  ]

  @Test("Each mistake has its own problem", arguments: refusals)
  func refusal(line: [String], problem: UsageProblem) {
    #expect(problems(line) == [problem])
  }

  @Test("Changing jobs needs ids or filters")
  func chosen() {
    for command in ["cancel", "retry", "rm"] {
      guard case .nothingChosen(argument: "ID", let options)? = problems([command]).first else {
        Issue.record("\(command) without jobs was accepted")
        continue
      }
      #expect(options.contains("--state"))
    }
  }

  @Test(
    "Bad values name what would be right",
    arguments: [
      (["show", "abc"], "ID", "the number of a job"),
      (["show", "0"], "ID", "the number of a job"),
      (
        ["wait", "1", "--timeout", "x"], "--timeout", "a span of time such as 90s, 5m, 1h30m or 1d"
      ),
      (
        ["enqueue", "prompt", "--priority", "-101"], "--priority",
        "a whole number from -100 to 100"
      ),
      (["list", "--limit", "-1"], "--limit", "a whole number from 0"),
      (["run", "prompt", "--set", "words"], "--set", "of the form name=value"),
      (["run", "prompt", "--label", "=x"], "--label", "of the form name=value"),
    ])
  func badValue(line: [String], place: String, expected: String) {
    guard case .badValue(place, _, expected, _)? = problems(line).first else {
      Issue.record("\(line) gave \(problems(line))")
      return
    }
  }

  @Test("Words from a list get a suggestion")
  func oneOf() {
    guard case .badValue(_, _, _, let names)? = problems(["list", "--state", "runing"]).first
    else { return #expect(Bool(false)) }
    #expect(names == ["running"])
    guard
      case .badValue(_, _, _, let classes)? = problems(["list", "--reason", "rate-limit"]).first
    else { return #expect(Bool(false)) }
    #expect(classes == ["rate_limit"])
  }

  @Test("An option of another command is told apart from one that nobody has")
  func elsewhere() {
    guard
      case .unknownOption("--drain", "list", [], ["work"])? = problems(["list", "--drain"]).first
    else {
      Issue.record("\(problems(["list", "--drain"]))")
      return
    }
  }

  static let key = "sk-proj-Ab12Cd34Ef56Gh78Ij90"

  @Test(
    "A pasted key is refused and never repeated",
    arguments: [
      ["run", "prompt", key], ["run", "prompt", "--api-key", key], ["--api-key", key, "run"],
      ["run", "prompt", "--api-key=\(key)"], ["run", "prompt", "--model", key],
      ["run", "prompt", "--set", "token=\(key)"], [key], ["kinds", key], ["--\(key)"],
      ["run", "prompt", "--\(key)"], ["run", "prompt", "--token", "hunter2"],
    ])
  func pastedSecret(line: [String]) {
    guard case .failure(let error) = Parser.parse(line) else {
      Issue.record("accepted")
      return
    }
    #expect(
      error.problems.contains { if case .pastedSecret = $0 { true } else { false } })
    let text = Complaint(error).text
    #expect(!text.contains("Ab12Cd34") && !text.contains("hunter2"))
    #expect(text.contains("--stdin") && text.contains("--from-env") && text.contains("history"))
    #expect(Complaint(error).exitCode == .usage)
  }

  @Test(
    "File names that begin like a key are files",
    arguments: ["sk-notes.md", "sk-meeting-notes-from-monday", "AIzawa.txt"])
  func notSecret(name: String) throws {
    #expect(try Parser.parse(["run", "prompt", name]).get().arguments["INPUT"] == [name])
  }
}
