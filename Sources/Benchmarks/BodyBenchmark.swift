import Calls
import Fallback
import Foundation
import JSONText
import Kinds

/// Bodies beside Foundation's coders: a long reply read, a long request built.
struct BodyBenchmark {
  var runs = 5
  private static let rounds = 200

  func report() throws {
    print("bodies, median of \(runs), Foundation in the same run")
    try reading()
    try building()
  }

  private struct Reply: Codable {
    struct Choice: Codable {
      struct Message: Codable { var role, content: String }
      var index: Int
      var message: Message
      var finish_reason: String
    }
    struct Usage: Codable { var prompt_tokens, completion_tokens: Int }
    var id, model: String
    var choices: [Choice]
    var usage: Usage
  }

  private struct Request: Codable {
    struct Message: Codable { var role, content: String }
    var model: String
    var messages: [Message]
    var max_tokens: Int
    var temperature: Double
  }

  /// Text with an escape about every 30 bytes and some UTF-8.
  private static func text(_ bytes: Int) -> String {
    var text = ""
    let line = "The quick brown fox says \"no\"\nund geht über die Brücke: <b>42</b> Schritte\n"
    while text.utf8.count < bytes { text += line }
    return text
  }

  private func reading() throws {
    let reply = Reply(
      id: "chatcmpl-1", model: "m",
      choices: [
        .init(
          index: 0, message: .init(role: "assistant", content: Self.text(98_000)),
          finish_reason: "stop")
      ], usage: .init(prompt_tokens: 1, completion_tokens: 2))
    let body = try JSONEncoder().encode(reply)
    let bytes = [UInt8](body)
    try compare("a \(bytes.count / 1_000) KB reply read", limit: 0.6) {
      let http = HTTPReply(
        status: 200, headers: [("content-type", "application/json")], body: bytes)
      let reader = ReplyReader(http, provider: "m", allowsLength: false, now: 0)
      return reader.completion?.text.utf8.count ?? 0
    } foundation: {
      try JSONDecoder().decode(Reply.self, from: body).choices[0].message.content.utf8.count
    }
    try parts(of: bytes)
  }

  /// What a worker does with a reply, one thing after the other.
  private func parts(of bytes: [UInt8]) throws {
    let reply = HTTPReply(
      status: 200, headers: [("content-type", "application/json")], body: bytes)
    let digest = ReplyReader(reply, provider: "m", allowsLength: false, now: 0)
    guard let completion = digest.completion else { throw BenchmarkError("no reply was read") }
    let redactor = Redactor()
    for number in 0..<3 {
      let key = (0..<40).map { UInt8(97 + ($0 * 7 + number) % 26) }
      redactor.learn(Secret(String(decoding: key, as: UTF8.self)))
    }
    let events = try Self.streamed(completion.text)
    let kind = try KindCatalog(userFolder: nil).definition(named: "prompt")
    var program = try kind.makeProgram(input: Array("Say something long.".utf8))
    _ = program.next(.start)
    try part("the tree built") { try JSONNode.parse(bytes).range.count }
    try part("its text, without reasoning") {
      ReplyReader(reply, provider: "m", allowsLength: false, now: 0).completion?.text.utf8.count
        ?? 0
    }
    try part("three keys kept out of it") { redactor.hidingKnown(in: completion.text).utf8.count }
    try part("checked as the answer to a prompt") {
      var program = program
      guard
        case .finish(.succeeded(let result, _, _)) = program.next(.completed([.text(completion)]))
      else { return 0 }
      return result.count
    }
    try part("\(events.count / 1_000) KB of events read instead") {
      let reply = HTTPReply(
        status: 200, headers: [("content-type", "text/event-stream")], body: events)
      return ReplyReader(reply, provider: "m", allowsLength: false, now: 0).completion?.text.utf8
        .count ?? 0
    }
    try part("an error of its size told without secrets") { redactor.redact(bytes).count }
  }

  /// The same text in events of some 20 bytes of text each.
  private static func streamed(_ text: String) throws -> [UInt8] {
    let characters = Array(text)
    var events = ""
    for start in stride(from: 0, to: characters.count, by: 20) {
      let piece = String(characters[start..<min(start + 20, characters.count)])
      let quoted = String(decoding: try JSONEncoder().encode(piece), as: UTF8.self)
      events +=
        #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"#
        + #""model":"m","choices":[{"index":0,"delta":{"content":\#(quoted)},"#
        + "\"finish_reason\":null}]}\n\n"
    }
    events += #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    return Array((events + "\n\ndata: [DONE]\n\n").utf8)
  }

  private func part(_ name: String, _ body: () throws -> Int) throws {
    var values: [Double] = []
    for _ in 0..<runs { values.append(try microseconds(body)) }
    print("    \(name): µs \(Spread(values: values))")
  }

  private func building() throws {
    let content = Self.text(200_000)
    try compare("a 200 KB request built", limit: 0.7) {
      var writer = JSONWriter(reserving: 240_000)
      writer.value([["role": "user", "content": .string(content)]])
      let route = Route(provider: "m", baseURL: "http://127.0.0.1:1", model: "m")
      let script = CallScript(
        plan: Plan(mode: .auto, routes: [route], policy: Policy()),
        request: CompletionRequest(
          messages: writer.finished(), maxOutputTokens: 500, temperature: 0.3),
        jobID: 1, source: KeylessSource(), redactor: Redactor(), now: { 0 },
        journal: { _, _ in })
      let order = SendOrder(
        route: 0, credential: nil, baseURL: route.baseURL, model: "m", adjustments: [],
        connectTimeout: 1, totalTimeout: 1)
      return script.httpRequest(order).body.count
    } foundation: {
      try JSONEncoder().encode(
        Request(
          model: "m", messages: [.init(role: "user", content: content)], max_tokens: 500,
          temperature: 0.3)
      ).count
    }
  }

  private func compare(
    _ name: String, limit: Double, _ ours: () throws -> Int, foundation: () throws -> Int
  ) throws {
    var ratios: [Double] = []
    var own: [Double] = []
    for _ in 0..<runs {
      let first = try microseconds(ours)
      let second = try microseconds(foundation)
      own.append(first)
      ratios.append(first / second)
    }
    print(
      "  \(name): x Foundation \(Spread(values: ratios)) (at most \(limit)), µs \(Spread(values: own))"
    )
  }

  private func microseconds(_ body: () throws -> Int) throws -> Double {
    var sum = 0
    let began = DispatchTime.now().uptimeNanoseconds
    for _ in 0..<Self.rounds { sum &+= try body() }
    guard sum > 0 else { throw BenchmarkError("nothing was read or written") }
    return Double(DispatchTime.now().uptimeNanoseconds - began) / 1e3 / Double(Self.rounds)
  }
}
