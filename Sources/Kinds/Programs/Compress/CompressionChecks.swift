/// Looks at a compressed conversation with fresh eyes: it is read again from its bytes.
struct CompressionChecks {
  let before: Transcript
  /// Messages that must be there unchanged.
  let isKept: [Bool]
  /// Number of messages that were put in.
  let inserted: Int

  /// - Returns: Every check with its outcome, and the tokens of the new conversation.
  func run(on output: [UInt8]) -> (checks: [(name: String, isPassed: Bool)], tokens: Int?) {
    guard let after = try? Transcript(output) else { return ([("json", false)], nil) }
    return (
      [
        ("json", after.chat.shape == before.chat.shape),
        ("kept-identical", keptIdentical(after)),
        ("surroundings-identical", surroundingsIdentical(after)),
        ("tool-pairs", !after.turns.contains(where: \.isOrphan) && after.unansweredCalls == 0),
        ("roles", rolesAreLegal(after)),
        // Less than that is not worth the loss, and would be due again at once.
        ("gain", after.tokens * 20 <= before.tokens * 19),
      ], after.tokens
    )
  }

  /// The kept messages are there, in order, byte for byte, and nothing else but what was put in.
  private func keptIdentical(_ after: Transcript) -> Bool {
    let kept = before.turns.indices.filter { isKept[$0] }
    var next = 0
    var others = 0
    for index in after.turns.indices {
      if next < kept.count, after.bytes(index) == before.bytes(kept[next]) {
        next += 1
      } else {
        others += 1
      }
    }
    return next == kept.count && others == inserted
  }

  private func surroundingsIdentical(_ after: Transcript) -> Bool {
    func ends(_ transcript: Transcript) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
      let first = transcript.turns.first?.message.range.lowerBound ?? 0
      let last = transcript.turns.last?.message.range.upperBound ?? 0
      return (transcript.source[..<first], transcript.source[last...])
    }
    let (old, new) = (ends(before), ends(after))
    return old.0.elementsEqual(new.0) && old.1.elementsEqual(new.1)
  }

  /// A conversation opens with the person where it did before, and ends as it did.
  private func rolesAreLegal(_ after: Transcript) -> Bool {
    let first = after.turns.first { !$0.isSystem }?.message.role
    let firstBefore = before.turns.first { !$0.isSystem }?.message.role
    let isOpening = first == "user" || (first == firstBefore && first == "assistant")
    return isOpening && after.turns.last?.message.role == before.turns.last?.message.role
  }
}
