import Foundation
import Kinds
import Testing

/// A folder that is gone after the test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "kinds-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}

private let jobs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Jobs")

@Suite struct CatalogTests {
  private func write(_ definition: KindDefinition, as name: String, to folder: TemporaryFolder)
    throws
  {
    for file in definition.files(renamed: name) {
      try folder.write(String(decoding: file.bytes, as: UTF8.self), to: "\(name)/\(file.name)")
    }
  }

  @Test("the program carries Jobs/ as it is")
  func embeddedCopy() throws {
    let names = try FileManager.default.subpathsOfDirectory(atPath: jobs.path).filter { name in
      let attributes = try FileManager.default.attributesOfItem(atPath: jobs.path + "/" + name)
      return attributes[.type] as? FileAttributeType == .typeRegular
    }
    #expect(embeddedJobs.map(\.path).sorted() == names.sorted())
    for (path, text) in embeddedJobs {
      #expect(try String(contentsOf: jobs.appendingPathComponent(path), encoding: .utf8) == text)
    }
  }

  @Test("every built-in definition is sound")
  func soundness() {
    #expect(builtIn.problems == [])
    #expect(
      builtIn.all().map(\.name) == [
        "classify", "compress", "extract", "prompt", "summarise", "title",
      ])
    #expect(builtIn.all().allSatisfy { $0.source == .builtIn && $0.path == nil && $0.hash != nil })
  }

  @Test("knows aliases, and suggests the nearest name for others")
  func names() throws {
    #expect(try builtIn.definition(named: "summarize").name == "summarise")
    let error = #expect(throws: KindError.self) { try builtIn.definition(named: "titel") }
    #expect(error == .unknown(name: "titel", suggestion: "title"))
  }

  @Test("a kind of the user shadows the built-in as a whole, its alias too")
  func shadows() throws {
    let folder = try TemporaryFolder()
    try write(try kind("summarise"), as: "summarise", to: folder)
    try folder.write("Sum up {{text}} now", to: "summarise/prompt.md")
    let catalog = KindCatalog(userFolder: folder.url.path)
    let definition = try catalog.definition(named: "summarize")
    #expect(definition.source == .user && definition.path == folder.url.path + "/summarise")
    #expect(definition.hash != (try kind("summarise").hash))
    let listing = try #require(catalog.all().first { $0.name == "summarise" })
    #expect(listing.source == .user && listing.shadowsBuiltIn && listing.problems.isEmpty)
  }

  @Test(
    "a new kind made after another is sound and keeps everything but the name",
    arguments: [
      "prompt", "title", "summarise", "compress", "extract", "classify",
    ])
  func newKind(base: String) throws {
    let folder = try TemporaryFolder()
    try write(try kind(base), as: "my-kind", to: folder)
    let catalog = KindCatalog(userFolder: folder.url.path)
    let definition = try catalog.definition(named: "my-kind")
    let strategy = try kind(base).strategy
    #expect(catalog.problems == [] && definition.strategy == strategy)
    #expect(definition.aliases == [])
  }

  @Test("a broken kind is an error under its own name only, never the built-in")
  func broken() throws {
    let folder = try TemporaryFolder()
    try folder.write("{ not json", to: "title/job.json")
    try write(try kind("prompt"), as: "mine", to: folder)
    let catalog = KindCatalog(userFolder: folder.url.path)
    #expect(throws: KindError.self) { try catalog.definition(named: "title") }
    #expect(try catalog.definition(named: "mine").name == "mine")
    #expect(try catalog.definition(named: "summarise").source == .builtIn)
    let listing = try #require(catalog.all().first { $0.name == "title" })
    #expect(listing.hash == nil && listing.problems.count == 1 && listing.source == .user)
    #expect(listing.problems[0].line == 1 && listing.problems[0].file.hasSuffix("title/job.json"))
  }

  @Test("a folder without job.json, or with a link that leads out of it, is broken")
  func outside() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "empty/readme.md")
    try write(try kind("prompt"), as: "linked", to: folder)
    try folder.write("{{text}}", to: "secret.md")
    let link = folder.url.appendingPathComponent("linked/prompt.md")
    try FileManager.default.removeItem(at: link)
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: folder.url.appendingPathComponent("secret.md"))
    let problems = KindCatalog(userFolder: folder.url.path).problems
    #expect(problems.map(\.message) == ["is missing", "prompt.md lies outside the folder"])
  }

  @Test("a user folder that is not there means no kinds of the user")
  func missingFolder() throws {
    #expect(KindCatalog(userFolder: "/nonexistent/jobs").all() == builtIn.all())
  }

  @Test("a user folder that cannot be listed makes every kind unsure")
  func unlistable() throws {
    let folder = try TemporaryFolder()
    try folder.write("x", to: "jobs")
    let catalog = KindCatalog(userFolder: folder.url.appendingPathComponent("jobs").path)
    #expect(throws: KindError.self) { try catalog.definition(named: "title") }
  }

  @Test("the hash does not depend on spacing or order of keys, but on everything else")
  func hashing() throws {
    let folder = try TemporaryFolder()
    func hash(_ job: String, _ prompt: String) throws -> String {
      try folder.write(job, to: "k/job.json")
      try folder.write(prompt, to: "k/prompt.md")
      return try KindCatalog(userFolder: folder.url.path).definition(named: "k").hash
    }
    let job =
      #"{"format":1,"name":"k","version":"1","description":"d","strategy":"single","prompts":{"prompt":"prompt.md"}}"#
    let same =
      #"{ "prompts":{"prompt":"prompt.md"}, "strategy":"single","description":"d","version":"1","name":"k","format":1 }"#
    let first = try hash(job, "{{text}}")
    #expect(first.hasPrefix("sha256:") && first.count == 71)
    #expect(try hash(same, "{{text}}") == first)
    #expect(try hash(job, "{{text}}!") != first)
    #expect(try hash(job.replacing("\"d\"", with: "\"e\""), "{{text}}") != first)
  }

  @Test("a snapshot gives the same definition back", arguments: builtIn.all().map(\.name))
  func snapshots(name: String) throws {
    let definition = try kind(name)
    let copy = try KindDefinition(snapshot: definition.snapshot)
    #expect(copy.hash == definition.hash && copy.files == definition.files)
    #expect(copy.source == .snapshot && copy.strategy == definition.strategy)
    #expect(throws: KindError.self) { try KindDefinition(snapshot: Array("{}".utf8)) }
  }
}

@Suite struct BrokenDefinitionTests {
  private func problems(_ job: String, prompts: [String: String]) throws -> [DefinitionProblem] {
    let folder = try TemporaryFolder()
    try folder.write(job, to: "k/job.json")
    for (name, text) in prompts { try folder.write(text, to: "k/" + name) }
    return KindCatalog(userFolder: folder.url.path).problems
  }

  private func job(_ more: String = "", strategy: String = "single") -> String {
    """
    {
      "format": 1, "name": "k", "version": "1", "description": "d", "strategy": "\(strategy)",
      "prompts": { "prompt": "prompt.md" }\(more.isEmpty ? "" : ",")
    \(more)
    }
    """
  }

  @Test(
    "names place, key and suggestion of a mistake",
    arguments: [
      (#""chunkin": {}"#, "/chunkin", 4, "chunking"),
      (#""input": { "maxByte": 3 }"#, "/input/maxByte", 4, "maxBytes"),
      (#""input": { "types": ["txt"] }"#, "/input/types", 4, "text"),
      (#""model": { "temperature": "hot" }"#, "/model/temperature", 4, nil),
      (#""variables": { "v": { "type": "strin" } }"#, "/variables/v/type", 4, "string"),
      (#""variables": { "text": { "type": "string" } }"#, "/variables/text", 4, nil),
      (
        #""variables": { "v": { "type": "integer", "min": 5, "max": 1 } }"#, "/variables/v/min", 4,
        nil
      ),
      (
        #""variables": { "v": { "type": "integer", "min": 5, "default": 1 } }"#,
        "/variables/v/default", 4, nil
      ),
      (
        #""variables": { "v": { "type": "string", "enum": ["abc"], "default": "abd" } }"#,
        "/variables/v/default", 4, "abc"
      ),
      (#""variables": { "v": { "type": "string", "required": true } }"#, "/variables", 4, nil),
      (
        #""variables": { "v": { "type": "string", "phrase": "{{valu}}" } }"#, "/variables/v/phrase",
        4, nil
      ),
      (#""checks": [{ "id": "not-refusa" }]"#, "/checks/0/id", 4, "not-refusal"),
      (#""checks": [{ "id": "script", "severity": "repair" }]"#, "/prompts", 3, nil),
      (#""fallback": "digest""#, "/fallback", 4, nil),
      (#""output": { "format": "json" }"#, "/prompts", 3, nil),
      (#""model": { "contextTokens": 600, "maxOutputTokens": 500 }"#, "/model", 4, nil),
      (#""version": "2""#, "/version", 4, nil),
      (#""retry": { "backoff": [-1] }"#, "/retry/backoff", 4, nil),
    ] as [(String, String, Int, String?)])
  func mistakes(section: String, pointer: String, line: Int, suggestion: String?) throws {
    let found = try problems(job(section), prompts: ["prompt.md": "{{text}}"])
    #expect(found.count == 1)
    let problem = try #require(found.first)
    #expect(problem.pointer == pointer && problem.line == line && problem.suggestion == suggestion)
    #expect(
      problem.file.hasSuffix("/k/job.json")
        && problem.key == pointer.split(separator: "/").last.map(String.init))
  }

  @Test(
    "finds mistakes in prompts, with line and column",
    arguments: [
      ("Hello\n  {{txt}} {{text}}", 2, 3, "{{text}}"), ("{{text}} {{ a }}", 1, 10, nil),
      ("{{text}} {{fence", 1, 10, nil),
    ] as [(String, Int, Int, String?)])
  func prompts(prompt: String, line: Int, column: Int, suggestion: String?) throws {
    let found = try problems(job(), prompts: ["prompt.md": prompt])
    let problem = try #require(found.first { $0.file.hasSuffix("/k/prompt.md") })
    #expect(problem.line == line && problem.column == column && problem.suggestion == suggestion)
  }

  @Test("reports all mistakes at once")
  func all() throws {
    let found = try problems(
      """
      {
        "format": 2,
        "name": "other",
        "version": 1,
        "strategy": "singel",
        "prompts": { "prompt": "../up.md", "reduce": "gone.md" },
        "nmae": 1
      }
      """, prompts: [:])
    let pointers = found.compactMap(\.pointer)
    #expect(
      Set(pointers)
        == [
          "/format", "/name", "/version", "/description", "/strategy", "/prompts/prompt",
          "/prompts/reduce", "/nmae",
        ])
    #expect(found.first { $0.pointer == "/strategy" }?.suggestion == "single")
    #expect(found.compactMap(\.line) == found.compactMap(\.line).sorted())
  }

  @Test("lets keys that begin with x- be")
  func free() throws {
    #expect(try problems(job(#""x-note": { "any": 1 }"#), prompts: ["prompt.md": "{{text}}"]) == [])
  }

  @Test("wants the prompts and the input that a strategy needs")
  func strategies() throws {
    let missing = try problems(job(strategy: "map-reduce"), prompts: ["prompt.md": "{{text}}"])
    #expect(missing.map(\.pointer) == ["/prompts/map", "/prompts/reduce"])
    let input = try problems(job(strategy: "compress"), prompts: ["prompt.md": "{{text}}"])
    #expect(input.contains { $0.pointer == "/input" })
    let unused = try problems(job(), prompts: ["prompt.md": "no placeholder"])
    #expect(unused.map(\.pointer) == ["/prompts"])
  }
}
