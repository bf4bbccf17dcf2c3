/// Finds what somebody meant: for commands, options, configuration keys, kinds and their variables alike.
package enum Spelling {
  /// The candidate nearest to a word, if it is near: at most a third of its letters differ.
  ///
  /// - Parameters:
  ///   - word: As typed.
  ///   - candidates: What there is; the first of equally near ones is taken.
  /// - Returns: A candidate; nil when none is near.
  package static func closest(
    to word: String, among candidates: some Sequence<String>
  ) -> String? {
    let typed = Array(word.lowercased().prefix(64))
    var best: (name: String, distance: Int)?
    for name in candidates {
      let letters = Array(name.lowercased())
      let limit = min(3, max(1, max(typed.count, letters.count) / 3))
      guard abs(letters.count - typed.count) <= limit else { continue }
      let distance = distance(typed, letters)
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two words.
  package static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let isSame = left[row] == right[column]
        var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
