import CLI
import Fallback
import JSONText
import Kinds
import Platform
import Queue
import Testing
import Worker

@Suite struct EnqueueTests {
  @Test("Each input becomes a job of one transaction, ids one a line")
  func severalInputs() throws {
    let stage = Stage()
    let a = try stage.write("a.md", "First.")
    let b = try stage.write("b.md", "Second.")
    let result = stage.run("enqueue", "summarise", a, b, "-", input: "Third.")
    #expect(result.code == .success, "\(result.errors)")
    #expect(result.output == "1\n2\n3\n")
    #expect(stage.store.change { $0.transactions } == 1)
    let names = stage.store.change { state in (1...3).map { state.new[$0]?.input.name } }
    #expect(names == [a, b, nil])
    let job = try #require(stage.store.change { $0.new[1] })
    #expect(job.input.bytes == Array("First.".utf8))
    #expect(job.input.sha256 == SHA256.hex("First."))
    #expect(job.definition.hash.hasPrefix("sha256:") && !job.definition.snapshot.isEmpty)
    #expect(job.maxAttempts == 3 && job.queue == "default" && job.mode == .auto)
    #expect(JobOptions(job.options) == JobOptions())
  }

  @Test("Piped text is the input where none is named; a terminal is not waited for")
  func standardInput() {
    let stage = Stage()
    #expect(stage.run("enqueue", "prompt", input: "Hello").output == "1\n")
    stage.change { $0.terminal.input = true }
    let result = stage.run("enqueue", "prompt", input: "Hello")
    #expect(result.code == .usage)
    #expect(result.errors.contains("no input"))
  }

  @Test("Options are stored with the job")
  func options() throws {
    let stage = Stage()
    try stage.write(
      "config.json",
      #"{ providers: { local: { base_url: "http://127.0.0.1:1/v1", model: "q" } }, queue: { max_attempts: 7 } }"#
    )
    let result = stage.run(
      "enqueue", "summarize", "--queue", "mail", "--priority", "-5", "--in", "5m", "--unique", "k",
      "--unique-for", "1d", "--deadline", "10m", "--provider", "local", "--model", "m", "--set",
      "words=50", "--set", "format=bullets", "--label", "team=docs", input: "Text.")
    #expect(result.code == .success, "\(result.errors)")
    let job = try #require(stage.store.change { $0.new[1] })
    #expect(job.kind == "summarise" && job.queue == "mail" && job.priority == -5)
    #expect(job.runAt == Samples.start + 300_000)
    #expect(job.uniqueKey == "k" && job.uniqueFor == 86_400_000)
    #expect(job.deadlineAfter == 600_000 && job.maxAttempts == 7)
    #expect(job.labels == ["team": "docs"] && job.mode == .explicit)
    #expect(
      JobOptions(job.options)
        == JobOptions(
          provider: "local", model: "m", variables: ["format": "bullets", "words": "50"]))
  }

  @Test("A schema may be named by its file")
  func schemaFile() throws {
    let stage = Stage()
    let schema = try stage.write("s.json", #"{"type":"object"}"#)
    let good = stage.run("enqueue", "extract", "--set", "schema=@\(schema)", input: "Text.")
    #expect(good.code == .success, "\(good.errors)")
    let options = try #require(stage.store.change { $0.new[1]?.options })
    #expect(try JSONNode.parse(options)["set"]?["schema"]?.string == #"{"type":"object"}"#)
    let missing = stage.run("enqueue", "extract", "--set", "schema=@/nowhere", input: "Text.")
    #expect(missing.code == .noInput)
  }

  @Test("A key that is there already gives the older job's id")
  func unique() {
    let stage = Stage()
    _ = stage.run("enqueue", "prompt", "--unique", "k", input: "One.")
    let again = stage.run("enqueue", "prompt", "--unique", "k", "--json", input: "Two.")
    #expect(again.output == "{\"id\":1,\"new\":false}\n")
    #expect(again.errors.contains("job 1 has the key “k” already"))
  }

  @Test(
    "Whatever is bad, nothing is stored",
    arguments: [
      (["enqueue", "prompt", "/nowhere"], .noInput, "/nowhere"),
      (["enqueue", "prompt", "/"], .noInput, "is a directory"),
      (["enqueue", "promt"], .usage, "did you mean prompt?"),
      (["enqueue", "prompt", "--provider", "opnrouter"], .usage, "did you mean openrouter?"),
      (["enqueue", "prompt", "--set", "wrds=5"], .badData, "wrds"),
      (["enqueue", "summarise", "--set", "words=many"], .badData, "words"),
      (["enqueue", "extract"], .badData, "--set schema="),
      (["enqueue", "prompt", "-", "-"], .usage, "only once"),
      (["enqueue", "prompt", "-", "/nowhere", "/nowhere2"], .noInput, "/nowhere2"),
    ] as [([String], ExitCode, String)])
  func refused(line: [String], code: ExitCode, words: String) {
    let stage = Stage()
    let result = stage.run(line, input: "Text.")
    #expect(result.code == code, "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(stage.store.change { $0.jobs.isEmpty })
    #expect(stage.current.opened.isEmpty)
  }

  @Test("One bad input of several stores none")
  func oneBad() throws {
    let stage = Stage()
    let good = try stage.write("good.md", "Text.")
    let empty = try stage.write("empty.md", "  \n")
    let result = stage.run("enqueue", "summarise", good, empty)
    #expect(result.code == .badData)
    #expect(result.errors.contains("empty.md") && result.errors.contains("1 of 2 jobs is bad"))
    #expect(stage.store.change { $0.jobs.isEmpty })
  }

  @Test("A bad option is told once, however many inputs there are")
  func badOption() throws {
    let stage = Stage()
    let a = try stage.write("a.md", "First.")
    let b = try stage.write("b.md", "Second.")
    let result = stage.run("enqueue", "summarise", a, b, "--set", "wrods=5")
    #expect(result.code == .badData)
    #expect(result.errors.split(separator: "\n").count { $0.contains("wrods") } == 1)
    #expect(!stage.run("enqueue", "summarise", a, "--set", "wrods=5").errors.contains("where:"))
  }

  @Test(
    "An unknown kind is told together with an input that cannot be read",
    arguments: ["enqueue", "run"])
  func unknownKind(command: String) {
    let stage = Stage()
    let result = stage.run([command, "promt", "/nowhere/missing.txt"])
    #expect(result.code == .usage)
    #expect(result.errors.contains("unknown kind “promt” (did you mean prompt?)"))
    #expect(result.errors.contains("cannot open /nowhere/missing.txt"))
  }

  @Test("A broken configuration is told with its lines")
  func brokenConfiguration() throws {
    let stage = Stage()
    try stage.write("config.json", "{\n  mian: \"x\",\n  queue: { lease: \"soon\" }\n}\n")
    let result = stage.run("enqueue", "prompt", input: "Text.")
    #expect(result.code == .configuration)
    #expect(result.errors.contains("config.json:2:") && result.errors.contains("config.json:3:"))
    #expect(result.errors.contains("main"))
  }

  @Test("run prepares the same job and hands it on with one attempt")
  func run() throws {
    let stage = Stage()
    let result = stage.run("run", "title", "--json", input: "Some talk.")
    #expect(result.code == .success, "\(result.errors)")
    let options = try #require(stage.current.run)
    #expect(options.job.maxAttempts == 1 && options.job.kind == "title" && options.wantsJSON)
    #expect(options.definition.name == "title")
    _ = stage.run("run", "title", "--max-attempts", "4", input: "Some talk.")
    #expect(stage.current.run?.job.maxAttempts == 4)
    #expect(stage.run("run", "title", input: "").code == .badData)
  }
}

@Suite struct BatchTests {
  private func batch(_ lines: String...) -> (Stage, Stage.Result) {
    let stage = Stage()
    let result = stage.run("enqueue", "--batch", "-", input: lines.joined(separator: "\n"))
    return (stage, result)
  }

  @Test("A line without a kind needs one on the command line")
  func noKind() {
    let (stage, result) = batch(#"{"kind":"prompt","input":"One"}"#, "", #"{"input":"Two"}"#)
    #expect(result.code == .badData && result.errors.contains("stdin:3: kind is missing"))
    #expect(stage.store.change { $0.jobs.isEmpty })
  }

  @Test("Everything that is wrong with a line is told together, unknown kinds too")
  func severalMistakes() {
    let (stage, result) = batch(
      #"{"kind":"sumarise","priority":"high","colour":1}"#, #"{"kind":"prompt","input":"good"}"#)
    #expect(result.code == .badData)
    for part in [
      "stdin:1", "unknown kind “sumarise”, did you mean summarise?", "input or messages is missing",
      "priority is not", "unknown key “colour”", "1 line of the batch is bad",
    ] {
      #expect(result.errors.contains(part), "\(part): \(result.errors)")
    }
    #expect(stage.store.change { $0.jobs.isEmpty })
  }

  @Test("Each line is a job; options hold where a line says nothing else")
  func lines() throws {
    let stage = Stage()
    let good = stage.run(
      ["enqueue", "prompt", "--batch", "-", "--queue", "mail", "--label", "a=x", "--label", "z=y"],
      input: """
        {"input":"One","priority":7,"labels":{"n":1,"a":"b"},"in":"5m"}

        {"messages": [ {"role":"user","content":"Two"} ],"queue":"own","max_attempts":2,"deadline":90}
        {"kind":"summarize","input":"Three","set":{"words":50},"at":"2026-11-21T00:00:00Z","unique_key":"k","model":null}
        """)
    #expect(good.output == "1\n2\n3\n", "\(good.errors)")
    let jobs = stage.store.change { state in (1...3).compactMap { state.new[$0] } }
    try #require(jobs.count == 3)
    #expect(jobs[0].priority == 7 && jobs[0].queue == "mail")
    #expect(jobs[0].labels == ["n": "1", "a": "b", "z": "y"])
    #expect(jobs[0].runAt == Samples.start + 300_000)
    #expect(
      jobs[1].input.bytes == Array(#"[ {"role":"user","content":"Two"} ]"#.utf8),
      "the bytes of the line, unchanged")
    #expect(jobs[1].queue == "own" && jobs[1].maxAttempts == 2 && jobs[1].deadlineAfter == 90_000)
    #expect(jobs[2].kind == "summarise" && jobs[2].uniqueKey == "k")
    #expect(jobs[2].runAt == Samples.start + 50_399_877)
    #expect(JobOptions(jobs[2].options).variables == ["words": "50"])
    #expect(stage.store.change { $0.transactions } == 1)
  }

  @Test(
    "A bad line is 65, names its number, and nothing is stored",
    arguments: [
      (#"{"kind":"prompt""#, "stdin:2:"), ("[]", "a JSON object is needed, not array"),
      (#"{"kind":"prompt"}"#, "input or messages is missing"),
      (#"{"kind":"prompt","input":"x","messages":[]}"#, "exclude each other"),
      (#"{"kind":"prompt","input":"x","in":"1m","at":"18:30"}"#, "in and at exclude each other"),
      (#"{"kind":"prompt","input":7}"#, "input is not a string"),
      (#"{"kind":"prompt","input":"x","prioriti":7}"#, "did you mean priority?"),
      (#"{"kind":"prompt","input":"x","priority":101}"#, "priority is not a whole number"),
      (#"{"kind":"prompt","input":"x","priority":1.5}"#, "priority is not a whole number"),
      (#"{"kind":"prompt","input":"x","in":"soon"}"#, "in is not a span"),
      (#"{"kind":"prompt","input":"x","deadline":-1}"#, "deadline is not a span"),
      (#"{"kind":"prompt","input":"x","at":"tomorrow"}"#, "at is not a time"),
      (#"{"kind":"prompt","input":"x","queue":"a b"}"#, "queue is not a name"),
      (#"{"kind":"prompt","input":"x","queue":""}"#, "queue is empty"),
      (#"{"kind":"prompt","input":"x","labels":{"a":[1]}}"#, "labels.a is not a string"),
      (#"{"kind":"prompt","input":"x","kind":"title"}"#, "“kind” stands there twice"),
      (#"{"input":"x"}"#, "kind is missing"),
      (#"{"kind":"promt","input":"x"}"#, "did you mean prompt?"),
      (#"{"kind":"prompt","input":""}"#, "cannot be used: there is nothing"),
      (#"{"kind":"prompt","input":"x","provider":"nobody"}"#, "unknown provider"),
      (#"{"kind":"extract","input":"x","set":{"schema":"@/nowhere"}}"#, "/nowhere"),
    ])
  func badLine(line: String, words: String) {
    let (stage, result) = batch(#"{"kind":"prompt","input":"good"}"#, line)
    #expect(result.code == .badData, "\(result.errors)")
    #expect(result.errors.contains("stdin:2"), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty && stage.store.change { $0.jobs.isEmpty })
  }

  @Test("Every bad line is named, twenty at most")
  func many() {
    let lines = (1...25).map { _ in "x" }
    let result = Stage().run(
      ["enqueue", "--batch", "-"], input: lines.joined(separator: "\n"))
    #expect(result.errors.contains("stdin:20:") && !result.errors.contains("stdin:21:"))
    #expect(result.errors.contains("and 5 more"))
  }

  @Test("An empty batch stores nothing and is no error")
  func empty() {
    let result = Stage().run("enqueue", "--batch", "-", input: "\n \n")
    #expect(result.code == .success && result.output.isEmpty)
    #expect(result.errors.contains("no jobs"))
  }
}
