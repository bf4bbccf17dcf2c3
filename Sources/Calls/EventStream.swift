import Fallback
import JSONText

/// Reads a reply that came as server-sent events, asked for or not:
/// https://html.spec.whatwg.org/multipage/server-sent-events.html
///
/// It counts only with its finish marker: a finish reason, `[DONE]` or `message_stop`.
struct EventStream {
  private(set) var draft = CompletionDraft()
  /// The first error in it; it counts wherever it stands.
  private(set) var error: JSONNode?
  /// Some event was part of a reply.
  private(set) var hasReply = false
  private var messagesFinish: String?
  private var isDone = false
  /// A reason for the end was given, whatever it was.
  private var hasReason = false

  private static let fields = ["data:", "event:", "id:", "retry:"].map { Array($0.utf8) }
  private static let data = Array("data:".utf8)
  private static let event = Array("event:".utf8)
  private static let done = Array("[DONE]".utf8)

  /// Whether a body is one.
  static func isOne(_ body: ArraySlice<UInt8>, contentType: String) -> Bool {
    if body.first == UInt8(ascii: "{") { return false }
    return fields.contains { body.starts(with: $0) }
      || contentType.lowercased().hasPrefix("text/event-stream")
  }

  init(_ body: ArraySlice<UInt8>) {
    var data: [UInt8] = []
    var name = ""
    // Line by line: a list of all of them would be larger than the body.
    var rest = body
    while !rest.isEmpty {
      let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
      rest = rest[line.endIndex...]
      rest = rest.dropFirst(rest.starts(with: [0x0D, 0x0A]) ? 2 : 1)
      if line.isEmpty {
        read(data, name)
        data.removeAll(keepingCapacity: true)
        name = ""
      } else if let value = Self.value(of: Self.data, in: line) {
        if !data.isEmpty { data.append(0x0A) }
        data += value
      } else if let value = Self.value(of: Self.event, in: line) {
        name = String(decoding: value, as: UTF8.self)
      }
    }
    read(data, name)
    if let messagesFinish {
      draft.finish = MessagesDialect.finish(messagesFinish, hasText: !draft.text.isEmpty)
    }
    // The end of the stream was said, and no reason for it.
    if isDone, !hasReason { draft.finish = .stop }
  }

  private static func value(of field: [UInt8], in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard line.starts(with: field) else { return nil }
    let value = line.dropFirst(field.count)
    return value.first == 0x20 ? value.dropFirst() : value
  }

  private mutating func read(_ data: [UInt8], _ name: String) {
    if data == Self.done { isDone = true }
    guard !data.isEmpty, error == nil,
      let node = try? JSONNode.parse(
        data, as: .strict, maxDepth: ReplyReader.maxDepth, maxValues: ReplyReader.maxValues)
    else { return }
    if name == "error" || node["error"]?.isFilled ?? false || node["type"]?.string == "error" {
      error = node
    } else if let choice = node["choices"]?.elements?.first {
      chat(choice, node)
    } else if let type = node["type"]?.string {
      messages(type, node)
    }
    if draft.servedModel == nil { draft.servedModel = node["model"]?.string }
    draft.read(usage: node["usage"])
    readGroq(node["x_groq"])
  }

  private mutating func chat(_ choice: JSONNode, _ node: JSONNode) {
    hasReply = true
    if choice["error"]?.isFilled ?? false { error = choice }
    if let delta = choice["delta"], delta.members != nil {
      draft.read(message: delta)
    } else if let message = choice["message"], message.members != nil {
      // The whole once more at the end (MiniMax), or a server that does not stream.
      draft.text = ""
      draft.read(message: message)
    } else if let text = choice["text"]?.string {
      draft.text += text
    }
    if let word = choice["finish_reason"]?.string {
      draft.finish = CompletionDraft.finish(word)
      hasReason = true
    }
    // Moonshot counts beside the finish reason.
    draft.read(usage: choice["usage"])
    draft.requestID = draft.requestID ?? node["id"]?.string
  }

  /// Groq's counts where no others are asked for, and its word that a stream was given up.
  private mutating func readGroq(_ own: JSONNode?) {
    guard let own, own.members != nil else { return }
    draft.read(usage: own["usage"])
    if own["error"]?.isFilled ?? false, error == nil { error = own }
  }

  private mutating func messages(_ type: String, _ node: JSONNode) {
    switch type {
    case "message_start":
      hasReply = true
      draft.requestID = node["message"]?["id"]?.string
      draft.servedModel = node["message"]?["model"]?.string
      draft.read(usage: node["message"]?["usage"])
    case "content_block_start":
      if let part = node["content_block"] { draft.read(part: part) }
    case "content_block_delta":
      if let part = node["delta"] { draft.read(part: part) }
    case "message_stop": isDone = true
    case "message_delta":
      messagesFinish = node["delta"]?["stop_reason"]?.string ?? messagesFinish
      hasReason = messagesFinish != nil
    default: break
    }
  }
}
