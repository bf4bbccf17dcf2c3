import JSONText

/// A conversation with what compression has to know of each message.
struct Transcript: Sendable {
  struct ToolCall: Sendable, Equatable {
    var id: String
    var name: String
    var arguments: String
  }

  struct Turn: Sendable {
    var message: ChatMessage
    var tokens: Int
    var calls: [ToolCall] = []
    /// Ids of the calls that it answers.
    var answers: [String] = []
    /// Index of the first message of its unit: a message with calls and all their results.
    var unit: Int
    /// It answers a call that no message before it makes.
    var isOrphan = false

    var isSystem: Bool { message.role == "system" || message.role == "developer" }
    /// Said by the person, not only a container for tool results.
    var isRequest: Bool { message.role == "user" && (answers.isEmpty || hasText) }

    private var hasText: Bool {
      (message.node["content"]?.elements ?? []).contains {
        $0["type"]?.string == "text" && !AnswerText.trimmed($0["text"]?.string ?? "").isEmpty
      }
    }
  }

  let chat: ChatMessages
  private(set) var turns: [Turn] = []
  /// Tokens of everything beside the messages: tool schemas and the like.
  let overhead: Int

  /// - Parameter source: UTF-8.
  /// - Throws: `InputError` where it is no conversation.
  init(_ source: [UInt8]) throws(InputError) {
    chat = try ChatMessages(source)
    let first = chat.messages.first?.range.lowerBound ?? 0
    let last = chat.messages.last?.range.upperBound ?? 0
    overhead =
      chat.shape == .object
      ? TokenEstimate.tokens(source, in: 0..<first)
        + TokenEstimate.tokens(source, in: last..<source.count)
      : 0
    var latest: [String: Int] = [:]
    for (index, message) in chat.messages.enumerated() {
      add(message, at: index, &latest)
    }
  }

  var source: [UInt8] { chat.source }
  var tokens: Int { turns.reduce(overhead) { $0 + $1.tokens } }
  func tokens(of indices: some Sequence<Int>) -> Int { indices.reduce(0) { $0 + turns[$1].tokens } }
  func bytes(_ index: Int) -> ArraySlice<UInt8> { source[turns[index].message.range] }

  private mutating func add(_ message: ChatMessage, at index: Int, _ latest: inout [String: Int]) {
    var turn = Turn(message: message, tokens: MessageTokens.count(message, in: source), unit: index)
    turn.calls = ToolUse.calls(of: message)
    turn.answers = ToolUse.answers(of: message)
    for answer in turn.answers {
      if let caller = latest[answer] {
        turn.unit = min(turn.unit, turns[caller].unit)
      } else {
        turn.isOrphan = true
      }
    }
    for call in turn.calls { latest[call.id] = index }
    turns.append(turn)
  }

  /// The call that a message answers first.
  func call(answeredBy index: Int) -> ToolCall? {
    turns[index].answers.first.flatMap { call($0, before: index) }
  }

  /// The newest call of an id before a message.
  func call(_ id: String, before index: Int) -> ToolCall? {
    turns[..<index].last { $0.calls.contains { $0.id == id } }?.calls.first { $0.id == id }
  }

  /// Calls without a result, except those of the last unit, which may still be under way.
  var unansweredCalls: Int {
    var open: [String: Int] = [:]
    var missing = 0
    for (index, turn) in turns.enumerated() {
      for answer in turn.answers { open[answer] = nil }
      for call in turn.calls {
        if open[call.id] != nil { missing += 1 }
        open[call.id] = index
      }
    }
    let last = turns.last { !$0.isSystem }?.unit
    return missing + open.values.count { turns[$0].unit != last }
  }
}

/// Estimates what a message costs.
enum MessageTokens {
  /// The whole object counts, ids and names too; an image has a price of its own.
  static func count(_ message: ChatMessage, in source: [UInt8]) -> Int {
    var thousandths = 0
    var start = message.range.lowerBound
    let images = ImageParts.nodes(in: message.node["content"]).map(\.range)
    for image in images {
      thousandths += TokenEstimate.thousandths(source, in: start..<image.lowerBound)
      start = image.upperBound
    }
    thousandths += TokenEstimate.thousandths(source, in: start..<message.range.upperBound)
    return (thousandths + 999) / 1000 + TokenEstimate.perMessage
      + images.count * TokenEstimate.perImage
  }
}

/// Reads tool calls and results, of chat completions and of content blocks.
enum ToolUse {
  static func calls(of message: ChatMessage) -> [Transcript.ToolCall] {
    var calls = (message.node["tool_calls"]?.elements ?? []).compactMap {
      call -> Transcript.ToolCall? in
      guard let id = call["id"]?.string else { return nil }
      let function = call["function"]
      return Transcript.ToolCall(
        id: id, name: function?["name"]?.string ?? "tool",
        arguments: function?["arguments"]?.string ?? "")
    }
    if let call = message.node["function_call"], let name = call["name"]?.string {
      calls.append(
        Transcript.ToolCall(
          id: "function:" + name, name: name, arguments: call["arguments"]?.string ?? ""))
    }
    for part in parts(message, of: "tool_use") {
      guard let id = part["id"]?.string else { continue }
      let arguments = part["input"].map { String(decoding: JSONValue($0).encoded(), as: UTF8.self) }
      calls.append(
        Transcript.ToolCall(
          id: id, name: part["name"]?.string ?? "tool", arguments: arguments ?? ""))
    }
    return calls
  }

  static func answers(of message: ChatMessage) -> [String] {
    switch message.role {
    case "tool": [message.node["tool_call_id"]?.string ?? ""]
    case "function": ["function:" + (message.node["name"]?.string ?? "")]
    default: parts(message, of: "tool_result").compactMap { $0["tool_use_id"]?.string }
    }
  }

  private static func parts(_ message: ChatMessage, of type: String) -> [JSONNode] {
    (message.node["content"]?.elements ?? []).filter { $0["type"]?.string == type }
  }
}
