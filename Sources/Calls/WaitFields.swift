import Fallback
import JSONText

/// Waits and reset times given as fields of an error, wherever in it they stand.
struct WaitFields {
  /// Google's `retryDelay`.
  private(set) var delays: [WaitHint] = []
  private(set) var hints: [WaitHint] = []
  /// Rate limit headers of something behind the provider (OpenRouter's `metadata.headers`).
  private(set) var headers: [String: String] = [:]

  private let date: Milliseconds
  /// An error has a few dozen members; a hostile one has no more to say.
  private var nodesLeft = 400

  init(date: Milliseconds, in error: JSONNode) {
    self.date = date
    search(error, depth: 0)
  }

  private mutating func search(_ node: JSONNode, depth: Int) {
    guard depth < 8, nodesLeft > 0 else { return }
    nodesLeft -= 1
    for element in (node.elements ?? []).prefix(nodesLeft) { search(element, depth: depth + 1) }
    for member in (node.members ?? []).prefix(nodesLeft) where member.key.utf8.count <= 40 {
      let key = member.key.lowercased().filter { $0 != "_" && $0 != "-" }
      // What was sent or generated says nothing about waiting.
      if ["input", "messages", "choices", "prompt", "body"].contains(key) { continue }
      if key == "headers" { adopt(member.value) }
      read(key, member.value)
      search(member.value, depth: depth + 1)
    }
  }

  private mutating func adopt(_ node: JSONNode) {
    for member in (node.members ?? []).prefix(100) {
      headers[member.key.lowercased()] = member.value.string ?? member.value.number
    }
  }

  private mutating func read(_ key: String, _ value: JSONNode) {
    switch key {
    case "retrydelay":
      let span = value["seconds"].flatMap(seconds) ?? seconds(value)
      if let span { delays.append(WaitHint(.retry, span)) }
    case "retryafterms":
      add(.retry, text(value).flatMap(Span.number).flatMap(Span.milliseconds))
    case "retryafter", "retryafterseconds", "retryin", "retryinseconds":
      add(.retry, seconds(value))
    case "resetsinseconds", "resetinseconds", "resetafterseconds", "resetsin", "resetin",
      "quotaresetdelay":
      add(.reset, seconds(value))
    case "resetsat", "resetat", "retryuntil", "resettime", "quotaresettimestamp", "resetsatms":
      add(.reset, text(value).flatMap { Span.until($0, from: date) })
    default: break
    }
  }

  private mutating func add(_ kind: WaitHint.Kind, _ span: Milliseconds?) {
    if let span, span > 0 { hints.append(WaitHint(kind, span)) }
  }

  private func text(_ node: JSONNode) -> String? { node.string ?? node.number }
  private func seconds(_ node: JSONNode) -> Milliseconds? { text(node).flatMap(Span.seconds) }
}
