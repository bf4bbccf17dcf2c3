import JSONText

/// Shortens old turns without a model: often that is enough.
struct Pruning {
  private let transcript: Transcript
  private let plan: CompressionPlan
  private let keptResults: Int

  /// One place of a message with what shall stand there.
  private struct Cut {
    var index: Int
    var edit: JSONEdit
    /// Tokens, about.
    var saved: Int
  }

  init(_ transcript: Transcript, _ plan: CompressionPlan, keptResults: Int) {
    self.transcript = transcript
    self.plan = plan
    self.keptResults = keptResults
  }

  /// - Parameter goal: Tokens of the whole conversation.
  /// - Returns: The new conversation and the messages that changed, as few as are needed; nil where
  ///   all would not be enough.
  func pruned(reaching goal: Int) -> (output: [UInt8], changed: Set<Int>)? {
    var taken: [Cut] = []
    var total = transcript.tokens
    for cut in duplicates() + images() + thoughts() + largeResults() + largeArguments() {
      if total <= goal { break }
      guard cut.saved > 20, !taken.contains(where: { $0.edit.range.overlaps(cut.edit.range) })
      else { continue }
      taken.append(cut)
      total -= cut.saved
    }
    guard total <= goal, !taken.isEmpty,
      let output = try? JSONEdit.apply(taken.map(\.edit), to: transcript.source)
    else { return nil }
    return withoutSecrets(output, changed: Set(taken.map(\.index)))
  }

  /// What would have given way shall hold no secrets where it stays, either.
  private func withoutSecrets(
    _ output: [UInt8], changed: Set<Int>
  ) -> (output: [UInt8], changed: Set<Int>)? {
    guard let after = try? Transcript(output), after.turns.count == transcript.turns.count else {
      return nil
    }
    var changed = changed
    var edits: [JSONEdit] = []
    for index in plan.replaced {
      let text = String(decoding: after.bytes(index), as: UTF8.self)
      let clean = SecretShapes.redacted(text)
      guard clean != text else { continue }
      guard (try? JSONNode.parse(clean)) != nil else { return nil }
      edits.append(JSONEdit(after.turns[index].message.range, Array(clean.utf8)))
      changed.insert(index)
    }
    guard let clean = try? JSONEdit.apply(edits, to: output) else { return nil }
    return (clean, changed)
  }

  private func cut(_ index: Int, _ node: JSONNode, to value: JSONValue) -> Cut {
    let new = value.encoded()
    let old = TokenEstimate.tokens(transcript.source, in: node.range)
    return Cut(
      index: index, edit: JSONEdit(node.range, new), saved: old - TokenEstimate.tokens(new))
  }

  // MARK: Tool results

  /// A result with the node that holds its content: a message of its own, or a block.
  private struct ToolResult {
    var index: Int
    var id: String
    var content: JSONNode
    var text: String
  }

  private func results(of indices: some Sequence<Int>) -> [ToolResult] {
    indices.flatMap { index -> [ToolResult] in
      let message = transcript.turns[index].message
      if message.role == "tool" || message.role == "function" {
        guard let content = message.node["content"], !content.isNull else { return [] }
        let id = transcript.turns[index].answers.first ?? ""
        return [ToolResult(index: index, id: id, content: content, text: message.text)]
      }
      return (message.node["content"]?.elements ?? []).compactMap { block in
        guard block["type"]?.string == "tool_result", let content = block["content"] else {
          return nil
        }
        return ToolResult(
          index: index, id: block["tool_use_id"]?.string ?? "", content: content,
          text: ChatMessage.text(of: content))
      }
    }
  }

  /// Results that a later message repeats word for word.
  private func duplicates() -> [Cut] {
    var seen: Set<String> = []
    var found: [Cut] = []
    let candidates = Set(plan.replaced)
    for result in results(of: transcript.turns.indices).reversed() {
      guard result.text.utf8.count >= 200 else { continue }
      if !seen.insert(result.text).inserted, candidates.contains(result.index) {
        found.append(
          cut(result.index, result.content, to: "[left out: a later result says the same]"))
      }
    }
    return found.reversed()
  }

  private func largeResults() -> [Cut] {
    results(of: plan.replaced).dropLast(keptResults).compactMap { result in
      guard result.text.utf8.count > 400 else { return nil }
      return cut(result.index, result.content, to: .string(oneLine(result)))
    }
  }

  /// Tool, target, size, and the line that most likely matters.
  private func oneLine(_ result: ToolResult) -> String {
    let call = transcript.call(result.id, before: result.index)
    let target = call.map { "\($0.name)(\(String($0.arguments.prefix(80))))" } ?? "a tool"
    let lines = result.text.split(whereSeparator: \.isNewline)
    let line = lines.first(where: { ErrorLine.isLikely($0) }) ?? lines.first ?? ""
    return
      "[result of \(target), \(result.text.utf8.count) bytes, left out: \(String(line.prefix(160)))]"
  }

  // MARK: Other large things

  private func images() -> [Cut] {
    plan.replaced.flatMap { index in
      ImageParts.nodes(in: transcript.turns[index].message.node["content"]).map { part in
        let size = part.range.count
        let note: JSONValue = [
          "type": "text", "text": .string("[image left out, \(size) bytes]"),
        ]
        return Cut(
          index: index, edit: JSONEdit(part.range, note.encoded()),
          saved: TokenEstimate.perImage - 20)
      }
    }
  }

  private func thoughts() -> [Cut] {
    plan.replaced.compactMap { index in
      let message = transcript.turns[index].message
      guard message.role == "assistant", let content = message.node["content"],
        let text = content.string, text.contains("</")
      else { return nil }
      let stripped = ThinkTags.stripped(from: text)
      guard stripped.utf8.count < text.utf8.count, !AnswerText.trimmed(stripped).isEmpty else {
        return nil
      }
      return cut(index, content, to: .string(stripped))
    }
  }

  /// Long strings inside the arguments of old calls; what is left is JSON as it was.
  private func largeArguments() -> [Cut] {
    plan.replaced.flatMap { index in
      (transcript.turns[index].message.node["tool_calls"]?.elements ?? []).compactMap { call in
        guard let node = call["function"]?["arguments"], let text = node.string,
          text.utf8.count > 600, let root = try? JSONNode.parse(text)
        else { return nil }
        return cut(
          index, node,
          to: .string(String(decoding: Self.shortened(root).encoded(), as: UTF8.self)))
      }
    }
  }

  private static func shortened(_ node: JSONNode) -> JSONValue {
    switch node.kind {
    case .string(let text) where text.utf8.count > 200:
      .string("\(text.prefix(80)) [… \(text.utf8.count) bytes left out]")
    case .array(let values): .array(values.map(shortened))
    case .object(let members):
      .object(members.map { JSONPair($0.key, shortened($0.value)) })
    case .string, .null, .bool, .number: JSONValue(node)
    }
  }
}

/// Finds parts that hold images.
enum ImageParts {
  /// - Returns: In the order of the source; also those inside tool results.
  static func nodes(in content: JSONNode?) -> [JSONNode] {
    (content?.elements ?? []).flatMap { part -> [JSONNode] in
      let type = part["type"]?.string ?? ""
      if type.contains("image") { return [part] }
      return type == "tool_result" ? nodes(in: part["content"]) : []
    }
  }
}
