import Foundation
import JSONText
import Simulator
import Testing

/// Replies that are made to cost memory, time or the stack.
@Suite("Hostile replies", .timeLimit(.minutes(10)))
struct HostileReplyTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var name: String
    var status = 200
    var before = ""
    var unit: [UInt8]
    var after = ""
    var count: Int?
    var type = "application/json"
    var `class`: String
    var testDescription: String { name }

    /// Eight megabytes where no count is given.
    var behaviour: Behaviour {
      var body = Array(before.utf8)
      let times = count ?? (8 << 20) / unit.count
      body.reserveCapacity(body.count + times * unit.count + after.utf8.count)
      for _ in 0..<times { body += unit }
      return .reply(status, headers: [("Content-Type", type)], body: body + Array(after.utf8))
    }
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  static let shapes = [
    Shape(
      name: "arrays", before: #"{"x":["#, unit: bytes("[],"), after: "1]}",
      class: "invalid_response"),
    Shape(
      name: "arrays in an error", status: 500, before: #"{"error":["#, unit: bytes("[1],"),
      after: "1]}", class: "server_error"),
    Shape(
      name: "numbers", status: 429, before: "[", unit: bytes("1,"), after: "1]", class: "rate_limit"
    ),
    Shape(
      name: "members", before: "{", unit: bytes(#""k":1,"#), after: #""z":1}"#,
      class: "invalid_response"),
    Shape(
      name: "escapes", status: 400, before: #"{"error":{"message":""#, unit: bytes(#"\u0041"#),
      after: #""}}"#, class: "invalid_request"),
    Shape(
      name: "one string", status: 429, before: #"{"error":{"message":""#, unit: bytes("a"),
      after: #""}}"#, class: "rate_limit"),
    Shape(
      name: "one key", status: 400, before: #"{"error":{""#, unit: bytes("k"), after: #"":1}}"#,
      class: "invalid_request"),
    Shape(name: "spaces", unit: bytes(" "), class: "invalid_response"),
    Shape(
      name: "lines before an end that is missing", before: #"{"a":"#, unit: bytes("\n"),
      class: "invalid_response"),
    Shape(
      name: "events", unit: bytes("data: {}\n\n"), count: 200_000, type: "text/event-stream",
      class: "invalid_response"),
    Shape(
      name: "empty lines of a stream", before: "data: {}\n", unit: bytes("\n"), count: 1 << 20,
      type: "text/event-stream", class: "invalid_response"),
    Shape(
      name: "nesting", status: 500, unit: bytes("["), count: 10_000, class: "server_error"),
    Shape(
      name: "nested objects", unit: bytes(#"{"error":"#), count: 10_000,
      class: "invalid_response"),
    Shape(name: "no UTF-8", unit: [0xFF], class: "invalid_response"),
    Shape(
      name: "no UTF-8 in a text", status: 402, before: #"{"error":{"message":""#, unit: [0xE9],
      after: #""}}"#, class: "payment"),
    Shape(
      name: "tags without an end", before: #"{"choices":[{"message":{"content":"x"#,
      unit: bytes(" <think> y"), after: #""}}]}"#, count: 50_000,
      class: "truncated"),
  ]

  @Test("any shape gets its class, at a bounded cost in memory")
  func bounded() async throws {
    let provider = try SimulatedProvider.start()
    let home = try AuxqHome(
      config: """
        { main: { provider: "p", model: "m" }, retry: { transient: 0 }, health: { max: 0 },
          providers: { p: { base_url: "\(provider.url)/v1" } } }
        """)
    defer { home.remove() }
    let worker = try home.start(["work", "--concurrency", "1"])
    defer { worker.kill() }
    for shape in Self.shapes {
      provider.enqueue([shape.behaviour])
      let added = try await home.run("enqueue", "prompt", "--max-attempts", "1", input: "Hi.")
      let id = try #require(Int(added.output.split(separator: "\n").first ?? ""))
      _ = try await home.run("wait", "\(id)")
      let job = try await home.show(id)
      let call = job["attempts"]?.elements?.first?["calls"]?.elements?.first
      #expect(call?["class"]?.string == shape.class, "\(shape.name)")
    }
    // The same for any length of reply: a tree of values may cost some fifty megabytes, the bytes
    // themselves a few times their size. What is unbounded costs hundreds.
    let peak = try #require(Self.peakMegabytes(worker.process.processIdentifier))
    #expect(peak < 200, "\(peak) MB")
  }

  /// The most memory that a process has had.
  private static func peakMegabytes(_ pid: Int32) -> Int? {
    let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1_024 }
  }
}
