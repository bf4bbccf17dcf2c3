import Fallback

/// What becomes of a part that no model takes, or that is longer than every window.
extension MapReduce {
  /// What no model takes is cut in two; what stays is a gap or the end, as the policy says.
  mutating func giveUp(_ index: Int, _ reason: String) -> Progress? {
    let isPartial = prompts.variables["policy"] == "partial"
    guard case .chunk(let chunk) = items[index].work, !isWhole || isPartial else {
      return refused(index, reason)
    }
    let poison = items[index].poison
    if poison < Self.mostPoisonSplits, splitItem(index) {
      for half in [index, index + 1] { items[half].poison = poison + 1 }
      return nil
    }
    guard isPartial, items.count > 1 else { return refused(index, reason) }
    gaps.append(Gap(range: chunk.range, reason: reason))
    gaps.sort { $0.range.lowerBound < $1.range.lowerBound }
    items[index].result = "[This part of the text could not be read.]"
    let isAllLost = gaps.count == items.count
    return isAllLost ? refused(index, reason) : nil
  }

  func refused(_ index: Int, _ reason: String) -> Progress {
    let what = reason == "check" ? "gave no usable answer for" : "would not take"
    return .failed(
      class: reason, message: "the model \(what) \(label(of: index))",
      hint: isWhole ? nil : "`--set policy=partial` goes on without such a part")
  }

  /// Puts two halves in the place of an item; false where it cannot be cut.
  mutating func splitItem(_ index: Int) -> Bool {
    switch items[index].work {
    case .chunk(let chunk):
      guard chunk.range.count > 1, let halves = Chunker.halves(of: chunk, in: text) else {
        return false
      }
      isWhole = false
      items.replaceSubrange(index...index, with: halves.map { Item(work: .chunk($0)) })
      chunks = max(chunks, items.count)
      return true
    case .group(let texts):
      guard texts.count > 1 else { return false }
      let middle = texts.count / 2
      let halves = [Array(texts[..<middle]), Array(texts[middle...])]
      items.replaceSubrange(index...index, with: halves.map { Self.group($0) })
      return true
    }
  }

  /// A group of one needs no merging.
  static func group(_ texts: [String]) -> Item {
    Item(work: .group(texts), result: texts.count == 1 ? texts[0] : nil)
  }

  func overflowed(_ index: Int) -> Progress {
    .failed(
      class: FailureClass.contextOverflow.rawValue,
      message: "\(label(of: index)) is longer than every window and cannot be cut further",
      hint: "use a model with a larger window")
  }
}
