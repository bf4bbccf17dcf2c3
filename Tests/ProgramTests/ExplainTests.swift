import Foundation
import JSONText
import Simulator
import Testing

@Suite("Explaining one response", .timeLimit(.minutes(10)))
struct ExplainTests {
  /// Runs `explain` in a home without configuration and database.
  private func explain(_ arguments: [String], input: String? = nil) async throws -> AuxqResult {
    let home = try AuxqHome()
    defer { home.remove() }
    let result = try await home.start(["explain"] + arguments, input: input).wait()
    for name in ["config.json", "queue.db"] {
      let file = home.folder.appendingPathComponent(name).path
      #expect(!FileManager.default.fileExists(atPath: file))
    }
    return result
  }

  @Test(
    "a single response is classified from its options",
    arguments: [
      (["--status", "401"], #"{"class":"auth","scope":"credential","rule":"http-401","#),
      (
        ["--status", "429", "--header", "Retry-After: 20"],
        #"{"class":"rate_limit","scope":"credential","rule":"http-429","retry_after_s":20}"#
      ),
      (["--transport", "dns"], #"{"class":"connection","scope":"route","rule":"transport-dns","#),
      (
        [
          "--status", "200", "--body",
          #"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#,
        ],
        #"{"class":"ok","scope":null,"rule":null,"retry_after_s":null}"#
      ),
      (
        [
          "--provider", "nobody-knows", "--dialect", "what", "--status", "400", "--body",
          #"{"error":{"code":"context_length_exceeded","message":"too long"}}"#,
        ],
        #"{"class":"context_overflow","scope":"request","#
      ),
    ])
  func single(arguments: [String], answer: String) async throws {
    let result = try await explain(arguments + ["--json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix(answer), "\(result.output)")
  }

  @Test("people read what follows, as the machine decides it")
  func words() async throws {
    let auth = try await explain(["--status", "401"])
    #expect(auth.status == 0)
    #expect(auth.output.contains("auth error"))
    #expect(auth.output.contains("the key for 5m"))
    #expect(auth.output.contains("(rotate)"))
    #expect(auth.output.contains("(refresh)"))
    #expect(auth.output.contains("(fall back)"))
    let server = try await explain(["--status", "500"])
    #expect(server.output.contains("(retry)"))
    #expect(server.output.contains("once a second job has failed there"))
    let request = try await explain([
      "--status", "400", "--body", #"{"error":{"message":"bad input"}}"#,
    ])
    #expect(request.output.contains("nothing"))
    let limited = try await explain(["--status", "429", "--header", "retry-after:120"])
    #expect(limited.output.contains("the job waits 2m"))
  }

  @Test("a body comes from a file or from stdin")
  func bodies() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let body = #"{"error":{"code":"insufficient_quota","message":"check your plan"}}"#
    try home.write(body, to: "reply.json")
    for (word, input) in [("@reply.json", nil), ("-", body)] {
      let result = try await home.run(
        "explain", "--provider", "openai", "--status", "429", "--body", word, "--json",
        input: input)
      #expect(result.output.contains(#""class":"payment""#), "\(result.errors)")
    }
    let missing = try await home.run("explain", "--status", "429", "--body", "@nothing.json")
    #expect(missing.status == 66)
  }

  @Test(
    "a command line that says nothing, or two things, is refused",
    arguments: [
      [], ["--provider", "openai"], ["--batch", "x", "--job", "1"],
      ["--job", "1", "--status", "4"],
      ["--status", "429", "--header", "retry-after"], ["--transport", "moon"],
    ])
  func usage(arguments: [String]) async throws {
    let result = try await explain(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }
}

@Suite("Explaining many responses", .timeLimit(.minutes(10)))
struct ExplainBatchTests {
  private func batch(_ lines: [String]) async throws -> AuxqResult {
    let home = try AuxqHome()
    defer { home.remove() }
    return try await home.run(
      "explain", "--batch", "-", input: lines.joined(separator: "\n") + "\n")
  }

  private func classes(_ result: AuxqResult) throws -> [String] {
    try result.output.split(separator: "\n").map { line in
      try JSONNode.parse(String(line))["class"]?.string ?? "?"
    }
  }

  @Test("each line is answered by one line in its order")
  func order() async throws {
    let result = try await batch([
      #"{"provider":"openai","dialect":"chat","status":401,"headers":{},"body":"","transport":null}"#,
      #"{"provider":"zai","dialect":null,"status":429,"headers":{},"body":"{\"error\":{\"code\":\"1113\",\"message\":\"x\"}}"}"#,
      "",
      #"{"provider":"x","status":null,"headers":null,"body":null,"transport":"timeout"}"#,
      #"{"provider":"x","status":429,"headers":{"RETRY-AFTER":"Wed, 21 Oct 2015 07:28:30 GMT","Date":"Wed, 21 Oct 2015 07:28:00 GMT"},"body":null,"transport":null}"#,
      #"{"status":200,"body":{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}}"#,
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try classes(result) == ["auth", "payment", "timeout", "rate_limit", "ok"])
    let lines = result.output.split(separator: "\n")
    #expect(lines[3].hasSuffix(#""retry_after_s":30}"#))
    #expect(lines[4] == #"{"class":"ok","scope":null,"rule":null,"retry_after_s":null}"#)
  }

  @Test(
    "every transport word of the contract is understood",
    arguments: [
      ("dns", "connection"), ("refused", "connection"), ("reset", "connection"),
      ("timeout", "timeout"), ("tls", "tls"), ("truncated", "truncated"),
      ("too_large", "invalid_response"), ("redirect", "redirect"),
    ])
  func transport(word: String, name: String) async throws {
    let result = try await batch([#"{"provider":"x","transport":"\#(word)"}"#])
    #expect(try classes(result) == [name])
  }

  @Test("headers may be written as numbers, and their names in any case")
  func lenient() async throws {
    let result = try await batch([
      #"{"status":"429","headers":{"Retry-After":7,"X-Nothing":null}}"#,
      #"{"status":429,"headers":{"retry-after":["9"]}}"#,
    ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(#""retry_after_s":7}"#))
    #expect(result.output.contains(#""retry_after_s":9}"#))
  }

  @Test(
    "a bad line is 65 and named, and what came before it is printed",
    arguments: [
      ("{", "no JSON"), ("[]", "a JSON object"), (#"{"status":"many"}"#, "status"),
      (#"{"status":1.5}"#, "status"), (#"{"headers":"a: b"}"#, "headers"),
      (#"{"headers":{"a":{}}}"#, "header a"), (#"{"transport":"moon"}"#, "transport"),
      (#"{"provider":7}"#, "provider"),
    ])
  func badLine(line: String, word: String) async throws {
    let good = #"{"status":401}"#
    let result = try await batch([good, good, line, good])
    #expect(result.status == 65)
    #expect(try classes(result) == ["auth", "auth"])
    #expect(result.errors.contains("stdin:3"), "\(result.errors)")
    #expect(result.errors.contains(word), "\(result.errors)")
  }

  @Test("hostile bodies get a class: 32 MB, nesting 10,000 deep, no UTF-8")
  func hostile() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    var bytes = Data(#"{"status":500,"body":"\#(deep)"}"#.utf8) + Data("\n".utf8)
    bytes += Data(#"{"status":429,"body":"{\"error\":{\"message\":\""#.utf8)
    bytes += Data([0xC3, 0x28, 0xFF]) + Data(#"\"}}"}"#.utf8) + Data("\n".utf8)
    bytes += Data(#"{"status":200,"body":""#.utf8) + Data(repeating: 0x78, count: 32 << 20)
    bytes += Data("\"}\n".utf8)
    let nested = String(repeating: "{\\\"a\\\":", count: 10_000)
    bytes += Data(#"{"status":402,"body":"\#(nested)"}"#.utf8) + Data("\n".utf8)
    try bytes.write(to: home.folder.appendingPathComponent("replies.ndjson"))
    let result = try await home.run("explain", "--batch", "replies.ndjson")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try classes(result) == ["server_error", "rate_limit", "invalid_response", "payment"])
  }
}
