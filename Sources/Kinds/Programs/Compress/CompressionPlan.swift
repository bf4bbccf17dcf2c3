/// Which messages stay as they are and which give way.
struct CompressionPlan: Sendable {
  enum Doubt: Error, Equatable {
    case noRequest
    case nothingToReplace

    var message: String {
      switch self {
      case .noRequest: "no-user-message: there is no user message, so the latest turns are unknown"
      case .nothingToReplace:
        "no-gain: there is nothing before the latest turns that could be shortened"
      }
    }
  }

  /// Indices in order.
  let replaced: [Int]
  let isKept: [Bool]

  /// System messages stay, and the latest turns: everything from the last user message on. Where
  /// that alone is above the threshold, the last user message and the newest whole units that fit
  /// half the window.
  ///
  /// - Parameters:
  ///   - transcript: The conversation.
  ///   - threshold: Tokens above which compression is due.
  ///   - window: Tokens.
  /// - Throws: `Doubt` where nothing can be done.
  init(_ transcript: Transcript, threshold: Int, window: Int) throws(Doubt) {
    let turns = transcript.turns
    guard let last = turns.lastIndex(where: \.isRequest) else { throw .noRequest }
    var kept = turns.map(\.isSystem)
    if transcript.tokens(of: last..<turns.count) <= threshold {
      for index in last..<turns.count { kept[index] = true }
    } else {
      kept[last] = true
      Self.keepNewestUnits(of: transcript, after: last, budget: window / 2, &kept)
    }
    Self.completeUnits(of: transcript, &kept)
    isKept = kept
    replaced = turns.indices.filter { !kept[$0] }
    if replaced.isEmpty { throw .nothingToReplace }
  }

  private static func keepNewestUnits(
    of transcript: Transcript, after last: Int, budget: Int, _ kept: inout [Bool]
  ) {
    var left = budget - transcript.turns[last].tokens
    var index = transcript.turns.count - 1
    while index > last {
      let unit = transcript.turns[index].unit
      let members = transcript.turns.indices.filter { transcript.turns[$0].unit == unit }
      left -= transcript.tokens(of: members)
      guard left >= 0, unit > last else { return }
      for member in members { kept[member] = true }
      while index > last, kept[index] { index -= 1 }
    }
  }

  /// A unit that stays in part stays whole.
  private static func completeUnits(of transcript: Transcript, _ kept: inout [Bool]) {
    let units = Set(transcript.turns.indices.filter { kept[$0] }.map { transcript.turns[$0].unit })
    for index in kept.indices where units.contains(transcript.turns[index].unit) {
      kept[index] = true
    }
  }

  /// Neighbours that give way together.
  var runs: [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in replaced {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<(index + 1)
      } else {
        runs.append(index..<(index + 1))
      }
    }
    return runs
  }
}
