import Foundation
import JSONText
import Simulator
import Synchronization
import Testing

/// Which parts a provider was asked for, and how often.
private final class PartLog: Sendable {
  private let counts = Mutex<[Int: Int]>([:])

  /// - Returns: The part that a request is about and how often it was asked for; nil for merges.
  func note(_ request: SimulatedRequest) -> (part: Int, times: Int)? {
    guard let mark = request.text.range(of: "part=\\\""),
      let part = Int(request.text[mark.upperBound...].prefix { $0.isNumber })
    else { return nil }
    let times = counts.withLock { counts in
      counts[part, default: 0] += 1
      return counts[part] ?? 0
    }
    return (part, times)
  }

  var all: [Int: Int] { counts.withLock(\.self) }
}

@Suite("Long documents", .timeLimit(.minutes(10)))
struct LongDocumentTests {
  /// Twelve sections that fill a part of a window of 4,096 tokens each.
  private var document: String {
    (1...12).map { section in
      let lines = (1...44).map {
        "Line \($0) of section \(section) says that item \(section * 100 + $0) was delivered late."
      }
      return "# Section \(section)\n\n" + lines.joined(separator: " ")
    }.joined(separator: "\n\n")
  }

  private func config(_ provider: SimulatedProvider, extra: String = "") -> String {
    """
    { main: { provider: "only", model: "m" },
      providers: { only: { base_url: "\(provider.url)/v1", context: 4096 \(extra) } } }
    """
  }

  @Test("killed at chunk 7 of 12 and started again, no finished chunk is paid for again")
  func resumes() async throws {
    let provider = try SimulatedProvider.start()
    let log = PartLog()
    provider.answer { request in
      guard let (part, times) = log.note(request) else { return .text("All was late.") }
      return part == 7 && times == 1 ? .stalled : .text("Notes on part \(part).")
    }
    let home = try AuxqHome(config: config(provider))
    defer { home.remove() }
    _ = try await home.run("enqueue", "summarise", input: document)
    let doomed = try home.start(["work", "--concurrency", "1"])
    #expect(await eventually { log.all[7] == 1 })
    doomed.kill()
    let work = try await home.run("work", "--drain", "--concurrency", "1")
    #expect(work.status == 0, "\(work.errors)")
    let job = try await home.show(1)
    #expect(job["state"]?.string == "succeeded" && job["result"]?.string == "All was late.")
    #expect(job["report"]?["chunks"]?.int == 12)
    // Only what was under way when it was killed is asked for twice.
    #expect(log.all == Dictionary(uniqueKeysWithValues: (1...12).map { ($0, $0 == 7 ? 2 : 1) }))
    let outcomes = job["attempts"]?.elements?.compactMap { $0["outcome"]?.string }
    #expect(outcomes == ["crashed", "succeeded"])
  }

  @Test("run works on several parts at once, and tells on stderr what it costs and how far it is")
  func runsSideBySide() async throws {
    let provider = try SimulatedProvider.start()
    provider.answer { request in
      request.text.contains("part=\\\"")
        ? Behaviour.text("Notes.").delayed(milliseconds: 80) : .text("All was late.")
    }
    let home = try AuxqHome(config: config(provider, extra: ", price: { input: 3, output: 15 }"))
    defer { home.remove() }
    let run = try await home.run("run", "summarise", input: document)
    #expect(run.status == 0 && run.output == "All was late.", "\(run.errors)")
    #expect(provider.maxConcurrent > 4)
    #expect(run.errors.contains("calls planned"))
    #expect(run.errors.contains(#/(\d+) of \1 done/#), "\(run.errors)")
    #expect(run.errors.contains("cost 0."))
    let attempts = try await home.show(1)["attempts"]?.elements ?? []
    #expect(attempts.count == 1 && attempts[0]["path"]?.string == "blocking")
  }

  @Test("--wait shows the same for a background job, without a price no cost")
  func waits() async throws {
    let provider = try SimulatedProvider.start()
    provider.answer { request in
      request.text.contains("part=\\\"")
        ? Behaviour.text("Notes.").delayed(milliseconds: 150) : .text("All was late.")
    }
    let home = try AuxqHome(config: config(provider))
    defer { home.remove() }
    let worker = try home.start(["work", "--concurrency", "1"])
    let wait = try await home.run("enqueue", "summarise", "--wait", input: document)
    worker.kill()
    #expect(wait.status == 0 && wait.output == "All was late.", "\(wait.errors)")
    #expect(wait.errors.contains(" of 15 done, ") && wait.errors.contains("left"))
    #expect(!wait.errors.contains("cost"))
  }

  @Test("what a provider says of its window is remembered for the next job")
  func learnsWindow() async throws {
    let provider = try SimulatedProvider.start()
    let refused = Mutex(0)
    provider.answer { request in
      guard request.body.count > 9_000 else { return .text("Notes.") }
      refused.withLock { $0 += 1 }
      return .error(
        400, "This model's maximum context length is 2048 tokens.",
        code: "context_length_exceeded")
    }
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    let first = try await home.run("run", "summarise", input: document)
    #expect(first.status == 0, "\(first.errors)")
    let errors = refused.withLock(\.self)
    #expect(errors > 0)
    let second = try await home.run("run", "summarise", input: document + "\n\nOne more line.")
    #expect(second.status == 0, "\(second.errors)")
    #expect(refused.withLock(\.self) == errors)
  }
}

@Suite("Kinds from outside", .timeLimit(.minutes(10)))
struct KindsProgramTests {
  private var history: String {
    let turns = (1...20).map { number in
      let role = number % 2 == 1 ? "user" : "assistant"
      return
        #"{"role":"\#(role)","content":"Turn \#(number): \#(String(repeating: "the parser is slow ", count: 40))"}"#
    }
    return "[" + turns.joined(separator: ",") + #",{"role":"user","content":"go on"}]"#
  }

  @Test("the same history with the same options is not paid for twice, and the program says why")
  func reuse() async throws {
    let provider = try SimulatedProvider.start(usual: .text("## Goal\nA fast parser."))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    let first = try await home.run("run", "compress", "--set", "force=true", input: history)
    #expect(first.status == 0 && provider.requestCount == 1, "\(first.errors)")
    let second = try await home.run("run", "compress", "--set", "force=true", input: history)
    #expect(second.output == first.output && provider.requestCount == 1)
    #expect(second.errors.contains("no call was made") && second.errors.contains("job 1"))
    let job = try await home.show(2)
    #expect(job["report"]?["reused_from"]?.int == 1 && job["report"]?["calls"]?.int == 0)
    // Other options are other work.
    _ = try await home.run(
      "run", "compress", "--set", "force=true", "--set", "target=0.3", input: history)
    #expect(provider.requestCount == 2)
    // What is gone answers nothing.
    _ = try await home.run("rm", "1", "2")
    _ = try await home.run("run", "compress", "--set", "force=true", input: history)
    #expect(provider.requestCount == 3)
  }

  @Test("a failed compression keeps its report of checks")
  func failedReport() async throws {
    let provider = try SimulatedProvider.start(
      usual: .text("I'm sorry, but I can't help with that."))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    let run = try await home.run("run", "compress", "--set", "force=true", input: history)
    #expect(run.status == 1 && run.output == history)
    let job = try await home.show(1)
    #expect(job["state"]?.string == "failed" && job["result"]?.string == history)
    let failed = job["report"]?["checks"]?["failed"]?.elements?.compactMap(\.string)
    #expect(failed == ["not-refusal"])
  }

  @Test("a PDF file is read through pdftotext, and without it there is a clear error")
  func pdf() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Short."))
    var home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    try home.write("%PDF-1.4 not really", to: "a.pdf")
    home.variables["PATH"] = home.folder.appendingPathComponent("none").path
    let missing = try await home.run("run", "summarise", "a.pdf")
    #expect(missing.status == 65 && missing.errors.contains("pdftotext"), "\(missing.errors)")
    let tools = home.folder.appendingPathComponent("bin")
    try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
    try home.write("#!/bin/sh\nprintf 'The text of the file.\\f'\n", to: "bin/pdftotext")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: tools.path + "/pdftotext")
    home.variables["PATH"] = tools.path + ":/usr/bin:/bin"
    let read = try await home.run("run", "summarise", "a.pdf")
    #expect(read.status == 0 && provider.hasSeen("The text of the file."), "\(read.errors)")
    let other = try await home.run("run", "prompt", "a.pdf")
    #expect(other.status == 65 && other.errors.contains("PDF"))
    try home.write("#!/bin/sh\nprintf '\\f'\n", to: "bin/pdftotext")
    // Writing makes a new file.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: tools.path + "/pdftotext")
    let scan = try await home.run("run", "summarise", "a.pdf")
    #expect(scan.status == 65 && scan.errors.contains("scan"), "\(scan.errors)")
  }

  @Test("kinds check runs the examples of a kind; kinds show --resolved writes every default out")
  func check() async throws {
    let home = try AuxqHome(config: "{}")
    defer { home.remove() }
    let sound = try await home.run("kinds", "check")
    #expect(sound.status == 0 && sound.output.contains("ok  title  3 examples"), "\(sound.output)")
    _ = try await home.run("kinds", "new", "mine", "--from", "title")
    try FileManager.default.createDirectory(
      at: home.folder.appendingPathComponent("jobs/mine/tests"), withIntermediateDirectories: true)
    try home.write(
      #"{"input": "x", "replies": ["A"], "expect": {"result": "B"}}"#, to: "jobs/mine/tests/t.json")
    let broken = try await home.run("kinds", "check", "mine")
    #expect(broken.status == 78 && broken.output.contains("tests/t.json: the result is: A"))
    let shown = try await home.run("kinds", "show", "summarise", "--resolved")
    let root = try JSONNode.parse(Array(shown.output.utf8))
    #expect(root["model"]?["contextTokens"]?.int == 32_768 && root["chunking"]?["fanIn"]?.int == 8)
  }

  private static let jobs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Jobs")

  @Test(
    "the examples of every built-in kind come out the same against a provider",
    arguments: ["classify", "compress", "extract", "prompt", "summarise", "title"])
  func examples(kind: String) async throws {
    let folder = Self.jobs.appendingPathComponent("\(kind)/tests")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(!names.isEmpty)
    for name in names {
      let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
      try await compare(try JSONNode.parse(Array(bytes)), kind: kind, name: name)
    }
  }

  private func compare(_ example: JSONNode, kind: String, name: String) async throws {
    let provider = try SimulatedProvider.start(usual: .text("not expected"))
    provider.enqueue(
      (example["replies"]?.elements ?? []).compactMap(\.string).map { Behaviour.text($0) })
    let window = example["window"]?.int.map { ", context: \($0)" } ?? ""
    let home = try AuxqHome(
      config: """
        { main: { provider: "only", model: "m" },
          providers: { only: { base_url: "\(provider.url)/v1"\(window) } } }
        """)
    defer { home.remove() }
    var arguments = ["run", kind]
    for member in example["set"]?.members ?? [] {
      let value = member.value.string ?? text(member.value)
      arguments += ["--set", "\(member.key)=\(value)"]
    }
    let input = example["input"].map { $0.string ?? text($0) } ?? ""
    let run = try await home.start(arguments, input: input).wait()
    let expected = try #require(example["expect"])
    let outcome = expected["outcome"]?.string ?? "succeeded"
    #expect(run.status == (outcome == "succeeded" ? 0 : 1), "\(name): \(run.errors)")
    if let result = expected["result"] {
      #expect(run.output == result.string ?? text(result), "\(name)")
    }
    if outcome == "unchanged" { #expect(run.output == input) }
    for part in expected["contains"]?.elements ?? [] {
      #expect(run.output.contains(part.string ?? ""), "\(name)")
    }
    if let calls = expected["calls"]?.int { #expect(provider.requestCount == calls, "\(name)") }
  }

  private func text(_ node: JSONNode) -> String {
    String(decoding: JSONValue(node).encoded(), as: UTF8.self)
  }
}
