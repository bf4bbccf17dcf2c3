import Spelling

/// Finds what somebody probably meant.
package enum Suggestion {
  /// Words of other programs, and ours for them.
  static let synonyms: [String: String] = [
    "add": "enqueue", "submit": "enqueue", "push": "enqueue", "ls": "list", "jobs": "list",
    "ps": "list", "status": "stats", "info": "show", "log": "show", "logs": "show",
    "get": "result", "output": "result", "follow": "wait", "kill": "cancel", "stop": "cancel",
    "abort": "cancel", "delete": "rm", "remove": "rm", "del": "rm", "restart": "retry",
    "rerun": "retry", "requeue": "retry", "worker": "work", "start": "work", "daemon": "work",
    "unpause": "resume", "continue": "resume", "exec": "run", "routes": "chain",
    "providers": "chain", "check": "doctor", "diagnose": "doctor", "kind": "kinds",
    "settings": "config", "configure": "config", "completions": "completion",
  ]

  /// The candidates nearest to a word.
  ///
  /// - Parameters:
  ///   - word: What was typed.
  ///   - candidates: What could have been meant.
  /// - Returns: Those at the smallest edit distance, at most 2 and half of the word; else
  ///   those that begin with the word. In the order of `candidates`, three at most.
  package static func nearest(to word: String, among candidates: [String]) -> [String] {
    let typed = Array(word.lowercased())
    guard !typed.isEmpty, typed.count <= 64 else { return [] }
    let limit = typed.count <= 2 ? 1 : 2
    let distances = candidates.map { Spelling.distance(typed, Array($0.lowercased())) }
    if let best = distances.min(), best <= limit, best * 2 <= typed.count {
      return Array(zip(candidates, distances).filter { $0.1 == best }.map(\.0).prefix(3))
    }
    guard typed.count >= 2 else { return [] }
    return Array(candidates.filter { $0.lowercased().hasPrefix(String(typed)) }.prefix(3))
  }

  /// The same for commands, which also have well-known other names.
  static func command(for word: String, among names: [String]) -> [String] {
    if let ours = synonyms[word.lowercased()], names.contains(ours) { return [ours] }
    return nearest(to: word, among: names)
  }
}
