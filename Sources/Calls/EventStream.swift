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

  private static let data = Array("data:".utf8)
  private static let event = Array("event:".utf8)
  private static let done = Array("[DONE]".utf8)

  /// Whether a body is one.
  static func isOne(_ body: ArraySlice<UInt8>, contentType: String) -> Bool {
    if ["data:", "event:", "id:", "retry:"].contains(where: { body.starts(with: Array($0.utf8)) }) {
      return true
    }
    return contentType.lowercased().hasPrefix("text/event-stream") && body.first != 0x7B
  }

  init(_ body: ArraySlice<UInt8>) {
    var data: [UInt8] = []
    var name = ""
    // Line by line: a list of all of them would be larger than the body.
    var rest = body
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      let line = rest[..<end].last == 0x0D ? rest[..<end].dropLast() : rest[..<end]
      rest = rest[min(end + 1, rest.endIndex)...]
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
    if isDone, draft.finish == .missing { draft.finish = .stop }
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
  }

  private mutating func chat(_ choice: JSONNode, _ node: JSONNode) {
    hasReply = true
    if choice["error"]?.isFilled ?? false { error = choice }
    if let delta = choice["delta"] ?? choice["message"] { draft.read(message: delta) }
    if let word = choice["finish_reason"]?.string { draft.finish = CompletionDraft.finish(word) }
    draft.requestID = draft.requestID ?? node["id"]?.string
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
    default: break
    }
  }
}
