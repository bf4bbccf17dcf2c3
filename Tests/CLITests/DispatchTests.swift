import CLI
import Fallback
import JSONText
import Platform
import Queue
import Testing

@Suite struct DispatchTests {
  @Test("Every command of the table can be carried out, and nothing else")
  func complete() {
    let leaves = CommandTable.standard.allCommands.filter { $0.subcommands.isEmpty }
    let names = leaves.map { $0.path.joined(separator: " ") }
    #expect(Set(names) == Set(Program.commands.keys))
  }

  @Test("Alone it says the short help on stderr and exits 64")
  func alone() {
    let result = Stage().run()
    #expect(result.code == .usage)
    #expect(result.output.isEmpty)
    #expect(result.errors == HelpText.short())
  }

  @Test(
    "Help goes to stdout and exits 0",
    arguments: [
      ["--help"], ["help"], ["enqueue", "--help"], ["help", "enqueue"], ["kinds", "-h"],
      ["help", "kinds", "new"],
    ])
  func help(line: [String]) {
    let result = Stage().run(line)
    #expect(result.code == .success)
    #expect(result.output.contains("Usage: auxq"))
    #expect(result.errors.isEmpty)
  }

  @Test("Help for a command that there is not suggests one")
  func helpForNothing() {
    let result = Stage().run("help", "enqeue")
    #expect(result.code == .usage)
    #expect(result.errors.contains("did you mean auxq enqueue?"))
  }

  @Test("The version names the libraries")
  func version() throws {
    #expect(Stage().run("--version").output == "auxq 0.1.0\nSQLite 3.51.3\nlibcurl 7.88.1\n")
    let node = try JSONNode.parse(Array(Stage().run("version", "--json").output.utf8))
    #expect(node["curl"]?.string == "7.88.1")
  }

  @Test("A reader that went away ends the program quietly, a full disk does not")
  func brokenPipe() {
    let stage = Stage()
    stage.change { $0.writeResult = .closed }
    let closed = stage.run("version")
    #expect(closed.code == .success && closed.errors.isEmpty)
    stage.change { $0.writeResult = .failed(28) }
    let full = stage.run("version")
    #expect(full.code == .inputOutput)
    #expect(full.errors.contains("stdout"))
  }

  @Test("Options of work are understood")
  func work() {
    let stage = Stage()
    _ = stage.run(
      "work", "--concurrency", "4", "--queue", "a", "--queue", "b", "--drain", "--grace", "5s",
      "--log", "json")
    var expected = WorkOptions()
    expected.concurrency = 4
    expected.queues = ["a", "b"]
    expected.drains = true
    expected.grace = 5000
    expected.logFormat = .json
    #expect(stage.current.work == expected)
    _ = stage.run("work")
    #expect(stage.current.work == WorkOptions())
  }

  @Test("Options of chain are understood")
  func chain() throws {
    let stage = Stage()
    _ = stage.run("chain", "title", "--what-if", "openrouter=402,nous=timeout,local=ok", "--json")
    let options = try #require(stage.current.chain)
    #expect(options.kind == "title" && options.wantsJSON)
    #expect(
      options.suppositions == [
        Supposition(provider: "openrouter", answer: .status(402)),
        Supposition(provider: "nous", answer: .fault(.timeout)),
        Supposition(provider: "local", answer: .status(200)),
      ])
    #expect(stage.run("chain", "--what-if", "openrouter").code == .usage)
    #expect(stage.run("chain", "--what-if", "openrouter=99").code == .usage)
  }

  @Test("A refusal to open the queue has its exit code, and nothing is on stdout")
  func openFailure() throws {
    let stage = Stage()
    try stage.write("queue.db", "")
    stage.change { $0.openFailure = StoreError(.newerSchema, message: "9", path: "/q") }
    let result = stage.run("list")
    #expect(result.code == .configuration && result.output.isEmpty)
    #expect(result.errors.contains("newer"))
  }
}
