import Calls
import Fallback
import Testing

/// A reply as a provider's documentation shows it, and what must be read from it.
struct ShapeCase: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable, Equatable {
    case usable(
      String, finish: CompletionFacts.Finish = .stop, input: Int? = nil, output: Int? = nil,
      id: String? = nil, model: String? = nil)
    /// The class, and the rule that it comes from.
    case failure(FailureClass, String)
  }

  let provider: String
  let name: String
  let body: String
  let outcome: Outcome

  var testDescription: String { "\(provider): \(name)" }

  init(_ provider: String, _ name: String, _ body: String, _ outcome: Outcome) {
    self.provider = provider
    self.name = name
    self.body = body
    self.outcome = outcome
  }

  /// What is read from a reply of HTTP 200.
  func read(_ body: String, contentType: String) -> Outcome {
    let reply = HTTPReply(
      status: 200, headers: [("content-type", contentType)], body: Array(body.utf8))
    let reader = ReplyReader(reply, provider: provider, allowsLength: false, now: 0)
    if let failure = classify(reader.digest) { return .failure(failure.class, failure.rule) }
    guard let read = reader.completion else { return .failure(.unknown, "no completion") }
    return .usable(
      read.text, finish: read.finish, input: read.inputTokens, output: read.outputTokens,
      id: read.requestID, model: read.servedModel)
  }

  /// Events of the chat dialect, with the marker of the end.
  static func stream(_ events: String..., isDone: Bool = true) -> String {
    (events + (isDone ? ["[DONE]"] : [])).map { "data: \($0)\n\n" }.joined()
  }

  /// Events of the messages dialect, each named by its type.
  static func events(_ events: String...) -> String {
    events.map { event in
      let type = event.dropFirst(#"{"type":""#.count).prefix { $0 != "\"" }
      return "event: \(type)\ndata: \(event)\n\n"
    }.joined()
  }
}
