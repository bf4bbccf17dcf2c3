import JSONText
import Spelling

/// One message of a conversation, where it stands in the source.
struct ChatMessage: Sendable {
  var role: String
  /// Bytes of the whole object.
  var range: Range<Int>
  var node: JSONNode
}

/// A conversation as chat APIs take it: an array, an object with `messages`, or JSON lines.
struct ChatMessages: Sendable {
  enum Shape: Sendable { case array, object, lines }

  static let roles: Set<String> = ["system", "developer", "user", "assistant", "tool", "function"]

  let source: [UInt8]
  private(set) var shape: Shape
  private(set) var messages: [ChatMessage] = []

  /// - Parameter source: UTF-8; a byte order mark is skipped.
  /// - Throws: `InputError` with line and column of the mistake.
  init(_ source: [UInt8]) throws(InputError) {
    self.source = source
    let first = Self.firstByte(of: source)
    shape = first == UInt8(ascii: "[") ? .array : .object
    let parsed = Self.parsed(source)
    switch parsed {
    case .success(let root): try read(root)
    case .failure(let error):
      guard first == UInt8(ascii: "{"), error.code == .trailingContent else {
        throw Self.error(error.code.phrase, line: error.line, column: error.column)
      }
      shape = .lines
      try readLines()
    }
    if messages.isEmpty { throw InputError(.empty, "holds no message") }
  }

  private static func parsed(_ source: [UInt8]) -> Result<JSONNode, JSONError> {
    do throws(JSONError) {
      return .success(try JSONNode.parse(source, maxDepth: 256))
    } catch {
      return .failure(error)
    }
  }

  private mutating func read(_ root: JSONNode) throws(InputError) {
    if let elements = root.elements { return try add(elements) }
    if let list = root["messages"] {
      guard let elements = list.elements else {
        throw mistake("\"messages\" must be an array", at: list.range.lowerBound)
      }
      return try add(elements)
    }
    guard root.members != nil, root["role"] != nil else {
      throw mistake(
        "must be an array of messages, an object with \"messages\", or JSON lines",
        at: root.range.lowerBound)
    }
    shape = .lines
    try add([root])
  }

  private mutating func readLines() throws(InputError) {
    var start = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    while start < source.count {
      var end = start
      while end < source.count, source[end] != 0x0A { end += 1 }
      if source[start..<end].contains(where: { !isSpace($0) }) {
        try add([try Self.line(source, start..<end, number: line)])
      }
      start = end + 1
      line += 1
    }
  }

  private static func line(
    _ source: [UInt8], _ range: Range<Int>, number: Int
  ) throws(InputError) -> JSONNode {
    do throws(JSONError) {
      return try JSONNode.parse(Array(source[range]), maxDepth: 256).moved(by: range.lowerBound)
    } catch {
      throw Self.error(error.code.phrase, line: number, column: error.column)
    }
  }

  private mutating func add(_ nodes: [JSONNode]) throws(InputError) {
    for node in nodes {
      let place = node.range.lowerBound
      guard node.members != nil else { throw mistake("a message must be an object", at: place) }
      guard let role = node["role"]?.string else {
        throw mistake("a message must have a \"role\"", at: place)
      }
      guard Self.roles.contains(role) else {
        var error = mistake("unknown role", at: node["role"]?.range.lowerBound ?? place)
        error.suggestion = Spelling.closest(to: role, among: Self.roles.sorted())
        throw error
      }
      try checkContent(node, role: role)
      messages.append(ChatMessage(role: role, range: node.range, node: node))
    }
  }

  private func checkContent(_ node: JSONNode, role: String) throws(InputError) {
    guard let content = node["content"] else {
      if role == "assistant" { return }
      throw mistake("a \(role) message must have \"content\"", at: node.range.lowerBound)
    }
    let isFine =
      switch content.kind {
      case .string, .null: true
      case .array(let parts): parts.allSatisfy { $0.members != nil || $0.string != nil }
      case .object, .bool, .number: false
      }
    if !isFine {
      throw mistake(
        "\"content\" must be a string, an array of parts or null", at: content.range.lowerBound)
    }
  }

  private func mistake(_ detail: String, at offset: Int) -> InputError {
    let place = LineMap(source).position(at: offset)
    return Self.error(detail, line: place.line, column: place.column)
  }

  private static func error(_ detail: String, line: Int, column: Int) -> InputError {
    InputError(.badMessages, detail, line: line, column: column)
  }

  private static func firstByte(of source: [UInt8]) -> UInt8? {
    let start = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return source.dropFirst(start).first { !isSpace($0) }
  }

  /// Whether a text that might as well be prose is meant as messages.
  static func seems(_ text: [UInt8]) -> Bool {
    guard let first = text.first(where: { !isSpace($0) }), first == 0x5B || first == 0x7B else {
      return false
    }
    let head = text.prefix(4096).filter { !isSpace($0) }
    let start = String(decoding: head, as: UTF8.self)
    if start.hasPrefix("[{") { return start.contains("\"role\":") }
    return start.hasPrefix("{") && start.contains("\"messages\":[")
  }
}

extension JSONNode {
  /// The same tree, with ranges that count from further ahead.
  fileprivate func moved(by offset: Int) -> JSONNode {
    let range = (self.range.lowerBound + offset)..<(self.range.upperBound + offset)
    switch kind {
    case .array(let values):
      return JSONNode(kind: .array(values.map { $0.moved(by: offset) }), range: range)
    case .object(let members):
      let moved = members.map { member in
        JSONMember(
          key: member.key,
          keyRange: (member.keyRange.lowerBound + offset)..<(member.keyRange.upperBound + offset),
          value: member.value.moved(by: offset))
      }
      return JSONNode(kind: .object(moved), range: range)
    case .null, .bool, .number, .string: return JSONNode(kind: kind, range: range)
    }
  }
}

extension ChatMessage {
  /// The text of its content; other parts appear as their type in brackets.
  var text: String { Self.text(of: node["content"]) }

  static func text(of content: JSONNode?) -> String {
    guard let content else { return "" }
    if let text = content.string { return text }
    return (content.elements ?? []).map { part in
      if let text = part.string ?? part["text"]?.string { return text }
      if let inner = part["content"] { return text(of: inner) }
      return "[\(part["type"]?.string ?? "part")]"
    }.joined(separator: "\n")
  }
}
