/// Finds what somebody most likely meant.
package enum Suggestion {
  /// - Returns: The candidate with the fewest edits, where those are few enough to be a slip.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3 + (word.count > 3 ? 1 : 0))
    let typed = Array(word.lowercased())
    let ranked = candidates.map { (distance(typed, Array($0.lowercased())), $0) }
    return ranked.filter { $0.0 <= limit }.min { $0 < $1 }?.1
  }

  /// Edits (insert, remove, replace, swap of neighbours) from one word to the other.
  static func distance(_ from: [Character], _ to: [Character]) -> Int {
    guard from.count <= 64, to.count <= 64 else { return .max }
    var rows = [Array(0...to.count)]
    for (i, character) in from.enumerated() {
      var row = [i + 1]
      for (j, other) in to.enumerated() {
        var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (character == other ? 0 : 1))
        if i > 0, j > 0, character == to[j - 1], from[i - 1] == other {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[from.count][to.count]
  }
}
