import Foundation
import Kinds
import Testing

/// Definitions that are broken in twenty ways, and what is said of each.
@Suite("Twenty broken definitions") struct TwentyMistakesTests {
  private struct Broken {
    var name: String
    var job: String
    var prompt = "Read {{text}}"
  }

  /// A sound definition with something put in or something else in its place.
  private static func job(
    _ name: String, adding more: String = "", replacing old: String = "", with new: String = ""
  ) -> String {
    let sound = """
      {
        "format": 1,
        "name": "\(name)",
        "version": "1",
        "description": "What it does.",
        "strategy": "single",
        "input": { "types": ["text"], "maxBytes": 1000 },
        "variables": {
          "tone": { "type": "string", "default": "calm", "enum": ["calm", "loud"] }
        },
        "prompts": { "prompt": "prompt.md" }\(more.isEmpty ? "" : ",\n  " + more)
      }

      """
    return old.isEmpty ? sound : sound.replacingOccurrences(of: old, with: new)
  }

  private static func broken(
    _ name: String, adding more: String = "", replacing old: String = "", with new: String = "",
    prompt: String = "Read {{text}}"
  ) -> Broken {
    Broken(
      name: name, job: job(name, adding: more, replacing: old, with: new), prompt: prompt)
  }

  private static let all = [
    broken("m01-no-json", replacing: "\"version\": \"1\",", with: "\"version\": \"1\""),
    broken("m02-twice", adding: #""version": "2""#),
    broken("m03-unknown-key", adding: #""chunkin": {}"#),
    broken("m04-format", replacing: "\"format\": 1", with: "\"format\": 9"),
    broken("m05-name", replacing: "\"name\": \"m05-name\"", with: "\"name\": \"other\""),
    broken("m06-strategy", replacing: "\"single\"", with: "\"singel\""),
    broken("m07-no-version", replacing: "  \"version\": \"1\",\n", with: ""),
    broken("m08-input-type", replacing: "[\"text\"]", with: "[\"text\", \"txt\"]"),
    broken("m09-max-bytes", replacing: "1000", with: "\"many\""),
    broken("m10-variable-type", replacing: "\"type\": \"string\"", with: "\"type\": \"strin\""),
    broken("m11-default", replacing: "\"default\": \"calm\"", with: "\"default\": \"clam\""),
    broken(
      "m12-range",
      replacing: "\"type\": \"string\", \"default\": \"calm\", \"enum\": [\"calm\", \"loud\"]",
      with: "\"type\": \"integer\", \"min\": 5, \"max\": 1"),
    broken("m13-reserved", replacing: "\"tone\"", with: "\"text\""),
    broken("m14-no-file", replacing: "prompt.md", with: "promt.md"),
    broken("m15-outside", replacing: "prompt.md", with: "../prompt.md"),
    broken("m16-check", adding: #""checks": [{ "id": "not-refused", "severity": "warn" }]"#),
    broken("m17-fallback", adding: #""fallback": "digest""#),
    broken("m18-window", adding: #""model": { "contextTokens": 1024, "maxOutputTokens": 1000 }"#),
    broken("m19-placeholder", prompt: "Read this:\n\n  {{txt}} {{text}}"),
    broken("m20-brace", prompt: "Read {{text}}, in the tone\n{{ tone }}"),
  ]

  @Test("each is told with file, line and column, all at once")
  func golden() throws {
    let folder = try TemporaryFolder()
    for broken in Self.all {
      try folder.write(broken.job, to: "\(broken.name)/job.json")
      try folder.write(broken.prompt, to: "\(broken.name)/prompt.md")
    }
    let root = folder.url.path + "/"
    let problems = KindCatalog(userFolder: folder.url.path).problems
    let lines = problems.map { problem in
      let file = problem.file.replacingOccurrences(of: root, with: "")
      let place = "\(file):\(problem.line ?? 0):\(problem.column ?? 0)"
      let key = problem.pointer.map { " \($0.isEmpty ? "/" : $0)" } ?? ""
      let hint = problem.suggestion.map { " (did you mean \($0)?)" } ?? ""
      return "\(place)\(key): \(problem.message)\(hint)"
    }
    #expect(Set(problems.map { $0.file.split(separator: "/").dropLast().last ?? "" }).count == 20)
    #expect(problems.allSatisfy { ($0.line ?? 0) > 0 && ($0.column ?? 0) > 0 })
    try expect(lines.joined(separator: "\n") + "\n", matches: "broken-definitions.txt")
  }

  /// `AUXQ_RECORD_GOLDEN=1` writes the file anew; look at the difference before committing it.
  private func expect(_ text: String, matches name: String) throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["AUXQ_RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(
        at: golden.deletingLastPathComponent(), withIntermediateDirectories: true)
      return try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: golden, encoding: .utf8) == text)
  }
}

@Suite("Examples of kinds") struct ExampleTests {
  @Test(
    "every built-in kind has examples, and they come out as expected",
    arguments: builtIn.all().map(\.name))
  func examples(name: String) throws {
    let (examples, problems) = builtIn.examples(of: name)
    #expect(problems == [] && !examples.isEmpty)
    let definition = try kind(name)
    for example in examples {
      #expect(example.mistakes(with: definition) == [], "\(name)/\(example.name)")
    }
  }

  @Test("an example that comes out otherwise, or that cannot be read, is told")
  func mistakes() throws {
    let folder = try TemporaryFolder()
    let definition = try kind("title")
    for file in definition.files(renamed: "title") {
      try folder.write(String(decoding: file.bytes, as: UTF8.self), to: "title/" + file.name)
    }
    try folder.write(
      #"{"input": "Fix it", "replies": ["A title"], "expect": {"result": "Another", "calls": 2}}"#,
      to: "title/tests/wrong.json")
    try folder.write(
      "{\n  \"input\": \"x\",\n  \"replys\": [],\n  \"expect\": {}\n}",
      to: "title/tests/broken.json")
    let catalog = KindCatalog(userFolder: folder.url.path)
    let (examples, problems) = catalog.examples(of: "title")
    #expect(examples.map(\.name) == ["wrong"])
    let shadow = try catalog.definition(named: "title")
    #expect(examples[0].mistakes(with: shadow).count == 2)
    #expect(problems.count == 1 && problems[0].line == 3 && problems[0].column == 3)
    #expect(problems[0].suggestion == "replies" && problems[0].pointer == "/replys")
  }
}
